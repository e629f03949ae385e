//! The day first, and within it the place. At midnight two clocks have two days.
//! says: posted Skates, posted Ice
        let place = format!("{}#{:0>40}", &change.at[..10], change.sequence_number);
