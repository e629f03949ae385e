//! Everything that can go wrong with a request, and the one place where that becomes an HTTP status.
//!
//! DynamoDB answers 400 to almost everything that it refuses, and means the program that called it: `ValidationException`
//! is a mistake in *this* code, not in the request of the caller. So none of its statuses is passed on.
//! The one refusal that says something about the data, `ConditionalCheckFailedException`, becomes 404 or 409 where it
//! happens; everything else is a 500 whose cause is in the log.

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use serde_json::{Value, json};

use crate::food::{Food, Key};

/// Why a request got no better answer.
#[derive(Debug)]
pub(crate) enum Error {
    /// The body is not a JSON object; how so.
    BadJson(String),
    /// One field or parameter is wrong.
    BadField { field: &'static str, message: String },
    /// No food has this key.
    NoSuchFood(Key),
    /// The resource does not have this method.
    MethodNotAllowed(String),
    /// A food of this key is there already.
    FoodExists(Key),
    /// The food costs more than the caller allows, or has no price; here it is.
    TooDear(Box<Food>),
    /// Anything that is not the caller's doing; the cause is for the log.
    Internal(String),
}

impl Error {
    /// A wrong field. The message continues the sentence that begins with the field's name.
    pub(crate) fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self::BadField { field, message: message.into() }
    }

    /// The HTTP status, and the short name by which programs tell errors of one status apart.
    pub(crate) fn status(&self) -> (u16, &'static str) {
        match self {
            Self::BadJson(_) => (400, "bad_json"),
            Self::BadField { .. } => (400, "bad_field"),
            Self::NoSuchFood(_) => (404, "no_such_food"),
            Self::MethodNotAllowed(_) => (405, "method_not_allowed"),
            Self::FoodExists(_) => (409, "food_exists"),
            Self::TooDear(_) => (409, "too_dear"),
            Self::Internal(_) => (500, "internal"),
        }
    }

    /// What the caller is told: what happened, and what to do next. Never what the log is told.
    fn message(&self) -> String {
        match self {
            Self::BadJson(how) => format!("The body must be a JSON object: {how}."),
            Self::BadField { field, message } => format!("{field} {message}."),
            Self::NoSuchFood(Key { kind, name }) => {
                format!("There is no {kind} food called {name}. GET /food?type={kind} lists those that exist.")
            }
            Self::MethodNotAllowed(method) => {
                format!("{method} is not possible here. These are: GET, POST, PUT, DELETE.")
            }
            Self::FoodExists(Key { kind, name }) => {
                format!(
                    "There is a {kind} food called {name} already. PUT changes its price; DELETE makes room for another."
                )
            }
            Self::TooDear(food) => match food.price {
                Some(price) => {
                    format!("{} costs {price} by now, so it was not deleted. Allow more with maxPrice.", food.name)
                }
                None => format!("{} has no price, so it was not deleted. Leave maxPrice out to delete it.", food.name),
            },
            Self::Internal(_) => "The menu failed; it is not your request. Send it again in a moment.".to_owned(),
        }
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        let mut error = json!({ "code": self.status().1, "message": self.message() });
        match self {
            Self::BadField { field, .. } => {
                error["field"] = json!(field);
                json!({ "error": error })
            }
            Self::TooDear(food) => json!({ "error": error, "current": food }),
            _ => json!({ "error": error }),
        }
    }
}

/// What DynamoDB answered when it did not do what it was asked, and no caller of this conversion expected that.
impl<E, R> From<SdkError<E, R>> for Error
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        Self::Internal(match (error.code(), error.message()) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            // It never got as far as an answer: no route, no credentials, no time.
            _ => DisplayErrorContext(error).to_string(),
        })
    }
}

/// An item that does not have the shape that this program writes, or a food that cannot be written as one.
impl From<serde_dynamo::Error> for Error {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::Internal(format!("an item of the table is not what this program writes: {error}"))
    }
}
