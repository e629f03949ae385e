//! Running one of the package's own programs, as a developer does at a keyboard: with an account's credentials and the
//! endpoint of the lab's cloud in the environment.
//!
//! Not everything of a lab is a function. What publishes a site, replays a queue or measures an API is a program that
//! somebody starts, whose output they read and whose exit code they trust. So a check looks at those.
//!
//! ```ignore
//! let run = lab.asks("lab-06.1", "publishes the page").command("publish").arg("web").env("SITE_BUCKET", &bucket).run();
//! run.succeeds().prints("3 objects");
//! ```
//!
//! What the program did is then asked of the lab, as after a request: its items, its objects, its log.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value;
use stack::REGION;
use tokio::io::AsyncWriteExt;

use crate::ask::{Ask, Question};
use crate::explanation::shows;
use crate::lab::{Lab, last_words};
use crate::words::{cut, on_one_line, pointer, short};

/// How long a program may take unless the check knows better. None of them needs a tenth of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program in the making; [`Command::run`] starts it.
#[derive(Debug, Clone)]
#[must_use = "a program that is not run does nothing"]
pub struct Command<'lab> {
    question: Question<'lab>,
    program: String,
    args: Vec<String>,
    environment: Vec<(String, String)>,
    input: Vec<u8>,
    patience: Duration,
    output_is_judged: bool,
    process: Arc<OnceLock<u32>>,
    /// Arguments and addresses that are others in every run, and what a message shows in their place.
    shown_as: Vec<(String, String)>,
}

/// A program that has ended: every method is an expectation, and ends the test with an explanation when it is not met.
#[derive(Debug, Clone)]
pub struct Run<'lab> {
    question: Question<'lab>,
    asked: String,
    output: Output,
    output_is_judged: bool,
}

impl<'lab> Ask<'lab> {
    /// Names a program of the package: `publish` in `src/bin`, which Cargo builds as `lab-06-publish`, or the package itself.
    pub fn command(self, program: &str) -> Command<'lab> {
        Command {
            question: self.question(),
            program: program.to_string(),
            args: Vec::new(),
            environment: Vec::new(),
            input: Vec::new(),
            patience: PATIENCE,
            output_is_judged: false,
            process: Arc::default(),
            shown_as: Vec::new(),
        }
    }
}

impl Lab {
    /// The REST API's address with its stage, for a program that is told where to ask; no slash at the end.
    pub fn api_url(&self) -> &str {
        self.cloud().api_url()
    }

    /// `text` with names for the lab's addresses, whose ports are others in every run.
    pub(crate) fn in_names(&self, text: &str) -> String {
        let cloud = self.local();
        let addresses = [
            (cloud.api_url(), "$API_URL"),
            (Some(cloud.aws_url()), "$AWS_ENDPOINT_URL"),
            (cloud.site_url(), "$SITE_URL"),
        ];
        let named = addresses.into_iter().filter_map(|(address, name)| Some((address?, name)));
        named.fold(text.to_string(), |text, (address, name)| text.replace(&address, name))
    }
}

impl<'lab> Command<'lab> {
    /// Adds an argument.
    pub fn arg(mut self, arg: impl Into<String>) -> Command<'lab> {
        self.args.push(arg.into());
        self
    }

    /// Adds an argument that is another one in every run; messages show `name` in its place.
    pub fn arg_shown_as(mut self, arg: impl Into<String>, name: &str) -> Command<'lab> {
        let arg = arg.into();
        self.shown_as.push((arg.clone(), name.to_string()));
        self.arg(arg)
    }

    /// Adds several arguments.
    pub fn args<Arg: Into<String>>(mut self, args: impl IntoIterator<Item = Arg>) -> Command<'lab> {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of the program's environment.
    pub fn env(mut self, name: &str, value: &str) -> Command<'lab> {
        self.environment.push((name.to_string(), value.to_string()));
        self
    }

    /// Sets a variable to an address that is another one in every run; messages show `shown` in the place of the address.
    pub fn env_shown_as(mut self, name: &str, address: &str, shown: &str) -> Command<'lab> {
        self.shown_as.push((address.to_string(), shown.to_string()));
        self.env(name, address)
    }

    /// Gives the program something to read on its standard input, which is empty otherwise.
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Command<'lab> {
        self.input = input.into();
        self
    }

    /// Says that the check itself tells what was printed, so that a red one does not show it a second time.
    pub fn whose_output_is_judged(mut self) -> Command<'lab> {
        self.output_is_judged = true;
        self
    }

    /// Waits this long for the program's end instead of a minute.
    pub fn within(mut self, patience: Duration) -> Command<'lab> {
        self.patience = patience;
        self
    }

    /// Writes the process's id into `process` once the program has started: for a check that stops the program on its way.
    pub fn whose_process_is(mut self, process: &Arc<OnceLock<u32>>) -> Command<'lab> {
        self.process = Arc::clone(process);
        self
    }

    /// Starts the program in the package's folder and waits for its end. The test ends with an explanation when it cannot be
    /// started or does not end; how it ended is for [`Run`] to judge.
    pub fn run(self) -> Run<'lab> {
        let lab = self.question.lab;
        let typed = lab.in_names(&typed(&self.environment, &self.program, &self.args));
        let asked = self.shown_as.iter().fold(typed, |asked, (arg, name)| asked.replace(arg, name));
        let ended = lab.cloud().wait(async { tokio::time::timeout(self.patience, self.output()).await });
        let why = match ended {
            Ok(Ok(output)) => {
                lab.remember(format!("{asked} → {}", shown_exit(&output)));
                return Run { question: self.question, asked, output, output_is_judged: self.output_is_judged };
            }
            Ok(Err(why)) => format!("the program {} cannot be started: {why}", self.program),
            Err(_) => format!("the program had not ended after {} s, and was stopped", self.patience.as_secs()),
        };
        let mut explanation = self.question.explanation();
        explanation.asked = vec![asked];
        explanation.got = vec![why];
        explanation.log = lab.last_log_lines();
        explanation.fail()
    }

    async fn output(&self) -> io::Result<Output> {
        let mut command = tokio::process::Command::new(self.path());
        command.args(&self.args).current_dir(self.question.lab.place().folder()).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A learner's own account must neither be needed nor be touched.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        let nowhere = self.path().with_file_name("no-such-file");
        command.env("AWS_CONFIG_FILE", &nowhere).env("AWS_SHARED_CREDENTIALS_FILE", &nowhere);
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("NO_COLOR", "1").env("NO_PROXY", "127.0.0.1");
        let cloud = self.question.lab.local();
        let credentials = cloud.credentials();
        command.env("AWS_ACCESS_KEY_ID", &credentials.access_key_id);
        command.env("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key);
        command.env("AWS_REGION", REGION).env("AWS_ENDPOINT_URL", cloud.aws_url());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let mut child = command.spawn()?;
        if let Some(id) = child.id() {
            self.process.get_or_init(|| id);
        }
        let stdin = child.stdin.take();
        let fed = async {
            if let Some(mut stdin) = stdin {
                // A program that does not read to the end has its reasons; its exit code tells whether it was content.
                drop(stdin.write_all(&self.input).await);
            }
        };
        let (output, ()) = tokio::join!(child.wait_with_output(), fed);
        output
    }

    /// The programs of a package stand in one folder, with the programs of every other package: those of `src/bin` have the
    /// package's name before their own.
    fn path(&self) -> PathBuf {
        let main = self.question.lab.binary();
        let package = main.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if self.program == package {
            return main.to_path_buf();
        }
        main.with_file_name(format!("{package}-{}{}", self.program, std::env::consts::EXE_SUFFIX))
    }
}

impl<'lab> Run<'lab> {
    /// Expects exit code 0.
    pub fn succeeds(&self) -> &Self {
        self.exits_with(0)
    }

    /// Expects this exit code.
    pub fn exits_with(&self, code: i32) -> &Self {
        if self.output.status.code() != Some(code) {
            self.fails(&format!("exit code {code}"), &shown_exit(&self.output));
        }
        self
    }

    /// Expects the program to fail: any exit code but 0, which a panic's 101 is not meant by.
    pub fn refuses(&self) -> &Self {
        match self.output.status.code() {
            None | Some(0 | 101) => self.fails("an exit code that says it failed", &shown_exit(&self.output)),
            Some(_) => self,
        }
    }

    /// Expects `text` somewhere on the standard output.
    pub fn prints(&self, text: &str) -> &Self {
        let stdout = self.stdout();
        if !stdout.contains(text) {
            self.fails(&format!("\"{text}\" on its standard output"), &shown_text(&stdout, "it printed"));
        }
        self
    }

    /// Expects `text` somewhere on the standard error output, where programs say what went wrong.
    pub fn complains(&self, text: &str) -> &Self {
        let stderr = self.stderr();
        if !stderr.contains(text) {
            self.fails(&format!("\"{text}\" on its standard error output"), &shown_text(&stderr, "it said"));
        }
        self
    }

    /// What the program printed.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).replace("\r\n", "\n")
    }

    /// What the program said beside that.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).replace("\r\n", "\n")
    }

    /// The standard output, which must be one JSON value.
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.output.stdout) {
            Ok(value) => value,
            Err(_) => self.fails("JSON on its standard output", &shown_text(&self.stdout(), "it printed")),
        }
    }

    /// Expects one field of the JSON on the standard output to have this value: `verdict`, `latency.p99`.
    pub fn has_field(&self, path: &str, value: impl Into<Value>) -> &Self {
        let (expected, printed) = (value.into(), self.json());
        match printed.pointer(&pointer(path)) {
            Some(got) if *got == expected => self,
            Some(got) => self.fails(&format!("{path} is {}", short(&expected)), &format!("{path} is {}", short(got))),
            None => self.fails(&format!("a field {path}"), &format!("it printed {}", short(&printed))),
        }
    }

    shows!();

    /// The same, for expectations that belong to another TODO: what is not met there keeps this question from being judged,
    /// whatever it was about.
    #[must_use]
    pub fn attributed_to(&self, todo: &'lab str) -> Run<'lab> {
        Run { question: self.question.attributed_to(todo), ..self.clone() }
    }

    /// Ends the test, red.
    pub fn fails(&self, expected: &str, got: &str) -> ! {
        let mut explanation = self.question.explanation();
        explanation.asked = vec![self.asked.clone()];
        explanation.expected = vec![expected.to_string()];
        explanation.got = vec![got.to_string()];
        let said = self.stderr();
        let said = match said.trim().is_empty() {
            true if self.output_is_judged => String::new(),
            true => self.stdout(),
            false => said,
        };
        explanation.log = last_words(&self.question.lab.in_names(&said));
        explanation.fail()
    }
}

/// The line that would be typed. Variables come first, as a shell has them.
fn typed(environment: &[(String, String)], program: &str, args: &[String]) -> String {
    let quoted = |word: &str| match word.is_empty() || word.contains(char::is_whitespace) {
        true => format!("'{word}'"),
        false => word.to_string(),
    };
    let variables = environment.iter().map(|(name, value)| format!("{name}={}", quoted(&cut(value, 60))));
    // Where this machine keeps a test's files says nothing; what they are called does.
    let named = |arg: &str| match Path::new(arg) {
        path if path.is_absolute() => path.file_name().map(|name| name.to_string_lossy().into_owned()),
        _ => None,
    };
    let args = args.iter().map(|arg| quoted(&named(arg).unwrap_or_else(|| cut(arg, 80))));
    variables.chain([program.to_string()]).chain(args).collect::<Vec<_>>().join(" ")
}

fn shown_exit(output: &Output) -> String {
    match output.status.code() {
        // 101 is how Rust's panics end; no program of a course means it.
        Some(101) => "exit code 101, which is a panic".to_string(),
        Some(code) => format!("exit code {code}"),
        None => "no exit code: it was killed".to_string(),
    }
}

fn shown_text(text: &str, told: &str) -> String {
    match text.trim() {
        "" => "nothing at all".to_string(),
        text => format!("{told}: {}", cut(&on_one_line(text), 200)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        let environment = [("SITE_BUCKET".to_string(), "a b".to_string())];
        let args = ["web".to_string(), "--note".to_string(), String::new()];
        assert_eq!(typed(&environment, "publish", &args), "SITE_BUCKET='a b' publish web --note ''");
    }

    #[test]
    fn silence_is_said_in_words() {
        assert_eq!(shown_text(" \n", "it printed"), "nothing at all");
        assert_eq!(shown_text("two\n  lines", "it printed"), "it printed: two lines");
    }
}
