//! The site's folder, read into objects.
//!
//! Everything below `static/` moves to `static/VERSION/`, where the version is a digest of all of it, and the pages are
//! rewritten to name the files there. Scripts and styles name each other relatively, so they stay as they are. Other files
//! keep their names. `config.json` is made: it tells the page where its API is, which differs from deployment to deployment.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::upload::Object;

/// The part of a folder whose files get a version.
const STATIC: &str = "static/";
/// The page that a site begins with.
const INDEX: &str = "index.html";
/// The digits of a version.
const DIGITS: usize = 16;

/// The objects that the files of `folder` become, in the order of their keys, for an API at `api`.
///
/// # Errors
/// A file that cannot be read, a page that is not text, or a folder without `index.html`.
pub fn objects(folder: &Path, api: &str) -> io::Result<Vec<Object>> {
    let mut objects = Vec::new();
    collect(folder, "", &mut objects)?;
    if !objects.iter().any(|object| object.key == INDEX) {
        let why = format!("{} has no {INDEX}: name the folder with the site's files", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, why));
    }
    objects.retain(|object| object.key != "config.json");
    objects.push(Object { key: "config.json".to_owned(), body: json!({ "api": api }).to_string().into_bytes() });
    objects.sort_by(|one, other| one.key.cmp(&other.key));
    versioned(objects)
}

fn collect(folder: &Path, prefix: &str, objects: &mut Vec<Object>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let key = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{key}/"), objects)?;
        } else {
            objects.push(Object { key, body: fs::read(entry.path())? });
        }
    }
    Ok(())
}

fn versioned(mut objects: Vec<Object>) -> io::Result<Vec<Object>> {
    let folder = format!("{STATIC}{}/", version(&objects));
    for object in &mut objects {
        if object.is_page() {
            let page = String::from_utf8(std::mem::take(&mut object.body))
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, format!("{} is not UTF-8", object.key)))?;
            object.body = page.replace(&format!("\"/{STATIC}"), &format!("\"/{folder}")).into_bytes();
        }
        if let Some(name) = object.key.strip_prefix(STATIC) {
            object.key = format!("{folder}{name}");
        }
    }
    Ok(objects)
}

/// A digest of everything below `static/`: another letter in any file is another version of all.
fn version(objects: &[Object]) -> String {
    let mut digest = Sha256::new();
    for object in objects.iter().filter(|object| object.key.starts_with(STATIC)) {
        // Lengths stand in front, so that no two sets of files read the same.
        for part in [object.key.as_bytes(), &object.body] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
    }
    let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    hex[..DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(script: &str) -> Vec<Object> {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("index.html", "<script type=\"module\" src=\"/static/deep/page.js\"></script>");
        write("static/deep/page.js", script);
        write("config.json", "an old one");
        write(".hidden", "");
        objects(folder.path(), "https://api.example/dev").unwrap()
    }

    fn keys(objects: &[Object]) -> Vec<&str> {
        objects.iter().map(|object| object.key.as_str()).collect()
    }

    #[test]
    fn pages_name_the_version_of_their_parts() {
        let objects = site("1");
        let script = objects.iter().find(|object| object.key.ends_with("page.js")).unwrap();
        let page = String::from_utf8(objects.iter().find(|object| object.is_page()).unwrap().body.clone()).unwrap();
        assert_eq!(page, format!("<script type=\"module\" src=\"/{}\"></script>", script.key));
        assert_eq!(objects[0].body, br#"{"api":"https://api.example/dev"}"#);
        assert_eq!(objects.len(), 3);
    }

    #[test]
    fn another_content_is_another_version_and_the_same_is_the_same() {
        assert_eq!(keys(&site("1")), keys(&site("1")));
        assert_ne!(keys(&site("1")), keys(&site("2")));
    }

    #[test]
    fn a_folder_without_a_first_page_is_not_a_site() {
        let folder = tempfile::tempdir().unwrap();
        assert!(objects(folder.path(), "").unwrap_err().to_string().contains("has no index.html"));
    }
}
