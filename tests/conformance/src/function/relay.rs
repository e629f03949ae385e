//! The function's program as a way to its Runtime API: what is sent to a port of its own goes there unchanged, and
//! back.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

/// Prints `RUNTIME_API` with the port, and passes on everything that it gets.
pub(super) fn to_runtime_api() -> io::Result<()> {
    let runtime_api = std::env::var("AWS_LAMBDA_RUNTIME_API").map_err(io::Error::other)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("RUNTIME_API {}", listener.local_addr()?);
    for caller in listener.incoming() {
        let (caller, service) = (caller?, TcpStream::connect(&runtime_api)?);
        let (to_service, to_caller) = ((caller.try_clone()?, service.try_clone()?), (service, caller));
        thread::spawn(move || pass_on(to_service));
        thread::spawn(move || pass_on(to_caller));
    }
    Ok(())
}

/// Passes on until one side ends, and lets the other side know.
fn pass_on((mut from, mut to): (TcpStream, TcpStream)) {
    // A broken connection ends both ways; a half that is closed in order ends its own.
    if io::copy(&mut from, &mut to).is_err() {
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
    let _ = to.shutdown(Shutdown::Write);
}
