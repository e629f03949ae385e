//! `watch`: save, and see. The check runs at every change of the lab's files, until Ctrl-C.
//!
//! Files are looked at ten times a second: that costs nothing for a folder of this size and works alike everywhere, also in
//! folders that a system shares with a container.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use course::lab::Lab;

use crate::check::render;
use crate::error::Error;
use crate::learner::{all, chosen, verdict};
use crate::output::say;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(100);

/// Checks the lab now and at every change. Returns when Ctrl-C was pressed.
///
/// # Errors
///
/// A lab that there is not, Cargo that cannot be run.
pub async fn run(root: &Path, number: Option<&str>) -> Result<(), Error> {
    let labs = all(root)?;
    let lab = chosen(&labs, number)?;
    say!("Watching labs/{}. Save a file to check it; Ctrl-C stops.", lab.name());
    let watched = async {
        loop {
            let seen = snapshot(&lab.folder());
            say!("\nchecking lab {} …", lab.number);
            let verdict = {
                let lab = lab.clone();
                tokio::task::spawn_blocking(move || verdict::verdict(&lab)).await
            };
            let run = verdict.map_err(|why| Error::of_file(&lab.folder())(std::io::Error::other(why)))??;
            // What was saved meanwhile is not what this verdict is about.
            if snapshot(&lab.folder()) == seen {
                say!("{}", render(&labs, &lab, &run, false));
                changed(&lab, seen).await;
            }
        }
    };
    tokio::select! {
        ended = watched => ended,
        _ = tokio::signal::ctrl_c() => {
            say!("\nStopped. See all labs: cargo workbook status");
            Ok(())
        }
    }
}

/// Comes back once the lab's files are others than `seen`, and no longer change.
async fn changed(lab: &Lab, seen: Snapshot) {
    let mut last = seen.clone();
    loop {
        tokio::time::sleep(EVERY).await;
        let now = snapshot(&lab.folder());
        // An editor may write a file in several goes.
        if now != seen && now == last {
            return;
        }
        last = now;
    }
}

/// Size and time of every file.
type Snapshot = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// The files of a lab as they are, hidden ones and build output aside.
fn snapshot(folder: &Path) -> Snapshot {
    let mut files = Snapshot::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        // A folder that goes away while it is read is a change like any other.
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Ok(metadata) = entry.metadata() else { continue };
            if name.to_string_lossy().starts_with('.') || name == "target" {
                continue;
            }
            if metadata.is_dir() {
                waiting.push(entry.path());
            } else {
                files.insert(entry.path(), (metadata.len(), metadata.modified().ok()));
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_a_file_is_seen_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src").join("main.rs"), "a").unwrap();
        let first = snapshot(folder.path());
        assert_eq!(first.len(), 1);
        fs::write(folder.path().join(".main.rs.swp"), "an editor's own").unwrap();
        assert_eq!(snapshot(folder.path()), first);
        fs::write(folder.path().join("src").join("main.rs"), "ab").unwrap();
        let second = snapshot(folder.path());
        assert_ne!(second, first);
        fs::write(folder.path().join("src").join("own.rs"), "").unwrap();
        assert_ne!(snapshot(folder.path()), second);
    }
}
