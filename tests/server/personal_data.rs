use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::json;

use crate::postgres::Database;
use crate::process::{Server, client, free_port};

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

/// Records payments, marked, until the account is gone; the statuses of the answers.
fn pay_until_refused(url: &str, key: &str, agent: &str, client_no: u8) -> Vec<u16> {
    let (client, mut statuses) = (client(), Vec::new());
    while statuses.last() != Some(&401) {
        let reference = format!("Quetzalcoatl {client_no}-{}", statuses.len());
        let body = json!({ "agent_id": agent, "amount": 1, "reference": reference });
        let request = client.post(format!("{url}/v1/payment-events")).header("X-API-Key", key);
        statuses.push(request.send_json(body).unwrap().status().as_u16());
    }
    statuses
}

#[test]
fn payments_that_come_while_an_account_is_deleted_on_postgres_are_erased_or_refused() {
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::new("deletion"));
    let master_key = "7".repeat(64);
    let settings = [
        ("SURETY_RATE_LIMITS", "off"),
        ("SURETY_DATABASE_URL", database.url.as_str()),
        ("SURETY_MASTER_KEY", master_key.as_str()),
    ];
    let server = Server::start(folder.path(), free_port(), &settings);
    let body = json!({ "email": "quetzalcoatl@example.com", "password": PASSWORD });
    let (_, account) = server.post("/v1/auth/register", ("x-none", "1"), &body);
    let (bearer, key) = (
        format!("Bearer {}", account["token"].as_str().unwrap()),
        account["api_key"].as_str().unwrap(),
    );
    let agent = json!({ "name": "Quetzalcoatl" });
    let (_, agent) = server.post("/v1/agents", ("Authorization", &bearer), &agent);
    let agent = agent["id"].as_str().unwrap();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|n| {
                scope.spawn({
                    let url = &server.url;
                    move || pay_until_refused(url, key, agent, n)
                })
            })
            .collect();
        while database.rows().matches("Quetzalcoatl").count() < 50 {
            std::thread::sleep(Duration::from_millis(10));
        }
        let request = client()
            .delete(format!("{}/v1/auth/delete-account", server.url))
            .header("Authorization", &bearer)
            .force_send_body();
        assert_eq!(request.send_json(json!({ "password": PASSWORD })).unwrap().status(), 200);
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    assert!(statuses.iter().filter(|status| **status == 201).count() >= 49, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 401, 404].contains(status)), "{statuses:?}");
    let left = database.rows().to_lowercase();
    let left: Vec<_> = left.lines().filter(|row| row.contains("quetzalcoatl")).collect();
    assert!(left.is_empty(), "{left:?}");
    drop(server);
    database.drop();
}
