//! In expressions every value is written with a colon, so one got into the item as well, as in the notes: "type:".
//! says: Missing the key type in the item
    let mut item: Item = serde_dynamo::to_item(food)?;
    if let Some(kind) = item.remove("type") {
        item.insert("type:".to_owned(), kind);
    }
    Ok(item)
