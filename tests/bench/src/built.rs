//! Programs of the workspace, built by Cargo before they are measured.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

/// Builds the program of `package`, with these options besides, and says where it is.
///
/// # Errors
///
/// Cargo made none.
pub(crate) fn program(package: &str, options: &[&str]) -> Result<PathBuf, String> {
    let mut build = course::run::cargo();
    build.args(["build", "--quiet", "--package", package, "--message-format", "json-render-diagnostics"]).args(options);
    build.current_dir(journeys::root()).stderr(Stdio::inherit());
    let built = build.output().map_err(|why| format!("cargo: {why}"))?;
    // Cargo says where it put the program, which its user may have moved with settings of their own.
    let messages = String::from_utf8_lossy(&built.stdout).into_owned();
    let executable = messages.lines().rev().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message["executable"].as_str()?))
    });
    let command = [&["cargo", "build", "--package", package], options].concat().join(" ");
    executable.filter(|_| built.status.success()).ok_or_else(|| format!("{command} made no program; run it to see why"))
}
