//! What the learner's own clients must know: an access key, and the token of the local API. Drawn once for each data folder, and
//! kept there in files that only their owner may read.

use std::path::Path;

use super::BootError;
use crate::clock::Clock;
use crate::data_folder::{Folder, for_its_owner_alone, read_bounded, write_private};
use crate::endpoint::LocalToken;
use crate::iam::draw_credentials;
use crate::signature::Credentials;

/// The access key, in the form of AWS's own credentials file.
const CREDENTIALS: &str = "credentials";
/// The token of the local API.
const TOKEN: &str = "token";
/// More than either file ever holds, in bytes.
const LIMIT: u64 = 4096;

/// What the learner's own clients must know.
pub(super) struct LearnerKeys {
    pub(super) credentials: Credentials,
    pub(super) token: LocalToken,
}

impl LearnerKeys {
    /// The keys of `folder`; new ones where it has none.
    pub(super) fn of(folder: &Folder, clock: &Clock) -> Result<LearnerKeys, BootError> {
        let Some(path) = folder.kept() else {
            return Ok(LearnerKeys { credentials: draw_credentials(clock), token: LocalToken::new(clock.hex(64)) });
        };
        let unusable = |name: &str, why: String| BootError::Keys { file: path.join(name), why };
        if !path.join(CREDENTIALS).exists() {
            let Credentials { access_key_id, secret_access_key, .. } = draw_credentials(clock);
            let text = format!(
                "[default]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret_access_key}\n"
            );
            write_private(&path.join(CREDENTIALS), &text).map_err(|why| unusable(CREDENTIALS, why.to_string()))?;
        }
        if !path.join(TOKEN).exists() {
            write_private(&path.join(TOKEN), &clock.hex(64)).map_err(|why| unusable(TOKEN, why.to_string()))?;
        }
        for name in [CREDENTIALS, TOKEN] {
            for_its_owner_alone(&path.join(name)).map_err(|why| unusable(name, why.to_string()))?;
        }
        let credentials = read_credentials(path).map_err(|why| unusable(CREDENTIALS, why))?;
        let token = read_token(path).map_err(|why| unusable(TOKEN, why))?;
        Ok(LearnerKeys { credentials, token })
    }
}

/// The access key in the data folder `data`.
///
/// # Errors
///
/// What is wrong with the file.
pub fn read_credentials(data: &Path) -> Result<Credentials, String> {
    let text = read_bounded(&data.join(CREDENTIALS), LIMIT).map_err(|why| why.to_string())?;
    let value = |name: &str| {
        let mut pairs = text.lines().filter_map(|line| line.split_once('='));
        let (_, value) = pairs.find(|(key, _)| key.trim() == name)?;
        Some(value.trim().to_string()).filter(|value| !value.is_empty())
    };
    let missing = |name: &str| format!("it has no {name}");
    Ok(Credentials {
        access_key_id: value("aws_access_key_id").ok_or_else(|| missing("aws_access_key_id"))?,
        secret_access_key: value("aws_secret_access_key").ok_or_else(|| missing("aws_secret_access_key"))?,
        session_token: None,
    })
}

/// The local API's token in the data folder `data`.
///
/// # Errors
///
/// What is wrong with the file.
pub fn read_token(data: &Path) -> Result<LocalToken, String> {
    let text = read_bounded(&data.join(TOKEN), LIMIT).map_err(|why| why.to_string())?;
    match text.trim() {
        // A shorter one could be guessed.
        token if token.len() >= 32 => Ok(LocalToken::new(token)),
        _ => Err("it holds no token".to_string()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_drawn_once_and_read_by_their_owner_alone() {
        let data = tempfile::tempdir().unwrap();
        let folder = Folder::open(Some(data.path())).unwrap();
        let mode = |name: &str| std::fs::metadata(data.path().join(name)).unwrap().permissions().mode() & 0o777;
        let drawn = LearnerKeys::of(&folder, &Clock::real()).unwrap();
        assert_eq!([CREDENTIALS, TOKEN].map(mode), [0o600; 2]);
        // As a copy or an archive leaves them.
        for name in [CREDENTIALS, TOKEN] {
            std::fs::set_permissions(data.path().join(name), std::fs::Permissions::from_mode(0o644)).unwrap();
        }
        let kept = LearnerKeys::of(&folder, &Clock::real()).unwrap();
        assert!(kept.credentials == drawn.credentials && kept.token.authorization() == drawn.token.authorization());
        assert_eq!([CREDENTIALS, TOKEN].map(mode), [0o600; 2]);
    }
}
