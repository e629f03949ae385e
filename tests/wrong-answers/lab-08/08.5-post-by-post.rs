//! All that happened to a post stands together. The feed is one list.
//! says: posted Skates, posted Ice
        let place = format!("{}#{:0>40}", change.post_id, change.sequence_number);
