//! Everything that the local cloud is asked as AWS was, in one program: while a case waits for half a minute, the others run.

mod cases;
mod cloudformation_api;
mod command;
mod create_failed;
mod deploy;
mod endpoint;
mod failures;
mod garbage;
mod lambda;
mod stacks;
mod streams;
mod updates;
