//! Which request does what: one resource, a branch for each method. A name in the query string asks for one food, a
//! type alone for all foods of that type.

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::error::Error;
use crate::food::{Food, Key, kind, max_price, new_price, parameter};
use crate::reply;
use crate::table::Table;

/// The menu: everything that the function needs to answer.
#[derive(Debug)]
pub(crate) struct Menu {
    pub(crate) table: Table,
}

impl Menu {
    /// The answer to a request. There always is one: what goes wrong becomes an answer too.
    pub(crate) async fn answer(&self, event: &ApiGatewayProxyRequest, request_id: &str) -> ApiGatewayProxyResponse {
        self.route(event).await.unwrap_or_else(|error| reply::error(&error, request_id))
    }

    async fn route(&self, event: &ApiGatewayProxyRequest) -> Result<ApiGatewayProxyResponse, Error> {
        match event.http_method.as_str() {
            "GET" if parameter(event, "name").is_some() => {
                reply::json(200, &self.table.read(&Key::parse(event)?).await?)
            }
            "GET" => reply::json(200, &json!({ "foods": self.table.list(kind(event)?).await? })),
            "POST" => {
                let food = self.table.create(Food::parse(event)?).await?;
                reply::created(&location(event, &food.key()), &food)
            }
            "PUT" => reply::json(200, &self.table.update(&Key::parse(event)?, new_price(event)?).await?),
            "DELETE" => {
                self.table.delete(&Key::parse(event)?, max_price(event)?).await?;
                Ok(reply::empty(204))
            }
            other => Err(Error::MethodNotAllowed(other.to_owned())),
        }
    }
}

/// Where a food is found, with the stage: links in answers must work from outside.
fn location(event: &ApiGatewayProxyRequest, key: &Key) -> String {
    let path = event.request_context.path.as_deref().or(event.path.as_deref()).unwrap_or("/food");
    let escaped = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    format!("{path}?type={}&name={}", escaped(&key.kind), escaped(&key.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_can_be_followed_as_it_stands() {
        let mut event = ApiGatewayProxyRequest::default();
        event.request_context.path = Some("/dev/food".to_owned());
        let key = Key { kind: "Korean".into(), name: "Soybean paste & tofu \u{cc0c}\u{ac1c}".into() };
        let wanted = "/dev/food?type=Korean&name=Soybean%20paste%20%26%20tofu%20%EC%B0%8C%EA%B0%9C";
        assert_eq!(location(&event, &key), wanted);
    }
}
