//! Where PostgreSQL is installed on this machine, and under which account it runs.

use std::path::{Path, PathBuf};
use std::process::Command;

/// How to install it.
pub(super) const HOW_TO_INSTALL: &str = "To run it, install PostgreSQL (Debian and Ubuntu: apt-get install postgresql; macOS: brew install \
     postgresql; Windows: winget install PostgreSQL.PostgreSQL), or set PATH to the folder that holds initdb.";

/// The folder with `initdb` and `pg_ctl`.
#[derive(Debug, Clone)]
pub(super) struct Installation {
    bin: PathBuf,
}

impl Installation {
    /// The installation on `PATH`, or the newest where the system's packages put it.
    pub(super) fn find() -> Option<Installation> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let bin = on_path.into_iter().chain(usual_places()).find(|bin| is_complete(bin))?;
        Some(Installation { bin })
    }

    /// One of its programs, to be run in `folder` under `account`.
    pub(super) fn command(&self, program: &str, folder: &Path, account: Account) -> Command {
        let mut command = Command::new(self.bin.join(executable(program)));
        // Without a language its log is in English, and the same everywhere.
        command.current_dir(folder).env("LC_ALL", "C");
        account.apply(&mut command);
        command
    }
}

fn executable(program: &str) -> String {
    format!("{program}{}", std::env::consts::EXE_SUFFIX)
}

fn is_complete(bin: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| bin.join(executable(program)).is_file())
}

/// Where packages put it, the highest version first: Debian, Homebrew on both kinds of Mac, Postgres.app, Windows.
fn usual_places() -> impl Iterator<Item = PathBuf> {
    let versions = |folder: &str, prefix: &str, rest: &str| {
        let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                Some((name.strip_prefix(prefix)?.parse().ok()?, entry.path().join(rest)))
            })
            .collect();
        found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
        found.into_iter().map(|(_, bin)| bin)
    };
    versions("/usr/lib/postgresql", "", "bin")
        .chain(versions("/opt/homebrew/opt", "postgresql@", "bin"))
        .chain(versions("/usr/local/opt", "postgresql@", "bin"))
        .chain([PathBuf::from("/Applications/Postgres.app/Contents/Versions/latest/bin")])
        .chain(versions("C:\\Program Files\\PostgreSQL", "", "bin"))
}

/// The account that a server runs under: this process's own, or another when this is the administrator.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account(#[cfg(unix)] Option<(u32, u32)>);

#[cfg(unix)]
impl Account {
    /// PostgreSQL does not run as `root`: then it gets the account that its package has made, and `folder`, which was just made,
    /// belongs to that account.
    ///
    /// # Errors
    ///
    /// When that account does not exist.
    pub(super) fn for_server(folder: &Path) -> Result<Account, String> {
        use std::os::unix::fs::{MetadataExt, chown};

        let failed = |why: std::io::Error| format!("{}: {why}", folder.display());
        if std::fs::metadata(folder).map_err(failed)?.uid() != 0 {
            return Ok(Account(None));
        }
        let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let line = accounts.lines().find(|line| line.starts_with("postgres:")).unwrap_or_default();
        let mut numbers = line.split(':').skip(2).take(2).filter_map(|number| number.parse().ok());
        let (Some(user), Some(group)) = (numbers.next(), numbers.next()) else {
            return Err("PostgreSQL does not run as root, and there is no account called postgres".to_string());
        };
        chown(folder, Some(user), Some(group)).map_err(failed)?;
        Ok(Account(Some((user, group))))
    }

    fn apply(self, command: &mut Command) {
        use std::os::unix::process::CommandExt;

        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
    }
}

#[cfg(not(unix))]
impl Account {
    /// pg_ctl gives up the administrator's rights by itself.
    ///
    /// # Errors
    ///
    /// None here.
    pub(super) fn for_server(_: &Path) -> Result<Account, String> {
        Ok(Account())
    }

    fn apply(self, _: &mut Command) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_taken_only_with_every_program_in_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_complete(folder.path()));
        for program in ["initdb", "pg_ctl", "postgres"] {
            assert!(!is_complete(folder.path()));
            std::fs::write(folder.path().join(executable(program)), "").unwrap();
        }
        assert!(is_complete(folder.path()));
    }
}
