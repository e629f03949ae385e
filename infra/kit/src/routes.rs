//! What the lab's template declares to API Gateway, for requests that fit none of it.

use std::collections::BTreeMap;

use stack::{GatewayResponse, ResponseType};

use crate::ask::Ask;
use crate::lab::Lab;
use crate::words::first;

/// How many types of answers are named.
const SHOWN: usize = 3;

impl Ask<'_> {
    /// Expects every gateway response that has an entry of its own in the template to have this header: such an entry gets nothing of
    /// what `DEFAULT_4XX` and `DEFAULT_5XX` say.
    pub fn has_gateway_response_header(self, name: &str, value: &str) {
        let entries = self.question().lab.local().stack().apis.iter().flat_map(|api| &api.gateway_responses);
        let has = |headers: &BTreeMap<String, String>| {
            headers.iter().any(|(known, given)| known.eq_ignore_ascii_case(name) && given == value)
        };
        let lacking: Vec<&str> =
            entries.filter(|(_, entry)| !has(&entry.headers)).map(|(kind, _)| kind.as_str()).collect();
        if lacking.is_empty() {
            return;
        }
        let mut explanation = self.question().explanation();
        explanation.asked = vec!["GatewayResponses of the API".to_string()];
        explanation.expected = vec![format!("{name}: {value} in every entry")];
        explanation.got = vec![format!("none in {}, which gets nothing of the defaults' headers", lacking.join(", "))];
        explanation.fail()
    }

    /// Expects every type of answer that API Gateway may give by itself to have this header, in an entry of its own or by the default for
    /// its kind: no check can bring about all of them.
    pub fn has_header_in_every_gateway_response(self, name: &str, value: &str) {
        let has = |headers: &BTreeMap<String, String>| {
            headers.iter().any(|(known, given)| known.eq_ignore_ascii_case(name) && given == value)
        };
        let apis = &self.question().lab.local().stack().apis;
        let mut lacking = Vec::new();
        for kind in ResponseType::ALL {
            let Some(status) = kind.status else { continue };
            let default = if status < 500 { ResponseType::DEFAULT_4XX } else { ResponseType::DEFAULT_5XX };
            let of = |entries: &BTreeMap<String, GatewayResponse>| {
                entries.get(kind.name).or_else(|| entries.get(default.name)).is_some_and(|entry| has(&entry.headers))
            };
            if !apis.iter().all(|api| of(&api.gateway_responses)) {
                lacking.push(kind.name);
            }
        }
        if lacking.is_empty() {
            return;
        }
        let mut explanation = self.question().explanation();
        explanation.asked = vec!["GatewayResponses of the API".to_string()];
        explanation.expected = vec![format!("{name}: {value} in every type of answer")];
        let named = first(lacking.into_iter().map(str::to_string).collect(), SHOWN).join(", ");
        explanation.got = vec![format!("none in {named}")];
        explanation.why =
            vec!["They have neither an entry with it nor one for all of their kind, 4XX or 5XX.".to_string()];
        explanation.fail()
    }
}

impl Lab {
    /// The methods and paths that the template has, `GET /board, ANY /board/{postId}`, without those that only answer a
    /// browser's preflight.
    pub(crate) fn routes(&self) -> String {
        let apis = &self.local().stack().apis;
        let methods = apis.iter().flat_map(|api| &api.methods).filter(|method| method.http_method != "OPTIONS");
        let mut routes: Vec<(&str, &str)> =
            methods.map(|method| (method.resource_path.as_str(), method.http_method.as_str())).collect();
        routes.sort_unstable();
        routes.iter().map(|(path, method)| format!("{method} {path}")).collect::<Vec<_>>().join(", ")
    }
}
