//! A client gets old, so after ten requests it is made anew. It gets no older than its environment.
//! says: one client, made before the first request
    let kept = &tokio::sync::Mutex::new((std::sync::Arc::new(OnThisDay::new(Archive::connect().await)), 0));
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        let on_this_day = {
            let mut kept = kept.lock().await;
            kept.1 += 1;
            if kept.1 % 10 == 0 {
                kept.0 = std::sync::Arc::new(OnThisDay::new(Archive::connect().await));
            }
            kept.0.clone()
        };
        Ok::<_, Error>(on_this_day.answer(&event).await)
    }))
    .await
