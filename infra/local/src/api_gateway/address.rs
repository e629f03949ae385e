//! The path of a request, taken apart: stage, path, and the two spellings of it that an event shows.

use std::borrow::Cow;

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// The first segment; empty when there is none. Stages are case-sensitive and never decoded.
    pub(super) stage: &'a str,
    /// What follows, with one slash in front: `path` in the event.
    pub(super) path: Cow<'a, str>,
    /// Stage and all: `requestContext.path` in the event. Slashes doubled after the stage stay doubled here.
    pub(super) full_path: Cow<'a, str>,
}

impl Address<'_> {
    /// The address in `target`, which is a path with or without a query.
    pub(super) fn of(target: &str) -> Address<'_> {
        let whole = target.split_once('?').map_or(target, |(path, _)| path);
        let relative = whole.trim_start_matches('/');
        let (stage, rest) = relative.split_at(relative.find('/').unwrap_or(relative.len()));
        let path = rest.trim_start_matches('/');
        Address { stage, path: with_one_slash(rest, path), full_path: with_one_slash(whole, relative) }
    }
}

/// `bare` with one slash in front, taken out of `slashed` (which has any number of them) if possible.
fn with_one_slash<'a>(slashed: &'a str, bare: &'a str) -> Cow<'a, str> {
    match slashed.len() - bare.len() {
        0 => Cow::Owned(format!("/{bare}")),
        slashes => Cow::Borrowed(&slashed[slashes - 1..]),
    }
}
