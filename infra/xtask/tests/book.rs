//! The book as it is committed: every transcript is what a run gives today, and every link leads somewhere.

use std::process::Command;

#[test]
fn what_the_book_shows_is_what_a_run_gives() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["book", "--check"]).output().unwrap();
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", told(&output.stdout), told(&output.stderr));
    println!("{}", told(&output.stdout));
}
