use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

use crate::process::{Server, free_port};

const PASSWORD: &str = "correct horse battery";

fn surety(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_surety")).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn a_new_master_key_takes_the_place_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let server = Server::start(folder.path(), port, &[]);
    let body = json!({ "email": "mara@example.com", "password": PASSWORD });
    let (status, _) = server.post("/v1/auth/register", ("x-none", "1"), &body);
    assert_eq!(status.as_u16(), 201);
    let keys = server.get("/.well-known/jwks.json", ("x-none", "1"));
    server.kill();

    let key = || fs::read_to_string(folder.path().join("data/master.key")).unwrap();
    let before = key();
    let done = surety(folder.path(), &["rotate-master-key"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_ne!(key(), before);
    assert!(!folder.path().join("data/master.key.next").exists());
    let server = Server::start(folder.path(), port, &[]);
    let (status, _) = server.post("/v1/auth/login", ("x-none", "1"), &body);
    assert_eq!(status.as_u16(), 200);
    assert_eq!(server.get("/.well-known/jwks.json", ("x-none", "1")), keys);
    server.kill();

    // The database is ahead of the file: as if the machine had stopped between the two.
    let now = key();
    fs::write(folder.path().join("data/master.key.next"), &now).unwrap();
    fs::write(folder.path().join("data/master.key"), &before).unwrap();
    let done = surety(folder.path(), &["rotate-master-key"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(String::from_utf8_lossy(&done.stdout).contains("already"));
    assert_eq!(key(), now);
}

#[test]
fn a_file_that_is_no_archive_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("export.zip"), "nothing").unwrap();
    let refused = surety(folder.path(), &["import-account", "export.zip"]);
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr);
    assert!(why.contains("The file cannot be imported"), "{why}");
}
