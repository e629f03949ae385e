//! Where the archive was busy, a new client may find it idle.
//! says: 2 connections
    let kept = &tokio::sync::Mutex::new(OnThisDay::new(Archive::connect().await));
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        let mut on_this_day = kept.lock().await;
        let reply = on_this_day.answer(&event).await;
        if reply["statusCode"] == 503 {
            *on_this_day = OnThisDay::new(Archive::connect().await);
        }
        Ok::<_, Error>(reply)
    }))
    .await
