//! A key that takes another's place while servers run.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::postgres::Database;
use crate::process::{Server, client, free_port};

const PASSWORD: &str = "correct horse battery";

fn rotate(folder: &Path, settings: &[(&str, &str)], arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_surety"))
        .arg("rotate-signing-key")
        .args(arguments)
        .envs(settings.iter().copied())
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn log_in(server: &Server) -> String {
    let body = json!({ "email": "mara@example.com", "password": PASSWORD });
    let (status, answer) = server.post("/v1/auth/login", ("x-none", "1"), &body);
    assert_eq!(status.as_u16(), 200);
    answer["token"].as_str().unwrap().to_owned()
}

fn opens(server: &Server, token: &str) -> bool {
    let request = client().get(format!("{}/v1/auth/me", server.url));
    request.header("Authorization", format!("Bearer {token}")).call().unwrap().status() == 200
}

fn keys(server: &Server) -> Vec<Value> {
    server.get("/.well-known/jwks.json", ("x-none", "1"))["keys"].as_array().unwrap().clone()
}

/// Waits until something is so, for two seconds at most: what a process remembers is a second old at most.
fn soon(what: &str, so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(2);
    while !so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Two servers over one database and the command beside them.
fn every_process_takes_up_a_new_key(
    folder: &Path,
    settings: &[(&str, &str)],
    servers: [&Server; 2],
) {
    let body = json!({ "email": "mara@example.com", "password": PASSWORD });
    servers[0].post("/v1/auth/register", ("x-none", "1"), &body);
    let [a, b] = servers;
    let (old, before) = (log_in(a), keys(a));
    assert!(opens(a, &old) && opens(b, &old));

    let told = rotate(folder, settings, &["tokens"]);
    assert!(told.contains("still hold"), "{told}");
    // What a process remembers of the keys is older than the token that another signs with the new one.
    std::thread::sleep(Duration::from_millis(200));
    assert!(opens(a, &old) && opens(b, &old));
    let anew = log_in(a);
    assert_ne!(anew.split('.').next(), old.split('.').next(), "it signs at once");
    std::thread::sleep(Duration::from_millis(150));
    assert!(opens(b, &anew), "a kid that it does not know is looked up");
    assert!(opens(a, &old) && opens(b, &old));

    let told = rotate(folder, settings, &["tokens", "--revoke"]);
    assert!(told.contains("hold no more"), "{told}");
    soon("the revoked key opens no more", || !opens(a, &anew) && !opens(b, &anew));
    assert!(opens(a, &old), "only the one that was replaced is revoked");

    rotate(folder, settings, &["certificates"]);
    for server in servers {
        soon("the new key is published first", || {
            let now = keys(server);
            now.len() == 2 && now[1] == before[0]
        });
    }
    let kid = before[0]["kid"].as_str().unwrap();
    let told = rotate(folder, settings, &["certificates", &format!("--revoke={kid}")]);
    assert!(told.contains(kid), "{told}");
    soon("the leaked one is gone", || keys(b).iter().all(|key| key["kid"] != kid));
}

#[test]
fn every_process_on_postgres_takes_up_a_new_key() {
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::new("signing"));
    let master_key = "7".repeat(64);
    let settings = [
        ("SURETY_RATE_LIMITS", "off"),
        ("SURETY_DATABASE_URL", database.url.as_str()),
        ("SURETY_MASTER_KEY", master_key.as_str()),
    ];
    let a = Server::start(folder.path(), free_port(), &settings);
    let b = Server::start(folder.path(), free_port(), &settings);
    every_process_takes_up_a_new_key(folder.path(), &settings, [&a, &b]);
    a.kill();
    b.kill();
    database.drop();
}

#[test]
fn a_server_on_sqlite_takes_up_a_new_key() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("SURETY_RATE_LIMITS", "off")];
    let server = Server::start(folder.path(), free_port(), &settings);
    every_process_takes_up_a_new_key(folder.path(), &settings, [&server, &server]);
}
