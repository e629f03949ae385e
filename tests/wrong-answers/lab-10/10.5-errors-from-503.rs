//! What is busy is an error. A torn tape is the archive's own, and nobody is told.
//! says: level is "INFO"
//! says: find an answer of status 502 in the log
    let line = json!({
        "level": if status < 503 { "INFO" } else { "ERROR" },
        "message": "answered",
        "requestId": context.request_id,
        "coldStart": IS_NEW.swap(false, Ordering::Relaxed),
        "status": status,
        "Tries": tries,
        "Duration": took.as_secs_f64() * 1000.0,
        "FunctionName": context.env_config.function_name,
        "_aws": {
            "Timestamp": epoch_millis(),
            "CloudWatchMetrics": [{
                "Namespace": "OnThisDay",
                "Dimensions": [["FunctionName"]],
                "Metrics": [{ "Name": "Tries", "Unit": "Count" }, { "Name": "Duration", "Unit": "Milliseconds" }],
            }],
        },
    });
    line.to_string()
