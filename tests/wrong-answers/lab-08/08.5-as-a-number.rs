//! A number sorts as a number, so it is read as one and written with all its places. One of forty digits is no u128.
//! says: sequence numbers of 21, 28, 39 and 40 digits
        let place = format!("{:040}", change.sequence_number.parse::<u128>()?);
