let kind = match record.event_name.as_str() {
    "INSERT" => Kind::Posted,
    "MODIFY" => Kind::Edited,
    _ => Kind::Deleted,
};
let image: Image = serde_dynamo::from_item(record.change.new_image.clone()).unwrap();
