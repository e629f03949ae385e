//! The vocabulary of whole-system tests: a running command, and requests to it as `curl` would send them.
//!
//! A [`Board`] is the real program, started as a user starts it, on free ports and a data folder of its own. The test that holds it
//! may ask it, kill it and start it again on the same data; dropping it ends it. What can be asked of it can be asked of a board
//! that is deployed to AWS: that part is [`Api`].

pub mod api;
pub mod http_client;
pub mod processes;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use local::cloud::read_credentials;
use local::programs::build::Workspace;
use local::signature::Credentials;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{OnceCell, mpsc};

pub use api::Api;
pub use http_client::{Answer, Ask, ask};

/// A line that the command prints when everything answers.
const READY: &str = "Ctrl-C stops everything.";

/// A running command.
#[derive(Debug)]
pub struct Board {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
    /// Lines of standard error, from when everything answers.
    errors: mpsc::UnboundedReceiver<String>,
    /// Where everything is, from the ready-file: `book`, `site`, `api`, `aws`.
    api: Api,
    credentials: Credentials,
    /// What opens the local API.
    token: String,
}

/// A running command is asked as any board is.
impl Deref for Board {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

/// A call of a board's AWS endpoint, signed when it is sent.
#[derive(Debug)]
pub struct AwsAsk<'b> {
    board: &'b Board,
    ask: Ask,
    service: String,
}

impl AwsAsk<'_> {
    /// With a header more.
    pub fn header(self, name: &str, value: &str) -> Self {
        AwsAsk { ask: self.ask.header(name, value), ..self }
    }

    /// With a JSON body in the media type of AWS's JSON protocols.
    pub fn json(self, body: &Value) -> Self {
        let ask = self.ask.header("Content-Type", "application/x-amz-json-1.0").body(body.to_string());
        AwsAsk { ask, ..self }
    }

    /// Signs and sends it.
    pub async fn send(self) -> Answer {
        ask(self.ask.signed(&self.board.credentials, &self.service)).await
    }
}

/// What a command that did not come up printed.
#[derive(Debug)]
pub struct Refused {
    /// Standard error, whole.
    pub message: String,
    /// Its exit code.
    pub code: Option<i32>,
}

/// The workspace's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there")
}

/// The board's template, as text to be changed and written elsewhere: code counts from the template's folder, so its place
/// stands there in full.
pub fn template() -> String {
    let text = std::fs::read_to_string(root().join("infra/template.yaml")).expect("the template is there");
    text.replace("../solutions", &root().join("solutions").display().to_string())
}

/// The command's executable. Builds it if need be, once in a process.
pub async fn executable() -> PathBuf {
    static BUILT: OnceCell<PathBuf> = OnceCell::const_new();
    BUILT.get_or_init(|| built("workbook")).await.clone()
}

/// Cargo as somebody runs it in the workspace's folder, with nothing on its standard input.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_told_by_cargo)) {
        cargo.env_remove(name);
    }
    cargo
}

/// The function of tests that look at processes, which does what its event says (`tests/guest`). Builds it if need be.
pub async fn guest() -> PathBuf {
    static BUILT: OnceCell<PathBuf> = OnceCell::const_new();
    BUILT.get_or_init(|| built("guest")).await.clone()
}

/// A resource of a template: that function as `name`, which stops after `timeout` seconds, with more lines of properties.
pub fn guest_resource(name: &str, timeout: u32, properties: &str) -> String {
    format!(
        "  {name}:
    Type: AWS::Serverless::Function
    Metadata: {{BuildMethod: rust-cargolambda, BuildProperties: {{Binary: guest}}}}
    Properties:
      CodeUri: {}
      Handler: bootstrap
      Runtime: provided.al2023
      Architectures: [arm64]
      Timeout: {timeout}
{properties}",
        root().join("tests/guest").display()
    )
}

async fn built(package: &str) -> PathBuf {
    let own = std::env::current_exe().expect("a program knows its own path");
    let mut build = cargo();
    build.args(["build", "--quiet", "--package", package, "--message-format", "json-render-diagnostics"]);
    build.stderr(Stdio::inherit());
    if own.components().any(|part| part.as_os_str() == "release") {
        build.arg("--release");
    }
    let built = build.output().await.expect("cargo runs");
    assert!(built.status.success(), "{package} builds");
    // Cargo says where it put the program, which its user may have moved with settings of their own.
    let messages = String::from_utf8_lossy(&built.stdout).into_owned();
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executables = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    executables.collect::<Vec<_>>().pop().expect("the package has a program")
}

/// Where the command finds the functions that it builds: for boards without a command around them.
pub async fn workspace() -> Workspace {
    let executable = executable().await;
    let binaries = executable.parent().expect("a program is in a folder").to_path_buf();
    let release = binaries.file_name().is_some_and(|name| name == "release");
    Workspace { root: root(), binaries, release, is_built: false }
}

/// What a command that ran to its end said.
#[derive(Debug)]
pub struct CommandOutput {
    /// Its exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs the command with these arguments to its end, with `input` on its standard input.
pub async fn workbook(arguments: &[&str], input: &str) -> CommandOutput {
    let mut command = Command::new(executable().await);
    command.args(arguments).current_dir(root()).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("its input is piped");
    // A command that reads nothing closes its end.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = child.wait_with_output().await.expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    CommandOutput { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// What `cargo test` tells the test about itself; a build script would take it for a change.
fn is_told_by_cargo(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

impl Board {
    /// Starts the command on free ports and waits until everything answers.
    pub async fn start(data: &Path) -> Board {
        Board::try_start(data, &["--port", "0"]).await.unwrap_or_else(|refused| panic!("{}", refused.message))
    }

    /// Starts the board of a template of its own, as [`Board::start`] does.
    pub async fn of(data: &Path, template: &Path) -> Board {
        let options = ["--port", "0", "--template", &template.to_string_lossy()];
        Board::try_start(data, &options).await.unwrap_or_else(|refused| panic!("{}", refused.message))
    }

    /// Starts the board with the API at an origin of its own, so that CORS decides what its page may read. The template and the data
    /// lie in `folder`.
    pub async fn of_two_origins(folder: &Path) -> Board {
        let (file, one_origin) = (folder.join("template.yaml"), "    Default: site\n");
        assert!(template().contains(one_origin), "the template's parameter ApiOn has no `{one_origin}` any more");
        std::fs::write(&file, template().replacen(one_origin, "    Default: own\n", 1)).expect("a file");
        Board::of(&folder.join("data"), &file).await
    }

    /// Starts `up` with these options besides `--data` and `--ready-file`.
    pub async fn try_start(data: &Path, options: &[&str]) -> Result<Board, Refused> {
        let files = tempfile::tempdir().expect("a folder for the ready-file");
        let ready_file = files.path().join("ready.json");
        let mut command = Command::new(executable().await);
        command.arg("up").args(options).arg("--data").arg(data).arg("--ready-file").arg(&ready_file);
        command
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().expect("the command starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        while let Some(line) = output.next_line().await.expect("its output is text") {
            if line.ends_with(READY) {
                let text = std::fs::read_to_string(&ready_file).expect("the ready-file is there before the last line");
                let addresses = serde_json::from_str(&text).expect("the ready-file is JSON");
                // Cargo's progress goes to standard error; somebody must read it, or the pipe fills.
                let mut lines = BufReader::new(child.stderr.take().expect("its errors are piped")).lines();
                let (written, errors) = mpsc::unbounded_channel();
                tokio::spawn(async move {
                    while let Ok(Some(line)) = lines.next_line().await {
                        let _ = written.send(line);
                    }
                });
                let credentials = read_credentials(data).expect("the data folder has a key");
                let token = std::fs::read_to_string(data.join("token")).expect("the data folder has a token");
                return Ok(Board { child, output, errors, api: Api { addresses }, credentials, token });
            }
        }
        let mut message = String::new();
        let mut errors = child.stderr.take().expect("its errors are piped");
        errors.read_to_string(&mut message).await.expect("its errors are text");
        let code = child.wait().await.expect("it ended").code();
        Err(Refused { message, code })
    }

    /// A call of the AWS endpoint for `service`, signed as the learner's own clients sign.
    pub fn aws(&self, method: &str, path: &str, service: &str) -> AwsAsk<'_> {
        AwsAsk { board: self, ask: Ask::new(method, &self.url("aws", path)), service: service.to_string() }
    }

    /// What the learner's own clients sign with.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// All that somebody made happen on the board, a JSON object a line, as the local API answers with the token. Without what the
    /// clock does: each full minute alarms look at what was counted, and go from INSUFFICIENT_DATA to OK.
    pub async fn happened(&self) -> String {
        let events = Ask::get(&self.url("aws", "/_local/events?after=0"));
        let answer = ask(events.header("authorization", &format!("Bearer {}", self.token))).await.text();
        answer.split_inclusive('\n').filter(|line| !line.contains(r#""kind":"alarm""#)).collect()
    }

    /// The same, once a batch of the stream is written down, which follows a write.
    pub async fn happened_with_a_batch(&self) -> String {
        loop {
            let list = self.happened().await;
            if list.contains(r#""kind":"batch""#) {
                return list;
            }
        }
    }

    /// The next line on standard error with `part` in it, which follows something that the test did.
    pub async fn error_line(&mut self, part: &str) -> String {
        loop {
            let line = self.errors.recv().await.expect("the command runs");
            if line.contains(part) {
                return line;
            }
        }
    }

    /// The token of the local API.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Every TCP port on which the command listens, as the system tells and not as the command does. Empty where the system has
    /// no `/proc`.
    pub fn listening_ports(&self) -> Vec<u16> {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.pid())).into_iter().flatten().flatten();
        let links = files.filter_map(|file| std::fs::read_link(file.path()).ok());
        let sockets: Vec<String> = links.map(|link| link.to_string_lossy().into_owned()).collect();
        let mut ports = Vec::new();
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            for line in std::fs::read_to_string(table).unwrap_or_default().lines().skip(1) {
                let columns: Vec<&str> = line.split_whitespace().collect();
                let (Some(local), Some(&"0A"), Some(inode)) = (columns.get(1), columns.get(3), columns.get(9)) else {
                    continue;
                };
                if sockets.contains(&format!("socket:[{inode}]")) {
                    let port = local.rsplit(':').next().and_then(|port| u16::from_str_radix(port, 16).ok());
                    ports.extend(port);
                }
            }
        }
        ports
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Ends it as `kill -9` does, and waits until it is gone.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// Waits until it ends by itself; its exit code and what else it printed.
    pub async fn ended(mut self) -> (Option<i32>, Vec<String>) {
        let mut lines = Vec::new();
        while let Some(line) = self.output.next_line().await.expect("its output is text") {
            lines.push(line);
        }
        (self.child.wait().await.expect("it ended").code(), lines)
    }
}
