//! `board-sql`: the newest posts out of PostgreSQL. The connection is the matter of `database.rs`: read that next.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use board::variable;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use lab_11::database::Database;
use lab_11::reply;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let database = &Database::of(&variable("DATABASE_URL")?)?;
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(reply(database.newest().await, &event.context.request_id))
    }))
    .await
}
