use axum::http::Method;
use serde_json::{Value, json};

use crate::world::{Account, Answer, World};

async fn amend(world: &World, who: (&'static str, String), event: &Value, body: Value) -> Answer {
    let path = format!("/v1/payment-events/{}", event["event_id"].as_str().unwrap());
    world.call(Method::PATCH, &path, &[who], Some(&body)).await
}

async fn to(world: &World, account: &Account, event: &Value, status: &str) -> Answer {
    amend(world, account.key(), event, json!({ "status": status })).await
}

async fn score(world: &World, account: &Account, agent: &Value) -> Value {
    let path = format!("/v1/agents/{}/certify", agent["id"].as_str().unwrap());
    world.call(Method::POST, &path, &[account.key()], None).await.expect(201)["score"].clone()
}

async fn stats(world: &World, account: &Account, agent: &Value) -> Value {
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    world.get(&path, &[account.key()]).await.expect(200)["payment_stats"].clone()
}

#[tokio::test]
async fn an_amended_payment_scores_as_if_it_had_been_recorded_so() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let (amended, plain) =
        (world.agent(&account, "Amended").await, world.agent(&account, "Plain").await);
    for agent in [&amended, &plain] {
        world.pay_times(&account, agent, 5).await;
    }
    let pay = |agent: &Value, status: &str| {
        world.pay(&account, json!({ "agent_id": agent["id"], "amount": 40, "status": status }))
    };
    let event = pay(&amended, "paid").await.expect(201);
    let clean = score(&world, &account, &amended).await;
    let changed = to(&world, &account, &event, "disputed").await.expect(200);
    assert_eq!(changed["status"], "disputed");
    assert_eq!(changed["event_id"], event["event_id"]);
    pay(&plain, "disputed").await.expect(201);
    let disputed = score(&world, &account, &amended).await;
    assert_eq!(disputed, score(&world, &account, &plain).await);
    assert!(disputed.as_i64() < clean.as_i64());
    let counted = json!({ "total": 6, "autonomous": 6, "on_time": 5 });
    assert_eq!(stats(&world, &account, &amended).await, counted);
    assert_eq!(stats(&world, &account, &plain).await, counted);
}

#[tokio::test]
async fn what_was_missed_becomes_late_at_best() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let missed = json!({ "agent_id": agent["id"], "amount": 10, "status": "missed" });
    for wanted in ["paid", "on_time"] {
        let event = world.pay(&account, missed.clone()).await.expect(201);
        assert_eq!(to(&world, &account, &event, wanted).await.expect(200)["status"], "late");
        let again = to(&world, &account, &event, wanted).await.expect(200);
        assert_eq!(again["status"], "late", "not by amending twice either");
    }
    let free = world
        .pay(&account, json!({ "agent_id": agent["id"], "amount": 10, "status": "late" }))
        .await
        .expect(201);
    assert_eq!(to(&world, &account, &free, "on_time").await.expect(200)["status"], "on_time");
}

#[tokio::test]
async fn only_the_counterparty_or_the_operator_resolves_a_dispute() {
    let world = World::new().await;
    let operator = world.register("operator@example.com").await;
    let (payer, payee) =
        (world.register("mara@example.com").await, world.register("jon@example.com").await);
    let stranger = world.register("eve@example.com").await;
    let agent = world.agent(&payer, "Bot").await;
    let shop = world.agent(&payee, "Shop").await;
    let body = json!({ "agent_id": agent["id"], "amount": 10, "counterparty": shop["gopi_id"] });
    let event = world.pay(&payer, body.clone()).await.expect(201);
    let foreign = to(&world, &payee, &event, "missed").await;
    assert_eq!(foreign.code(404), "NOT_FOUND", "nobody amends others' undisputed payments");
    to(&world, &payer, &event, "disputed").await.expect(200);
    for own in [payer.key(), payer.bearer()] {
        let refused = amend(&world, own, &event, json!({ "status": "paid" })).await;
        assert_eq!(refused.code(403), "FORBIDDEN");
        assert!(refused.json()["message"].as_str().unwrap().contains("counterparty"));
    }
    assert_eq!(to(&world, &stranger, &event, "paid").await.code(404), "NOT_FOUND");
    let resolution = json!({ "status": "on_time", "resolution": "The goods arrived." });
    let resolved = amend(&world, payee.key(), &event, resolution).await.expect(200);
    assert_eq!(resolved["status"], "on_time");

    let second = world.pay(&payer, body).await.expect(201);
    to(&world, &payer, &second, "disputed").await.expect(200);
    assert_eq!(
        to(&world, &operator, &second, "late").await.code(404),
        "NOT_FOUND",
        "a key is nobody"
    );
    let late = json!({ "status": "late" });
    amend(&world, operator.bearer(), &second, late).await.expect(200);
    let counted = json!({ "total": 2, "autonomous": 2, "on_time": 1 });
    assert_eq!(stats(&world, &payer, &agent).await, counted);
}

#[tokio::test]
async fn a_payment_to_oneself_cannot_be_settled_by_oneself() {
    let world = World::new().await;
    world.register("operator@example.com").await;
    let account = world.register("mara@example.com").await;
    let (agent, own) = (world.agent(&account, "Bot").await, world.agent(&account, "Own").await);
    let body = json!({ "agent_id": agent["id"], "amount": 10, "counterparty": own["external_id"], "status": "disputed" });
    let event = world.pay(&account, body).await.expect(201);
    assert_eq!(to(&world, &account, &event, "paid").await.code(403), "FORBIDDEN");
}

#[tokio::test]
async fn the_history_stays_and_a_retry_still_finds_the_first_event() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let body = json!({ "agent_id": agent["id"], "amount": 10, "reference": "RE-1" });
    let event = world.pay(&account, body.clone()).await.expect(201);
    let digest = async || {
        world.pay_times(&account, &agent, 3).await;
        score(&world, &account, &agent).await
    };
    digest().await;
    world.wait_ms(1_000);
    to(&world, &account, &event, "late").await.expect(200);
    world.wait_ms(1_000);
    let note = json!({ "status": "disputed", "resolution": " nothing arrived " });
    amend(&world, account.bearer(), &event, note).await.expect(200);
    to(&world, &account, &event, "disputed").await.expect(200);
    assert_eq!(world.pay(&account, body).await.expect(201), event, "as first answered");

    let token = account.token.as_str();
    let actor = world.services.authenticate_token(token).await.unwrap();
    let id = event["event_id"].as_str().unwrap();
    let history = world.services.list_amendments(&actor, id).await.unwrap();
    let steps: Vec<_> = history.iter().map(|a| (a.from.as_str(), a.to.as_str())).collect();
    assert_eq!(steps, [("paid", "late"), ("late", "disputed")], "the same again is no step");
    assert_eq!(history[1].resolution.as_deref(), Some("nothing arrived"));
}

#[tokio::test]
async fn an_amendment_is_refused_like_any_bad_request() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let event =
        world.pay(&account, json!({ "agent_id": agent["id"], "amount": 1 })).await.expect(201);
    assert_eq!(to(&world, &account, &event, "void").await.json()["field"], "status");
    let empty = amend(&world, account.key(), &event, json!({})).await;
    assert_eq!(
        (empty.code(422).as_str(), &empty.json()["field"]),
        ("VALIDATION_ERROR", &json!("status"))
    );
    for unknown in ["pay_unknown", "x"] {
        let unknown = json!({ "event_id": unknown });
        assert_eq!(to(&world, &account, &unknown, "late").await.code(404), "NOT_FOUND");
    }
}
