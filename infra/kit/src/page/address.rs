//! Addresses as a page writes them, made whole: `api.js`, `/config.json`, `[object Object]`.
//!
//! <https://url.spec.whatwg.org/> in small: what begins with a scheme is whole already, everything else is relative.

/// `address` as seen from `base`; `None` where that gives no address. An empty base stands for none.
pub(super) fn resolved(address: &str, base: &str) -> Option<String> {
    let address = address.trim();
    if scheme(address).is_some() {
        return Some(escaped(address));
    }
    let origin = origin(base)?;
    let path = base[origin.len()..].split(['?', '#']).next().unwrap_or_default();
    let whole = match address {
        "" => base.to_string(),
        _ if address.starts_with("//") => format!("{}:{address}", scheme(base)?),
        _ if address.starts_with('/') => format!("{origin}{}", flattened(address)),
        _ if address.starts_with(['?', '#']) => format!("{origin}{path}{address}"),
        _ => {
            let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
            format!("{origin}{}", flattened(&format!("{folder}{address}")))
        }
    };
    Some(escaped(&whole))
}

/// `http` of `http://a/b`; nothing for what has none.
pub(super) fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let letters = scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    (letters && scheme.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(scheme)
}

/// `http://a:1` of `http://a:1/b`, what two pages must share to be of one origin.
pub(super) fn origin(address: &str) -> Option<&str> {
    let start = address.find("://")? + 3;
    let end = address[start..].find(['/', '?', '#']).map_or(address.len(), |at| start + at);
    (end > start).then(|| &address[..end])
}

/// Takes `.` and `..` out of a path; the query stays as it is.
fn flattened(target: &str) -> String {
    let (path, rest) = target.find(['?', '#']).map_or((target, ""), |at| target.split_at(at));
    let mut parts: Vec<&str> = Vec::new();
    let last = path.rsplit('/').next().unwrap_or_default();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if matches!(last, "." | "..") {
        parts.push("");
    }
    format!("/{}{rest}", parts.join("/"))
}

/// What cannot stand in an address is written in hexadecimal: blanks, quotes, angle brackets, everything beyond ASCII.
fn escaped(address: &str) -> String {
    let escape = |byte: u8| match byte {
        b' ' | b'"' | b'<' | b'>' | 0..=0x1f | 0x7f.. => format!("%{byte:02X}"),
        byte => char::from(byte).to_string(),
    };
    address.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_seen_from_where_the_page_is() {
        let base = "http://h:1/static/page.js?v=2";
        for (address, whole) in [
            ("./api.js", "http://h:1/static/api.js"),
            ("../a/b", "http://h:1/a/b"),
            ("/config.json", "http://h:1/config.json"),
            ("https://x/y z", "https://x/y%20z"),
            ("//x/y", "http://x/y"),
            ("?q", "http://h:1/static/page.js?q"),
            ("[object Object]", "http://h:1/static/[object%20Object]"),
        ] {
            assert_eq!(resolved(address, base).as_deref(), Some(whole), "{address}");
        }
        assert_eq!(resolved("api.js", ""), None);
    }

    #[test]
    fn an_origin_ends_before_the_path() {
        assert_eq!(origin("http://h:1/a?b"), Some("http://h:1"));
        assert_eq!(origin("file:///C:/a"), None);
        assert_eq!(scheme("C:\\a"), Some("C"));
        assert_eq!(scheme("/a:b"), None);
    }
}
