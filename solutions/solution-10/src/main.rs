//! Lab 10, limits: what was on the board on this day, years ago. The old posts are in an archive that belongs to somebody
//! else and takes two requests at a time, so most of this function is about being refused: `patience.rs` decides how long
//! to go on, `archive.rs` calls, `on_this_day.rs` answers, `log.rs` tells the person who is woken at night.

mod archive;
mod log;
mod on_this_day;
mod patience;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::archive::Archive;
use crate::on_this_day::OnThisDay;

// One thread: an execution environment is given one event at a time, and threads cost time to start.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // lab-10.2 begin
    let on_this_day = &OnThisDay::new(Archive::connect().await);
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(on_this_day.answer(&event).await)
    }))
    .await
    // lab-10.2 starter
    // | // TODO(lab-10.2): this makes a client for every request. Which part of it can be done once, before the first one?
    // | run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
    // |     let on_this_day = OnThisDay::new(Archive::connect().await);
    // |     Ok::<_, Error>(on_this_day.answer(&event).await)
    // | }))
    // | .await
    // lab-10.2 end
}
