//! The record's id is the same whenever it comes. Ids do not grow.
//! says: it says: posted Ice, posted Skates
        let place = change.id.clone();
