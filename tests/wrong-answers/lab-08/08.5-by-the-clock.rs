//! An event is entered now, to the nanosecond, so no two have the same place. When the record is delivered again, it gets
//! another one.
//! says: one record has two events
        let place = time::OffsetDateTime::now_utc().unix_timestamp_nanos();
