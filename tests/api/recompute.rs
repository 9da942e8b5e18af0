use axum::http::Method;
use model::DAY_MS;
use serde_json::{Value, json};

use crate::world::{Account, World};

async fn pay_daily(world: &World, account: &Account, agent: &Value, days: usize) {
    for day in 0..days {
        if day > 0 {
            world.wait_ms(DAY_MS);
        }
        world.pay_times(account, agent, 1).await;
    }
}

async fn certify(world: &World, account: &Account, agent: &Value) -> Value {
    let path = format!("/v1/agents/{}/certify", agent["id"].as_str().unwrap());
    world.call(Method::POST, &path, &[account.key()], None).await.expect(201)
}

async fn state(world: &World, account: &Account, agent: &Value) -> Value {
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    world.get(&path, &[account.key()]).await.expect(200)["certificate"]["state"].clone()
}

async fn night(world: &World) -> Option<u64> {
    world.services.recompute_scores().await.unwrap()
}

#[tokio::test]
async fn five_disputes_suspend_a_certificate_the_same_night() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    pay_daily(&world, &account, &agent, 60).await;
    let certificate = certify(&world, &account, &agent).await;
    assert_eq!(certificate["score"], 96);
    assert_eq!(night(&world).await, Some(0), "what was never done is due at once");
    for _ in 0..5 {
        let body = json!({ "agent_id": agent["id"], "amount": 1_000, "status": "disputed" });
        world.pay(&account, body).await.expect(201);
    }
    assert_eq!(night(&world).await, None, "not before the next night");
    assert_eq!(state(&world, &account, &agent).await, "valid");
    world.wait_ms(14 * 3_600_000);
    assert_eq!(night(&world).await, Some(1));
    assert_eq!(night(&world).await, None, "once a night");
    assert_eq!(state(&world, &account, &agent).await, "suspended");
    let badge = format!("/v1/public/{}/badge.svg", agent["gopi_id"].as_str().unwrap());
    assert!(world.get(&badge, &[]).await.text.contains("suspended"), "the cache was dropped");
    let profile = format!("/v1/public/{}", agent["gopi_id"].as_str().unwrap());
    assert_eq!(world.get(&profile, &[]).await.expect(200)["certificate"], Value::Null);

    world.wait_ms(DAY_MS);
    assert_eq!(night(&world).await, Some(0), "suspended once");
    let again = certify(&world, &account, &agent).await;
    assert_eq!(again["score"], 59);
    assert_eq!(state(&world, &account, &agent).await, "valid", "a new certificate ends it");
}

#[tokio::test]
async fn a_smaller_fall_suspends_nothing() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    pay_daily(&world, &account, &agent, 60).await;
    certify(&world, &account, &agent).await;
    let body = json!({ "agent_id": agent["id"], "amount": 1_000, "status": "missed" });
    world.pay(&account, body).await.expect(201);
    world.wait_ms(3 * DAY_MS);
    assert_eq!(night(&world).await, Some(0), "96 to 90, after three nights without a server");
    assert_eq!(state(&world, &account, &agent).await, "valid");
}

#[tokio::test]
async fn of_many_processes_one_recomputes() {
    let world = World::new().await;
    let (a, b, c) = tokio::join!(night(&world), night(&world), night(&world));
    assert_eq!([a, b, c].iter().flatten().count(), 1);
}

#[tokio::test]
async fn the_end_of_a_certificate_is_announced_once_for_each_step() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 3).await;
    certify(&world, &account, &agent).await;
    let mut given = Vec::new();
    for day in 1..=95 {
        world.wait_ms(DAY_MS);
        for _ in 0..2 {
            if world.services.notify_of_ends().await.unwrap() > 0 {
                given.push(day);
            }
        }
    }
    assert_eq!(given, [76, 87, 90], "14 days before, 3 days before, at the end");
}
