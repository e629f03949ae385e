//! The message says what happened, and a failure is no answer.
//! says: message in the line is
    let line = json!({
        "level": if status < 500 { "INFO" } else { "ERROR" },
        "message": if status < 500 { "answered" } else { "failed" },
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
