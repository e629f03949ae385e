//! A log is read by people, so it is written in sentences. Whoever looks for one request among a million searches by field.
//! says: a line of plain text
    let _ = (IS_NEW.swap(false, Ordering::Relaxed), epoch_millis(), took, json!(context.env_config.function_name));
    format!("{} answered with {status} after {tries} tries", context.request_id)
