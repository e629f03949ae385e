//! A food, and what callers send of one. A value of these types has been checked: what takes a [`Key`] need not ask
//! whether it is whole.

use std::collections::BTreeMap;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::Error;

/// A food, as it is stored and as callers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Food {
    /// Korean, Western, … The table's partition key is called `type`, which Rust keeps for itself.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The table's sort key.
    pub(crate) name: String,
    /// In won. A food that has no price yet does not have the attribute either.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) price: Option<u32>,
    /// How much of what: `{"egg": "1", "spaghetti": "90g"}`.
    #[serde(default)]
    pub(crate) ingredients: BTreeMap<String, String>,
}

/// The primary key of one food: both parts of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Key {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) name: String,
}

impl Food {
    /// The food in the body of a POST.
    ///
    /// # Errors
    /// 400 for a body that is not a JSON object, and for the first field that is missing or wrong.
    pub(crate) fn parse(event: &ApiGatewayProxyRequest) -> Result<Self, Error> {
        let object = object(event)?;
        let key = Key::checked(field_text(&object, "type")?, field_text(&object, "name")?)?;
        let price = object.get("price").filter(|value| !value.is_null()).map(price).transpose()?;
        let ingredients = match object.get("ingredients") {
            None | Some(Value::Null) => BTreeMap::new(),
            Some(given) => serde_json::from_value(given.clone())
                .map_err(|_| Error::field("ingredients", "must be an object of texts, such as {\"egg\": \"1\"}"))?,
        };
        Ok(Self { kind: key.kind, name: key.name, price, ingredients })
    }

    /// Its key.
    pub(crate) fn key(&self) -> Key {
        Key { kind: self.kind.clone(), name: self.name.clone() }
    }
}

impl Key {
    /// The key in the query string, which API Gateway hands over decoded: `?type=Korean&name=Soybean%20paste%20stew`.
    ///
    /// # Errors
    /// 400 on the first part that is missing or empty.
    pub(crate) fn parse(event: &ApiGatewayProxyRequest) -> Result<Self, Error> {
        Self::checked(kind(event)?, parameter(event, "name").unwrap_or_default())
    }

    /// DynamoDB refuses an empty text as part of a key, and trims nothing: " Carbonara" would be another food.
    fn checked(kind: &str, name: &str) -> Result<Self, Error> {
        Ok(Self { kind: part("type", kind)?, name: part("name", name)? })
    }
}

/// The type in the query string.
///
/// # Errors
/// 400 on the field `type`.
pub(crate) fn kind(event: &ApiGatewayProxyRequest) -> Result<&str, Error> {
    match parameter(event, "type").map(str::trim) {
        None | Some("") => Err(Error::field("type", "is missing: say which foods, as in ?type=Korean")),
        Some(kind) => Ok(kind),
    }
}

/// The price in the body of a PUT.
///
/// # Errors
/// 400 for a body that is not a JSON object, and on the field `price`.
pub(crate) fn new_price(event: &ApiGatewayProxyRequest) -> Result<u32, Error> {
    price(object(event)?.get("price").unwrap_or(&Value::Null))
}

/// `?maxPrice=`, the most that a food may cost to be deleted.
///
/// # Errors
/// 400 on the field `maxPrice`.
pub(crate) fn max_price(event: &ApiGatewayProxyRequest) -> Result<Option<u32>, Error> {
    let whole = |text: &str| text.parse().map_err(|_| Error::field("maxPrice", "must be a whole number of won"));
    parameter(event, "maxPrice").map(whole).transpose()
}

/// One query parameter.
pub(crate) fn parameter<'a>(event: &'a ApiGatewayProxyRequest, name: &str) -> Option<&'a str> {
    event.query_string_parameters.first(name)
}

fn object(event: &ApiGatewayProxyRequest) -> Result<Map<String, Value>, Error> {
    match serde_json::from_str(event.body.as_deref().unwrap_or_default()) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Error::BadJson("it is JSON, but no object".to_owned())),
        Err(error) => Err(Error::BadJson(error.to_string())),
    }
}

fn field_text<'a>(object: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, Error> {
    object.get(name).and_then(Value::as_str).ok_or_else(|| Error::field(name, "must be there, and a text"))
}

/// A whole number: money that is counted in fractions of a number's precision does not add up.
fn price(value: &Value) -> Result<u32, Error> {
    let whole = value.as_u64().and_then(|price| u32::try_from(price).ok());
    whole.ok_or_else(|| Error::field("price", "must be a whole number of won, without quotation marks"))
}

fn part(field: &'static str, text: &str) -> Result<String, Error> {
    match text.trim() {
        "" => Err(Error::field(field, "is missing: a food has a type and a name")),
        text => Ok(text.to_owned()),
    }
}
