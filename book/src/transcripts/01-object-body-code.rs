json!({
    "statusCode": status,
    "headers": { "Content-Type": "application/json" },
    "body": body,
})
