//! The stack is deleted, so everything is gone. The stack answers for what it made itself.
//! says: got left: nothing
    let _ = (&inventory.others, name, api_id);
    inventory.stack.iter().map(|resource| format!("stack resource {resource}")).collect()
