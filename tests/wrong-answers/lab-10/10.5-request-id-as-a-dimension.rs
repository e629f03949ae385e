//! Every number should lead to its request, so the request's id is a dimension. Each value of a dimension is a metric of
//! its own: one that is never written again, for every request.
//! says: the dimensions FunctionName, requestId
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
            "Timestamp": epoch_millis(),
            "CloudWatchMetrics": [{
                "Namespace": "OnThisDay",
                "Dimensions": [["FunctionName", "requestId"]],
                "Metrics": [{ "Name": "Tries", "Unit": "Count" }, { "Name": "Duration", "Unit": "Milliseconds" }],
            }],
        },
    });
    line.to_string()
