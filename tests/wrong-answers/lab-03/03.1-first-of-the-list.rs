//! The header has room for one origin, so it names ours. The other pages of the list are told of it.
//! says: has a value 'https://board.example.com' that is not equal to the supplied origin
        let _ = origin;
        self.0.first().cloned()
