//! Files in a folder of somebody else's choice. What this command wrote there is remembered by digest, and only such a file is replaced.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::File;
use crate::error::Error;

/// Remembers in the folder what was written: one line for each file, its digest before its name.
const MEMORY: &str = ".whiteboard-export";

/// Writes all files, or none if one of them is not this command's to replace.
pub(super) fn write(folder: &Path, files: &[File], replace: bool) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(Error::of_file(folder))?;
    let mut remembered = remembered(folder);
    if !replace {
        let theirs: Vec<&str> =
            files.iter().map(|file| file.name.as_str()).filter(|name| is_theirs(folder, name, &remembered)).collect();
        if !theirs.is_empty() {
            let what = format!(
                "In {} this command did not write, or somebody has changed since: {}. Nothing was written.",
                folder.display(),
                theirs.join(", ")
            );
            let next = "Name another folder, or have them replaced: cargo workbook whiteboard export FOLDER --replace";
            return Err(Error::new(what, next));
        }
    }
    for File { name, bytes } in files {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(Error::of_file(&path))?;
        remembered.insert(name.clone(), digest(bytes));
    }
    let memory = folder.join(MEMORY);
    let lines: String = remembered.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect();
    fs::write(&memory, lines).map_err(Error::of_file(&memory))
}

/// Whether there is a file of this name that is not as this command left it.
fn is_theirs(folder: &Path, name: &str, remembered: &BTreeMap<String, String>) -> bool {
    match fs::read(folder.join(name)) {
        Ok(bytes) => remembered.get(name) != Some(&digest(&bytes)),
        // What cannot be read is something, too.
        Err(why) => why.kind() != ErrorKind::NotFound,
    }
}

fn remembered(folder: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder.join(MEMORY)).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(digest, name)| (name.to_string(), digest.to_string())).collect()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> File {
        File { name: name.to_string(), bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn its_own_files_are_replaced_and_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("deep");
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        write(&folder, &[file("a.md", "one"), file("b.md", "one")], false).unwrap();
        write(&folder, &[file("a.md", "two"), file("b.md", "two")], false).unwrap();
        assert_eq!(read("a.md"), "two");
        fs::write(folder.join("b.md"), "my own words").unwrap();
        fs::write(folder.join("c.md"), "mine").unwrap();
        let all = [file("a.md", "three"), file("b.md", "three"), file("c.md", "three")];
        let refused = write(&folder, &all, false).unwrap_err().to_string();
        assert!(refused.contains("b.md, c.md. Nothing was written.") && refused.ends_with("--replace"), "{refused}");
        assert_eq!([read("a.md"), read("b.md")], ["two", "my own words"]);
        write(&folder, &all, true).unwrap();
        assert_eq!([read("b.md"), read("c.md")], ["three", "three"]);
        write(&folder, &[file("c.md", "four")], false).unwrap();
        write(&folder, &[file("a.md", "four")], false).unwrap();
    }
}
