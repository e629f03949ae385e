//! A workspace of the linter's own, under the target folder: labs are built and judged there, never in `labs/`.
//!
//! It has the repository's manifest, lock file and Cargo configuration, and labs as members; `kit` and `local` are the
//! repository's own. Cargo's intermediate files go to the repository's target folder, so nothing that is already built there
//! is built again. Binaries stay here, so a wrong answer is never where a learner's lab is run. Cargo tells intermediate
//! files apart by package and version and not by workspace, so every workspace has a version of its own.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use toml::{Table, Value};

use crate::generation::replace;
use crate::lab::{Files, Lab, read_tree};
use crate::run::{self, Run};

/// The linter's workspace.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    root: PathBuf,
    target: PathBuf,
    /// What Cargo is told besides.
    environment: Vec<(String, OsString)>,
    /// Held for as long as the workspace is in use: two linters in one workspace would judge each other's labs.
    _alone: File,
}

impl Scratch {
    /// Makes the workspace `target/course` of the repository in `root`, or brings it up to date.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written, or a manifest that is not TOML.
    pub fn open(root: &Path, target: &Path) -> io::Result<Scratch> {
        Scratch::called("course", root, target)
    }

    /// As [`Scratch::open`], in `target/NAME`: what runs beside the linter has a workspace of its own.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written, or a manifest that is not TOML.
    pub fn called(name: &str, root: &Path, target: &Path) -> io::Result<Scratch> {
        let folder = target.join(name);
        fs::create_dir_all(&folder)?;
        let alone = File::create(folder.join("lock"))?;
        alone.lock()?;
        let mut files = Files::new();
        files.insert("Cargo.toml".to_string(), manifest(root, name)?.into_bytes());
        for copied in ["Cargo.lock", ".cargo/config.toml"] {
            files.insert(copied.to_string(), fs::read(root.join(copied))?);
        }
        for (path, bytes) in &files {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap_or(&folder))?;
            // Cargo leaves a shorter lock file behind; writing the whole one again costs nothing.
            if fs::read(&file).ok().as_ref() != Some(bytes) {
                fs::write(&file, bytes)?;
            }
        }
        Ok(Scratch {
            folder,
            root: root.to_path_buf(),
            target: target.to_path_buf(),
            environment: Vec::new(),
            _alone: alone,
        })
    }

    /// Sets a variable for every Cargo that runs here.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Scratch {
        self.environment.push((name.to_string(), value.into()));
        self
    }

    /// Puts `files` where the lab's package is, with the lab's own `tests/`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written.
    pub fn put(&self, lab: &Lab, mut files: Files) -> io::Result<()> {
        let tests = lab.folder().join("tests");
        if tests.is_dir() {
            files.extend(read_tree(&tests)?.into_iter().map(|(path, bytes)| (format!("tests/{path}"), bytes)));
        }
        replace(&self.package(lab), &files)
    }

    /// The folder of the lab's package here.
    pub fn package(&self, lab: &Lab) -> PathBuf {
        self.folder.join("labs").join(lab.name())
    }

    /// Builds the lab's package and runs its check, as `cargo test -p lab-NN` does.
    ///
    /// # Errors
    ///
    /// When Cargo cannot be run.
    pub fn check(&self, lab: &Lab, environment: &[(&str, &str)]) -> io::Result<Run> {
        let mut cargo = self.cargo();
        cargo
            .args(["test", "--offline", "--color", "never", "-p", &lab.name(), "--test", "check"])
            .envs(environment.iter().copied());
        Run::of(&mut cargo, |_| {})
    }

    /// Builds the lab's function and nothing else.
    ///
    /// # Errors
    ///
    /// What Cargo said, or that it cannot be run.
    pub fn build(&self, lab: &Lab) -> io::Result<()> {
        said(self.cargo().args(["build", "-q", "--offline", "--color", "never", "-p", &lab.name()])).map(drop)
    }

    /// Builds what `cargo test -p lab-NN` builds, does not run it, and gives what Cargo said: the compiler's warnings.
    ///
    /// # Errors
    ///
    /// What Cargo said, or that it cannot be run.
    pub fn build_check(&self, lab: &Lab) -> io::Result<String> {
        let built = ["test", "--no-run", "--offline", "--color", "never", "-p", &lab.name(), "--test", "check"];
        said(self.cargo().args(built))
    }

    /// Cargo in this workspace, with the repository's build products.
    pub fn cargo(&self) -> Command {
        let mut cargo = run::cargo();
        cargo.current_dir(&self.folder);
        cargo.env("CARGO_TARGET_DIR", self.folder.join("out")).env("CARGO_BUILD_BUILD_DIR", &self.target);
        cargo.envs(self.environment.iter().map(|(name, value)| (name, value)));
        cargo
    }

    /// Where Cargo leaves the lab's function here.
    pub fn binary(&self, lab: &Lab) -> PathBuf {
        self.folder.join("out").join("debug").join(format!("{}{}", lab.name(), std::env::consts::EXE_SUFFIX))
    }

    /// The workspace's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The repository's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

/// What `cargo` says where it succeeds.
fn said(cargo: &mut Command) -> io::Result<String> {
    let output = cargo.output()?;
    let said = String::from_utf8_lossy(&output.stderr).replace("\r\n", "\n");
    if output.status.success() { Ok(said) } else { Err(io::Error::other(said.trim_end().to_string())) }
}

/// The repository's manifest with labs as its only members, their version marked with `name`, and its own crates where they are.
fn manifest(root: &Path, name: &str) -> io::Result<String> {
    let text = fs::read_to_string(root.join("Cargo.toml"))?;
    let mut manifest: Table = text.parse().map_err(io::Error::other)?;
    let Some(workspace) = manifest.get_mut("workspace").and_then(Value::as_table_mut) else {
        return Err(io::Error::other("Cargo.toml has no [workspace]"));
    };
    workspace.insert("members".to_string(), Value::Array(vec!["labs/*".into()]));
    workspace.remove("default-members");
    // Without it, Cargo would take one workspace's lab for another's whenever that was built last.
    if let Some(version) = workspace.get_mut("package").and_then(|package| package.get_mut("version")) {
        *version = format!("{}+{name}", version.as_str().unwrap_or_default()).into();
    }
    let mut ours = Vec::new();
    for (name, dependency) in workspace.get_mut("dependencies").and_then(Value::as_table_mut).into_iter().flatten() {
        let Some(path) = dependency.get_mut("path") else { continue };
        let absolute = root.join(path.as_str().unwrap_or_default());
        // This crate makes labs; none is built on it.
        let is_built_on = name != "course"
            && ["infra/", "solutions/"].iter().any(|folder| path.as_str().unwrap_or_default().starts_with(folder));
        *path = absolute.to_string_lossy().into_owned().into();
        if is_built_on {
            let package = dependency.get("package").and_then(Value::as_str).unwrap_or(name);
            ours.push(package.to_string());
        }
    }
    share_profile(&mut manifest, &ours);
    toml::to_string(&manifest).map_err(io::Error::other)
}

/// The crates that labs and checks use are not members here, but must be built as the repository builds them, or they are built
/// twice.
fn share_profile(manifest: &mut Table, ours: &[String]) {
    let dev = manifest.get_mut("profile").and_then(|profile| profile.get_mut("dev")).and_then(Value::as_table_mut);
    let Some(dev) = dev else { return };
    let debug = dev.get("debug").cloned().unwrap_or(true.into());
    let Some(packages) = dev.get_mut("package").and_then(Value::as_table_mut) else { return };
    for name in ours {
        let mut profile = Table::new();
        profile.insert("debug".to_string(), debug.clone());
        packages.entry(name.clone()).or_insert(Value::Table(profile));
    }
}
