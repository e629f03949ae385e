let _ = (&inventory.others, name, api_id);
inventory.stack.iter().map(|resource| format!("stack resource {resource}")).collect()
