//! The notes' second DELETE gives the type alone. On this table that is half of a key, and half is not a key.
//! says: DeleteItem was given a key of type
        let kind = aws_sdk_dynamodb::types::AttributeValue::S(wanted.kind.clone());
        let delete = delete.set_key(Some([("type".to_owned(), kind)].into()));
        let _ = max_price;
