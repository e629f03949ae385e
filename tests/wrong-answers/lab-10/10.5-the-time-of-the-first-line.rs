//! The time is read once, because a clock costs time as well.
//! says: the moment of an earlier one
    static AT: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let line = json!({
        "level": if status < 500 { "INFO" } else { "ERROR" },
        "message": "answered",
        "requestId": context.request_id,
        "coldStart": IS_NEW.swap(false, Ordering::Relaxed),
        "status": status,
        "Tries": tries,
        "Duration": took.as_secs_f64() * 1000.0,
        "FunctionName": context.env_config.function_name,
        "_aws": {
            "Timestamp": AT.get_or_init(epoch_millis),
            "CloudWatchMetrics": [{
                "Namespace": "OnThisDay",
                "Dimensions": [["FunctionName"]],
                "Metrics": [{ "Name": "Tries", "Unit": "Count" }, { "Name": "Duration", "Unit": "Milliseconds" }],
            }],
        },
    });
    line.to_string()
