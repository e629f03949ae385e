//! The code of functions: which program an execution environment runs.
//!
//! On AWS a function's code is a zip with a `bootstrap` in it. Here it is the program that Cargo built from the same
//! package: `CodeUri` names the package, `Metadata.BuildProperties.Binary` the binary. A check brings its own program; the
//! command has [`build`] make them.

pub mod build;
mod package;
mod uploads;

use std::collections::BTreeMap;
use std::path::PathBuf;

use tokio::sync::watch;

use build::{Build, Workspace};
use stack::Function;

pub use package::{Packages, Unpack, Unpacked};
pub use uploads::Uploads;

/// A program with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// What it is called with; a built function takes nothing.
    pub args: Vec<String>,
}

impl Program {
    /// The executable at `path`, without arguments.
    pub fn at(path: impl Into<PathBuf>) -> Program {
        Program { path: path.into(), args: Vec::new() }
    }
}

/// The state of one function's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// Being compiled; invocations wait.
    Building,
    /// There; environments run it.
    Ready(Program),
    /// Cannot be built. The text says why and what to do.
    Broken(String),
}

/// Where the code of a stack's functions comes from.
#[derive(Debug, Clone)]
pub enum Programs {
    /// Every function runs this program.
    Given(Program),
    /// Each function runs the executable that its template calls `Binary`, from the folder in which this one is, and this one
    /// where the template calls none.
    Beside(PathBuf),
    /// Cargo builds them from this workspace.
    Workspace(Workspace),
}

/// The code of each function, by the function's name.
pub type Codes = BTreeMap<String, watch::Receiver<Code>>;

/// `functions`, each with its code; one that has none is left out.
pub(crate) fn with_code(functions: &[Function], codes: &Codes) -> Vec<(Function, watch::Receiver<Code>)> {
    functions.iter().filter_map(|function| Some((function.clone(), codes.get(&function.name)?.clone()))).collect()
}

/// Waits until no function of `codes` is being compiled, and gives the reasons of those that have no code.
pub(crate) async fn broken(codes: &Codes) -> Vec<String> {
    let mut reasons = Vec::new();
    for code in codes.values() {
        let mut code = code.clone();
        let settled = code.wait_for(|code| *code != Code::Building).await.map(|code| code.clone());
        if let Ok(Code::Broken(why)) = settled {
            reasons.push(why);
        }
    }
    reasons
}

impl Programs {
    /// The workspace that builds them, where Cargo does.
    pub fn workspace(&self) -> Option<&Workspace> {
        if let Programs::Workspace(workspace) = self { Some(workspace) } else { None }
    }

    /// The code of `functions`, now and later, and the build that is left to run. What Cargo builds is taken into `uploads`.
    pub fn codes_of(&self, functions: &[Function], uploads: &Uploads) -> (Codes, Option<Build>) {
        let named = |find: &dyn Fn(&Function) -> Option<Program>| {
            let code = |function: &Function| match find(function) {
                Some(program) => Code::Ready(program),
                None => Code::Broken(format!(
                    "No program was given for function {}: name one for it, or for {}.",
                    function.name, function.logical_id
                )),
            };
            functions.iter().map(|function| (function.name.clone(), watch::channel(code(function)).1)).collect()
        };
        match self {
            Programs::Given(program) => (named(&|_| Some(program.clone())), None),
            Programs::Beside(main) => {
                let file = |name: &String| main.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
                let own = |f: &Function| f.binary.as_ref().map_or_else(|| main.clone(), file);
                (named(&|f| Some(Program::at(own(f)))), None)
            }
            Programs::Workspace(workspace) => {
                let (build, codes) = Build::plan(workspace.clone(), functions, uploads.clone());
                (codes, Some(build).filter(|build| !build.is_done()))
            }
        }
    }
}
