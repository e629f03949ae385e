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
    deployment!().attribute(Failure::ResourceRefused("BoardInsideFunction"), "lab-11.1").about(todo)
}
