//! What to type next. The local cloud's errors say what is wrong; what helps depends on the command, so it is here.

use dynamodb::{EventSourceMappingsError, TablesError};
use local::cloud::BootError;
use local::data_folder::FolderError;
use local::guard::turned_away;
use local::service::ServiceError;
use s3::BucketsError;

use crate::error::Error;

const ANOTHER_FOLDER: &str = "Choose another folder: cargo run -- up --data FOLDER";
const LOSE: &str = "Choose another folder with --data, or lose what is in this one: cargo run -- up --fresh";
const FRESH: &str = "Empty the data folder: cargo run -- up --fresh";
const OTHER_PORTS: &str = "Stop what uses it, or take free ports: cargo run -- up --port 0";

/// Why a board did not start, and what to type.
pub(crate) fn on_boot(error: &BootError) -> Error {
    let advice = match error {
        BootError::Folder(error) => return on_folder(error),
        BootError::PortInUse { .. } => OTHER_PORTS,
        BootError::Queues(_) | BootError::Stacks(_) => LOSE,
        BootError::Service(why) if let Some(advice) = on_service(why) => advice,
        BootError::NoPort { .. } => "Choose another port: cargo run -- up --port PORT",
        _ => return Error::again(error, "Fix that"),
    };
    Error::new(error, advice)
}

/// What to type where a service did not open, if that depends on what it says.
fn on_service(error: &ServiceError) -> Option<&'static str> {
    if let Some(error) = error.downcast_ref() {
        return match error {
            TablesError::Damaged { .. } => Some(LOSE),
            TablesError::OtherKey { .. } => {
                Some("Choose another folder with --data, or empty this one: cargo run -- up --fresh")
            }
            TablesError::Unreadable { .. } | TablesError::NotUtf8(_) => Some(ANOTHER_FOLDER),
            TablesError::DiskFull(_) | TablesError::Refused { .. } | TablesError::NotStarted(_) => None,
        };
    }
    match error.downcast_ref() {
        Some(EventSourceMappingsError::Mappings(_) | EventSourceMappingsError::Checkpoints(_)) => return Some(FRESH),
        Some(EventSourceMappingsError::CreateFailed(_) | EventSourceMappingsError::Unreadable { .. }) => return None,
        None => {}
    }
    match error.downcast_ref()? {
        BucketsError::Folder { .. } => Some(ANOTHER_FOLDER),
        BucketsError::Earlier(_) | BucketsError::Damaged { .. } => Some(LOSE),
        BucketsError::NotCreated { .. } | BucketsError::Refused { .. } => None,
    }
}

/// Why a data folder cannot be used, and what to type.
pub(crate) fn on_folder(error: &FolderError) -> Error {
    let advice = match error {
        FolderError::InUse(_) => "Stop that board, or choose another folder: cargo run -- up --data FOLDER",
        FolderError::Unusable { .. } => ANOTHER_FOLDER,
        FolderError::Foreign { .. } => {
            "Choose an empty folder, or one that does not exist yet: cargo run -- up --data FOLDER"
        }
        FolderError::Stranger { .. } => "Move it elsewhere, or choose another folder: cargo run -- up --data FOLDER",
        FolderError::Misplaced { .. } => "Remove it, or choose another folder: cargo run -- up --data FOLDER",
        FolderError::NotYours(_) => "Choose a folder of your own: cargo run -- up --data FOLDER",
        FolderError::OtherVersion(_) => "Start that version, or choose another folder: cargo run -- up --data FOLDER",
    };
    Error::new(error, advice)
}

/// That the book's port is taken, and what to type.
pub(crate) fn on_port_of_the_book(port: u16) -> Error {
    Error::new(format!("Port {port} for the book is in use."), OTHER_PORTS)
}

/// That four ports do not fit above `first`, and what to type.
pub(crate) fn on_last_ports(first: u16) -> Error {
    let what = format!("--port {first} leaves no room for four ports.");
    Error::new(what, "Choose one up to 65532: cargo run -- up --port PORT")
}

/// That a page of `origin` was turned away, and how to admit it.
pub(crate) fn on_page(origin: &str) -> String {
    let advice = match origin {
        "null" => "If the page is yours, serve it from a port of this machine and admit that origin: up --allow-origin http://127.0.0.1:PORT".to_string(),
        origin if origin.contains("://") => format!("If the page is yours, admit it to the API: up --allow-origin {}", shown(origin)),
        _ => "The workbook answers its own pages only.".to_string(),
    };
    format!("{} {advice}", turned_away(origin))
}

/// An origin is what a stranger's browser says it is.
fn shown(origin: &str) -> String {
    origin.chars().filter(|c| c.is_ascii_graphic()).take(200).collect()
}

/// Where it stands what AWS does otherwise: said after the local cloud has judged a template.
pub const ON_FIDELITY: &str =
    "What AWS does otherwise than the local cloud is in the book: How far to trust the local cloud (fidelity.html).";

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn whatever_can_be_helped_says_what_to_type() {
        let folder = || PathBuf::from(".board");
        let why = || std::io::Error::other("no");
        let folders = [
            FolderError::InUse(folder()),
            FolderError::Unusable { path: folder(), why: why() },
            FolderError::Foreign { path: folder(), stranger: "photo".to_string() },
            FolderError::Stranger { path: folder(), stranger: "photo".to_string() },
            FolderError::Misplaced { path: folder(), name: "lock".to_string(), what: "a link" },
            FolderError::NotYours(folder()),
            FolderError::OtherVersion(folder()),
        ];
        for error in folders {
            let said = on_boot(&BootError::Folder(error)).to_string();
            assert!(said.contains("--data"), "{said}");
        }
        for (error, typed) in [
            (BootError::PortInUse { what: "API", port: 4002 }, "--port 0"),
            (BootError::Queues(why()), "--fresh"),
            (BootError::Stacks(why()), "--fresh"),
            (BootError::Service(TablesError::OtherKey { table: "board".to_string() }.into()), "--fresh"),
            (BootError::Service(TablesError::NotUtf8(folder()).into()), "--data"),
            (BootError::Service(BucketsError::Earlier(folder()).into()), "--fresh"),
            (
                BootError::Service(EventSourceMappingsError::Checkpoints("checkpoints.json".to_string()).into()),
                "--fresh",
            ),
        ] {
            let said = on_boot(&error).to_string();
            assert!(said.contains(typed) && !said.contains("  "), "{said}");
        }
        let full = on_boot(&BootError::Service(TablesError::DiskFull(folder()).into())).to_string();
        assert!(!full.contains("--"), "nobody is told to delete what can be kept: {full}");
    }

    #[test]
    fn a_page_is_admitted_by_its_origin() {
        let said = on_page("http://localhost:5173");
        assert!(said.ends_with("up --allow-origin http://localhost:5173"), "{said}");
        let said = on_page("null");
        assert!(said.contains("opened as a file") && !said.contains("--allow-origin null"), "{said}");
        assert!(!on_page("http://x\u{1b}[2J\n").contains(['\u{1b}', '\n']));
    }
}
