//! The name is text, so the item is text. Nobody can fetch the file.
//! says: 0 links
    item.textContent = attachment.name;
