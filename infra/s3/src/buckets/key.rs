//! Which keys can be kept as files, and under which path.
//!
//! On S3 a key is any text: slashes in it mean nothing, and `..` is a name like others. Here objects are files, so a key becomes
//! a path in this one place, and only when the path means the same as the key: every part is a plain name, and none leads
//! elsewhere. A file system that takes `A` and `a` for one name keeps them as one object; no check here can tell.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use uuid::Uuid;

/// The longest key that S3 takes, in bytes.
pub(super) const LONGEST: usize = 1024;

/// The longest name of a file, in bytes, that all common file systems take.
const LONGEST_NAME: usize = 255;

/// Why a key cannot be kept as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unkept {
    /// It is longer than this many bytes.
    TooLong(usize),
    /// It has a part that cannot be a file's name.
    Part(&'static str),
}

/// The path of the object `key`, from the folder of its bucket.
pub(super) fn path(key: &str) -> Result<PathBuf, Unkept> {
    if key.len() > LONGEST {
        return Err(Unkept::TooLong(LONGEST));
    }
    // A slash at the end stands for a folder, which consoles make to show an empty one.
    let parts = key.strip_suffix('/').unwrap_or(key);
    let mut path = PathBuf::new();
    for part in parts.split('/') {
        if let Some(why) = is_not_a_name(part, cfg!(windows)) {
            return Err(Unkept::Part(why));
        }
        path.push(part);
    }
    Ok(path)
}

/// The longest key of `bucket`, in bytes, that can be put with all that is said of an object: the store keeps that in a file
/// whose name has bucket and key in it.
pub(super) fn longest(bucket: &str, upload: Option<Uuid>) -> usize {
    let taken = metadata_file(bucket, "", upload).len();
    // Base64 makes four characters of three bytes.
    (LONGEST_NAME.saturating_sub(taken) * 3 / 4).min(LONGEST)
}

/// The name of the store's file with an object's metadata, or with those of an upload in parts that is under way.
pub(super) fn metadata_file(bucket: &str, key: &str, upload: Option<Uuid>) -> String {
    let encoded = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let upload = upload.map(|id| format!(".upload-{id}")).unwrap_or_default();
    format!(".bucket-{}.object-{}{upload}.metadata.json", encoded(bucket), encoded(key))
}

/// The file of an object that is there.
pub(super) fn file(folder: &Path, bucket: &str, key: &str) -> Option<PathBuf> {
    // A file is never found under the name of a folder.
    if !s3s::path::check_bucket_name(bucket) || key.ends_with('/') {
        return None;
    }
    let file = folder.join(bucket).join(path(key).ok()?);
    file.is_file().then_some(file)
}

/// Why a part of a key cannot be the name of a file; `windows` takes less than the others.
fn is_not_a_name(part: &str, windows: bool) -> Option<&'static str> {
    match part {
        "" => return Some("a slash at its beginning, or two in a row"),
        "." | ".." => return Some("a part that is only dots"),
        _ if part.contains('\0') => return Some("a zero byte"),
        _ if part.len() > LONGEST_NAME => return Some("more than 255 bytes between two slashes"),
        _ => {}
    }
    if !windows {
        return None;
    }
    if part.contains(|c: char| c < ' ' || r#"\:*?"<>|"#.contains(c)) {
        return Some("a character that Windows has no file names with");
    }
    if part.ends_with(['.', ' ']) {
        return Some("a part that ends with a dot or a space, which Windows drops");
    }
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"));
    let device = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str())
        || numbered.is_some_and(|rest| rest.chars().count() == 1 && rest.contains(|c: char| c.is_numeric()));
    device.then_some("a part that is the name of a device on Windows")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_where_its_path_says_the_same() {
        for key in
            ["a", "a/b", "a/", ".hidden", "...", "..a", "a..", "%2e%2e", ".bucket-c2l0ZQ.metadata.json", "é/ü", "a b"]
        {
            assert_eq!(path(key).unwrap(), Path::new(key.trim_end_matches('/')), "{key}");
        }
        for key in
            ["", "/", "/a", "a//b", "a//", "//", ".", "..", "../b", "a/../b", "a/./b", "a/..", "./", "\0", "a/\0b"]
        {
            assert!(matches!(path(key), Err(Unkept::Part(_))), "{key:?}");
        }
    }

    #[test]
    fn windows_is_asked_for_names_that_only_it_refuses() {
        let refused = ["a\\b", "..\\b", "C:", "a:b", "a.", "a ", "nul", "CON.txt", "com1", "a\nb", "a*", "LPT³"];
        assert!(refused.iter().all(|part| is_not_a_name(part, true).is_some()));
        let taken = ["a", "console", "com", "com10", "null.txt", ".hidden", "a.b"];
        assert_eq!(taken.map(|part| is_not_a_name(part, true)), [None; 7]);
        #[cfg(unix)]
        assert_eq!(path("..\\b").unwrap().components().count(), 1, "one name, with a backslash in it");
    }

    #[test]
    fn a_name_or_a_key_can_be_too_long() {
        assert!(path(&format!("{}/{}", "a".repeat(255), "b".repeat(255))).is_ok());
        assert!(matches!(path(&"a".repeat(256)), Err(Unkept::Part(_))));
        assert!(path(&"a/".repeat(512)).is_ok());
        assert_eq!(path(&format!("{}b", "a/".repeat(512))), Err(Unkept::TooLong(LONGEST)));
    }

    #[test]
    fn the_longest_key_leaves_a_name_that_file_systems_take() {
        for bucket in ["abc", "site", &"b".repeat(63)] {
            for upload in [None, Some(Uuid::nil())] {
                let most = longest(bucket, upload);
                assert!(metadata_file(bucket, &"k".repeat(most), upload).len() <= LONGEST_NAME);
                assert!(metadata_file(bucket, &"k".repeat(most + 1), upload).len() > LONGEST_NAME);
            }
        }
    }
}
