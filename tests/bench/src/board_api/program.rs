//! The programs that do the same work: what each is started with, and what it would be uploaded as.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use zip::write::SimpleFileOptions;

use super::lambda::{CannedTable, RuntimeApi};
use crate::{built, machine};

/// A program, and how to start it.
#[derive(Debug)]
pub(crate) struct Program {
    /// As it is shown.
    pub(crate) name: &'static str,
    pub(crate) executable: PathBuf,
    arguments: Vec<PathBuf>,
    /// What of its environment is its own.
    environment: Vec<(&'static str, String)>,
    /// What is uploaded, by the names in the zip.
    upload: Vec<(&'static str, PathBuf)>,
    /// Its versions, for the reader.
    pub(crate) versions: String,
}

/// A program that runs. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Running {
    process: Child,
    pub(crate) spawned: Instant,
    pub(crate) runtime_api: RuntimeApi,
    pub(crate) table: CannedTable,
}

impl Running {
    /// Its resident memory in MB.
    pub(crate) fn resident(&self) -> Option<f64> {
        machine::resident(self.process.id())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The only error is that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where what is built or installed for the comparison lies.
fn folder() -> PathBuf {
    journeys::root().join("target").join("bench")
}

/// A file of the comparison's own.
fn source(name: &str) -> PathBuf {
    journeys::root().join("tests/bench/programs").join(name)
}

impl Program {
    /// The board's function as `sam build` makes it: the release profile, stripped.
    pub(crate) fn board_api() -> Result<Program, String> {
        let executable = built::program("solution-05", &["--release"])?;
        let versions = machine::version("rustc", &["--version"]).unwrap_or_default();
        let upload = vec![("bootstrap", executable.clone())];
        Ok(Program {
            name: super::BOARD_API,
            executable,
            arguments: Vec::new(),
            environment: Vec::new(),
            upload,
            versions,
        })
    }

    /// The floor, which replays what is in `recorded`.
    pub(crate) fn in_c(recorded: &Path) -> Result<Program, String> {
        fs::create_dir_all(folder()).map_err(|why| why.to_string())?;
        let executable = folder().join("board-c");
        let compiled = Command::new("cc").args(["-O2", "-o"]).arg(&executable).arg(source("board.c")).output();
        let compiled = compiled.map_err(|_| "no C compiler here: install cc".to_string())?;
        if !compiled.status.success() {
            return Err(format!("cc: {}", String::from_utf8_lossy(&compiled.stderr)));
        }
        let upload = vec![("bootstrap", executable.clone())];
        let versions = machine::version("cc", &["--version"]).unwrap_or_default();
        let arguments = vec![recorded.to_path_buf()];
        Ok(Program { name: super::C, executable, arguments, environment: Vec::new(), upload, versions })
    }

    /// The notes' way: Node with AWS's SDK for it, which Lambda's runtime brings along.
    pub(crate) fn node_with_sdk() -> Result<Program, String> {
        let home = folder().join("node");
        fs::create_dir_all(&home).map_err(|why| why.to_string())?;
        for name in ["package.json", "package-lock.json"] {
            let from = journeys::root().join("tests/notes-js").join(name);
            fs::copy(&from, home.join(name)).map_err(|why| format!("{}: {why}", from.display()))?;
        }
        let sdk = home.join("node_modules/@aws-sdk/client-dynamodb/package.json");
        if !sdk.is_file() {
            let install =
                Command::new("npm").args(["ci", "--silent", "--ignore-scripts", "--prefix"]).arg(&home).output();
            let installed = install.map_err(|_| "no npm here to install AWS's SDK with".to_string())?;
            if !installed.status.success() {
                return Err(format!("npm could not install AWS's SDK: {}", String::from_utf8_lossy(&installed.stderr)));
            }
        }
        let manifest = fs::read_to_string(&sdk).map_err(|why| format!("{}: {why}", sdk.display()))?;
        let manifest: serde_json::Value = serde_json::from_str(&manifest).map_err(|why| why.to_string())?;
        let sdk = format!("@aws-sdk/client-dynamodb {}", manifest["version"].as_str().unwrap_or("of unknown version"));
        node(super::NODE, "sdk", Some(home), &sdk)
    }

    /// Node alone.
    pub(crate) fn node_alone() -> Result<Program, String> {
        node(super::NODE_ALONE, "plain", None, "no SDK, unsigned")
    }

    /// Python with AWS's SDK for it, which Lambda's runtime brings along.
    pub(crate) fn python() -> Result<Program, String> {
        let own = journeys::root().join("target/ci/clients/bin/python");
        let executable = if own.is_file() { own } else { PathBuf::from("python3") };
        let say =
            "import sys, boto3; print(sys.executable, 'Python', sys.version.split()[0] + ', boto3', boto3.__version__)";
        let said = machine::version(&executable.display().to_string(), &["-c", say])
            .ok_or("no Python with boto3 here: .ci/run clients installs one, or pip install boto3")?;
        // What is on the path may be a script that looks for the interpreter.
        let (executable, versions) = said.split_once(' ').ok_or("Python does not say where it is")?;
        let (executable, versions) = (PathBuf::from(executable), versions.to_string());
        let upload = vec![("board.py", source("board.py"))];
        let arguments = vec![source("board.py")];
        Ok(Program { name: super::PYTHON, executable, arguments, environment: Vec::new(), upload, versions })
    }

    /// Starts it as Lambda would, before any event.
    pub(crate) fn start(&self) -> Result<Running, String> {
        let told = |why: io::Error| format!("{}: {why}", self.name);
        let (runtime_api, table) = (RuntimeApi::start().map_err(told)?, CannedTable::start().map_err(told)?);
        let mut command = Command::new(&self.executable);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        command.env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("AWS_LAMBDA_RUNTIME_API", runtime_api.address()).env("AWS_ENDPOINT_URL", table.url());
        command.envs([
            ("PATH", "/usr/local/bin:/usr/bin/:/bin"),
            ("LANG", "en_US.UTF-8"),
            ("TZ", ":UTC"),
            ("AWS_REGION", "ap-northeast-2"),
            ("AWS_DEFAULT_REGION", "ap-northeast-2"),
            ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            (
                "AWS_SESSION_TOKEN",
                "IQoJb3JpZ2luX2IQoJb3JpZ2luX2IQoJb3JpZ2luX2IQoJb3JpZ2luX2IQoJb3JpZ2luX2IQoJb3JpZVERYLONGSTRING",
            ),
            ("AWS_LAMBDA_FUNCTION_NAME", "board-api"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/board-api"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/30/[$LATEST]0123456789abcdef0123456789abcdef"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
            ("_HANDLER", "bootstrap"),
            ("TABLE_NAME", "board"),
            ("ALLOWED_ORIGINS", "https://board.example.com"),
        ]);
        let spawned = Instant::now();
        let process = command.spawn().map_err(told)?;
        Ok(Running { process, spawned, runtime_api, table })
    }

    /// The size of what is uploaded, in MB.
    pub(crate) fn zipped(&self) -> Result<f64, String> {
        let file = tempfile::tempfile().map_err(|why| why.to_string())?;
        let length = zip(file, &self.upload).map_err(|why| format!("{}: {why}", self.name))?;
        Ok(length as f64 / 1_000_000.0)
    }
}

fn node(name: &'static str, client: &str, home: Option<PathBuf>, with: &str) -> Result<Program, String> {
    let say = ["-p", "process.execPath + ' Node ' + process.version"];
    let said = machine::version("node", &say).ok_or("no Node here")?;
    let (executable, version) = said.split_once(' ').ok_or("Node does not say where it is")?;
    let files = ["board.mjs", "table-sdk.mjs", "table-plain.mjs"];
    let table = if client == "sdk" { files[1] } else { files[2] };
    let handler = match home {
        // Node looks for packages beside the file that asks for them.
        Some(home) => {
            for file in files {
                fs::copy(source(file), home.join(file)).map_err(|why| format!("{file}: {why}"))?;
            }
            home.join(files[0])
        }
        None => source(files[0]),
    };
    Ok(Program {
        name,
        executable: PathBuf::from(executable),
        arguments: vec![journeys::root().join("tests/notes-js/runtime.mjs"), handler],
        environment: vec![("TABLE_CLIENT", client.to_string()), ("NODE_NO_WARNINGS", "1".to_string())],
        upload: vec![(files[0], source(files[0])), (table, source(table))],
        versions: format!("{version}, {with}"),
    })
}

/// Writes the files into a zip, and gives its length.
fn zip(to: File, files: &[(&str, PathBuf)]) -> io::Result<u64> {
    let mut archive = zip::ZipWriter::new(to);
    for (name, path) in files {
        archive.start_file(*name, SimpleFileOptions::default().unix_permissions(0o755))?;
        archive.write_all(&fs::read(path)?)?;
    }
    Ok(archive.finish()?.metadata()?.len())
}
