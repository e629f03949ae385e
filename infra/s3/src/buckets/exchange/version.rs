//! The names of versions.
//!
//! A name has 32 digits. The first eight are drawn, the next 16 say where the version stands among all others, hidden under a hash of
//! the first, and the last eight are a checksum of the rest: a mistyped name is noticed, one made up on purpose is not. By such a name a
//! list goes on after a version that was deleted meanwhile, as happens to somebody who empties a bucket page by page.

use crate::buckets::authentication::sha256;

/// The name of the version that stands at `place`; `drawn` are eight digits.
pub(super) fn name(drawn: &str, place: i64) -> String {
    let unchecked = format!("{drawn}{:016x}", place.unsigned_abs() ^ mask(drawn));
    let checksum = &sha256(unchecked.as_bytes())[..8];
    format!("{unchecked}{checksum}")
}

/// Whether a version could be called so.
pub(super) fn is_version(name: &str) -> bool {
    let is_ours = || {
        let (unchecked, checksum) = name.split_at_checked(24)?;
        Some(sha256(unchecked.as_bytes()).starts_with(checksum) && checksum.len() == 8)
    };
    name == "null" || is_ours().unwrap_or(false)
}

/// Where the version called `name` stands, or stood.
pub(super) fn place(name: &str) -> Option<i64> {
    if !is_version(name) {
        return None;
    }
    let hidden = u64::from_str_radix(name.get(8..24)?, 16).ok()?;
    i64::try_from(hidden ^ mask(&name[..8])).ok()
}

fn mask(drawn: &str) -> u64 {
    u64::from_str_radix(&sha256(drawn.as_bytes())[..16], 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_where_its_version_stands_and_a_changed_digit_is_noticed() {
        for at in [1, 2, 4711, i64::MAX] {
            let name = name("0123abcd", at);
            assert_eq!((name.len(), is_version(&name), place(&name)), (32, true, Some(at)));
            let other = format!("{}{}", &name[..31], if name.ends_with('0') { '1' } else { '0' });
            assert_eq!((is_version(&other), place(&other)), (false, None));
        }
        for name in ["", "null", "x", "éééééééééééééééé"] {
            assert_eq!((is_version(name), place(name)), (name == "null", None), "{name}");
        }
    }
}
