//! The tokens with which a client asks for the next page of a list. They mean nothing to it, as AWS's mean nothing, and one that was
//! not given for this list is not taken: a client that mixes two up would otherwise miss entries without a word.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// How many bytes of a token say what it was given for.
const SEAL: usize = 8;

/// The token for the page of `list` that begins after `place`.
pub(super) fn given(list: &str, place: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode([&seal(list, place)[..], place.as_bytes()].concat())
}

/// The place in a token that was given for `list`; nothing where it was not.
pub(super) fn place(list: &str, token: &str) -> Option<String> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
    let (sealed, place) = bytes.split_at_checked(SEAL)?;
    let place = String::from_utf8(place.to_vec()).ok()?;
    (sealed == seal(list, &place)).then_some(place)
}

fn seal(list: &str, place: &str) -> [u8; SEAL] {
    let digest: [u8; 32] = Sha256::digest(format!("{list}\n{place}")).into();
    std::array::from_fn(|at| digest[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_the_list_that_it_was_given_for() {
        let token = given("ListQueues", "a/ü");
        assert_eq!(place("ListQueues", &token).as_deref(), Some("a/ü"));
        assert_eq!(place("ListMetrics", &token), None);
        for wrong in ["", "7", "garbage", "YWJjZGVmZ2hpamts", &token[1..]] {
            assert_eq!(place("ListQueues", wrong), None, "{wrong}");
        }
    }
}
