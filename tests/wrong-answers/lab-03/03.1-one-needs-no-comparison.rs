//! With one origin in the list there is nothing to compare.
//! says: name no origin but the only one
        if let [only] = self.0.as_slice() {
            return Some(only.clone());
        }
        self.0.iter().find(|listed| *listed == origin).cloned()
