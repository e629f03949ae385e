json!({
    "statusCode": status,
    "message": "greeted",
    "body": body.to_string(),
})
