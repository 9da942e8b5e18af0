//! Everything that a client can get wrong: a status, a code, the field and the rule; and nothing is stored.

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use crate::world::{Account, Answer, World};

struct Refusal {
    what: &'static str,
    body: String,
    status: u16,
    code: &'static str,
    field: Option<&'static str>,
}

fn refusal(
    what: &'static str,
    body: impl Into<String>,
    status: u16,
    code: &'static str,
    field: Option<&'static str>,
) -> Refusal {
    Refusal { what, body: body.into(), status, code, field }
}

/// A payment with one field replaced by a JSON literal.
fn with(agent: &Value, field: &str, literal: &str) -> String {
    let mut fields = vec![format!("\"agent_id\":{}", agent["id"])];
    if field != "amount" {
        fields.push("\"amount\":10".to_owned());
    }
    fields.retain(|f| !f.starts_with(&format!("\"{field}\"")));
    fields.push(format!("\"{field}\":{literal}"));
    format!("{{{}}}", fields.join(","))
}

async fn send(
    world: &World,
    path: &str,
    account: &Account,
    content_type: &str,
    body: String,
) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("x-api-key", &account.key)
        .header("content-type", content_type)
        .body(Body::from(body))
        .unwrap();
    world.send(request).await
}

fn payments(agent: &Value) -> Vec<Refusal> {
    let rule = |what, field: &'static str, literal: &str| {
        refusal(what, with(agent, field, literal), 422, "VALIDATION_ERROR", Some(field))
    };
    let long = |n: usize| format!("\"{}\"", "x".repeat(n));
    vec![
        rule("zero", "amount", "0"),
        rule("negative", "amount", "-1"),
        rule("negative zero", "amount", "-0.0"),
        rule("a string of zero", "amount", "\"0.000000\""),
        rule("7 decimals", "amount", "\"1.0000001\""),
        rule("an exponent in a string", "amount", "\"1e3\""),
        rule("1e400", "amount", "1e400"),
        rule("too large", "amount", "1000000000.000001"),
        rule("a word", "amount", "\"ten\""),
        rule("an amount of another type", "amount", "[10]"),
        rule("null", "amount", "null"),
        rule("a boolean", "amount", "true"),
        rule("unknown currency", "currency", "\"EURO\""),
        rule("lower-case currency", "currency", "\"e\""),
        rule("currency of another type", "currency", "7"),
        rule("unknown status", "status", "\"maybe\""),
        rule("status of another type", "status", "[]"),
        rule("unknown source", "payment_source", "\"piggy_bank\""),
        rule("unknown direction", "direction", "\"up\""),
        rule("autonomous of another type", "is_autonomous", "\"yes\""),
        rule("no date", "date", "\"yesterday\""),
        rule("no such day", "date", "\"2026-02-30\""),
        rule("a date in the future", "date", "\"2026-10-14T12:06:00Z\""),
        rule("a date before 1970", "date", "\"1969-12-31T23:59:59Z\""),
        rule("a number as date", "date", "1791979200"),
        rule("no due date", "due_at", "\"soon\""),
        rule("an over-long reference", "reference", &long(201)),
        rule("a control character", "reference", "\"a\\u0007b\""),
        rule("an over-long counterparty", "counterparty", &long(256)),
        rule("an over-long agent", "agent_id", &long(256)),
        rule("agent of another type", "agent_id", "{}"),
        refusal("no agent", r#"{"amount":10}"#, 422, "VALIDATION_ERROR", Some("agent_id")),
        refusal(
            "no amount",
            format!(r#"{{"agent_id":{}}}"#, agent["id"]),
            422,
            "VALIDATION_ERROR",
            Some("amount"),
        ),
        refusal(
            "an unknown agent",
            with(agent, "agent_id", "\"agt_none\""),
            404,
            "NOT_FOUND",
            None,
        ),
        refusal("an empty agent", with(agent, "agent_id", "\"\""), 404, "NOT_FOUND", None),
        refusal("NaN", with(agent, "amount", "NaN"), 400, "MALFORMED_JSON", None),
        refusal("Infinity", with(agent, "amount", "Infinity"), 400, "MALFORMED_JSON", None),
        refusal("half a body", r#"{"agent_id":"#, 400, "MALFORMED_JSON", None),
        refusal("nothing", "", 400, "MALFORMED_JSON", None),
        refusal("no UTF-8", "\u{0}", 400, "MALFORMED_JSON", None),
        refusal("an empty list", "[]", 422, "VALIDATION_ERROR", None),
        refusal("a list of values", r#"["bot", 10]"#, 422, "VALIDATION_ERROR", None),
        refusal("a deep object", "{\"x\":".repeat(100_000), 400, "MALFORMED_JSON", None),
        refusal(
            "a large body",
            format!("{{\"x\":\"{}\"}}", "x".repeat(1_000_001)),
            413,
            "PAYLOAD_TOO_LARGE",
            None,
        ),
    ]
}

fn check(refusal: &Refusal, answer: &Answer) {
    let what = refusal.what;
    assert_eq!(answer.status.as_u16(), refusal.status, "{what}: {}", answer.text);
    assert_eq!(answer.code(refusal.status), refusal.code, "{what}: {}", answer.text);
    assert_eq!(answer.json()["field"].as_str(), refusal.field, "{what}: {}", answer.text);
    if let Some(field) = refusal.field {
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with(field), "{what}: the message names the field: {message}");
    }
}

#[tokio::test]
async fn a_payment_that_breaks_a_rule_is_named_and_not_stored() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    for refusal in payments(&agent) {
        let answer =
            send(&world, "/v1/payment-events", &account, "application/json", refusal.body.clone())
                .await;
        check(&refusal, &answer);
    }
    let body = with(&agent, "amount", "10");
    for wrong in ["text/plain", "", "application/x-www-form-urlencoded"] {
        let answer = send(&world, "/v1/payment-events", &account, wrong, body.clone()).await;
        assert_eq!(answer.code(415), "UNSUPPORTED_MEDIA_TYPE", "{wrong:?}");
    }
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    let stats = world.get(&path, &[account.key()]).await.expect(200)["payment_stats"].clone();
    assert_eq!(stats, json!({ "total": 0, "autonomous": 0, "on_time": 0 }), "nothing was stored");
    let charset =
        send(&world, "/v1/payment-events", &account, "application/json; charset=utf-8", body).await;
    charset.expect(201);
}

#[tokio::test]
async fn an_idempotency_key_has_its_rules_too() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    for key in [String::new(), "k".repeat(256)] {
        let headers = [account.key(), ("idempotency-key", key)];
        let answer = world
            .post("/v1/payment-events", &headers, json!({ "agent_id": agent["id"], "amount": 1 }))
            .await;
        assert_eq!(answer.code(422), "VALIDATION_ERROR");
        assert_eq!(answer.json()["field"], "Idempotency-Key");
    }
}

#[tokio::test]
async fn a_key_that_was_revoked_records_nothing() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let actor = world.services.authenticate_token(&account.token).await.unwrap();
    let first = service::PageRequest::first(1);
    let keys = world.services.list_api_keys(&actor, &first).await.unwrap();
    let id = keys.items[0].key.id.as_str();
    world.services.revoke_api_key(&actor, id, None).await.unwrap();
    let answer = world.pay(&account, json!({ "agent_id": agent["id"], "amount": 1 })).await;
    assert_eq!(answer.code(401), "UNAUTHORIZED");
    let none = world
        .post("/v1/payment-events", &[], json!({ "agent_id": agent["id"], "amount": 1 }))
        .await;
    assert_eq!(none.code(401), "UNAUTHORIZED");
}

#[tokio::test]
async fn an_account_or_agent_that_breaks_a_rule_is_not_made() {
    let world = World::new().await;
    let register = |email: Value, password: Value| json!({ "email": email, "password": password });
    let good = json!("correct horse battery");
    for (what, body, field) in [
        ("no e-mail", json!({ "password": good }), "email"),
        ("no password", json!({ "email": "a@b.de" }), "password"),
        ("no address", register(json!("mara"), good.clone()), "email"),
        ("a number", register(json!(7), good.clone()), "email"),
        ("short", register(json!("a@b.de"), json!("short")), "password"),
        ("common", register(json!("a@b.de"), json!("1234567890")), "password"),
        ("the software", register(json!("a@b.de"), json!("surety2026")), "password"),
        ("the host", register(json!("a@b.de"), json!("Trust.Example.com1")), "password"),
        ("common and longer", register(json!("a@b.de"), json!("password1234")), "password"),
        ("very long", register(json!("a@b.de"), json!("x".repeat(257))), "password"),
    ] {
        let answer = world.post("/v1/auth/register", &[], body).await;
        assert_eq!(answer.code(422), "VALIDATION_ERROR", "{what}");
        assert_eq!(answer.json()["field"], field, "{what}");
    }
    let account = world.register("mara@example.com").await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "  " }), "name"),
        (json!({ "name": "x".repeat(201) }), "name"),
        (json!({ "name": "a\u{7}" }), "name"),
        (json!({ "name": "Bot", "description": "x".repeat(2001) }), "description"),
        (json!({ "name": "Bot", "framework": "cobol" }), "framework"),
        (json!({ "name": "Bot", "visibility": "secret" }), "visibility"),
        (json!({ "name": 7 }), "name"),
    ] {
        let answer = world.post("/v1/agents", &[account.bearer()], body).await;
        assert_eq!(answer.code(422), "VALIDATION_ERROR", "{}", answer.text);
        assert_eq!(answer.json()["field"], field, "{}", answer.text);
    }
    let list = world.get("/v1/agents", &[account.bearer()]).await.expect(200);
    assert_eq!(list["agents"], json!([]));
}
