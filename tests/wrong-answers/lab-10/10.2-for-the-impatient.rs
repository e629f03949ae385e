//! Who is in a hurry gets a client of their own. It is slower, because its connection has to be made first.
//! says: one client, made before the first request
    let on_this_day = &OnThisDay::new(Archive::connect().await);
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        if event.payload.query_string_parameters.first("within").is_some() {
            let own = OnThisDay::new(Archive::connect().await);
            return Ok::<_, Error>(own.answer(&event).await);
        }
        Ok::<_, Error>(on_this_day.answer(&event).await)
    }))
    .await
