//! The answers to requests that the guard turns away.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::wire;

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnedAway {
    /// It names another host.
    Elsewhere,
    /// It says one thing twice, which no browser does: the header's name.
    Twice(&'static str),
    /// A browser asks where only programs have something to ask.
    NoBrowsers,
    /// A page would put something into a bucket whose objects stand under the site's address.
    Upload {
        /// The bucket.
        bucket: String,
    },
    /// A page asks that is not the workbook's own.
    Page {
        /// Its origin, as far as the browser tells.
        origin: String,
        /// Whether the answer would be shown as a page.
        navigates: bool,
    },
}

/// Nothing runs, nothing is fetched, no page frames it.
const PROTECTION: [(&str, &str); 3] = [
    ("content-security-policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// An empty reference is the page's own address, and a click on it is the reader's own request. So nothing of the request is repeated here.
const INTERSTITIAL: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Open this address?</title>\n\
     <h1>Open this address?</h1>\n<p>Another site may have led you here, and the workbook answers its own pages only. If you meant to \
     come, <a href=\"\">open it yourself</a>.\n";

impl TurnedAway {
    /// The status and the sentence.
    pub(crate) fn status_and_text(&self) -> (StatusCode, String) {
        match self {
            TurnedAway::Elsewhere => {
                (StatusCode::FORBIDDEN, "This address answers to 127.0.0.1 and localhost only.\n".to_string())
            }
            TurnedAway::Twice(name) => {
                (StatusCode::BAD_REQUEST, format!("Bad request: there is more than one {name} header.\n"))
            }
            TurnedAway::NoBrowsers => (StatusCode::FORBIDDEN, "This address is not for browsers.\n".to_string()),
            TurnedAway::Upload { bucket } => {
                let text = format!(
                    "The objects of bucket {bucket} are shown as pages, by a distribution or as a website, so no page may write into it: \
                     what a stranger uploads would be a part of the site. Take uploads into a bucket of their own.\n"
                );
                (StatusCode::FORBIDDEN, text)
            }
            TurnedAway::Page { origin, .. } => (StatusCode::FORBIDDEN, format!("{}\n", turned_away(origin))),
        }
    }
}

/// The sentence about a page of `origin` that was turned away.
pub fn turned_away(origin: &str) -> String {
    let origin: String = origin.chars().filter(|c| c.is_ascii_graphic()).take(200).collect();
    let who = match origin.as_str() {
        "null" => "A page without an origin, such as one that was opened as a file,".to_string(),
        origin => format!("A page of {origin}"),
    };
    format!("{who} asked, and it is not one of the workbook's own.")
}

impl TurnedAway {
    /// The answer of a listener that writes HTTP by itself.
    pub(crate) fn on_the_wire(&self) -> wire::Response {
        let (media_type, body) = self.content();
        let headers = [("Content-Type", media_type)].into_iter().chain(PROTECTION);
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_string())).collect();
        wire::Response { status: self.status_and_text().0.as_u16(), headers, body: body.into() }
    }

    fn content(&self) -> (&'static str, String) {
        match self {
            TurnedAway::Page { navigates: true, .. } => ("text/html; charset=utf-8", INTERSTITIAL.to_string()),
            _ => ("text/plain; charset=utf-8", self.status_and_text().1),
        }
    }
}

impl IntoResponse for TurnedAway {
    fn into_response(self) -> Response {
        let (media_type, body) = self.content();
        protected((self.status_and_text().0, [(header::CONTENT_TYPE, media_type)], body).into_response())
    }
}

/// `response` with the headers of every refusal, for one that says it in other words.
pub(crate) fn protected(mut response: Response) -> Response {
    for (name, value) in PROTECTION {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}
