//! Cargo builds the functions.
//!
//! One `cargo build` makes all of a stack's binaries, in the workspace's own target folder and profile, so nothing is
//! compiled twice. Cargo writes its progress and its errors to the terminal itself. A binary that is newer than everything
//! that its dep-info file lists is taken as it is: asking Cargo takes longer than the board takes to start.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::process::Command;
use tokio::sync::watch;

use super::{Code, Codes, Program, Uploads};
use crate::data_folder::read_bounded;
use crate::process_group::{self, Group};
use stack::{Function, is_binary_name};

/// More than any manifest has, in bytes.
const LONGEST_MANIFEST: u64 = 1_000_000;

/// Where and how the workspace builds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Workspace {
    /// The folder of the workspace's manifest.
    pub root: PathBuf,
    /// The folder in which Cargo leaves binaries, such as `target/debug`.
    pub binaries: PathBuf,
    /// Whether that is the release profile's folder.
    pub release: bool,
    /// Whether binaries that are there are taken as they are, because somebody else has Cargo build them.
    #[serde(default)]
    pub is_built: bool,
}

/// What one function is built from.
#[derive(Debug, Clone)]
struct Wanted {
    function: String,
    package: String,
    binary: String,
    folder: PathBuf,
    code: watch::Sender<Code>,
}

/// The build of a stack's functions.
#[derive(Debug)]
pub struct Build {
    workspace: Workspace,
    uploads: Uploads,
    wanted: Vec<Wanted>,
}

impl Workspace {
    /// The workspace that built the running program, whose sources lie in `root`.
    pub fn of_this_program(root: PathBuf) -> std::io::Result<Workspace> {
        let program = std::env::current_exe()?;
        let binaries = program.parent().map(Path::to_path_buf).unwrap_or_default();
        let release = binaries.file_name().is_some_and(|name| name == "release");
        Ok(Workspace { root, binaries, release, is_built: false })
    }

    /// Where Cargo leaves the executable of `binary`.
    pub fn executable(&self, binary: &str) -> PathBuf {
        self.binaries.join(format!("{binary}{}", std::env::consts::EXE_SUFFIX))
    }
}

impl Build {
    /// Plans the build of `functions` and says where each one's code will be announced. Binaries that are up to date are
    /// announced at once.
    pub fn plan(workspace: Workspace, functions: &[Function], uploads: Uploads) -> (Build, Codes) {
        let mut codes = Codes::new();
        let mut wanted = Vec::new();
        for function in functions {
            let package = package_name(&function.code);
            let package = package.and_then(|package| match &function.binary {
                Some(binary) if !is_binary_name(binary) => Err(format!("{binary:?} is not the name of a binary")),
                _ => Ok(package),
            });
            let first = match &package {
                Ok(_) => Code::Building,
                Err(why) => Code::Broken(format!("Function {}: {why}", function.name)),
            };
            let (code, receiver) = watch::channel(first);
            codes.insert(function.name.clone(), receiver);
            let Ok(package) = package else { continue };
            let binary = function.binary.clone().unwrap_or_else(|| package.clone());
            let path = workspace.executable(&binary);
            if workspace.is_built && path.is_file() || is_up_to_date(&workspace, &function.code, &path) {
                code.send_replace(Code::Ready(Program::at(uploads.take(&path))));
            } else {
                wanted.push(Wanted {
                    function: function.name.clone(),
                    package,
                    binary,
                    folder: function.code.clone(),
                    code,
                });
            }
        }
        (Build { workspace, uploads, wanted }, codes)
    }

    /// Whether there is nothing to compile.
    pub fn is_done(&self) -> bool {
        self.wanted.is_empty()
    }

    /// The binaries to compile, for the terminal.
    pub fn binaries(&self) -> Vec<&str> {
        self.wanted.iter().map(|wanted| wanted.binary.as_str()).collect()
    }

    /// Compiles what is missing and announces it. Cargo's own output goes to the terminal.
    pub async fn run(self) {
        if self.is_done() {
            return;
        }
        let (made, outcome) = match self.cargo().await {
            Ok(CargoRun { made, failed: false }) => (made, Ok(())),
            Ok(CargoRun { made, failed: true }) => {
                (made, Err("cargo build failed; its messages are above".to_string()))
            }
            Err(why) => (BTreeSet::new(), Err(why)),
        };
        for wanted in &self.wanted {
            let path = self.workspace.executable(&wanted.binary);
            let code = match &outcome {
                _ if made.contains(&wanted.binary) && path.is_file() => {
                    Code::Ready(Program::at(self.uploads.take(&path)))
                }
                Ok(()) => Code::Broken(format!(
                    "Package {} has no binary {}: correct Metadata.BuildProperties.Binary of function {} in the template.",
                    wanted.package, wanted.binary, wanted.function
                )),
                Err(why) => Code::Broken(format!(
                    "The code of function {} in {} does not build ({why}): repair it, then start the command again.",
                    wanted.function,
                    wanted.folder.display()
                )),
            };
            wanted.code.send_replace(code);
        }
    }

    /// Has Cargo make the binaries. One that does not compile keeps no other from being made, and is not taken for another.
    async fn cargo(&self) -> Result<CargoRun, String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(&cargo);
        command
            .arg("build")
            .current_dir(&self.workspace.root)
            .stdin(Stdio::null())
            // What is for the reader goes to standard error, as ever; what was made, to standard output.
            .args(["--keep-going", "--message-format", "json-render-diagnostics"])
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let packages: BTreeSet<&str> = self.wanted.iter().map(|wanted| wanted.package.as_str()).collect();
        command.args(packages.into_iter().flat_map(|package| ["--package", package]));
        command.args(self.wanted.iter().flat_map(|wanted| ["--bin", wanted.binary.as_str()]));
        if self.workspace.release {
            command.arg("--release");
        }
        // `cargo run` tells its child about the package that runs; build scripts would take that for a change of their own.
        let told_by_cargo = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told_by_cargo)) {
            command.env_remove(name);
        }
        process_group::lead(command.as_std_mut());
        let child = command.spawn().map_err(|error| format!("cargo cannot be started: {error}"))?;
        // Its compilers end with it. Without a mark: a compiler's cache that it leaves running is meant to stay.
        let _group = Group::led_by(child.id(), None);
        let output = child.wait_with_output().await.map_err(|error| format!("cargo did not end normally: {error}"))?;
        Ok(CargoRun { made: binaries(&output.stdout), failed: !output.status.success() })
    }
}

/// What a run of Cargo comes to.
struct CargoRun {
    /// The names of the binaries that are there now.
    made: BTreeSet<String>,
    failed: bool,
}

/// The binaries that Cargo's messages tell of.
///
/// <https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages>
fn binaries(messages: &[u8]) -> BTreeSet<String> {
    let lines = messages.split(|byte| *byte == b'\n');
    let artifacts = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let executables = artifacts.filter(|message| message["executable"].is_string());
    executables.filter_map(|message| message["target"]["name"].as_str().map(str::to_string)).collect()
}

/// The `name` of the package in `folder`.
fn package_name(folder: &Path) -> Result<String, String> {
    let manifest = folder.join("Cargo.toml");
    let text = read_bounded(&manifest, LONGEST_MANIFEST).map_err(|error| {
        format!("CodeUri must name a Cargo package, but {} cannot be read: {error}", manifest.display())
    })?;
    let value_of = |line: &str| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "name").then(|| value.trim().trim_matches('"').to_string())
    };
    let in_package =
        text.lines().skip_while(|line| line.trim() != "[package]").skip(1).take_while(|line| !line.starts_with('['));
    let name = in_package.filter_map(value_of).next();
    let name = name.ok_or_else(|| format!("{} has no package name", manifest.display()))?;
    if is_binary_name(&name) {
        return Ok(name);
    }
    Err(format!("{} has a package name with other than letters, digits, hyphens and underscores", manifest.display()))
}

/// Whether the executable is newer than all it was made from, as its dep-info file tells.
fn is_up_to_date(workspace: &Workspace, package: &Path, executable: &Path) -> bool {
    let Some(built) = modified(executable) else { return false };
    let Ok(dep_info) = std::fs::read_to_string(executable.with_extension("d")) else { return false };
    let Some((_, sources)) = dep_info.lines().next().and_then(|line| line.split_once(": ")) else { return false };
    let manifests = [workspace.root.join("Cargo.toml"), workspace.root.join("Cargo.lock"), package.join("Cargo.toml")];
    // Spaces inside of a path are escaped with a backslash.
    let sources = sources.replace("\\ ", "\0");
    let sources = sources.split(' ').filter(|path| !path.is_empty()).map(|path| PathBuf::from(path.replace('\0', " ")));
    sources.chain(manifests).all(|path| modified(&path).is_some_and(|changed| changed <= built))
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_given_names_and_no_options_or_paths() {
        let folder = tempfile::tempdir().unwrap();
        let named = |name: &str| {
            std::fs::write(folder.path().join("Cargo.toml"), format!("[package]\nname = \"{name}\"\n")).unwrap();
            package_name(folder.path())
        };
        assert_eq!(named("board"), Ok("board".to_string()));
        assert!(named("--config=x").unwrap_err().contains("has a package name with other than"));
        assert!(named("../other").is_err());
    }

    /// One package of three is wrong: the two others run, and only that one is blamed.
    #[tokio::test]
    async fn code_that_does_not_compile_is_nobody_elses_fault() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_path_buf();
        std::fs::write(root.join("Cargo.toml"), "[workspace]\nmembers = [\"*-lab\"]\nresolver = \"3\"\n").unwrap();
        let mut functions = Vec::new();
        for (name, code) in [("a-lab", "fn main() {}"), ("b-lab", "fn main( {"), ("c-lab", "fn main() {}")] {
            let package = root.join(name);
            std::fs::create_dir_all(package.join("src")).unwrap();
            std::fs::write(package.join("Cargo.toml"), format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n"))
                .unwrap();
            std::fs::write(package.join("src/main.rs"), code).unwrap();
            functions.push(Function { code: package, ..Function::named(name) });
        }
        let workspace =
            Workspace { binaries: root.join("target/debug"), root: root.clone(), release: false, is_built: false };
        let (build, codes) = Build::plan(workspace, &functions, Uploads::at(root.join("uploads")));
        assert_eq!(build.binaries(), ["a-lab", "b-lab", "c-lab"]);
        build.run().await;
        let is_ready = |name: &str| matches!(&*codes[name].borrow(), Code::Ready(_));
        assert!(is_ready("a-lab") && is_ready("c-lab"), "{codes:?}");
        let broken = super::super::broken(&codes).await;
        assert_eq!(broken.len(), 1, "{broken:?}");
        assert!(broken[0].contains("The code of function b-lab") && broken[0].contains("does not build"), "{broken:?}");
    }
}
