//! A log is read by people, so it is written in sentences. A search for one request among a million is a search by field.
//! says: a line of plain text
    let _ = (IS_NEW.swap(false, Ordering::Relaxed), epoch_millis(), took, json!(context.env_config.function_name));
    format!("{} answered with {status} after {tries} tries", context.request_id)
