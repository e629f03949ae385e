//! The handler needs the client, so the handler makes it. It makes it again for every request.
//! says: 2 calls used 2 connections
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        let on_this_day = OnThisDay::new(Archive::connect().await);
        Ok::<_, Error>(on_this_day.answer(&event).await)
    }))
    .await
