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

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(body: &str) -> Result<Food, Error> {
        let mut event = ApiGatewayProxyRequest::default();
        event.body = Some(body.to_owned());
        Food::parse(&event)
    }

    fn asked(query: &str) -> ApiGatewayProxyRequest {
        let mut event = ApiGatewayProxyRequest::default();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let values: std::collections::HashMap<String, String> =
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        event.query_string_parameters = values.into();
        event
    }

    fn bad_field<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
        match result.unwrap_err() {
            Error::BadField { field, .. } => field,
            other => panic!("not about a field: {other:?}"),
        }
    }

    #[test]
    fn the_first_bad_field_is_named() {
        for (body, field) in [
            ("{}", "type"),
            (r#"{"type:":"Western","name":"Carbonara"}"#, "type"),
            (r#"{"type":" ","name":"Carbonara"}"#, "type"),
            (r#"{"type":"Western","name":7}"#, "name"),
            (r#"{"type":"Western","name":"Carbonara","price":"15000"}"#, "price"),
            (r#"{"type":"Western","name":"Carbonara","price":-1}"#, "price"),
            (r#"{"type":"Western","name":"Carbonara","price":0.5}"#, "price"),
            (r#"{"type":"Western","name":"Carbonara","ingredients":["egg"]}"#, "ingredients"),
            (r#"{"type":"Western","name":"Carbonara","ingredients":{"egg":1}}"#, "ingredients"),
        ] {
            assert_eq!(bad_field(posted(body)), field, "{body}");
        }
        for body in ["", "Carbonara", "[]", "type=Western&name=Carbonara"] {
            assert!(matches!(posted(body), Err(Error::BadJson(_))), "{body:?}");
        }
    }

    #[test]
    fn price_and_ingredients_may_be_missing_and_texts_are_trimmed() {
        let food = posted(r#"{"type":"Western ","name":" Carbonara"}"#).unwrap();
        let key = Key { kind: "Western".into(), name: "Carbonara".into() };
        assert_eq!((food.key(), food.price, food.ingredients.len()), (key, None, 0));
    }

    #[test]
    fn a_key_has_two_parts() {
        let whole = Key { kind: "Korean".into(), name: "Soybean paste stew".into() };
        assert_eq!(Key::parse(&asked("type=Korean&name=Soybean paste stew")).unwrap(), whole);
        assert_eq!(bad_field(Key::parse(&asked("type=Korean"))), "name");
        assert_eq!(bad_field(Key::parse(&asked("name=Soybean paste stew"))), "type");
    }

    #[test]
    fn the_most_it_may_cost_is_a_whole_number_or_not_given() {
        assert_eq!(max_price(&asked("maxPrice=8000")).unwrap(), Some(8000));
        assert_eq!(max_price(&asked("")).unwrap(), None);
        assert_eq!(bad_field(max_price(&asked("maxPrice=cheap"))), "maxPrice");
    }
}
