use std::collections::HashSet;

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::World;

async fn stats(world: &World, account: &crate::world::Account, agent: &Value) -> Value {
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    world.get(&path, &[account.key()]).await.expect(200)["payment_stats"].clone()
}

#[tokio::test]
async fn a_payment_is_answered_with_what_was_stored() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let least = world
        .pay(&account, json!({ "agent_id": agent["external_id"], "amount": 12.5 }))
        .await
        .expect(201);
    let id = least["event_id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("pay_"), "{id}");
    insta::assert_json_snapshot!(without_ids(least), @r#"
    {
      "amount": 12.5,
      "counts_toward_score": true,
      "created_at": "2026-10-14T12:00:00.000Z",
      "currency": "EUR",
      "date": "2026-10-14T12:00:00.000Z",
      "direction": "sent",
      "due_at": null,
      "is_autonomous": true,
      "payment_source": "agent_wallet",
      "reference": null,
      "status": "paid"
    }
    "#);
    let full = json!({
        "agent_id": agent["gopi_id"], "amount": "0.031700", "currency": "USDC", "status": "late",
        "payment_source": "human_card", "is_autonomous": false, "date": "2026-10-01T08:00:00+02:00",
        "due_at": "2026-09-30", "reference": "RE-1", "direction": "received", "counterparty": "Ä GmbH",
    });
    let full = world.pay(&account, full).await.expect(201);
    assert_eq!(full["agent_id"], agent["external_id"]);
    insta::assert_json_snapshot!(without_ids(full), @r#"
    {
      "amount": 0.0317,
      "counts_toward_score": false,
      "created_at": "2026-10-14T12:00:00.000Z",
      "currency": "USDC",
      "date": "2026-10-01T06:00:00.000Z",
      "direction": "received",
      "due_at": "2026-09-30T00:00:00.000Z",
      "is_autonomous": false,
      "payment_source": "human_card",
      "reference": "RE-1",
      "status": "late"
    }
    "#);
    let counted = json!({ "total": 1, "autonomous": 1, "on_time": 1 });
    assert_eq!(stats(&world, &account, &agent).await, counted, "received payments do not count");
}

fn without_ids(mut event: Value) -> Value {
    let fields = event.as_object_mut().unwrap();
    fields.remove("event_id");
    fields.remove("agent_id");
    event
}

#[tokio::test]
async fn amounts_are_exact() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    for (sent, stored) in [
        ("0.30000000000000004", "0.3"),
        ("\"0.000001\"", "0.000001"),
        ("1e-9", "0.000001"),
        ("0.0000025", "0.000002"),
        ("1000000000", "1000000000"),
        ("\"999999999.999999\"", "999999999.999999"),
        ("123456789.123456", "123456789.123456"),
    ] {
        let body = format!(r#"{{"agent_id":{},"amount":{sent}}}"#, agent["id"]);
        let request = axum::http::Request::post("/v1/payment-events")
            .header("content-type", "application/json")
            .header("x-api-key", &account.key)
            .body(body.into())
            .unwrap();
        let answer = world.send(request).await;
        answer.expect(201);
        assert!(answer.text.contains(&format!(r#""amount":{stored},"#)), "{sent}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_date_that_is_left_out_is_when_it_was_due_or_now() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    for (due, date) in [
        ("2026-10-01T00:00:00Z", "2026-10-01T00:00:00.000Z"),
        ("2026-12-24T00:00:00Z", "2026-10-14T12:00:00.000Z"),
    ] {
        let body = json!({ "agent_id": agent["id"], "amount": 1, "due_at": due });
        assert_eq!(world.pay(&account, body).await.expect(201)["date"], date, "due {due}");
    }
    let ahead = |date: &str| json!({ "agent_id": agent["id"], "amount": 1, "date": date });
    world.pay(&account, ahead("2026-10-14T12:05:00Z")).await.expect(201);
    let too_far = world.pay(&account, ahead("2026-10-14T12:05:01Z")).await;
    assert_eq!(too_far.code(422), "VALIDATION_ERROR");
    assert_eq!(too_far.json()["field"], "date");
}

#[tokio::test]
async fn a_repeated_key_counts_once_for_a_day() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let headers = [account.key(), ("idempotency-key", "k1".to_owned())];
    let send = |amount: i64| {
        world.post(
            "/v1/payment-events",
            &headers,
            json!({ "agent_id": agent["id"], "amount": amount }),
        )
    };
    let first = send(10).await.expect(201);
    assert_eq!(send(10).await.expect(201), first);
    let other = send(11).await;
    assert_eq!(other.code(409), "IDEMPOTENCY_CONFLICT");
    assert_eq!(other.header("retry-after"), "", "a key of another request stays one");
    assert_eq!(stats(&world, &account, &agent).await["total"], 1);
    world.wait_ms(24 * 3_600_000 + 1);
    assert_ne!(send(10).await.expect(201)["event_id"], first["event_id"]);
    assert_eq!(stats(&world, &account, &agent).await["total"], 2);
}

#[tokio::test]
async fn eight_clients_with_one_key_make_one_payment() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let headers = [account.key(), ("idempotency-key", "same".to_owned())];
    let body = json!({ "agent_id": agent["id"], "amount": 10 });
    let send = || world.post("/v1/payment-events", &headers, body.clone());
    let answers = tokio::join!(send(), send(), send(), send(), send(), send(), send(), send());
    let answers: [_; 8] = answers.into();
    let ids: HashSet<_> =
        answers.iter().map(|a| a.expect(201)["event_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(stats(&world, &account, &agent).await["total"], 1);
}

#[tokio::test]
async fn a_repeated_reference_is_the_same_payment_or_a_contradiction() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let other = world.agent(&account, "Other").await;
    let body = |agent: &Value, amount: i64| json!({ "agent_id": agent["id"], "amount": amount, "reference": "RE-1" });
    let first = world.pay(&account, body(&agent, 10)).await.expect(201);
    world.wait_ms(60_000);
    assert_eq!(world.pay(&account, body(&agent, 10)).await.expect(201), first);
    let contradiction = world.pay(&account, body(&agent, 11)).await;
    assert_eq!(contradiction.code(409), "CONFLICT");
    assert_eq!(contradiction.json()["field"], "reference");
    let elsewhere = world.pay(&account, body(&other, 11)).await.expect(201);
    assert_ne!(elsewhere["event_id"], first["event_id"], "a reference is the agent's own");
}

#[tokio::test]
async fn in_one_batch_each_payment_gets_its_own_answer() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let eve = world.register("eve@example.com").await;
    let agent = world.agent(&mara, "Bot").await;
    let gone = world.agent(&mara, "Gone").await;
    let path = format!("/v1/agents/{}", gone["id"].as_str().unwrap());
    world.call(Method::DELETE, &path, &[mara.bearer()], None).await;
    let good = |n: i64| {
        world.pay(
            &mara,
            json!({ "agent_id": agent["id"], "amount": n, "reference": format!("r{n}") }),
        )
    };
    good(9).await.expect(201);
    let (a, b, foreign, deleted, clash, c) = tokio::join!(
        good(1),
        good(2),
        world.pay(&eve, json!({ "agent_id": agent["id"], "amount": 1 })),
        world.pay(&mara, json!({ "agent_id": gone["id"], "amount": 1 })),
        world.pay(&mara, json!({ "agent_id": agent["id"], "amount": 7, "reference": "r9" })),
        good(3),
    );
    for answer in [a, b, c] {
        answer.expect(201);
    }
    assert_eq!(foreign.code(404), "NOT_FOUND");
    assert_eq!(deleted.code(404), "NOT_FOUND");
    assert_eq!(clash.code(409), "CONFLICT");
    assert_eq!(stats(&world, &mara, &agent).await["total"], 4);
}

#[tokio::test]
async fn a_payment_to_an_agent_of_ones_own_adds_no_trust() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let own = world.agent(&account, "Own").await;
    for _ in 0..5 {
        let body =
            json!({ "agent_id": agent["id"], "amount": 10, "counterparty": own["external_id"] });
        world.pay(&account, body).await.expect(201);
    }
    let path = format!("/v1/agents/{}/certify", agent["id"].as_str().unwrap());
    let certify = world.call(Method::POST, &path, &[account.key()], None).await;
    assert_eq!(certify.code(422), "INSUFFICIENT_HISTORY");
}
