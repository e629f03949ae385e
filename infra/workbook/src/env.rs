//! `cargo workbook env`: the variables with which any AWS client finds the running board, in a shell's syntax.
//!
//! Standard output holds assignments and nothing else, so that a shell can read it; what a person wants to know goes to standard error.
//! Values are quoted in the shell's own way, and a session token or a profile of the reader's own account is taken out of the
//! way, because a client would send it along.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;

use clap::{Args, ValueEnum};
use stack::REGION;

use crate::error::Error;
use crate::output::{note, say};
use crate::running::{self, Target};

/// Which shell reads the variables.
#[derive(Debug, Clone, Args)]
pub struct EnvOptions {
    /// The shell that reads them [default: taken from the environment]
    #[arg(long, value_enum)]
    shell: Option<Shell>,
    #[command(flatten)]
    target: Target,
}

/// A shell, by how it assigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// sh, bash, zsh, dash: `eval "$(cargo workbook env)"`
    #[value(aliases = ["bash", "zsh", "dash", "ksh"])]
    Sh,
    /// `cargo workbook env --shell fish | source`
    Fish,
    /// `cargo workbook env --shell powershell | Out-String | Invoke-Expression`
    #[value(alias = "pwsh")]
    Powershell,
}

/// What would lead a client elsewhere, or make it send a token that belongs to another key.
const IN_THE_WAY: [&str; 14] = [
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_ENDPOINT_URL_CLOUDFORMATION",
    "AWS_ENDPOINT_URL_CLOUDWATCH",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
    "AWS_ENDPOINT_URL_LAMBDA",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_SQS",
    "AWS_ENDPOINT_URL_STS",
];

/// How the variables begin that lead a client of one service to another endpoint.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
const OF_ONE_SERVICE: &str = "AWS_ENDPOINT_URL_";

/// What no proxy can reach.
const OWN: &str = "127.0.0.1,localhost";

/// Prints the variables.
pub async fn run(root: &Path, options: EnvOptions) -> Result<(), Error> {
    let shell = options.shell.unwrap_or_else(Shell::of_environment);
    let aws = match running::find(root, &options.target).await {
        Ok(aws) => aws,
        Err(why) => {
            // A shell that reads nothing takes that for success, and what follows `&&` would go to the reader's own account.
            say!("{}", shell.failure());
            return Err(why);
        }
    };
    let credentials = aws.credentials();
    let variables = [
        ("AWS_ENDPOINT_URL", aws.url()),
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.as_str()),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
    ];
    let proxies = proxied(|name| std::env::var(name).ok());
    let proxies = proxies.iter().map(|(name, value)| (*name, value.as_str()));
    let lines = variables.into_iter().chain(proxies).map(|(name, value)| shell.assignment(name, value));
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let removals = in_the_way(set).into_iter().map(|name| shell.removal(&name));
    let lines: String = lines.chain(removals).collect::<Vec<_>>().join("\n");
    say!("{lines}");
    if std::io::stdout().is_terminal() {
        note!("\nTo set them in this shell: {}", shell.how());
    }
    Ok(())
}

/// The variables to take out of the way: those of the services that are here, which may be set where the lines are read, and those of
/// others that are `set`. Those others are refused here by name, and would answer elsewhere.
fn in_the_way(set: impl Iterator<Item = String>) -> BTreeSet<String> {
    let is_name = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let others = set.filter(|name| name.starts_with(OF_ONE_SERVICE) && is_name(name));
    IN_THE_WAY.map(str::to_string).into_iter().chain(others).collect()
}

/// The exceptions from a proxy, where there is one: it is asked for an address that only this machine knows.
fn proxied(variable: impl Fn(&str) -> Option<String>) -> Vec<(&'static str, String)> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if !["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].iter().any(|name| set(name).is_some()) {
        return Vec::new();
    }
    let names = ["NO_PROXY", "no_proxy"].into_iter();
    names.map(|name| (name, set(name).map_or_else(|| OWN.to_string(), |others| format!("{others},{OWN}")))).collect()
}

impl Shell {
    /// What fails in this shell.
    fn failure(self) -> &'static str {
        match self {
            Shell::Sh | Shell::Fish => "false",
            Shell::Powershell => "throw 'No board is running.'",
        }
    }

    fn of_environment() -> Shell {
        let shell = std::env::var("SHELL").unwrap_or_default();
        match shell.rsplit('/').next() {
            Some("fish") => Shell::Fish,
            Some("pwsh") => Shell::Powershell,
            // Windows does not have the variable unless a Unix shell sets it.
            Some("") if cfg!(windows) => Shell::Powershell,
            _ => Shell::Sh,
        }
    }

    fn assignment(self, name: &str, value: &str) -> String {
        match self {
            Shell::Sh => format!("export {name}={}", self.quoted(value)),
            Shell::Fish => format!("set -gx {name} {};", self.quoted(value)),
            Shell::Powershell => format!("$Env:{name} = {}", self.quoted(value)),
        }
    }

    fn removal(self, name: &str) -> String {
        match self {
            Shell::Sh => format!("unset {name}"),
            Shell::Fish => format!("set -e {name};"),
            Shell::Powershell => format!("Remove-Item Env:{name} -ErrorAction SilentlyContinue"),
        }
    }

    /// Between single quotes no shell reads anything but what ends them.
    fn quoted(self, value: &str) -> String {
        let inner = match self {
            Shell::Sh => value.replace('\'', "'\\''"),
            Shell::Fish => value.replace('\\', "\\\\").replace('\'', "\\'"),
            Shell::Powershell => value.replace('\'', "''"),
        };
        format!("'{inner}'")
    }

    fn how(self) -> &'static str {
        match self {
            Shell::Sh => "eval \"$(cargo workbook env)\"",
            Shell::Fish => "cargo workbook env --shell fish | source",
            Shell::Powershell => "cargo workbook env --shell powershell | Out-String | Invoke-Expression",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_reads_back_what_was_meant() {
        let check = |shell: Shell, expected: &str| assert_eq!(shell.assignment("A", "it's $HOME\\"), expected);
        check(Shell::Sh, "export A='it'\\''s $HOME\\'");
        check(Shell::Fish, "set -gx A 'it\\'s $HOME\\\\';");
        check(Shell::Powershell, "$Env:A = 'it''s $HOME\\'");
    }

    #[test]
    fn a_proxy_is_not_asked_for_the_board() {
        let among = |variables: &'static [(&str, &str)]| {
            proxied(|name| variables.iter().find(|(set, _)| *set == name).map(|(_, value)| value.to_string()))
        };
        assert_eq!(among(&[("http_proxy", ""), ("NO_PROXY", "a.example")]), []);
        let own = |name| (name, OWN.to_string());
        assert_eq!(among(&[("HTTP_PROXY", "http://proxy:3128")]), [own("NO_PROXY"), own("no_proxy")]);
        let kept = ("no_proxy", "a.example,127.0.0.1,localhost".to_string());
        assert_eq!(among(&[("all_proxy", "socks5://proxy"), ("no_proxy", "a.example")]), [own("NO_PROXY"), kept]);
    }

    #[test]
    fn no_service_is_asked_elsewhere() {
        let set = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_$(x)", "PATH"];
        let found = in_the_way(set.into_iter().map(str::to_string));
        assert!(found.contains("AWS_ENDPOINT_URL_IAM") && found.contains("AWS_ENDPOINT_URL_CLOUDWATCH"));
        assert_eq!(found.len(), IN_THE_WAY.len() + 1, "{found:?}");
    }

    #[cfg(unix)]
    #[test]
    fn sh_itself_reads_it_back() {
        for value in ["plain", "it's", "$(touch x) `y` \"z\" \\ \n end", ""] {
            let script = format!("{}\nprintf %s \"$A\"", Shell::Sh.assignment("A", value));
            let ran = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(ran.stdout).unwrap(), value);
        }
    }
}
