use std::collections::BTreeMap;
use std::fs;

use axum::http::Method;
use model::{Permissions, Plan};
use serde_json::{Value, json};
use service::{AuditQuery, ExportState, NewApiKey};

use super::{DAY_MS, archive, files, furnished, sha256_hex};
use crate::world::{Account, World};

/// Waits until it holds, five seconds at most.
async fn eventually(mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
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

    // Nobody knows its password: one is chosen by the link, which works once and for an hour.
    let (place, secret) = imported.link.split_once("token=").unwrap();
    assert_eq!(place, "https://trust.example.com/reset-password?");
    second.services.reset_password(secret, "another horse battery").await.unwrap();
    let again = second.services.reset_password(secret, "a third horse battery").await;
    assert!(again.is_err(), "once");
    let body = json!({ "email": imported.email, "password": "another horse battery" });
    let token = second.post("/v1/auth/login", &[], body).await.expect(200)["token"].clone();
    let there = Account { token: token.as_str().unwrap().to_owned(), key: account.key.clone() };
    let after = archive(&second, &there).await;
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after));
    let mut compared = 0;
    for (name, text) in &before {
        if name == "data/audit.json" {
            let rows = |text: &str| serde_json::from_str::<Value>(text).unwrap()["rows"].clone();
            let (before, after) = (rows(text), rows(&after[name]));
            let (before, after) = (before.as_array().unwrap(), after.as_array().unwrap());
            assert!(before.iter().all(|entry| after.contains(entry)), "{after:?}");
            assert_eq!(after.len(), before.len() + 2, "the link, and its use");
        } else if name.starts_with("data/") || name == "payments.csv" {
            assert_eq!(text, &after[name], "{name}");
            compared += 1;
        }
    }
    assert!(compared > 15, "only {compared} files");
    let counts = |files: &BTreeMap<String, String>| {
        let mut manifest = serde_json::from_str::<Value>(&files["manifest.json"]).unwrap();
        let data = manifest["data"].as_object_mut().unwrap();
        data.remove("audit");
        manifest["data"].clone()
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
async fn an_archive_whose_process_is_gone_is_made_and_what_a_crash_left_is_removed() {
    let world = World::new().await;
    let (account, _) = furnished(&world, "mara@example.com", "Mara").await;
    let whole = archive(&world, &account).await;
    let actor = world.actor(&account).await;
    let services = &world.services;
    let export = services.list_exports(&actor).await.unwrap().remove(0);
    let folder = world.folder.path().join("exports");
    let path = folder.join(format!("{}.zip", export.id));
    fs::remove_file(&path).unwrap();
    world.tamper("UPDATE exports SET state = 'running', touched_at_ms = 0");
    let gone = "exp_00000000000000000000000000";
    let strays =
        [format!("{gone}.zip"), format!("{gone}.0a.part"), format!("{}.0a.part", export.id)];
    for stray in &strays {
        fs::write(folder.join(stray), "torn").unwrap();
    }
    services.tend_exports().await.unwrap();
    eventually(async || services.list_exports(&actor).await.unwrap()[0].state == ExportState::Done)
        .await;
    assert_eq!(files(&path).keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
    services.tend_exports().await.unwrap();
    for stray in &strays {
        assert!(!folder.join(stray).exists(), "{stray}");
    }
    assert!(path.exists());
}

#[tokio::test]
async fn an_archive_that_two_processes_make_is_whole_and_told_once() {
    let world = World::new().await;
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let payments: Vec<_> =
        (0..1000).map(|_| json!({ "agent_id": agent["id"], "amount": 2 })).collect();
    for _ in 0..2 {
        let body = json!({ "events": payments });
        world.post("/v1/payment-events/batch", &[account.key()], body).await.expect(201);
    }
    let whole = archive(&world, &account).await;
    let actor = world.actor(&account).await;
    let services = &world.services;
    let export = services.list_exports(&actor).await.unwrap().remove(0);
    let folder = world.folder.path().join("exports");
    let path = folder.join(format!("{}.zip", export.id));
    fs::remove_file(&path).unwrap();
    let parts = || {
        let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|path| path.extension().is_some_and(|e| e == "part")).count()
    };
    for makers in 1..=2 {
        // As if whoever makes it had not been heard of for minutes.
        world.tamper("UPDATE exports SET state = 'running', touched_at_ms = 0");
        services.tend_exports().await.unwrap();
        for _ in 0..10_000 {
            if parts() == makers {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(parts(), makers, "they are at it at the same time");
    }
    let state = async || services.list_exports(&actor).await.unwrap()[0].state;
    eventually(async || parts() == 0 && state().await == ExportState::Done).await;
    assert_eq!(parts(), 0);
    let found = services.list_exports(&actor).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].state, ExportState::Done);
    let made = files(&path);
    assert_eq!(made.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
    assert_eq!(made["data/payments.json"], whole["data/payments.json"]);
    let query = AuditQuery { action: Some("account.exported".to_owned()), ..AuditQuery::default() };
    let (told, _) = services.export_audit(&actor, &query, None).await.unwrap();
    assert_eq!(told.len(), 2, "the first time, and once by the two");
}

#[tokio::test]
async fn many_deleted_agents_leave_no_hole_in_an_archive() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    world.services.set_plan("mara@example.com", Plan::Professional).await.unwrap();
    for _ in 0..6 {
        let body = json!({ "agents": vec![json!({ "name": "Bot" }); 10] });
        let made = world.post("/v1/agents/bulk", &[account.bearer()], body).await.expect(201);
        for agent in made["agents"].as_array().unwrap() {
            let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
            world.call(Method::DELETE, &path, &[account.bearer()], None).await;
        }
    }
    let made = archive(&world, &account).await;
    let scores: Value = serde_json::from_str(&made["instance/scores.json"]).unwrap();
    assert_eq!(scores["rows"], json!([]), "deleted agents have none");
    let agents: Value = serde_json::from_str(&made["data/agents.json"]).unwrap();
    assert_eq!(agents["rows"].as_array().unwrap().len(), 60);
}
