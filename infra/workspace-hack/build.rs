//! Without a build script, Cargo would not look at the dependencies of one. The packages below this folder share it.

fn main() {
    // Every one of them has that file; a missing one would count as a change each time.
    println!("cargo::rerun-if-changed=Cargo.toml");
}
