use serde_json::{Value, json};

use crate::world::{Account, Answer, World};

const PATH: &str = "/v1/payment-events/batch";

async fn send(world: &World, account: &Account, events: Vec<Value>) -> Answer {
    world.post(PATH, &[account.key()], json!({ "events": events })).await
}

async fn total(world: &World, account: &Account, agent: &Value) -> Value {
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    world.get(&path, &[account.key()]).await.expect(200)["payment_stats"]["total"].clone()
}

#[tokio::test]
async fn a_thousand_events_are_recorded_in_their_order() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let events: Vec<_> =
        (1..=1_000).map(|n| json!({ "agent_id": agent["id"], "amount": n })).collect();
    let answer = send(&world, &account, events.clone()).await.expect(201);
    let recorded = answer["events"].as_array().unwrap();
    assert_eq!(recorded.len(), 1_000);
    assert!(recorded.iter().enumerate().all(|(i, e)| e["amount"] == json!(i + 1)));
    assert_eq!(recorded[0]["counts_toward_score"], true);
    assert_eq!(total(&world, &account, &agent).await, 1_000);

    let one_more = [events, vec![json!({ "agent_id": agent["id"], "amount": 1 })]].concat();
    let too_many = send(&world, &account, one_more).await;
    assert_eq!(too_many.code(422), "VALIDATION_ERROR");
    assert_eq!(too_many.json()["field"], "events");
    assert_eq!(send(&world, &account, vec![]).await.json()["field"], "events");
    assert_eq!(total(&world, &account, &agent).await, 1_000);
}

#[tokio::test]
async fn every_bad_event_is_named_and_nothing_is_stored() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let id = &agent["id"];
    let events = vec![
        json!({ "agent_id": id, "amount": 1 }),
        json!({ "agent_id": id, "amount": -1 }),
        json!({ "agent_id": id, "amount": 1, "status": true }),
        json!({ "agent_id": "nobody", "amount": 1 }),
        json!({ "agent_id": id, "amount": 1, "date": "2026-10-15T00:00:00Z" }),
        json!({ "amount": 1 }),
        json!(7),
    ];
    let refused = send(&world, &account, events).await;
    assert_eq!(refused.code(422), "VALIDATION_ERROR");
    let errors = refused.json()["errors"].clone();
    let named: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            assert!(e["message"].as_str().unwrap().ends_with('.'), "{e}");
            (e["index"].as_u64().unwrap(), e["field"].as_str().unwrap_or("-").to_owned())
        })
        .collect();
    let named: Vec<_> = named.iter().map(|(i, f)| (*i, f.as_str())).collect();
    let expected =
        [(1, "amount"), (2, "status"), (3, "agent_id"), (4, "date"), (5, "agent_id"), (6, "-")];
    assert_eq!(named, expected);
    assert_eq!(total(&world, &account, &agent).await, 0);

    let bad = vec![json!({ "agent_id": id, "amount": 0 }); 150];
    let refused = send(&world, &account, bad).await.expect(422);
    assert_eq!(refused["errors"].as_array().unwrap().len(), 100, "the first hundred");
    assert!(refused["message"].as_str().unwrap().contains("150"), "{refused}");
}

#[tokio::test]
async fn references_behave_inside_a_batch_as_they_do_alone() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let event = |amount: i64, reference: &str| json!({ "agent_id": agent["id"], "amount": amount, "reference": reference });
    let first = world.pay(&account, event(1, "a")).await.expect(201);
    let answer = send(&world, &account, vec![event(1, "a"), event(2, "b"), event(2, "b")]).await;
    let events = answer.expect(201)["events"].clone();
    assert_eq!(events[0], first, "the one of the ledger");
    assert_eq!(events[1], events[2], "twice the same");
    assert_eq!(total(&world, &account, &agent).await, 2);

    let clash = send(&world, &account, vec![event(3, "c"), event(9, "a"), event(4, "c")]).await;
    let errors = clash.expect(422)["errors"].clone();
    let named: Vec<_> = errors.as_array().unwrap().iter().map(|e| e["index"].clone()).collect();
    assert_eq!(named, [1, 2]);
    assert_eq!(errors[0]["field"], "reference");
    assert_eq!(total(&world, &account, &agent).await, 2, "not even the good one");
}

#[tokio::test]
async fn a_repeated_key_replays_the_whole_batch() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let headers = [account.key(), ("idempotency-key", "b1".to_owned())];
    let body = |amount: i64| json!({ "events": [{ "agent_id": agent["id"], "amount": amount }, { "agent_id": agent["id"], "amount": 2 }] });
    let first = world.post(PATH, &headers, body(1)).await.expect(201);
    assert_eq!(world.post(PATH, &headers, body(1)).await.expect(201), first);
    assert_eq!(world.post(PATH, &headers, body(3)).await.code(409), "IDEMPOTENCY_CONFLICT");
    assert_eq!(total(&world, &account, &agent).await, 2);
    let headers = [account.key(), ("idempotency-key", "b2".to_owned())];
    let (a, b) =
        tokio::join!(world.post(PATH, &headers, body(5)), world.post(PATH, &headers, body(5)),);
    assert_eq!(a.expect(201), b.expect(201), "also when both wait together");
    assert_eq!(total(&world, &account, &agent).await, 4);
}

#[tokio::test]
async fn one_bad_batch_does_not_hold_up_its_neighbours() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let event = |n: i64, reference: &str| json!({ "agent_id": agent["id"], "amount": n, "reference": reference });
    world.pay(&account, event(1, "taken")).await.expect(201);
    let (good, bad, alone) = tokio::join!(
        send(&world, &account, vec![event(1, "x"), event(2, "y")]),
        send(&world, &account, vec![event(1, "z"), event(2, "taken")]),
        world.pay(&account, event(3, "w")),
    );
    good.expect(201);
    bad.expect(422);
    alone.expect(201);
    assert_eq!(total(&world, &account, &agent).await, 4);
}
