//! Which media types an API treats as binary (`BinaryMediaTypes`).
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html>

/// The type that a caller asks for: the first one of its `Accept` header. The others do not count, however they are
/// weighted, so an `<img>` that asks for `image/webp` first gets its PNG as base64 text.
pub(crate) fn first(accept: &str) -> &str {
    essence(accept.split(',').next().unwrap_or_default())
}

/// A media type without its parameters: `image/png` of `image/png; q=0.8`.
pub(crate) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Whether `media_type` is one of the API's binary ones. An entry is a type, or a type with a wildcard on the right
/// (`application/*`), or `*/*`. A wildcard on the left alone matches nothing, not even itself.
pub(crate) fn is_binary(media_type: &str, entries: &[String]) -> bool {
    entries.iter().any(|entry| match entry.split_once('/') {
        Some(("*", right)) => right == "*",
        Some((left, "*")) => media_type.split('/').next().is_some_and(|given| given.eq_ignore_ascii_case(left)),
        _ => entry.eq_ignore_ascii_case(media_type),
    })
}
