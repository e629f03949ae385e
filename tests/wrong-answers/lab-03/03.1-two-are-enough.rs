//! A page and its developer: two origins are enough.
//! says: https://six.example
        self.0.iter().take(2).find(|listed| *listed == origin).cloned()
