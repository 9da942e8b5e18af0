//! What is held about a person: taken along, and erased.

mod deletion;
mod exports;
mod kept;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use axum::http::Method;
use model::Plan;
use serde_json::{Value, json};
use service::{Actor, ExportState};

use crate::world::{Account, Answer, World};

const PASSWORD: &str = "correct horse battery";
const DAY_MS: i64 = 86_400_000;

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

fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
