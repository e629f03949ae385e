//! `cargo workbook whiteboard export`: what is in the folder afterwards, and whose files are left alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot run something has found its fault")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn export(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
    command.args(["whiteboard", "export"]).arg(folder).args(more).output().unwrap()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
    files.filter(|name| !name.starts_with('.')).collect()
}

#[test]
fn five_files_are_written_and_written_again_but_not_over_somebody_elses_changes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("talk");
    let said = export(&folder, &["--language", "ko"]);
    assert!(said.status.success(), "{said:?}");
    let wanted =
        ["board-5-ko.excalidraw", "board-5-ko.png", "board-5-ko.svg", "cue-sheet-5-ko.html", "speaker-notes-5-ko.md"];
    assert_eq!(names(&folder), wanted.map(str::to_string).into());
    for name in wanted {
        assert!(String::from_utf8_lossy(&said.stdout).contains(name), "{name} is not told");
    }
    let notes = folder.join("speaker-notes-5-ko.md");
    let (first, board) = (fs::read(&notes).unwrap(), fs::read(folder.join("board-5-ko.png")).unwrap());
    assert!(board.starts_with(b"\x89PNG\r\n"));
    assert!(export(&folder, &["--language", "ko"]).status.success(), "its own files are replaced");
    assert_eq!((fs::read(&notes).unwrap(), fs::read(folder.join("board-5-ko.png")).unwrap()), (first, board));

    fs::write(&notes, "my own words").unwrap();
    let refused = export(&folder, &["--language", "ko"]);
    assert!(!refused.status.success());
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("speaker-notes-5-ko.md. Nothing was written."),
        "{refused:?}"
    );
    assert_eq!(fs::read(&notes).unwrap(), b"my own words");
    // Another version has other files.
    assert!(export(&folder, &["--minutes", "15"]).status.success());
    assert!(export(&folder, &["--language", "ko", "--replace"]).status.success());
    assert_ne!(fs::read(&notes).unwrap(), b"my own words");
}
