//! The post says when it was changed, to the millisecond. Two environments never agree on that, and one of them is 30 seconds slow.
//! says: it says: posted Ice, posted Skates
        let place = change.at.clone();
