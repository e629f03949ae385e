//! CloudFront in front of an edge-optimised API: what it adds on the way in and on the way out.
//!
//! The distribution is API Gateway's own and cannot be configured, so all that shows of it is headers.

use crate::clock::Clock;
use crate::wire::Request;

/// Where viewers of a laptop are.
const COUNTRY: &str = "KR";
const POINT_OF_PRESENCE: &str = "ICN57-P1";
/// An autonomous system number that no network has (RFC 6996).
const NETWORK: &str = "64512";

/// One request's way through CloudFront.
#[derive(Debug, Clone)]
pub struct EdgeHop {
    /// The server that passed the request on, in a range kept for documentation (RFC 5737).
    pub(super) address: String,
    id: String,
    via: String,
}

impl EdgeHop {
    /// A way with ids of its own.
    pub fn new(clock: &Clock) -> EdgeHop {
        EdgeHop {
            address: "203.0.113.7".to_string(),
            // 56 characters that end in `==`, as CloudFront's own ids do.
            id: format!("{}==", clock.hex(54)),
            via: format!("1.1 {}.cloudfront.net (CloudFront)", clock.hex(32)),
        }
    }

    /// What CloudFront tells the API about its viewer.
    pub(super) fn request_headers(&self, request: &Request) -> Vec<(&'static str, String)> {
        let mobile = request.header("user-agent").is_some_and(|agent| agent.contains("Mobi"));
        vec![
            ("CloudFront-Forwarded-Proto", "https".to_string()),
            ("CloudFront-Is-Desktop-Viewer", (!mobile).to_string()),
            ("CloudFront-Is-Mobile-Viewer", mobile.to_string()),
            ("CloudFront-Is-SmartTV-Viewer", "false".to_string()),
            ("CloudFront-Is-Tablet-Viewer", "false".to_string()),
            ("CloudFront-Viewer-ASN", NETWORK.to_string()),
            ("CloudFront-Viewer-Country", COUNTRY.to_string()),
            ("Via", self.via.clone()),
            ("X-Amz-Cf-Id", self.id.clone()),
        ]
    }

    /// What CloudFront adds to an answer with `status`.
    pub fn response_headers(&self, status: u16) -> Vec<(String, String)> {
        let cache = if status >= 400 { "Error from cloudfront" } else { "Miss from cloudfront" };
        let headers =
            [("X-Cache", cache), ("Via", &self.via), ("X-Amz-Cf-Pop", POINT_OF_PRESENCE), ("X-Amz-Cf-Id", &self.id)];
        headers.map(|(name, value)| (name.to_string(), value.to_string())).to_vec()
    }
}
