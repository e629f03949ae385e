//! Every record is about a post, and the post is in its new image. A removal has none, and the unwrapping panics.
//! says: all 3 records are delivered again
        let kind = match record.event_name.as_str() {
            "INSERT" => Kind::Posted,
            "MODIFY" => Kind::Edited,
            _ => Kind::Deleted,
        };
        let image: Image = serde_dynamo::from_item(record.change.new_image.clone()).unwrap();
