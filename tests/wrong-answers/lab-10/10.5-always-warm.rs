//! The client is ready when the handler starts, so the handler always runs warm. Somebody has waited for it to be ready.
//! says: coldStart is false
    let _ = IS_NEW.swap(false, Ordering::Relaxed);
    let line = json!({
        "level": if status < 500 { "INFO" } else { "ERROR" },
        "message": "answered",
        "requestId": context.request_id,
        "coldStart": false,
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
