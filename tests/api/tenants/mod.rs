//! One account's ids in another one's hands: every endpoint, server function and page, by the lists of the router
//! itself. What is new and not covered here fails by name.

mod lists;
mod rows;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use surety::state::AppState;

use self::lists::{ID, QUERIES, WITH_ID, WITHOUT_ID, without_id_in_path};
use self::rows::{Database, furnished, ids};
use crate::browser::Browser;
use crate::world::{Account, Answer, World};

/// Stands in everything that A wrote.
const MARK: &str = "Geheimsache";
/// Where the forms say that they were.
const BACK: &str = "/imprint?refused";

/// The paths of every registered server function.
pub fn server_functions() -> BTreeSet<&'static str> {
    server_fn_paths().map(|(path, _)| path).collect()
}

/// Every path of a part of the router: its debug form lists them, and axum offers no other way.
fn paths(debug: &str) -> BTreeSet<String> {
    let quoted = debug.split('"').skip(1).step_by(2);
    quoted.filter(|text| text.starts_with('/') && !text.contains("{*")).map(str::to_owned).collect()
}

/// That an answer tells nothing of A but what was sent, which may come back in the page's own links.
fn tells_nothing(name: &str, sent: &str, answer: &Answer, ids: &[String]) {
    assert!(!answer.status.is_server_error(), "{name} {sent}: {} {}", answer.status, answer.text);
    let said = if sent.is_empty() { answer.text.clone() } else { answer.text.replace(sent, "") };
    let said = said.to_lowercase();
    let mark = MARK.to_lowercase();
    for secret in ids.iter().map(|id| id.to_lowercase()).chain([mark]) {
        let Some(at) = said.find(&secret).filter(|_| secret != sent.to_lowercase()) else {
            continue;
        };
        let around = &said[said.floor_char_boundary(at.saturating_sub(200))..at];
        panic!("{name} {sent} tells {secret}: ...{around}{secret}...");
    }
}

struct Attack<'w> {
    world: &'w World,
    browser: Browser<'w>,
    account: Account,
    ids: Vec<String>,
}

impl Attack<'_> {
    /// Every API path with every method that it has.
    async fn api(&self) {
        let mut uncovered = Vec::new();
        // The debug form of every router holds this path too.
        for path in paths(&format!("{:?}", surety::api::router())).iter().filter(|p| *p != "/") {
            let probe = path.replace(['{', '}'], "");
            let brew = Method::from_bytes(b"BREW").unwrap();
            let allowed = self.world.call(brew, &probe, &[], None).await;
            for method in allowed.header("allow").split(',').filter(|m| *m != "HEAD") {
                let operation = format!("{method} {path}");
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                if path.contains('{') {
                    self.named_in_path(&method, path).await;
                    continue;
                }
                match without_id_in_path(&operation) {
                    Some(body) => self.named_in_body((&method, path), &body).await,
                    None => uncovered.push(operation),
                }
            }
        }
        assert!(uncovered.is_empty(), "say in this test which ids these take: {uncovered:?}");
    }

    async fn named_in_path(&self, method: &Method, path: &str) {
        let (before, after) = path.split_once('{').unwrap();
        let (_, after) = after.split_once('}').unwrap();
        for id in &self.ids {
            for who in [self.account.bearer(), self.account.key()] {
                let path = format!("{before}{id}{after}");
                let body = json!({ "status": "late", "name": "x", "reason": "x" });
                let body = (*method != Method::GET).then_some(&body);
                let mut answer = self.world.call(method.clone(), &path, &[who], body).await;
                let name = format!("{method} {path}");
                tells_nothing(&name, id, &answer, &self.ids);
                let key_cannot = answer.status.as_u16() == 403;
                // An image in a page must be one: this one says that there is no such agent.
                if path.contains("/badge.") && answer.text.contains("not found") {
                    continue;
                }
                if path.ends_with("/upload-history") {
                    let request = Request::post(&path)
                        .header("authorization", self.account.bearer().1)
                        .header("content-type", "text/csv")
                        .body(Body::from("date,amount\n2026-10-01,5\n"))
                        .unwrap();
                    answer = self.world.send(request).await;
                }
                let status = answer.status.as_u16();
                assert!(status == 404 || key_cannot, "{name}: {status} {}", answer.text);
            }
        }
    }

    async fn named_in_body(&self, (method, path): (&Method, &str), body: &Value) {
        if body.is_null() {
            let read = *method == Method::GET;
            for who in [self.account.bearer(), self.account.key()] {
                let answer = if read { self.world.get(path, &[who]).await } else { continue };
                tells_nothing(path, "", &answer, &self.ids);
            }
            return;
        }
        let names = body.to_string().contains(ID) && !path.starts_with("/v1/agents");
        for id in &self.ids {
            let body: Value = serde_json::from_str(&body.to_string().replace(ID, id)).unwrap();
            let answer =
                self.world.call(method.clone(), path, &[self.account.key()], Some(&body)).await;
            tells_nothing(path, id, &answer, &self.ids);
            let status = answer.status.as_u16();
            // A batch names the entry; the gateway's clients only know that there is no such endpoint.
            let refused = [400, 403, 404, 422].contains(&status);
            assert!(!names || refused, "{path} {id}: {status} {}", answer.text);
        }
    }

    async fn server_functions(&mut self) {
        let known: BTreeSet<String> = WITH_ID
            .iter()
            .map(|(name, _)| *name)
            .chain(WITHOUT_ID.iter().copied())
            .map(|name| format!("/fn/{name}"))
            .collect();
        let registered: BTreeSet<_> = server_functions().into_iter().map(str::to_owned).collect();
        let uncovered: Vec<_> = registered.symmetric_difference(&known).collect();
        assert!(uncovered.is_empty(), "say in this test which ids these take: {uncovered:?}");
        let own_endpoint = self.own("whk");
        for (name, fields) in WITH_ID {
            for id in self.ids.clone() {
                let filled = |first: &str| -> Vec<(&str, String)> {
                    let mut at = 0;
                    let fill = |(field, value): &(&'static str, &'static str)| {
                        at += usize::from(*value == ID);
                        let value =
                            if at == 1 { value.replace(ID, first) } else { value.replace(ID, &id) };
                        (*field, value)
                    };
                    fields.iter().map(fill).collect()
                };
                self.call_function(name, &id, filled(&id)).await;
                if *name == "replay_webhook" {
                    self.call_function(name, &id, filled(&own_endpoint)).await;
                }
            }
        }
    }

    /// An id of B's own.
    fn own(&self, kind: &str) -> String {
        let listed = Database::open(self.world).rows(&[self.workspace().as_str()]);
        let row = listed.iter().find_map(|row| {
            let (_, after) = row.split_once(&format!("id={kind}_"))?;
            Some(format!("{kind}_{}", after.split('\u{1}').next()?))
        });
        row.unwrap()
    }

    fn workspace(&self) -> String {
        let conn = Database::open(self.world).0;
        conn.query_row(
            "SELECT workspace_id FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.email = 'bea@example.com'",
            [],
            |row| row.get(0),
        )
        .unwrap()
    }

    async fn call_function(&mut self, name: &str, id: &str, mut fields: Vec<(&str, String)>) {
        fields.push(("back", BACK.to_owned()));
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let to = self.browser.post(name, &fields).await;
        tells_nothing(name, id, &to, &self.ids);
        let location = to.header("location").to_owned();
        let page = self.browser.get(&location).await;
        tells_nothing(name, id, &page, &self.ids);
        // Only what was refused goes back to where the form was. No passkey was asked for, so that none is looked at.
        let nothing_begun = *name == *"add_passkey" && location == "/dashboard/settings";
        assert!(location == BACK || nothing_begun, "{name} {id} was not refused: {location}");
        // What the browser is told of it, on the first page that tells it.
        let told = self.browser.get("/dashboard").await;
        tells_nothing(name, id, &told, &self.ids);
    }

    async fn pages(&mut self, all: BTreeSet<String>) {
        let api = paths(&format!("{:?}", surety::api::router()));
        let mut checked = 0;
        for path in all.difference(&api) {
            // Files of the build, and what takes posts alone.
            if path.starts_with("/fn/") || path.starts_with("/pkg/") || path.starts_with("/dev/") {
                continue;
            }
            checked += 1;
            if !path.contains('{') {
                let answer = self.browser.get(path).await;
                tells_nothing(path, "", &answer, &self.ids);
                continue;
            }
            let (own_endpoint, parts) = (self.own("whk"), path.matches('{').count());
            for id in self.ids.clone() {
                let mut firsts = vec![id.clone()];
                if parts > 1 {
                    firsts.extend(self.ids.iter().filter(|i| i.starts_with("whk_")).cloned());
                    firsts.push(own_endpoint.clone());
                }
                for first in firsts {
                    let (start, rest) = path.split_once('{').unwrap();
                    let (_, rest) = rest.split_once('}').unwrap();
                    let mut filled = format!("{start}{first}{rest}");
                    while let Some((start, rest)) = filled.clone().split_once('{') {
                        filled = format!("{start}{id}{}", rest.split_once('}').unwrap().1);
                    }
                    let answer = self.browser.get(&filled).await;
                    tells_nothing(&filled, &filled, &answer, &self.ids);
                    let status = answer.status.as_u16();
                    let operators = path.starts_with("/dashboard/operator");
                    // How far an import is: nothing, for whoever has none.
                    let empty = status == 200 && answer.text.is_empty();
                    assert!(
                        status == 404 || (operators && status == 403) || empty,
                        "{filled}: {status}"
                    );
                }
            }
        }
        assert!(checked > 50, "only {checked} pages");
        for query in QUERIES {
            for id in self.ids.clone() {
                let answer = self.browser.get(&query.replace(ID, &id)).await;
                tells_nothing(query, &id, &answer, &self.ids);
            }
        }
    }

    async fn upload(&mut self) {
        for id in self.ids.clone() {
            let pairs: Vec<_> =
                self.browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            let body = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n\
                date,amount\n2026-10-01,5\n\r\n--x--\r\n";
            let request = Request::post(format!("/dashboard/agents/{id}/import"))
                .header("cookie", pairs.join("; "))
                .header("content-type", "multipart/form-data; boundary=x")
                .body(Body::from(body))
                .unwrap();
            let answer = self.world.send(request).await;
            tells_nothing("upload", &id, &answer, &self.ids);
            assert_eq!(answer.status.as_u16(), 404, "upload {id}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn another_accounts_ids_open_nothing_anywhere() {
    let world = World::new().await;
    world.register("operator@example.com").await;
    let (a, _) = furnished(&world, "ada@example.com", MARK).await;
    let (b, _) = furnished(&world, "bea@example.com", "Sonne").await;
    let actor = world.actor(&a).await;
    let (user, workspace) = (actor.user_id().unwrap().to_string(), actor.workspace_id.to_string());
    let database = Database::open(&world);
    // No browser is here that could make one.
    let insert =
        "INSERT INTO passkeys (user_id, id, credential_id, credential, name, created_at_ms)
        VALUES (?1, 'psk_01kcmwpe4r0000000000000000', 'Y3JlZGVudGlhbCBvZiBB', '{}', 'Geheimsache', 1)";
    database.0.execute(insert, [&user]).unwrap();
    let whose = [user.as_str(), workspace.as_str()];
    let before = database.rows(&whose);
    let mut ids = ids(&before);
    let sessions = world.services.list_sessions(&actor, None).await.unwrap();
    ids.extend(sessions.into_iter().map(|session| session.handle));

    let browser = Browser::signed_in(&world, "bea@example.com").await;
    let mut attack = Attack { world: &world, browser, account: b, ids };
    attack.api().await;
    attack.server_functions().await;
    let router = surety::router::router(AppState::new(world.services.clone()));
    attack.pages(paths(&format!("{router:?}"))).await;
    attack.upload().await;

    let after = database.rows(&whose);
    let changed: Vec<_> = before.symmetric_difference(&after).collect();
    assert!(changed.is_empty(), "rows of A changed: {changed:#?}");
}
