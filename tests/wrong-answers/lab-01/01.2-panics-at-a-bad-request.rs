//! Nobody sends a request like that, and if somebody does, the function may stop there.
//! says: status 502
            panic!("{message}")
