//! Lets cargo notice new assets: rust-embed alone tracks only the files it found last time.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    // A missing path would make cargo run this script, and compile the crate, on every build.
    fs::create_dir_all(Path::new("target").join("site"))?;
    println!("cargo:rerun-if-changed=target/site");
    Ok(())
}
