//! What is held about a person: taken along, and erased.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use axum::http::Method;
use model::{Permissions, Plan};
use serde_json::{Value, json};
use service::{
    Actor, Clock, DeletionOutcome, DeletionRequest, Entropy, ExportState, NewApiKey, NewContest,
    Services,
};

use crate::world::{Account, Answer, NOW, World, settings};

pub const PASSWORD: &str = "correct horse battery";
const DAY_MS: i64 = 86_400_000;
const NOWHERE: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

impl World {
    /// The person behind an account's token.
    pub async fn actor(&self, account: &Account) -> Actor {
        self.services.authenticate_token(&account.token).await.unwrap()
    }

    async fn delete(&self, account: &Account, password: &str) -> Answer {
        let body = json!({ "password": password });
        let path = "/v1/auth/delete-account";
        self.call(Method::DELETE, path, &[account.bearer()], Some(&body)).await
    }
}

/// An account with something of every kind that the API can make.
async fn furnished(world: &World, email: &str, name: &str) -> (Account, Value) {
    let body = json!({ "email": email, "password": PASSWORD, "name": name });
    let made = world.post("/v1/auth/register", &[], body).await.expect(201);
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    let account = Account { token: text("token"), key: text("api_key") };
    world.services.set_plan(email, Plan::Professional).await.unwrap();
    let agent = world.agent(&account, &format!("Bot of {name}")).await;
    world.pay_times(&account, &agent, 4).await;
    for n in 0..3 {
        let body = json!({
            "agent_id": agent["id"], "amount": "12.345678", "reference": format!("{name} {n}"),
            "counterparty": format!("shop of {name}"), "direction": "received",
        });
        world.pay(&account, body).await.expect(201);
    }
    let last = world.pay(&account, json!({ "agent_id": agent["id"], "amount": 3 })).await;
    let path = format!("/v1/payment-events/{}", last.expect(201)["event_id"].as_str().unwrap());
    let late = json!({ "status": "late" });
    world.call(Method::PATCH, &path, &[account.bearer()], Some(&late)).await.expect(200);
    let id = agent["id"].as_str().unwrap();
    let path = format!("/v1/agents/{id}/certify");
    world.post(&path, &[account.bearer()], json!({})).await.expect(201);
    let csv = "date,amount,reference\n2026-10-01,5,a\n2026-10-02,6,\n";
    let request = axum::http::Request::post(format!("/v1/agents/{id}/upload-history"))
        .header("authorization", account.bearer().1)
        .header("content-type", "text/csv")
        .body(axum::body::Body::from(csv))
        .unwrap();
    world.send(request).await.expect(200);
    (account, agent)
}

/// The files of an archive.
fn files(path: &Path) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        files.insert(entry.name().unwrap().into_owned(), text);
    }
    files
}

async fn archive(world: &World, account: &Account) -> BTreeMap<String, String> {
    let actor = world.actor(account).await;
    let export = world.services.create_export(&actor).await.unwrap();
    assert_eq!(export.state, ExportState::Done, "a small one is there at once");
    let file = world.services.open_export(&actor, export.id.as_str()).await.unwrap();
    files(&file.path)
}

#[tokio::test]
async fn everything_about_an_account_comes_out_but_no_secret() {
    let world = World::new().await;
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let (other, _) = furnished(&world, "jon@example.com", "Jonathan").await;
    let answer = world.get("/v1/auth/export-data", &[account.bearer()]).await;
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let export = answer.expect(200);
    assert_eq!((&export["format"], &export["version"]), (&json!("surety-export"), &json!(1)));
    assert_eq!(export["exported_at"], "2026-10-14T12:00:00.000Z");
    let data = &export["data"];
    assert_eq!(data["users"][0]["email"], "mara@example.com");
    assert_eq!(data["agents"][0]["id"], agent["id"]);
    assert_eq!(data["payments"].as_array().unwrap().len(), 10);
    assert_eq!(data["payment_amendments"][0]["to_status"], "late");
    assert!(data["certificates"][0]["breakdown"].is_array());
    assert!(!data["audit"].as_array().unwrap().is_empty());
    assert_eq!(data["webhook_endpoints"], json!([]));
    let here = &export["instance_data"];
    assert_eq!(here["sessions"][0]["kind"], "token");
    assert_eq!(here["workspaces"][0]["plan"], "professional");
    assert!(here["scores"][0]["score"]["breakdown"].is_array());
    assert!(!answer.text.contains("onathan"), "nothing of others");

    let key_hash: String = sha256_hex(account.key.as_bytes());
    for secret in
        [&account.key, &key_hash, "argon2", "password_hash", "salt", "leaf_hash", "sealed"]
    {
        assert!(!answer.text.contains(secret), "{secret}");
    }
    assert_eq!(world.get("/v1/auth/export-data", &[account.key()]).await.code(403), "FORBIDDEN");
    assert_eq!(world.get("/v1/auth/export-data", &[]).await.code(401), "UNAUTHORIZED");

    let files = archive(&world, &account).await;
    for name in ["README.en.md", "README.de.md", "manifest.json", "payments.csv"] {
        assert!(files.contains_key(name), "{name}");
    }
    assert!(files["README.de.md"].contains("Wie eine Bewertung zustande kommt"));
    assert!(files.values().all(|text| !text.contains('{') || !text.contains("{instance}")));
    assert_eq!(files["payments.csv"].lines().count(), 11);
    assert!(files["payments.csv"].contains(",12.345678,EUR,received,"));
    let manifest: Value = serde_json::from_str(&files["manifest.json"]).unwrap();
    for (name, text) in &files {
        let Some(entity) = name.strip_prefix("data/").and_then(|n| n.strip_suffix(".json")) else {
            continue;
        };
        let rows: Value = serde_json::from_str(text).unwrap();
        let count = rows["rows"].as_array().unwrap().len();
        assert_eq!(manifest["data"][entity], count, "{name}");
        assert_eq!(data[entity].as_array().unwrap().len(), count, "{name}: as the API gives it");
    }
    // Only whose it is.
    let actor = world.actor(&account).await;
    let export = world.services.list_exports(&actor).await.unwrap().remove(0);
    let stranger = world.actor(&other).await;
    assert!(world.services.open_export(&stranger, export.id.as_str()).await.is_err());
    world.wait_ms(7 * DAY_MS);
    assert!(world.services.open_export(&actor, export.id.as_str()).await.is_err());
    let path = world.folder.path().join("exports").join(format!("{}.zip", export.id));
    assert!(path.exists());
    world.services.tend_exports().await.unwrap();
    assert!(!path.exists(), "the file goes with its time");
}

fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn what_one_instance_exports_another_one_imports_and_exports_alike() {
    let (first, second) = (World::new().await, World::new().await);
    second.register("operator@example.com").await;
    // Both worlds draw the same random bytes: so the ids of the two first accounts are alike.
    first.register("somebody@example.com").await;
    let (account, agent) = furnished(&first, "mara@example.com", "Mara \"M\" Müller 🤖").await;
    let before = archive(&first, &account).await;
    let actor = first.actor(&account).await;
    let export = first.services.list_exports(&actor).await.unwrap().remove(0);
    let file = first.services.open_export(&actor, export.id.as_str()).await.unwrap();
    let imported = second.services.import_account(&file.path).await.unwrap();
    assert_eq!(imported.email, "mara@example.com");

    let body = json!({ "email": imported.email, "password": imported.password });
    let token = second.post("/v1/auth/login", &[], body).await.expect(200)["token"].clone();
    let there = Account { token: token.as_str().unwrap().to_owned(), key: account.key.clone() };
    let after = archive(&second, &there).await;
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after));
    let mut compared = 0;
    for (name, text) in &before {
        if name.starts_with("data/") || name == "payments.csv" {
            assert_eq!(text, &after[name], "{name}");
            compared += 1;
        }
    }
    assert!(compared > 15, "only {compared} files");
    let counts = |files: &BTreeMap<String, String>| {
        serde_json::from_str::<Value>(&files["manifest.json"]).unwrap()["data"].clone()
    };
    assert_eq!(counts(&before), counts(&after));

    // It is as good as the first one: leaf hashes verify, the ledger goes on, keys of old open nothing.
    let me = second.actor(&there).await;
    assert_eq!(second.services.verify_audit(&me, 1_000).await.unwrap(), []);
    assert_eq!(second.get("/v1/agents", &[there.key()]).await.code(401), "UNAUTHORIZED");
    let new = NewApiKey {
        name: "New".into(),
        permissions: Permissions::READ_WRITE,
        ..NewApiKey::default()
    };
    let key = second.services.create_api_key(&me, new, None).await.unwrap().secret.unwrap();
    let again = Account { key, ..there };
    second.pay(&again, json!({ "agent_id": agent["id"], "amount": 1 })).await.expect(201);
    let repeated = json!({
        "agent_id": agent["id"], "amount": "12.345678", "reference": "Mara \"M\" Müller 🤖 0",
        "counterparty": "shop of Mara \"M\" Müller 🤖", "direction": "received",
    });
    second.pay(&again, repeated).await.expect(201);
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    let shown = second.get(&path, &[again.key()]).await;
    assert_eq!(shown.expect(200)["payment_stats"]["total"], 8);

    let twice = second.services.import_account(&file.path).await.unwrap_err();
    assert_eq!(twice.to_string(), "The account is on this instance already.");
}

#[tokio::test]
async fn a_damaged_archive_leaves_nothing_behind() {
    let (first, second) = (World::new().await, World::new().await);
    let (account, _) = furnished(&first, "mara@example.com", "Mara").await;
    let good = archive(&first, &account).await;
    let broken = |name: &str, change: fn(&str) -> String| {
        let path = second.folder.path().join("broken.zip");
        let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        for (file, text) in &good {
            let text = if file == name { change(text) } else { text.clone() };
            zip.start_file(file, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        path
    };
    for (name, change) in [
        ("data/payments.json", (|t: &str| t.replace("\"EUR\"", "\"XXY\"")) as fn(&str) -> String),
        ("data/payments.json", |t| {
            t.replacen("{\"workspace_id\":\"wsp_0", "{\"workspace_id\":\"wsp_1", 2)
        }),
        ("data/certificates.json", |t| t.replacen("\"n\":", "\"m\":", 1)),
        ("data/audit.json", |_| "{\"rows\":[".to_owned()),
        ("manifest.json", |t| t.replace("\"version\": 1", "\"version\": 2")),
        ("manifest.json", |t| t.replace("\"agents\": 1", "\"secrets\": 1")),
    ] {
        let path = broken(name, change);
        let error = second.services.import_account(&path).await.unwrap_err();
        assert!(!error.to_string().is_empty(), "{name}");
    }
    let path = broken("none", str::to_owned);
    second.services.import_account(&path).await.expect("nothing was left in its way");
}

#[tokio::test]
async fn a_deleted_account_is_gone_for_everybody_at_once() {
    let world = World::new().await;
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let (other, others) = furnished(&world, "jon@example.com", "Jonathan").await;
    let gopi_id = agent["gopi_id"].as_str().unwrap();
    let certificate = agent_certificate(&world, &account, &agent).await;
    let wrong = world.delete(&account, "wrong horse battery").await;
    assert_eq!(
        (wrong.code(422).as_str(), &wrong.json()["field"]),
        ("VALIDATION_ERROR", &json!("password"))
    );
    let by_key = json!({ "password": PASSWORD });
    let path = "/v1/auth/delete-account";
    let refused = world.call(Method::DELETE, path, &[account.key()], Some(&by_key)).await;
    assert_eq!(refused.code(403), "FORBIDDEN");

    assert_eq!(world.delete(&account, PASSWORD).await.expect(200), json!({ "deleted": true }));
    assert_eq!(world.get("/v1/auth/me", &[account.bearer()]).await.code(401), "UNAUTHORIZED");
    assert_eq!(world.get("/v1/agents", &[account.key()]).await.code(401), "UNAUTHORIZED");
    let pay = json!({ "agent_id": agent["id"], "amount": 1 });
    assert_eq!(world.pay(&account, pay).await.code(401), "UNAUTHORIZED");
    let body = json!({ "email": "mara@example.com", "password": PASSWORD });
    assert_eq!(world.post("/v1/auth/login", &[], body).await.code(401), "UNAUTHORIZED");
    assert_eq!(world.get(&format!("/v1/public/{gopi_id}"), &[]).await.code(404), "NOT_FOUND");
    assert_eq!(world.get(&format!("/a/{gopi_id}"), &[]).await.status, 404);
    assert_eq!(world.get(&format!("/c/{certificate}"), &[]).await.status, 404);
    let badge = async |id: &str| world.get(&format!("/v1/public/{id}/badge.svg"), &[]).await;
    let (deleted, never) = (badge(gopi_id).await, badge("gopi_lch_00000000").await);
    assert_eq!((deleted.status.as_u16(), &deleted.text), (200, &never.text));
    assert!(deleted.text.contains("not found"));

    // The others have everything.
    assert_eq!(
        world.get("/v1/auth/me", &[other.bearer()]).await.expect(200)["email"],
        "jon@example.com"
    );
    let path = format!("/v1/agents/{}", others["id"].as_str().unwrap());
    assert_eq!(world.get(&path, &[other.bearer()]).await.expect(200)["payment_stats"]["total"], 7);
    // And the address is free again.
    world.register("mara@example.com").await;
}

async fn agent_certificate(world: &World, account: &Account, agent: &Value) -> String {
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    let shown = world.get(&path, &[account.bearer()]).await.expect(200);
    shown["certificate"]["certificate_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn no_byte_of_a_deleted_person_is_left_in_the_file() {
    let world = World::new().await;
    world.register("operator@example.com").await;
    let (account, _) = furnished(&world, "quetzal@example.com", "Quetzalcoatl").await;
    archive(&world, &account).await;
    let actor = world.actor(&account).await;
    let key = NewApiKey {
        name: "Quetzalkey".into(),
        permissions: Permissions::READ_WRITE,
        ..NewApiKey::default()
    };
    world.services.create_api_key(&actor, key, None).await.unwrap();
    let folder = world.folder.path().to_owned();
    world.delete(&account, PASSWORD).await.expect(200);
    let exports: Vec<_> = fs::read_dir(folder.join("exports")).unwrap().collect();
    assert!(exports.is_empty(), "{exports:?}");
    let hashes = audit_rows(&folder);
    assert!(hashes.len() > 5);
    for row in &hashes {
        assert!(row.verifies(), "{row:?}");
        assert!(row.actor.starts_with("erased_") || row.actor == "console", "{row:?}");
    }
    world.services.close().await;
    let database = folder.join("surety.db");
    rusqlite::Connection::open(&database).unwrap().execute_batch("VACUUM").unwrap();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        for word in ["quetzal", "Quetzal"] {
            let found = bytes.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!found, "{word} is in {}", path.display());
        }
    }
    let bytes = fs::read(&database).unwrap();
    let there = b"operator@example.com";
    assert!(bytes.windows(there.len()).any(|part| part == there), "the search finds what is there");
}

#[derive(Debug)]
struct AuditRow {
    workspace: String,
    id: String,
    actor: String,
    action: String,
    at_ms: i64,
    commitment: Option<String>,
    leaf_hash: String,
}

impl AuditRow {
    /// Whether the leaf hash follows from what is left (RFC 6962).
    fn verifies(&self) -> bool {
        let Some(commitment) = &self.commitment else { return false };
        let leaf = format!(
            r#"{{"action":"{}","at":{},"commitment":"{commitment}","id":"{}","workspace":"{}"}}"#,
            self.action, self.at_ms, self.id, self.workspace
        );
        sha256_hex(&[&[0], leaf.as_bytes()].concat()) == self.leaf_hash
    }
}

/// The entries of accounts that were erased.
fn audit_rows(folder: &Path) -> Vec<AuditRow> {
    let conn = rusqlite::Connection::open(folder.join("surety.db")).unwrap();
    let mut query = conn
        .prepare(
            "SELECT a.workspace_id, a.id, a.actor, a.action, a.at_ms, a.commitment, a.leaf_hash
             FROM audit a JOIN erasures e ON e.workspace_id = a.workspace_id",
        )
        .unwrap();
    let rows = query.query_map([], |row| {
        Ok(AuditRow {
            workspace: row.get(0)?,
            id: row.get(1)?,
            actor: row.get(2)?,
            action: row.get(3)?,
            at_ms: row.get(4)?,
            commitment: row.get(5)?,
            leaf_hash: row.get(6)?,
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn in_two_weeks(email: &str) -> DeletionRequest<'_> {
    DeletionRequest { email: Some(email), password: PASSWORD, at_once: false, session: None }
}

#[tokio::test]
async fn in_two_weeks_means_off_now_and_gone_then_unless_called_off() {
    let world = World::new().await;
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let actor = world.actor(&account).await;
    let services = &world.services;
    let wrong = services.delete_account(&actor, in_two_weeks("other@example.com")).await;
    assert!(wrong.unwrap_err().to_string().contains("email"));
    let end = services.account_end(&actor).await.unwrap();
    let count = |name: &str| end.counts.iter().find(|(n, _)| *n == name).unwrap().1;
    assert_eq!((count("payments"), count("agents"), end.planned), (10, 1, None));

    let outcome = services.delete_account(&actor, in_two_weeks(" MARA@example.com")).await.unwrap();
    let due_ms = NOW + 14 * DAY_MS;
    assert_eq!(outcome, DeletionOutcome::Planned(due_ms));
    let public = format!("/v1/public/{}", agent["gopi_id"].as_str().unwrap());
    assert_eq!(world.get(&public, &[]).await.code(404), "NOT_FOUND");
    assert_eq!(world.get("/v1/agents", &[account.key()]).await.code(401), "UNAUTHORIZED");
    assert_eq!(world.get("/v1/auth/me", &[account.bearer()]).await.code(401), "UNAUTHORIZED");

    // One can sign in to call it off.
    let log_in = || {
        world.post(
            "/v1/auth/login",
            &[],
            json!({ "email": "mara@example.com", "password": PASSWORD }),
        )
    };
    let token = log_in().await.expect(200)["token"].as_str().unwrap().to_owned();
    let back = Account { token, key: account.key.clone() };
    let actor = world.actor(&back).await;
    assert_eq!(services.planned_deletion(&actor).await.unwrap().unwrap().due_at_ms, due_ms);
    assert_eq!(services.end_accounts().await.unwrap(), 0);
    services.cancel_deletion(&actor).await.unwrap();
    world.get(&public, &[]).await.expect(200);
    world.get("/v1/agents", &[account.key()]).await.expect(200);

    services.delete_account(&actor, in_two_weeks("mara@example.com")).await.unwrap();
    world.wait_ms(14 * DAY_MS - 1);
    assert_eq!(services.end_accounts().await.unwrap(), 0);
    log_in().await.expect(200);
    world.wait_ms(1);
    assert_eq!(services.end_accounts().await.unwrap(), 1);
    assert_eq!(log_in().await.code(401), "UNAUTHORIZED");
    assert_eq!(services.end_accounts().await.unwrap(), 0, "once");
}

#[tokio::test]
async fn what_a_backup_brings_back_is_erased_again() {
    let world = World::new().await;
    world.register("operator@example.com").await;
    let (account, _) = furnished(&world, "mara@example.com", "Mara").await;
    let folder = world.folder.path().to_owned();
    let (database, backup) = (folder.join("surety.db"), folder.join("backup.db"));
    let copy = format!("VACUUM INTO '{}'", backup.display());
    rusqlite::Connection::open(&database).unwrap().execute_batch(&copy).unwrap();
    world.delete(&account, PASSWORD).await.expect(200);
    world.services.close().await;
    for log in ["surety.db-wal", "surety.db-shm"] {
        drop(fs::remove_file(folder.join(log)));
    }
    fs::rename(&backup, &database).unwrap();
    let count = || {
        let conn = rusqlite::Connection::open(&database).unwrap();
        conn.query_row("SELECT COUNT(*) FROM users", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(count(), 2, "the backup has the account");
    let services =
        Services::open(settings(&world.folder), Clock::system(), Entropy::system()).await.unwrap();
    assert_eq!(count(), 1);
    assert!(services.log_in("mara@example.com", PASSWORD, NOWHERE).await.is_err());
    services.log_in("operator@example.com", PASSWORD, NOWHERE).await.unwrap();
    services.close().await;
}

#[tokio::test]
async fn payments_that_come_while_an_account_is_deleted_are_erased_or_refused() {
    let world = std::sync::Arc::new(World::new().await);
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let account = std::sync::Arc::new(account);
    let clients: Vec<_> = (0..4)
        .map(|client| {
            let (world, account, id) =
                (std::sync::Arc::clone(&world), std::sync::Arc::clone(&account), agent["id"].clone());
            tokio::spawn(async move {
                let mut answers = BTreeMap::new();
                for n in 0..20_000 {
                    let body = json!({ "agent_id": id, "amount": 1, "reference": format!("{client}-{n}") });
                    let status = world.pay(&account, body).await.status.as_u16();
                    *answers.entry(status).or_insert(0) += 1;
                    if answers.get(&401).is_some_and(|refused| *refused > 5) {
                        break;
                    }
                }
                answers
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    world.delete(&account, PASSWORD).await.expect(200);
    let mut all = BTreeMap::new();
    for client in clients {
        for (status, count) in client.await.unwrap() {
            *all.entry(status).or_insert(0) += count;
        }
    }
    assert!(all[&201] > 0 && all[&401] > 0, "some came before, some after: {all:?}");
    assert!(all.keys().all(|status| [201, 401, 404].contains(status)), "{all:?}");
    let conn = rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap();
    for table in
        ["payments", "payment_rollups", "payment_periods", "evidence", "outbox", "agents", "users"]
    {
        let count: i64 =
            conn.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0, "{table}");
    }
}

#[tokio::test]
async fn another_master_key_opens_what_the_first_one_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let first = settings(&folder);
    let open = |master_key: [u8; 32]| {
        let settings = service::Settings { master_key, ..settings(&folder) };
        Services::open(settings, Clock::system(), Entropy::system())
    };
    let services = open([7; 32]).await.unwrap();
    let keys = services.certificate_keys();
    services.close().await;
    let entropy = Entropy::system();
    let rotate = |old: [u8; 32], new: [u8; 32]| {
        let (store, entropy) = (first.store.clone(), entropy.clone());
        async move { service::rotate_master_key(&store, &entropy, (&old, &new)).await }
    };
    assert!(rotate([8; 32], [9; 32]).await.is_err(), "only who has the key in force");
    assert_eq!(rotate([7; 32], [9; 32]).await.unwrap(), 2);
    assert!(!Services::master_key_fits(&first.store, &[7; 32]).await.unwrap());
    assert!(open([7; 32]).await.is_err());
    let services = open([9; 32]).await.unwrap();
    let text = |keys: &[service::PublicKey]| format!("{keys:?}");
    assert_eq!(text(&services.certificate_keys()), text(&keys));
    services.close().await;
}

#[tokio::test]
async fn what_is_older_than_it_may_be_goes() {
    let world = World::with(|settings| settings.retention.audit_days = 30).await;
    let (account, _) = furnished(&world, "mara@example.com", "Mara").await;
    let entries = async || {
        let answer = world.get("/v1/auth/export-data", &[account.bearer()]).await;
        answer.expect(200)["data"]["audit"].as_array().unwrap().len()
    };
    let before = entries().await;
    assert!(before > 3);
    world.services.enforce_retention().await.unwrap();
    assert_eq!(entries().await, before);
    world.wait_ms(30 * DAY_MS + 1);
    world.services.enforce_retention().await.unwrap();
    let body = json!({ "email": "mara@example.com", "password": PASSWORD });
    let token = world.post("/v1/auth/login", &[], body).await.expect(200)["token"].clone();
    let token = format!("Bearer {}", token.as_str().unwrap());
    let answer = world.get("/v1/auth/export-data", &[("authorization", token)]).await;
    assert_eq!(answer.expect(200)["data"]["audit"], json!([]));
}

#[tokio::test]
async fn anybody_can_contest_a_score_and_a_person_answers_once() {
    let world = World::new().await;
    let operator = world.register("operator@example.com").await;
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let stranger = world.register("jon@example.com").await;
    let services = &world.services;
    let gopi_id = agent["gopi_id"].as_str().unwrap();
    let contest = |message: &str| NewContest {
        name: "Ada".to_owned(),
        email: "ADA@example.com".to_owned(),
        message: message.to_owned(),
    };
    assert!(services.create_contest(gopi_id, contest(" ")).await.is_err());
    assert!(services.create_contest("gopi_lch_00000000", contest("Wrong")).await.is_err());
    let made = services.create_contest(gopi_id, contest("Wrong.\nPaid.")).await.unwrap();
    let (id, owner) = (made.id.as_str(), world.actor(&account).await);
    let (operator, stranger) = (world.actor(&operator).await, world.actor(&stranger).await);
    assert_eq!(services.list_contests(&owner).await.unwrap(), std::slice::from_ref(&made));
    assert_eq!(services.list_open_contests(&operator).await.unwrap(), std::slice::from_ref(&made));
    assert!(services.list_open_contests(&owner).await.is_err());
    assert!(services.list_contests(&stranger).await.unwrap().is_empty());
    assert!(services.get_contest(&stranger, id).await.is_err());
    assert!(services.answer_contest(&stranger, id, "No").await.is_err());
    assert!(services.answer_contest(&owner, id, " ").await.is_err());
    let answered = services.answer_contest(&operator, id, "Corrected").await.unwrap();
    assert_eq!(answered.answer.as_deref(), Some("Corrected"));
    assert!(services.answer_contest(&owner, id, "Again").await.is_err());
    assert!(services.list_open_contests(&operator).await.unwrap().is_empty());
    let export = world.get("/v1/auth/export-data", &[account.bearer()]).await.expect(200);
    assert_eq!(export["data"]["contests"][0]["message"], "Wrong.\nPaid.");
    world.delete(&account, PASSWORD).await.expect(200);
    assert!(services.get_contest(&operator, id).await.is_err());
}

#[tokio::test]
async fn an_owner_can_ask_search_engines_to_leave_an_agent_out() {
    let world = World::new().await;
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let owner = world.actor(&account).await;
    let path = format!("/a/{}", agent["gopi_id"].as_str().unwrap());
    let noindex = async || world.get(&path, &[]).await.text.contains(r#"content="noindex""#);
    assert!(!noindex().await);
    let id = agent["id"].as_str().unwrap();
    world.services.set_agent_unlisted(&owner, id, true).await.unwrap();
    assert!(noindex().await);
    world.services.set_agent_unlisted(&owner, id, false).await.unwrap();
    assert!(!noindex().await);
    for page in ["contest", "contest/sent"] {
        assert_eq!(world.get(&format!("{path}/{page}"), &[]).await.status, 200);
    }
    assert_eq!(world.get("/a/gopi_lch_00000000/contest", &[]).await.status, 404);
}
