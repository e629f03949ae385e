//! Whose a folder is, and what of it is deleted.

use super::*;

/// What is in a folder, with the text of its files.
fn content(path: &Path) -> Vec<(String, Option<String>)> {
    let read = |name: String| (name.clone(), std::fs::read_to_string(path.join(name)).ok());
    entries(path).unwrap().into_iter().map(read).collect()
}

fn open(path: &Path) -> Result<Folder, FolderError> {
    Folder::open(Some(path))
}

#[test]
fn a_new_folder_is_marked_and_opened_again() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a/b");
    assert!(matches!((open(&folder).unwrap(), open(&folder)).1, Err(FolderError::InUse(_))));
    assert_eq!(entries(&folder).unwrap(), [LOCK, MARK]);
    // What the reader puts beside a board's files stays as it is.
    std::fs::write(folder.join("notes.txt"), "").unwrap();
    open(&folder).unwrap();
}

#[test]
fn a_foreign_folder_is_left_alone() {
    for name in ["thesis.txt", "lock", "running.json", "token", "tables.sqlite", MARK] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), "three years").unwrap();
        let before = content(folder.path());
        let said = [open(folder.path()).unwrap_err(), Folder::empty(folder.path()).unwrap_err()];
        assert!(
            said.iter().all(|error| matches!(error, FolderError::Foreign { stranger, .. } if stranger == name)),
            "{said:?}"
        );
        assert_eq!(content(folder.path()), before);
    }
}

#[test]
fn a_folder_of_a_board_from_before_the_mark_gets_one() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("lock", "");
    put("tables.sqlite", "SQLite format 3\0 and pages");
    put("running.json", "{}");
    std::fs::create_dir(folder.path().join("buckets")).unwrap();
    put("thesis.txt", "three years");
    assert!(matches!(open(folder.path()), Err(FolderError::Foreign { stranger, .. }) if stranger == "thesis.txt"));
    std::fs::remove_file(folder.path().join("thesis.txt")).unwrap();
    open(folder.path()).unwrap();
    assert!(folder.path().join(MARK).exists());
}

#[test]
fn another_versions_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(MARK), MARKED.replace('1', "2")).unwrap();
    assert!(matches!(open(folder.path()), Err(FolderError::OtherVersion(_))));
}

#[test]
fn a_marked_folder_is_emptied_of_what_a_board_puts_there() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap();
    for name in FILES.iter().filter(|name| **name != LOCK) {
        std::fs::write(folder.path().join(name), "old").unwrap();
    }
    for name in FOLDERS {
        std::fs::create_dir_all(folder.path().join(name).join("deep")).unwrap();
        std::fs::write(folder.path().join(name).join("deep/file"), "old").unwrap();
    }
    std::fs::write(folder.path().join("running.new"), "what a crash left").unwrap();
    std::fs::write(folder.path().join("thesis.txt"), "three years").unwrap();
    let before = content(folder.path());
    let refused = Folder::empty(folder.path()).unwrap_err();
    assert!(
        refused.to_string().contains("thesis.txt") && refused.to_string().contains("nothing is deleted"),
        "{refused}"
    );
    assert_eq!(content(folder.path()), before);
    std::fs::remove_file(folder.path().join("thesis.txt")).unwrap();
    Folder::empty(folder.path()).unwrap();
    assert_eq!(entries(folder.path()).unwrap(), [LOCK, MARK]);
}

#[test]
fn a_folder_in_use_is_not_emptied() {
    let folder = tempfile::tempdir().unwrap();
    let _running = open(folder.path()).unwrap();
    std::fs::write(folder.path().join("token"), "theirs").unwrap();
    assert!(matches!(Folder::empty(folder.path()), Err(FolderError::InUse(_))));
    assert!(folder.path().join("token").exists());
}

#[test]
fn nothing_is_made_for_a_folder_that_is_not_there() {
    let parent = tempfile::tempdir().unwrap();
    Folder::empty(&parent.path().join("none")).unwrap();
    assert_eq!(entries(parent.path()).unwrap(), Vec::<String>::new());
}

#[test]
fn a_file_in_the_place_of_the_folder_is_called_one() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    std::fs::write(&file, "text").unwrap();
    for path in [file.clone(), file.join("below")] {
        let said = open(&path).unwrap_err().to_string();
        assert!(said.contains("a file where a folder should be"), "{said}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "text");
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let parent = tempfile::tempdir().unwrap();
    let (folder, theirs, link) =
        (parent.path().join("folder"), parent.path().join("theirs"), parent.path().join("link"));
    open(&folder).unwrap();
    std::fs::create_dir(&theirs).unwrap();
    std::fs::write(theirs.join("photo"), "sea").unwrap();
    // A link to the folder is another name for it, and stays.
    symlink(&folder, &link).unwrap();
    std::fs::write(folder.join("token"), "old").unwrap();
    Folder::empty(&link).unwrap();
    assert!(link.is_symlink() && !folder.join("token").exists() && folder.join(MARK).exists());
    // One inside of it is nothing that a board makes.
    symlink(&theirs, folder.join("buckets")).unwrap();
    assert!(
        matches!(Folder::empty(&link), Err(FolderError::Misplaced { name, what: "a link", .. }) if name == "buckets")
    );
    assert!(matches!(open(&folder), Err(FolderError::Misplaced { name, what: "a link", .. }) if name == "buckets"));
    assert!(folder.join("buckets").is_symlink());
    std::fs::remove_file(folder.join("buckets")).unwrap();
    std::fs::remove_file(folder.join(LOCK)).unwrap();
    symlink(theirs.join("photo"), folder.join(LOCK)).unwrap();
    let said = open(&folder).unwrap_err().to_string();
    assert!(said.contains("is a link"), "{said}");
    // Below a folder that is deleted, a link is deleted and not what it leads to.
    std::fs::remove_file(folder.join(LOCK)).unwrap();
    std::fs::create_dir(folder.join("code")).unwrap();
    symlink(&theirs, folder.join("code/theirs")).unwrap();
    Folder::empty(&folder).unwrap();
    assert!(!folder.join("code").exists());
    assert_eq!(std::fs::read_to_string(theirs.join("photo")).unwrap(), "sea");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    // A superuser may write everywhere.
    if std::fs::write(folder.path().join("probe"), "").is_err() {
        let said = open(folder.path()).unwrap_err().to_string();
        assert!(said.contains("may not write"), "{said}");
    }
}

/// Also where a copy or an archive gave others rights.
#[cfg(unix)]
#[test]
fn a_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("board");
    drop(open(&folder).unwrap());
    assert_eq!(mode(&folder), 0o700);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    drop(open(&folder).unwrap());
    assert_eq!(mode(&folder), 0o700);
}
