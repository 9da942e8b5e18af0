//! What A has, and how it lies in the database.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Method, Request};
use model::{Dialect, Plan};
use serde_json::{Value, json};
use service::{NewContest, NewEndpoint};

use crate::world::{Account, World};

/// An account on the largest plan, with something of every kind that holds `mark`.
pub async fn furnished(world: &World, email: &str, mark: &str) -> (Account, Value) {
    let account = world.register(email).await;
    world.services.set_plan(email, Plan::Professional).await.unwrap();
    let body = json!({ "name": mark, "description": mark, "framework": "langchain" });
    let agent = world.post("/v1/agents", &[account.bearer()], body).await.expect(201);
    let id = agent["id"].as_str().unwrap();
    for n in 0..3 {
        let body = json!({
            "agent_id": id, "amount": 12, "reference": format!("{mark} {n}"), "counterparty": mark,
        });
        world.pay(&account, body).await.expect(201);
    }
    world
        .post(&format!("/v1/agents/{id}/certify"), &[account.bearer()], json!({}))
        .await
        .expect(201);
    let actor = world.actor(&account).await;
    world.services.update_profile(&actor, mark).await.unwrap();
    let contest = NewContest {
        name: mark.to_owned(),
        email: "x@example.com".to_owned(),
        message: mark.to_owned(),
    };
    world.services.create_contest(id, contest).await.unwrap();
    let endpoint = NewEndpoint {
        url: format!("https://{}.example.com/", mark.to_lowercase()),
        description: mark.to_owned(),
        dialect: Dialect::Standard,
        events: vec!["*".to_owned()],
        wallet: None,
        secret: None,
    };
    world.services.create_endpoint(&actor, endpoint, None).await.unwrap();
    world.services.create_export(&actor).await.unwrap();
    let invited = format!("{}@example.com", mark.to_lowercase());
    world.services.invite_member(&actor, &invited, "member").await.unwrap();
    let request = Request::post(format!("/v1/agents/{id}/upload-history"))
        .header("authorization", account.bearer().1)
        .header("content-type", "text/csv")
        .body(Body::from(format!("date,amount,reference\n2026-10-01,5,{mark}\n")))
        .unwrap();
    world.send(request).await.expect(200);
    // Nobody but its owner may see it from now on.
    let private = json!({ "visibility": "private" });
    let path = format!("/v1/agents/{id}");
    world.call(Method::PATCH, &path, &[account.bearer()], Some(&private)).await.expect(200);
    (account, agent)
}

/// The server's database file, read beside it.
pub struct Database(pub rusqlite::Connection);

impl Database {
    pub fn open(world: &World) -> Self {
        Self(rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap())
    }

    /// Every row that holds one of these values, as `table` and `column=value` texts.
    pub fn rows(&self, of: &[&str]) -> BTreeSet<String> {
        let mut tables =
            self.0.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
        let tables: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut found = BTreeSet::new();
        for table in tables {
            let mut query = self.0.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns: Vec<String> =
                query.column_names().into_iter().map(str::to_owned).collect();
            let mut rows = query.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values: Vec<_> = (0..columns.len())
                    .map(|at| match row.get_ref(at).unwrap() {
                        rusqlite::types::ValueRef::Text(text) => {
                            String::from_utf8_lossy(text).into_owned()
                        }
                        other => format!("{other:?}"),
                    })
                    .collect();
                if values.iter().any(|value| of.contains(&value.as_str())) {
                    let pairs = columns.iter().zip(&values).map(|(c, v)| format!("{c}={v}"));
                    found.insert(format!("{table} {}", pairs.collect::<Vec<_>>().join("\u{1}")));
                }
            }
        }
        found
    }
}

/// Ids in every form in which something is named, a few of each kind.
pub fn ids(rows: &BTreeSet<String>) -> Vec<String> {
    let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        let (_, columns) = row.split_once(' ').unwrap();
        for pair in columns.split('\u{1}') {
            let Some((column, value)) = pair.split_once('=') else { continue };
            let named = column == "id" || column.ends_with("_id");
            if !named || value.is_empty() || value == "Null" {
                continue;
            }
            let kind = match value.split_once('_') {
                Some((prefix, _)) if value.len() == prefix.len() + 27 => prefix.to_owned(),
                _ => column.to_owned(),
            };
            kinds.entry(kind).or_default().insert(value.to_owned());
        }
    }
    for kind in [
        "agt", "pay", "crt", "key", "whk", "evt", "exp", "cts", "imp", "aud", "psk", "usr", "wsp",
        "inv",
    ] {
        assert!(kinds.contains_key(kind), "A has nothing named {kind}_: {:?}", kinds.keys());
    }
    assert!(kinds.contains_key("gopi_id") && kinds.contains_key("external_id"));
    kinds.into_values().flat_map(|of| of.into_iter().take(2)).collect()
}
