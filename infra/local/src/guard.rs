//! Which requests are answered at all: the one place that decides it, for every listener.
//!
//! Any web page that happens to be open can make its browser send requests to 127.0.0.1: with `fetch`, a form, an image, a link, a
//! WebSocket, or under a name of its own that it points here. It can neither choose the `Host` header nor leave out what browsers
//! say of a request's origin (`Origin`, `Sec-Fetch-Site`, `Referer`). So each listener asks here before it answers:
//!
//! | Listener | takes from a browser |
//! |---|---|
//! | [`ListenerKind::Pages`]: book, site, websites | what somebody typed or bookmarked, and what the workbook's own pages ask |
//! | [`ListenerKind::Api`]: the REST API | what the workbook's own pages ask, and pages that the reader has admitted with `--allow-origin`; what was typed gets a question first |
//! | [`ListenerKind::ApiOfSite`]: the REST API behind the site's distribution | the same, under this machine's names only |
//! | [`ListenerKind::Aws`]: the AWS endpoint | what was typed; and for S3, whose objects pages put and show, own pages and the origins that the bucket's CORS rules name |
//! | the Runtime API, with `refuse_browsers` | nothing |
//!
//! A program other than a browser passes: it can do what the reader can anyway, and an API's answers to a foreign `Origin` are what
//! lab 03 is about (`curl -H 'Origin: …'`). The signature protects the AWS endpoint from other people's programs.
//! <https://developer.mozilla.org/en-US/docs/Glossary/Fetch_metadata_request_header>

mod refusal;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use http::header;
use http::request::Parts;
use tokio::sync::watch;

pub(crate) use refusal::protected;
pub use refusal::{TurnedAway, turned_away};

/// What a listener serves, as far as the guard sees a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerKind {
    /// Pages and files for everybody who sits at this machine.
    Pages,
    /// The REST API.
    Api,
    /// The REST API at the site's own address. The distribution asks the API by the API's name, so the gateway cannot see that a page
    /// came here under a name of its own.
    ApiOfSite,
    /// The AWS endpoint; for a call of S3.
    S3,
    /// The AWS endpoint; for a call of any other service, and for the local API.
    Aws,
}

impl ListenerKind {
    /// Whether functions run for what is asked.
    fn is_api(self) -> bool {
        matches!(self, ListenerKind::Api | ListenerKind::ApiOfSite)
    }
}

/// Knows which pages are the workbook's own. Cheap to clone; clones share what they know.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    known: Arc<RwLock<Known>>,
    turned_away: Arc<watch::Sender<Vec<String>>>,
}

/// What `Sec-Fetch-Dest` says of a navigation.
const FRAMED: [&str; 5] = ["document", "iframe", "frame", "embed", "object"];

/// How many origins of pages that were turned away are remembered.
const TURNED_AWAY: usize = 20;

#[derive(Debug, Default)]
struct Known {
    /// Origins of the book, the site and the websites.
    pages: BTreeSet<String>,
    /// Origins that the reader admits to the API.
    admitted: BTreeSet<String>,
    /// Buckets whose objects are pages of the workbook's own: the site's, and those of websites.
    served: BTreeSet<String>,
}

/// What a request says of where it comes from and goes to: the headers of fetch metadata, and the older ones that say the same.
#[derive(Debug, Clone, Copy, Default)]
pub struct FetchMetadata<'r> {
    /// A header that may be there once and is there again.
    twice: Option<&'static str>,
    host: &'r str,
    origin: Option<&'r str>,
    /// `Sec-Fetch-Site`.
    site: Option<&'r str>,
    referer: Option<&'r str>,
    browser: bool,
    /// The browser guesses what will be wanted before anyone asks: a prefetch or a prerendering.
    ahead: bool,
    navigates: bool,
    reads: bool,
}

impl<'r> FetchMetadata<'r> {
    /// From a head that `http` parsed.
    pub fn of(parts: &'r Parts) -> FetchMetadata<'r> {
        let headers = parts.headers.iter();
        let texts = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
        let metadata = FetchMetadata::from(parts.method.as_str(), texts);
        FetchMetadata { host: named(parts), ..metadata }
    }

    /// From the method and the headers, their names in lower case.
    pub fn from(method: &str, headers: impl Iterator<Item = (impl AsRef<str>, &'r str)>) -> FetchMetadata<'r> {
        let reads = ["GET", "HEAD"].contains(&method);
        let mut metadata = FetchMetadata { reads, ..FetchMetadata::default() };
        let mut seen = [("Host", false), ("Origin", false), ("Referer", false), ("Sec-Fetch-Site", false)];
        // Asked of every request, so in one walk.
        for (name, value) in headers {
            if let Some((name, seen)) = seen.iter_mut().find(|(known, _)| name.as_ref().eq_ignore_ascii_case(known)) {
                metadata.twice = metadata.twice.or(seen.then_some(*name));
                *seen = true;
            }
            match name.as_ref() {
                "host" => metadata.host = value,
                "origin" => metadata.origin = Some(value),
                "referer" => metadata.referer = Some(value),
                // Pages can leave none of these out, and all browsers call themselves so.
                "sec-fetch-site" => (metadata.site, metadata.browser) = (Some(value), true),
                "sec-fetch-mode" => {
                    (metadata.navigates, metadata.browser) = (metadata.navigates || value.ends_with("navigate"), true);
                }
                "sec-fetch-dest" => {
                    (metadata.navigates, metadata.browser) = (metadata.navigates || FRAMED.contains(&value), true);
                }
                // PowerShell calls itself so, too.
                "user-agent" => metadata.browser |= value.starts_with("Mozilla/") && !value.contains("PowerShell"),
                // A browser sends a guess like that with `Sec-Fetch-Site: none`, as if the address had been typed, also when a
                // page asked for it.
                "sec-purpose" => (metadata.ahead, metadata.browser) = (true, true),
                "purpose" | "x-purpose" | "x-moz" => metadata.ahead = true,
                _ => {}
            }
        }
        metadata
    }

    /// Whether a browser sent it.
    pub fn is_browser(&self) -> bool {
        self.browser
    }

    /// The origin of the page that asks, as far as the browser tells: `null` of one that has none.
    fn page(&self) -> Option<&'r str> {
        self.origin.or_else(|| {
            let referer = self.referer?;
            let host = referer.find("://")? + 3;
            let end = referer[host..].find(['/', '?', '#']).map_or(referer.len(), |at| host + at);
            Some(&referer[..end])
        })
    }

    /// Whether the address was typed, opened as a bookmark, or followed from outside of the browser.
    fn is_typed(&self) -> bool {
        match self.site {
            _ if self.ahead => false,
            Some(site) => site == "none",
            // A browser that says nothing of it, and names no page.
            None => self.page().is_none() && self.reads,
        }
    }
}

impl Guard {
    /// The page server at `address` is the workbook's own: what its pages ask is admitted.
    pub fn add_pages(&self, address: SocketAddr) {
        let port = address.port();
        let names = ["127.0.0.1", "localhost", "[::1]"];
        let origins = names
            .iter()
            .map(|name| if port == 80 { format!("http://{name}") } else { format!("http://{name}:{port}") });
        self.known_mut().pages.extend(origins);
    }

    /// Pages of `origin` may ask the API: `http://localhost:5173`, or `null` for files.
    pub fn admit(&self, origin: &str) {
        self.known_mut().admitted.insert(origin.trim_end_matches('/').to_string());
    }

    /// The origins of pages that asked the API and were turned away, each once: a page's own console says of it only that a header
    /// is missing, so the terminal that runs the board should say it.
    pub fn turned_away(&self) -> watch::Receiver<Vec<String>> {
        self.turned_away.subscribe()
    }

    /// The buckets whose objects are shown as pages from now on: see [`Stack::buckets_with_pages`](stack::Stack::buckets_with_pages).
    pub(crate) fn serve(&self, buckets: impl IntoIterator<Item = String>) {
        self.known_mut().served = buckets.into_iter().collect();
    }

    /// Whether a request may be answered at `listener`. `admits` says of S3 whether a rule of the bucket admits an origin.
    ///
    /// # Errors
    ///
    /// The refusal to send.
    pub fn check(
        &self,
        listener: ListenerKind,
        metadata: &FetchMetadata<'_>,
        admits: impl Fn(&str) -> bool,
    ) -> Result<(), TurnedAway> {
        is_for(metadata, is_ours(listener, metadata.host))?;
        // Programs send an origin only to see what an API or a bucket makes of it.
        let admitted = match metadata.browser {
            true => self.admits_page(listener, metadata, admits),
            false => metadata.origin.is_none() || listener != ListenerKind::Aws,
        };
        if admitted {
            return Ok(());
        }
        if listener.is_api() {
            self.remember(metadata);
        }
        // A reader who followed a link there may open it once more by hand.
        let navigates = metadata.navigates && (listener == ListenerKind::Pages || listener.is_api());
        Err(TurnedAway::Page { origin: metadata.page().unwrap_or("another site").to_string(), navigates })
    }

    /// Whether `listener` answers the browser that sends `metadata`.
    fn admits_page(&self, listener: ListenerKind, metadata: &FetchMetadata<'_>, admits: impl Fn(&str) -> bool) -> bool {
        let own = metadata.site == Some("same-origin") && (listener == ListenerKind::Pages || listener.is_api());
        // Who typed an address may have been redirected since, and the browser does not say so. A page comes to no harm by that; a
        // function would run. Limit admitted: a browser that is older than 2023 and names no page is taken for a program.
        let typed = metadata.is_typed() && (!listener.is_api() || metadata.site.is_none());
        if own || typed {
            return true;
        }
        let Some(origin) = metadata.page() else {
            // A picture in a page of this machine that sends no referrer, as the board's own: the presigned URL says enough.
            return listener == ListenerKind::S3 && metadata.reads && metadata.site == Some("same-site");
        };
        let known = self.known();
        match listener {
            ListenerKind::Pages => known.pages.contains(origin),
            ListenerKind::Api | ListenerKind::ApiOfSite => {
                // A browser that does not say how page and address are related says at least which page it is.
                let own = metadata.site.is_none() && origin.strip_prefix("http://") == Some(metadata.host);
                own || known.pages.contains(origin) || known.admitted.contains(origin)
            }
            ListenerKind::S3 => known.pages.contains(origin) || (metadata.origin.is_some() && admits(origin)),
            ListenerKind::Aws => false,
        }
    }

    /// Whether a browser would write into a bucket whose objects are shown as pages: then what a stranger uploads would run as one of
    /// the workbook's own, and be admitted to the API.
    pub fn keeps_out(&self, metadata: &FetchMetadata<'_>, bucket: &str) -> bool {
        (metadata.browser || metadata.origin.is_some()) && !metadata.reads && self.known().served.contains(bucket)
    }

    /// Remembers the origin of a page that is turned away.
    fn remember(&self, metadata: &FetchMetadata<'_>) {
        let Some(origin) = metadata.page() else { return };
        self.turned_away.send_if_modified(|origins| {
            let new = origins.len() < TURNED_AWAY && !origins.iter().any(|known| known == origin);
            if new {
                origins.push(origin.to_string());
            }
            new
        });
    }

    fn known(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn known_mut(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a listener answers a request with `metadata` at all that answers no browser: the Runtime API of an execution environment.
///
/// # Errors
///
/// The refusal to send.
pub(crate) fn refuse_browsers(metadata: &FetchMetadata<'_>) -> Result<(), TurnedAway> {
    is_for(metadata, is_loopback(metadata.host))?;
    if metadata.browser || metadata.origin.is_some() { Err(TurnedAway::NoBrowsers) } else { Ok(()) }
}

/// Refuses a request that says twice where it comes from or goes to, and one for a host that is not `ours`.
fn is_for(metadata: &FetchMetadata<'_>, ours: bool) -> Result<(), TurnedAway> {
    match ours {
        _ if let Some(name) = metadata.twice.filter(|name| metadata.browser || *name == "Host") => {
            Err(TurnedAway::Twice(name))
        }
        false => Err(TurnedAway::Elsewhere),
        true => Ok(()),
    }
}

/// Whether `host` is a name under which `listener` answers. A page that points a name of its own here learns nothing.
fn is_ours(listener: ListenerKind, host: &str) -> bool {
    if is_loopback(host) {
        return true;
    }
    let name = without_port(host);
    match listener {
        // Clients that put the bucket in front of the host send `bucket.localhost`; the website endpoint has its name on AWS, too.
        ListenerKind::S3 => name.ends_with(".localhost") || is_website(name),
        // SQS's clients take the host from the queue's URL, which is the endpoint's own.
        ListenerKind::Pages | ListenerKind::ApiOfSite | ListenerKind::Aws => false,
        // The gateway knows its API's name, and says `Forbidden` of all others.
        ListenerKind::Api => true,
    }
}

/// A website endpoint's name on AWS. An owner could give a web page a name like that; it does no harm: what a website
/// endpoint serves is public.
fn is_website(name: &str) -> bool {
    name.contains(".s3-website") && name.ends_with(".amazonaws.com")
}

/// Whether `host`, with or without a port, names this machine's loopback. The port does not matter: it may be a forwarded one.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = without_port(host);
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// The name in a `Host` header.
pub fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The host that a request's head names. An absolute target is for the host in it, whatever the header says (RFC 9112, 3.2.2).
pub fn named(parts: &Parts) -> &str {
    let header = || parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    parts.uri.authority().map(|authority| authority.as_str()).or_else(header).unwrap_or_default()
}

#[cfg(test)]
mod tests;
