//! Stands before `rustc` and writes down how Cargo called it (`RUSTC_WORKSPACE_WRAPPER`), so that the linter can compile a lab's other
//! answers by the same call: see `tests/linter/variants.rs`.
//!
//! Each call is a file in the folder that `RUSTC_RECORDS` names, `PACKAGE/CRATE.TYPE`: the program's arguments and Cargo's variables, each ended by
//! a NUL, the two lists parted by an empty entry. Without the variable it only passes the call on.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut given = env::args_os().skip(1);
    let Some(rustc) = given.next() else {
        eprintln!("rustc-recorder: Cargo calls this program with rustc and its arguments");
        return ExitCode::FAILURE;
    };
    let args: Vec<OsString> = given.collect();
    if let Some(folder) = env::var_os("RUSTC_RECORDS")
        && let Err(why) = record(Path::new(&folder), &args)
    {
        eprintln!("rustc-recorder: cannot write into {}: {why}", Path::new(&folder).display());
        return ExitCode::FAILURE;
    }
    match Command::new(rustc).args(args).status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(why) => {
            eprintln!("rustc-recorder: rustc cannot be run: {why}");
            ExitCode::FAILURE
        }
    }
}

fn record(folder: &Path, args: &[OsString]) -> std::io::Result<()> {
    let args: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let after = |name: &str| args.iter().skip_while(|arg| *arg != name).nth(1).map(String::as_str);
    // Cargo also asks the compiler about itself, and then compiles nothing.
    let Some(name) = after("--crate-name").filter(|name| *name != "___") else { return Ok(()) };
    let kind = if args.iter().any(|arg| arg == "--test") { "test" } else { after("--crate-type").unwrap_or("bin") };
    // The pipe by which a Cargo tells its compilers how many may run is of no use when it has ended.
    let cargos = env::vars().filter(|(name, _)| name.starts_with("CARGO") && name != "CARGO_MAKEFLAGS");
    let cargos = cargos.map(|(name, value)| format!("{name}={value}"));
    let entries: Vec<String> = args.iter().cloned().chain([String::new()]).chain(cargos).collect();
    let folder = folder.join(env::var_os("CARGO_PKG_NAME").unwrap_or_default());
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{name}.{kind}")), entries.join("\0"))
}
