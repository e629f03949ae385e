//! Files in a folder of somebody else's choice: the exported talk, the cards for Anki. What a command wrote there is remembered by digest,
//! and only such a file is replaced.
//!
//! Links are nobody's to follow: what a name leads to may be anywhere.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::Error;

/// A file that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name, without a folder.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Who exports, and what.
#[derive(Debug, Clone, Copy)]
pub struct Export {
    /// The command without its folder: `cargo workbook whiteboard export`.
    pub command: &'static str,
    /// What is exported, in a sentence: `the talk`.
    pub what: &'static str,
    /// The file that remembers in the folder what was written: one line for each file, its digest before its name.
    pub memory: &'static str,
}

/// Writes all files, or none if one of them is not this command's to replace.
///
/// # Errors
///
/// A folder or file that cannot be written, or must not be replaced.
pub fn write(export: &Export, folder: &Path, files: &[ExportedFile], replace: bool) -> Result<(), Error> {
    let Export { command, what, memory } = *export;
    if folder.exists() && !folder.is_dir() {
        let what = format!("{} is not a folder, and {what} is several files. Nothing was written.", folder.display());
        return Err(Error::new(what, format!("Name a folder: {command} FOLDER")));
    }
    fs::create_dir_all(folder).map_err(Error::of_file(folder))?;
    // No file takes the place of a folder, and none is written before that is known.
    let names = || files.iter().map(|file| file.name.as_str());
    let is_folder = |name: &&str| fs::symlink_metadata(folder.join(name)).is_ok_and(|found| found.is_dir());
    let folders: Vec<&str> = names().chain([memory]).filter(is_folder).collect();
    if !folders.is_empty() {
        let what = format!(
            "In {} there are folders with the names of files that this command writes: {}. Nothing was written.",
            folder.display(),
            folders.join(", ")
        );
        return Err(Error::new(what, format!("Name another folder: {command} FOLDER")));
    }
    let mut remembered = remembered(folder, memory);
    if !replace {
        let theirs: Vec<&str> = names().filter(|name| is_theirs(folder, name, &remembered)).collect();
        if !theirs.is_empty() {
            let what = format!(
                "In {} this command did not write, or somebody has changed since: {}. Nothing was written.",
                folder.display(),
                theirs.join(", ")
            );
            let next = format!("Name another folder, or have them replaced: {command} FOLDER --replace");
            return Err(Error::new(what, next));
        }
    }
    let written = files.iter().try_for_each(|ExportedFile { name, bytes }| {
        put(folder, name, bytes)?;
        remembered.insert(name.clone(), digest(bytes));
        Ok(())
    });
    // What was written before a disk was full is this command's, too.
    let lines: String = remembered.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect();
    written.and(put(folder, memory, lines.as_bytes()))
}

/// Puts a file in the place of whatever has its name, also of a link, and at once: nobody finds half of it.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let (path, new) = (folder.join(name), folder.join(format!(".{name}.new")));
    let put = || {
        match fs::remove_file(&new) {
            Err(why) if why.kind() != ErrorKind::NotFound => return Err(why),
            _ => {}
        }
        fs::File::create_new(&new)?.write_all(bytes)?;
        fs::rename(&new, &path)
    };
    put().inspect_err(|_| drop(fs::remove_file(&new))).map_err(Error::of_file(&path))
}

/// Whether there is a file of this name that is not as this command left it.
fn is_theirs(folder: &Path, name: &str, remembered: &BTreeMap<String, String>) -> bool {
    if fs::symlink_metadata(folder.join(name)).is_ok_and(|found| found.is_symlink()) {
        return true;
    }
    match fs::read(folder.join(name)) {
        Ok(bytes) => remembered.get(name) != Some(&digest(&bytes)),
        // What cannot be read is something, too.
        Err(why) => why.kind() != ErrorKind::NotFound,
    }
}

fn remembered(folder: &Path, memory: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder.join(memory)).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(digest, name)| (name.to_string(), digest.to_string())).collect()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALK: Export =
        Export { command: "cargo workbook whiteboard export", what: "the talk", memory: ".whiteboard-export" };

    fn write(folder: &Path, files: &[ExportedFile], replace: bool) -> Result<(), Error> {
        super::write(&TALK, folder, files, replace)
    }

    fn file(name: &str, text: &str) -> ExportedFile {
        ExportedFile { name: name.to_string(), bytes: text.as_bytes().to_vec() }
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
        // What was begun and not finished is in nobody's way.
        fs::write(folder.join(".c.md.new"), "half").unwrap();
        write(&folder, &[file("c.md", "four")], false).unwrap();
        write(&folder, &[file("a.md", "four")], false).unwrap();
        let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert!(!names.iter().any(|name| name.to_string_lossy().ends_with(".new")), "{names:?}");
    }

    #[test]
    fn a_file_is_not_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join("talk");
        fs::write(&theirs, "mine").unwrap();
        let refused = write(&theirs, &[file("a.md", "one")], true).unwrap_err().to_string();
        assert!(refused.contains("is not a folder") && refused.contains("export FOLDER"), "{refused}");
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, outside) = (folder.path().join("talk"), folder.path().join("outside"));
        fs::create_dir(&inside).unwrap();
        let link = inside.join("a.md");
        for is_there in [false, true] {
            std::os::unix::fs::symlink(&outside, &link).unwrap();
            if is_there {
                fs::write(&outside, "theirs").unwrap();
            }
            let refused = write(&inside, &[file("a.md", "one")], false).unwrap_err().to_string();
            assert!(refused.contains("a.md. Nothing was written."), "{refused}");
            // Replaced is the link, and not what it leads to.
            write(&inside, &[file("a.md", "one")], true).unwrap();
            assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read_to_string(&outside).ok().as_deref(), is_there.then_some("theirs"));
            fs::remove_file(&link).unwrap();
        }
    }

    #[test]
    fn what_was_written_before_a_failure_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        // What a file is written as first cannot be there: a folder has that name.
        fs::create_dir(folder.path().join(".b.md.new")).unwrap();
        assert!(write(folder.path(), &[file("a.md", "one"), file("b.md", "one")], true).is_err());
        assert!(!folder.path().join("b.md").exists());
        fs::remove_dir(folder.path().join(".b.md.new")).unwrap();
        write(folder.path(), &[file("a.md", "two"), file("b.md", "two")], false).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("a.md")).unwrap(), "two");
    }

    #[test]
    fn folders_that_have_the_names_of_files_are_named_before_anything_is_written() {
        for name in ["b.md", TALK.memory] {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join(name)).unwrap();
            for replace in [false, true] {
                let refused = write(folder.path(), &[file("a.md", "one"), file("b.md", "one")], replace).unwrap_err();
                let refused = refused.to_string();
                assert!(refused.contains(&format!("{name}. Nothing was written.")), "{refused}");
                assert!(refused.ends_with("export FOLDER"), "{refused}");
                assert!(!folder.path().join("a.md").exists());
            }
        }
    }
}
