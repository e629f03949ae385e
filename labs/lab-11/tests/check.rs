//! Lab 11, in a VPC: who gets into the network, what is reached from there, and how many connections a database has to give.
//!
//! The tests in `sql` run against a real PostgreSQL server. Where none is installed they are skipped, which the terminal says.

#[path = "check/inside.rs"]
mod inside;
#[path = "check/sql.rs"]
mod sql;

use kit::{Deployment, Failure, deployment};

/// The deployment, for a test about `todo`. One TODO decides whether AWS creates the stack at all.
fn board(todo: &'static str) -> Deployment {
    let deployment = deployment!().attribute(Failure::ResourceRefused("BoardInsideFunction"), "lab-11.1");
    let deployment = deployment.attribute(Failure::ResourceRefused("BoardInsideRole"), "lab-11.1");
    let deployment = deployment.attribute(Failure::ResourceRefused("TablesEndpoint"), "lab-11.2");
    let deployment = deployment.attribute(Failure::ResourceRefused("DatabaseGroup"), "lab-11.3");
    deployment.attribute(Failure::ResourceRefused("BoardSqlFunction"), "lab-11.5").about(todo)
}
