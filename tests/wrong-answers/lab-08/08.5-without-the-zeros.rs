//! Sequence numbers grow, so they are the order. As text, 8 comes after 44.
//! says: it says: posted Ice, posted Skates
        let place = change.sequence_number.clone();
