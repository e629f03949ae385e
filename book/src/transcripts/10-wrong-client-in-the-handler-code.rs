run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
    let on_this_day = OnThisDay::new(Archive::connect().await);
    Ok::<_, Error>(on_this_day.answer(&event).await)
}))
.await
