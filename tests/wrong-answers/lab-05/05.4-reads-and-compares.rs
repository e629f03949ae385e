//! The version is compared before anything is written. Between the two calls somebody else writes, and eight readers at
//! once are all told that it worked.
//! says: a write without one
        let current = self.read(id).await?;
        if current.version != edit.version {
            return Err(Error::Stale(Box::new(current)));
        }
