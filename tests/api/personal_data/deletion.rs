use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use axum::http::Method;
use model::Permissions;
use serde_json::{Value, json};
use service::{
    Clock, DeletionOutcome, DeletionRequest, Entropy, Error, NewApiKey, NewContest, Refusal,
    Services,
};

use super::{DAY_MS, PASSWORD, archive, furnished, sha256_hex};
use crate::world::{Account, NOW, World, settings};

const NOWHERE: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

#[tokio::test]
async fn a_deleted_account_is_gone_for_everybody_at_once() {
    let world = World::new().await;
    world.register("operator@example.com").await;
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
    DeletionRequest { email: Some(email), password: Some(PASSWORD), at_once: false, session: None }
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
    let token = log_in().await.expect(200)["token"].as_str().unwrap().to_owned();
    let last = [("authorization", format!("Bearer {token}"))];
    world.get("/v1/auth/me", &last).await.expect(200);
    world.wait_ms(1);
    assert_eq!(world.get("/v1/auth/me", &last).await.code(401), "UNAUTHORIZED");
    let late = services.cancel_deletion(&actor).await;
    assert!(matches!(late, Err(Error::Refused(Refusal::DeletionBegan))), "it is being erased");
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

fn at_once() -> DeletionRequest<'static> {
    DeletionRequest { email: None, password: Some(PASSWORD), at_once: true, session: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_write_while_a_large_account_goes_and_what_was_broken_off_goes_on() {
    let world = World::new().await;
    let other = world.register("operator@example.com").await;
    let others = world.agent(&other, "Bot").await;
    let (account, _) = furnished(&world, "mara@example.com", "Mara").await;
    let actor = world.actor(&account).await;
    world.tamper(&format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60000)
         INSERT INTO outbox (workspace_id, id, kind, subject, created_at_ms)
         SELECT '{}', 'evt_' || n, 'agent.created', 'x', 0 FROM n",
        actor.workspace_id
    ));
    let database = world.folder.path().join("surety.db");
    let count = |table: &str| -> i64 {
        let conn = rusqlite::Connection::open(&database).unwrap();
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE workspace_id = ?1");
        conn.query_row(&sql, [actor.workspace_id.as_str()], |row| row.get(0)).unwrap()
    };
    let (services, by) = (world.services.clone(), actor.clone());
    let deleting = tokio::spawn(async move { services.delete_account(&by, at_once()).await });
    while count("outbox") > 50_000 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let pay = json!({ "agent_id": others["id"], "amount": 1 });
    world.pay(&other, pay).await.expect(201);
    // As if the process had ended here.
    deleting.abort();
    drop(deleting.await);
    assert!(count("outbox") > 0, "others have their turn before it is over");
    assert_eq!(world.get("/v1/auth/me", &[account.bearer()]).await.code(401), "UNAUTHORIZED");
    assert_eq!(world.get("/v1/agents", &[account.key()]).await.code(401), "UNAUTHORIZED");
    assert_eq!(world.services.end_accounts().await.unwrap(), 1);
    for table in ["outbox", "payments", "agents", "memberships"] {
        assert_eq!(count(table), 0, "{table}");
    }
    let left = audit_rows(world.folder.path());
    assert!(!left.is_empty() && left.iter().all(AuditRow::verifies));
}

#[tokio::test]
async fn every_endpoint_is_as_it_was_when_a_deletion_is_called_off_however_often_it_was_asked_for()
{
    let world = World::new().await;
    let (account, _) = furnished(&world, "mara@example.com", "Mara").await;
    let actor = world.actor(&account).await;
    world.tamper(&format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 150)
         INSERT INTO webhook_endpoints (workspace_id, id, url, description, dialect, events, sealed_secret, attempts,
             failures, created_at_ms, disabled_at_ms, disabled_reason)
         SELECT '{}', 'whk_' || n, 'https://example.com/', '', 'standard', '*', '', 0, 0, 0,
             CASE WHEN n = 1 THEN 7 END, CASE WHEN n = 1 THEN 'owner' END FROM n",
        actor.workspace_id
    ));
    let on = || -> i64 {
        let conn = rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap();
        let sql = "SELECT COUNT(*) FROM webhook_endpoints WHERE disabled_at_ms IS NULL";
        conn.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(on(), 149);
    world.services.delete_account(&actor, in_two_weeks("mara@example.com")).await.unwrap();
    assert_eq!(on(), 0);
    world.wait_ms(1);
    world.services.delete_account(&actor, in_two_weeks("mara@example.com")).await.unwrap();
    world.services.cancel_deletion(&actor).await.unwrap();
    assert_eq!(on(), 149, "not the one that was off before");
}

#[tokio::test]
async fn who_alone_runs_the_instance_stays_while_others_are_on_it() {
    let world = World::new().await;
    let operator = world.register("operator@example.com").await;
    let services = &world.services;
    let actor = world.actor(&operator).await;
    services.delete_account(&actor, in_two_weeks("operator@example.com")).await.unwrap();
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let refused = services.delete_account(&actor, at_once()).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::OnlyOperator))));
    let contest = NewContest {
        name: "Ada".to_owned(),
        email: "ada@example.com".to_owned(),
        message: "Wrong".to_owned(),
    };
    let made = services.create_contest(agent["gopi_id"].as_str().unwrap(), contest).await.unwrap();
    services.answer_contest(&actor, made.id.as_str(), "Corrected").await.unwrap();

    // Somebody came after it was planned: nothing of the one who left is kept, and the next one runs the instance.
    world.wait_ms(14 * DAY_MS);
    assert_eq!(services.end_accounts().await.unwrap(), 1);
    let body = json!({ "email": "mara@example.com", "password": PASSWORD });
    let token = world.post("/v1/auth/login", &[], body).await.expect(200)["token"].clone();
    let token = token.as_str().unwrap().to_owned();
    let mara = world.actor(&Account { token, key: account.key }).await;
    let kept = services.get_contest(&mara, made.id.as_str()).await.unwrap();
    assert!(kept.answered_by.unwrap().starts_with("erased_"));
    let next = world.register("next@example.com").await;
    assert!(services.list_open_contests(&world.actor(&next).await).await.is_ok());
    let last = world.register("last@example.com").await;
    assert!(services.list_open_contests(&world.actor(&last).await).await.is_err());
}
