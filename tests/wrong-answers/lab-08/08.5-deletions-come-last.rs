//! What is deleted stays deleted, so it comes last.
//! says: the feed, newest first: edited Snow
        let place = format!("{:0>40}", change.sequence_number);
        let place = if change.posts() < 0 { format!("9{}", &place[1..]) } else { place };
