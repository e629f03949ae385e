//! The longest number that anybody has seen has 28 digits. One may have forty.
//! says: got it says: posted Sledge, posted Skates
        let place = format!("{:0>28}", change.sequence_number);
