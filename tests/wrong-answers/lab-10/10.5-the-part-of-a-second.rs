//! `subsec_micros` is exact to a thousandth of a millisecond.
//! says: a Duration in the line of no less than 1020 ms
    let line = json!({
        "level": if status < 500 { "INFO" } else { "ERROR" },
        "message": "answered",
        "requestId": context.request_id,
        "coldStart": IS_NEW.swap(false, Ordering::Relaxed),
        "status": status,
        "Tries": tries,
        "Duration": f64::from(took.subsec_micros()) / 1000.0,
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
