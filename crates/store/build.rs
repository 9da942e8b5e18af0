//! Tells cargo about the migrations.

fn main() {
    // The migrations are compiled in; without this line a new one goes unnoticed.
    println!("cargo:rerun-if-changed=../../migrations");
}
