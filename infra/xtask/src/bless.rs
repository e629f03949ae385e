//! `bless`: answer keys, made from what the solutions answer, and their seals; also what other tests compare with.
//!
//! A solution's check runs with the kit's `bless` feature and writes its snapshots into a fresh folder; only when all of it
//! has passed do they replace the lab's. So a snapshot that no check asks for any more disappears, and a solution that is
//! broken changes nothing. The digests of all snapshots then become the table that is compiled into the kit.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use course::lab::{Lab, read_tree};

/// Why nothing was blessed.
#[derive(Debug, thiserror::Error)]
pub enum BlessError {
    /// The check of a solution failed.
    #[error(
        "The check of {0} failed, so its answer key stays as it is. Mend the solution or the check, then run the same command again."
    )]
    Red(String),
    /// The linter failed for another reason than its messages.
    #[error("The course linter failed even so. Its output above says where.")]
    Linter,
    /// A mutant survives that nobody has excused.
    #[error(
        "Mutants survive, or could not be judged. The output above names them: mend the check, or say in tests/wrong-answers/lab-NN.mutants.toml why the mutant may survive, then run the same command again."
    )]
    Survivors,
    /// A case could not be blessed: a good template is refused, or a bad one accepted.
    #[error(
        "A case failed even so. The output above names it: mend the template or its reader, then run the same command again."
    )]
    Cases,
    /// Cargo cannot be run.
    #[error("cargo cannot be run: {0}. Run this command through cargo: cargo xtask bless")]
    NoCargo(io::Error),
    /// A file cannot be read or written.
    #[error("{}: {why}. Make sure that the file can be written, then run the same command again.", path.display())]
    Failed {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        why: io::Error,
    },
}

/// Makes and seals the answer keys of `labs`, and says what changed.
pub(super) fn answer_keys(root: &Path, labs: &[Lab]) -> Result<(), BlessError> {
    for lab in labs {
        let solution = format!("solution-{}", lab.number);
        let fresh = root.join("target").join("bless").join(lab.name());
        empty(&fresh)?;
        let mut check = cargo(root);
        check.args(["test", "-p", &solution, "--test", "check", "--features", "kit/bless"]);
        check.env("KIT_BLESS", &fresh).env_remove("KIT_FUNCTION");
        if !check.status().map_err(BlessError::NoCargo)?.success() {
            return Err(BlessError::Red(solution));
        }
        let kept = lab.folder().join("tests").join("snapshots");
        for line in replaced(&snapshots(&fresh)?, &kept)? {
            println!("{}: {line}", lab.name());
        }
    }
    seal(root)
}

/// Runs the course linter on `labs` so that it keeps the messages it meets.
pub(super) fn messages(root: &Path, labs: &[Lab]) -> Result<(), BlessError> {
    let numbers: Vec<&str> = labs.iter().map(|lab| lab.number.as_str()).collect();
    let mut linter = cargo(root);
    linter.args(["test", "-p", "course-linter", "--test", "linter"]).env("COURSE_LABS", numbers.join(","));
    let status = linter.status().map_err(BlessError::NoCargo)?;
    if status.success() { Ok(()) } else { Err(BlessError::Linter) }
}

/// Has the checks of `labs` judge every mutant of their solutions, and keeps the outcome.
pub(super) fn mutants(root: &Path, labs: &[Lab]) -> Result<(), BlessError> {
    let numbers: Vec<&str> = labs.iter().map(|lab| lab.number.as_str()).collect();
    let mut linter = course::run::cargo();
    linter.current_dir(root).args([
        "test",
        "-p",
        "course-linter",
        "--test",
        "linter",
        "--",
        "--ignored",
        "--exact",
        "--nocapture",
    ]);
    linter.arg("mutants::mutants_are_judged").env("COURSE_LABS", numbers.join(","));
    let status = linter.status().map_err(BlessError::NoCargo)?;
    if status.success() { Ok(()) } else { Err(BlessError::Survivors) }
}

/// Runs the tests of templates so that they write what their cases are expected to give, and says what changed.
pub(super) fn templates(root: &Path) -> Result<(), BlessError> {
    let cases = root.join("infra").join("cloudformation").join("src").join("cases");
    let before = read_tree(&cases).map_err(failed(&cases))?;
    let mut tests = cargo(root);
    tests.args(["test", "-p", "cloudformation", "--lib", "tests::a_"]);
    let status = tests.status().map_err(BlessError::NoCargo)?;
    let after = read_tree(&cases).map_err(failed(&cases))?;
    let changed: Vec<&String> =
        after.iter().filter(|(name, bytes)| before.get(*name) != Some(*bytes)).map(|(name, _)| name).collect();
    for name in &changed {
        println!("{name} ({})", if before.contains_key(*name) { "changed" } else { "new" });
    }
    if changed.is_empty() {
        println!("the cases are unchanged");
    }
    if status.success() { Ok(()) } else { Err(BlessError::Cases) }
}

/// Cargo with the one switch set that the workspace's configuration forces off for everybody else.
fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(program);
    cargo.current_dir(root).args(["--config", "env.INSTA_UPDATE.value='always'"]);
    cargo
}

/// Brings the folder `kept` to hold exactly `fresh`, and says in a line each what that changed.
fn replaced(fresh: &BTreeMap<String, String>, kept: &Path) -> Result<Vec<String>, BlessError> {
    fs::create_dir_all(kept).map_err(failed(kept))?;
    let before = snapshots(kept)?;
    let mut lines = Vec::new();
    for (name, text) in fresh {
        let how = match before.get(name) {
            Some(old) if old.replace("\r\n", "\n") == *text => continue,
            Some(_) => "changed",
            None => "new",
        };
        let file = kept.join(name);
        fs::write(&file, text).map_err(failed(&file))?;
        lines.push(format!("{name} ({how})"));
    }
    for name in before.keys().filter(|name| !fresh.contains_key(*name)) {
        let file = kept.join(name);
        fs::remove_file(&file).map_err(failed(&file))?;
        lines.push(format!("{name} (removed: no check asks for it)"));
    }
    if lines.is_empty() {
        lines.push(format!("{} snapshots, none changed", fresh.len()));
    }
    Ok(lines)
}

/// Writes the digest of every lab's every snapshot into the kit.
fn seal(root: &Path) -> Result<(), BlessError> {
    let labs = root.join("labs");
    let mut table = String::new();
    let mut folders: Vec<_> = fs::read_dir(&labs).map_err(failed(&labs))?.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    for folder in folders {
        let kept = folder.join("tests").join("snapshots");
        let lab = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if kept.is_dir() {
            for (name, text) in snapshots(&kept)? {
                table.push_str(&format!("{lab}/{} {}\n", name.trim_end_matches(".snap"), kit::seal::digest(&text)));
            }
        }
    }
    let file = root.join("infra").join("kit").join("src").join("seal").join("digests.txt");
    if fs::read_to_string(&file).is_ok_and(|before| before == table) {
        println!("the seal is unchanged");
        return Ok(());
    }
    fs::write(&file, table).map_err(failed(&file))?;
    println!("sealed in infra/kit/src/seal/digests.txt");
    Ok(())
}

/// The `.snap` files in a folder, by name.
fn snapshots(folder: &Path) -> Result<BTreeMap<String, String>, BlessError> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".snap") {
            found.insert(name, fs::read_to_string(entry.path()).map_err(failed(&entry.path()))?);
        }
    }
    Ok(found)
}

fn empty(folder: &Path) -> Result<(), BlessError> {
    match fs::remove_dir_all(folder) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(failed(folder)(why)),
        _ => {}
    }
    fs::create_dir_all(folder).map_err(failed(folder))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> BlessError {
    let path = path.to_path_buf();
    move |why| BlessError::Failed { path, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_snapshots_become_exactly_the_fresh_ones() {
        let kept = tempfile::tempdir().unwrap();
        for (name, text) in [("same.snap", "a\r\n"), ("old.snap", "b\n"), ("gone.snap", "c\n")] {
            fs::write(kept.path().join(name), text).unwrap();
        }
        let fresh = [("same.snap", "a\n"), ("old.snap", "B\n"), ("new.snap", "d\n")];
        let fresh = fresh.map(|(name, text)| (name.to_string(), text.to_string())).into();
        let lines = replaced(&fresh, kept.path()).unwrap();
        assert_eq!(lines, ["new.snap (new)", "old.snap (changed)", "gone.snap (removed: no check asks for it)"]);
        assert_eq!(snapshots(kept.path()).unwrap().keys().collect::<Vec<_>>(), ["new.snap", "old.snap", "same.snap"]);
        assert_eq!(replaced(&fresh, kept.path()).unwrap(), ["3 snapshots, none changed"]);
    }
}
