//! Without a build script, Cargo would not look at the dependencies of one.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
