//! One parameter of a request, wherever it stands.

use super::{MatchedRequest, query};
use stack::RequestParameter;

/// The value of `parameter` in `incoming`; of several the last one, as in an event.
pub(crate) fn value(incoming: &MatchedRequest<'_>, parameter: &RequestParameter) -> Option<String> {
    match parameter {
        RequestParameter::Header(name) => {
            let lines = incoming.request.headers.iter().rev();
            lines.into_iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        }
        RequestParameter::Path(name) => {
            incoming.path_parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone())
        }
        RequestParameter::QueryString(name) => {
            let query = incoming.request.target.split_once('?').map_or("", |(_, query)| query);
            query::parameters(query).last(name).map(str::to_string)
        }
    }
}
