//! Answering requests until Lambda ends the process, and the settings that this needs.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::cors::Origins;
use crate::routes::Board;
use crate::table::Table;

/// Answers the board's requests until Lambda ends the process. Its settings are the function's environment variables
/// `TABLE_NAME` and `ALLOWED_ORIGINS`.
///
/// # Errors
/// When a setting is missing or wrong: Lambda then reports that the function could not be started.
pub async fn serve() -> Result<(), Error> {
    let table = Table::connect(variable("TABLE_NAME")?).await?;
    let origins = Origins::parse(&variable("ALLOWED_ORIGINS")?).map_err(|why| format!("ALLOWED_ORIGINS: {why}"))?;
    let board = &Board { table, origins };
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(board.answer(&event.payload, &event.context).await)
    }))
    .await
}

/// A setting of the function.
///
/// # Errors
/// When the template does not give it.
pub fn variable(name: &str) -> Result<String, String> {
    std::env::var(name)
        .map_err(|_| format!("{name} is not set: give it to the function in the template, under Environment"))
}
