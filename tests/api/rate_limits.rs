use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use surety::api::limits::Limits;

use crate::browser::Browser;
use crate::world::World;

async fn limited(rates: &str) -> World {
    world_with(World::new().await, rates)
}

/// Limits that follow the world's clock.
fn world_with(world: World, rates: &str) -> World {
    let services = world.services.clone();
    let start = services.now_ms();
    let ticks = move || Duration::from_millis(u64::try_from(services.now_ms() - start).unwrap());
    world.with_limits(Limits::with_ticks(rates.parse().unwrap(), ticks))
}

#[tokio::test]
async fn every_answer_tells_what_is_left_and_the_last_one_when_to_come_back() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let world = world_with(world, "auth=5/15m,public=100/m,default=3/m");
    let first = world.get("/v1/agents", &[account.key()]).await;
    first.expect(200);
    assert_eq!(first.header("ratelimit-policy"), r#""default";q=3;w=60"#);
    assert_eq!(first.header("ratelimit"), r#""default";r=2;t=20"#);
    assert_eq!(first.header("x-ratelimit-limit"), "3");
    assert_eq!(first.header("x-ratelimit-remaining"), "2");
    world.get("/v1/agents", &[account.key()]).await.expect(200);
    world.get("/v1/nowhere", &[account.key()]).await.expect(404);
    world.get("/v1/agents/nobody", &[account.key()]).await.expect(404);
    let refused = world.get("/v1/agents", &[account.key()]).await;
    assert_eq!(refused.code(429), "RATE_LIMITED");
    assert_eq!(refused.header("retry-after"), "20");
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    world.get("/v1/agents", &[account.bearer()]).await.expect(200);
    world.wait_ms(20_000);
    world.get("/v1/agents", &[account.key()]).await.expect(200);
    assert_eq!(world.get("/v1/agents", &[account.key()]).await.code(429), "RATE_LIMITED");
}

#[tokio::test]
async fn a_batch_counts_as_one_request() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let world = world_with(world, "auth=5/15m,public=100/m,default=1/m");
    let events = vec![json!({ "agent_id": agent["id"], "amount": 1 }); 200];
    let path = "/v1/payment-events/batch";
    world.post(path, &[account.key()], json!({ "events": events })).await.expect(201);
    let again = world.post(path, &[account.key()], json!({ "events": [] })).await;
    assert_eq!(again.code(429), "RATE_LIMITED");
}

#[tokio::test]
async fn signing_in_is_limited_by_account_in_a_neighbourhood_and_by_address() {
    let world = limited("auth=5/15m,public=100/m,default=100/m").await;
    world.register("mara@example.com").await;
    let log_in = |email: &str, from: &'static str| {
        let body = json!({ "email": email, "password": "wrong" });
        world.post_from(from, "/v1/auth/login", body)
    };
    for from in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.6"] {
        log_in("mara@example.com", from).await;
    }
    let refused = log_in(" MARA@example.com", "192.0.2.5").await;
    assert_eq!(refused.code(429), "RATE_LIMITED");
    assert_eq!(refused.header("retry-after"), "180");
    // Whoever is at home elsewhere has tries of their own; then the lock-out holds, which a mailed link gets past.
    let elsewhere = log_in("mara@example.com", "198.51.100.7").await;
    assert_eq!(elsewhere.code(429), "TOO_MANY_ATTEMPTS");
    assert_eq!(log_in("jon@example.com", "192.0.2.5").await.code(401), "UNAUTHORIZED");
    for n in 0..3 {
        let email = format!("someone{n}@example.com");
        log_in(&email, "192.0.2.5").await.expect(401);
    }
    let refused = log_in("another@example.com", "192.0.2.5").await;
    assert_eq!(refused.code(429), "RATE_LIMITED", "by address too");
    world.wait_ms(180_000);
    log_in("another@example.com", "192.0.2.5").await.expect(401);
}

#[tokio::test]
async fn each_badge_has_a_bucket_of_its_own_for_each_address() {
    let world = limited("auth=5/15m,public=2/m,default=100/m").await;
    for _ in 0..2 {
        world.get("/v1/public/one/badge.svg", &[]).await;
    }
    let refused = world.get("/v1/public/one/badge.svg", &[]).await;
    assert_eq!(refused.code(429), "RATE_LIMITED");
    assert_eq!(refused.header("ratelimit-policy"), r#""public";q=2;w=60"#);
    assert_eq!(world.get("/v1/public/two/badge.svg", &[]).await.status, 200);
    world.get("/v1/public/one", &[]).await.expect(404);
    world.get("/v1/public/two", &[]).await.expect(404);
    assert_eq!(world.get("/v1/public/three", &[]).await.code(429), "RATE_LIMITED");
    let page = world.get("/a/one", &[]).await;
    assert_eq!(page.status, 429, "profile and page share one");
    assert!(page.text.contains("<h1>Too many requests</h1>"), "{}", page.text);
    assert!(page.header("retry-after").parse::<u32>().unwrap() > 0);
}

#[tokio::test]
async fn forms_are_limited_by_who_sends_them() {
    let world = World::new().await;
    for email in ["mara@example.com", "lene@example.com"] {
        world.register(email).await;
    }
    let world = world_with(world, "auth=50/m,public=100/m,default=3/m");
    let mut mara = Browser::signed_in(&world, "mara@example.com").await;
    let name = [("name", "Mara"), ("back", "/dashboard/settings")];
    for _ in 0..3 {
        mara.post("update_profile", &name).await;
    }
    let refused = mara.try_post("update_profile", &name).await;
    assert_eq!(refused.status.as_u16(), 429);
    assert_eq!(refused.header("retry-after"), "20");
    assert!(refused.text.contains("Too many requests"), "{}", refused.text);
    // A server function reads a body of any type, and is limited whatever is said of it.
    let pairs: Vec<_> = mara.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let request = Request::post("/fn/update_profile")
        .header("content-type", "text/plain")
        .header("cookie", pairs.join("; "))
        .body(Body::from("name=Mara"))
        .unwrap();
    assert_eq!(world.send(request).await.status.as_u16(), 429);
    mara.page("/dashboard", 200).await;
    let mut lene = Browser::signed_in(&world, "lene@example.com").await;
    lene.post("update_profile", &name).await;
    world.wait_ms(20_000);
    mara.post("update_profile", &name).await;
}
