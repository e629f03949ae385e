//! The code of a drill in which the fault is in a function: the finished package of a lab, with what the learner changes in it.
//!
//! It is built in a workspace of its own under the target folder (`course::scratch`), with the repository's intermediate files: nothing
//! but the package itself is compiled again. Nothing is asked of a network.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use course::drills::{CLIENT, Drill, DrillFiles};
use course::lab::{Files, Lab};
use course::scratch::Scratch;
use local::process_group::{self, Group};
use local::programs::build::Workspace;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::error::Error;
use crate::output::note;

/// Code that was built.
#[derive(Debug)]
pub(super) struct BuiltCode {
    /// The folder of its package, with the template in it.
    pub(super) package: PathBuf,
    /// Where its program is.
    pub(super) workspace: Workspace,
    /// As long as this is held, nobody builds another program there.
    _scratch: Scratch,
}

/// What came of a build.
#[derive(Debug)]
pub(super) enum CodeBuild {
    /// There is a program.
    Built(Box<BuiltCode>),
    /// What the compiler says, with paths as they are in the drill's folder.
    Refused(String),
}

/// Builds `files` of a drill about code, in `target/drill-NN` or, for `purpose`, in `target/drill-NN-PURPOSE`.
///
/// # Errors
///
/// A file of the workbook's own that cannot be read or written, Cargo that cannot be run.
pub(super) async fn built(
    root: &Path,
    drill: &Drill,
    lab: &Lab,
    files: &DrillFiles,
    workspace: &Workspace,
    purpose: &str,
) -> Result<CodeBuild, Error> {
    let target = workspace.binaries.parent().unwrap_or(&workspace.binaries);
    let name = format!("drill-{}{purpose}", drill.number);
    let scratch = Scratch::called(&name, root, target).map_err(Error::of_file(&target.join(&name)))?;
    let package = scratch.package(lab);
    let mut put: Files = lab.solved();
    put.retain(|path, _| !path.starts_with("src/") || !path.ends_with(".rs"));
    let theirs = files.iter().filter(|(path, _)| *path != CLIENT);
    put.extend(theirs.map(|(path, text)| (path.clone(), text.clone().into_bytes())));
    scratch.put(lab, put).map_err(Error::of_file(&package))?;

    let mut cargo = scratch.cargo();
    cargo.args(["build", "--offline", "--color", "never", "-p", &lab.name()]);
    // One small package is built again and again, with a line or two changed: a third of the time with what Cargo keeps for that.
    cargo.env("CARGO_INCREMENTAL", "1");
    if workspace.release {
        cargo.arg("--release");
    }
    let said = run_to_the_end(cargo).await.map_err(Error::of_cargo)?;
    let of_package = format!("{}/", package.strip_prefix(scratch.folder()).unwrap_or(&package).display());
    Ok(match said {
        Some(said) => CodeBuild::Refused(said.replace(&of_package, "")),
        None => {
            let profile = if workspace.release { "release" } else { "debug" };
            let binaries = scratch.folder().join("out").join(profile);
            let root = scratch.folder().to_path_buf();
            let workspace = Workspace { root, binaries, release: workspace.release, is_built: true };
            CodeBuild::Built(Box::new(BuiltCode { package, workspace, _scratch: scratch }))
        }
    })
}

/// Runs Cargo, showing what it compiles. What it said, when it failed. It ends with this program, and so do its compilers.
async fn run_to_the_end(mut cargo: std::process::Command) -> std::io::Result<Option<String>> {
    process_group::lead(&mut cargo);
    let mut cargo = Command::from(cargo);
    let mut child =
        cargo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true).spawn()?;
    let _group = Group::led_by(child.id(), None);
    let mut said = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        let mut lines = BufReader::new(stderr).lines();
        while let Some(line) = lines.next_line().await? {
            match line.trim_start().split_once(' ') {
                Some(("Compiling" | "Blocking", _)) => note!("{line}"),
                Some(("Finished", _)) => {}
                _ => said.push(line),
            }
        }
    }
    // Before the first error stands what Cargo thinks of the workspace, which is not the learner's.
    let first = said.iter().position(|line| line.starts_with("error")).unwrap_or_default();
    Ok(if child.wait().await?.success() { None } else { Some(said[first..].join("\n")) })
}
