//! The metrics belong together, so they stand in an object of their own. CloudWatch looks for them at the top of the line.
//! says: the metric Tries has no value: the line has no field Tries
    let mut line = json!({
        "level": if status < 500 { "INFO" } else { "ERROR" },
        "message": "answered",
        "requestId": context.request_id,
        "coldStart": IS_NEW.swap(false, Ordering::Relaxed),
        "status": status,
        "metrics": { "Tries": tries, "Duration": took.as_secs_f64() * 1000.0 },
        "FunctionName": context.env_config.function_name,
    });
    line["_aws"] = json!({
        "Timestamp": epoch_millis(),
        "CloudWatchMetrics": [{
            "Namespace": "OnThisDay",
            "Dimensions": [["FunctionName"]],
            "Metrics": [{ "Name": "Tries", "Unit": "Count" }, { "Name": "Duration", "Unit": "Milliseconds" }],
        }],
    });
    line.to_string()
