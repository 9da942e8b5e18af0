use axum::http::Method;
use model::DAY_MS;
use serde_json::{Value, json};

use crate::world::{Account, World};

async fn certified(world: &World) -> (Account, Value) {
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot <b>").await;
    world.pay_times(&account, &agent, 3).await;
    let path = format!("/v1/agents/{}/certify", agent["id"].as_str().unwrap());
    world.call(Method::POST, &path, &[account.key()], None).await.expect(201);
    (account, agent)
}

fn badge(agent: &Value) -> String {
    format!("/v1/public/{}/badge.svg", agent["gopi_id"].as_str().unwrap())
}

#[tokio::test]
async fn the_profile_tells_the_certificate_and_nothing_of_its_owner() {
    let world = World::new().await;
    let (_, agent) = certified(&world).await;
    for by in ["gopi_id", "external_id"] {
        let answer = world.get(&format!("/v1/public/{}", agent[by].as_str().unwrap()), &[]).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(!answer.text.contains("mara"), "{}", answer.text);
        let mut profile = answer.expect(200);
        let fields = profile.as_object_mut().unwrap();
        assert_eq!(fields.remove("gopi_id").unwrap(), agent["gopi_id"]);
        assert_eq!(fields.remove("badge_url").unwrap(), agent["badge_url"]);
        insta::allow_duplicates! { insta::assert_json_snapshot!(profile, @r#"
        {
          "certificate": {
            "confidence": "low",
            "grade": "C",
            "score": 73,
            "valid_until": "2027-01-12T12:00:00.000Z"
          },
          "name": "Bot <b>",
          "payment_stats": {
            "autonomous": 3,
            "on_time": 3,
            "total": 3
          }
        }
        "#); }
    }
    assert_eq!(world.get("/v1/public/gopi_lch_00000000", &[]).await.code(404), "NOT_FOUND");
}

#[tokio::test]
async fn the_badge_is_cached_by_its_content() {
    let world = World::new().await;
    let (account, agent) = certified(&world).await;
    let first = world.get(&badge(&agent), &[]).await;
    assert_eq!(first.header("content-type"), "image/svg+xml; charset=utf-8");
    assert!(first.header("cache-control").contains("max-age=300"));
    assert_eq!(first.header("content-security-policy"), "default-src 'none'");
    assert_eq!(first.header("set-cookie"), "");
    assert!(first.text.contains("<title>trust: C 73</title>"), "{}", first.text);
    let etag = first.header("etag").to_owned();
    let known = world.get(&badge(&agent), &[("if-none-match", format!("W/{etag}, \"x\""))]).await;
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
    assert_eq!(known.header("etag"), etag);

    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    world.pay_times(&account, &agent, 3).await;
    world.call(Method::POST, &format!("{path}/certify"), &[account.key()], None).await.expect(201);
    let better = world.get(&badge(&agent), &[("if-none-match", etag)]).await;
    assert!(better.text.contains("<title>trust: B 80</title>"), "{}", better.text);
}

#[tokio::test]
async fn every_style_and_label_is_an_image_and_no_text_escapes() {
    let world = World::new().await;
    let (_, agent) = certified(&world).await;
    for style in ["flat", "flat-square", "plastic", "for-the-badge", "social", "no-such-style"] {
        let label = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%26%22%F0%9F%A4%96";
        let answer =
            world.get(&format!("{}?style={style}&label={label}", badge(&agent)), &[]).await;
        assert_eq!(answer.status.as_u16(), 200, "{style}");
        assert!(answer.text.starts_with("<svg "), "{style}");
        let text = answer.text.to_lowercase();
        assert!(!text.contains("<script"), "{style}: {text}");
        assert!(text.contains("&lt;script&gt;"), "{style}: {text}");
    }
}

#[tokio::test]
async fn expired_unknown_and_private_badges_are_images_that_do_not_stick() {
    let world = World::new().await;
    let (account, agent) = certified(&world).await;
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    world.wait_ms(90 * DAY_MS);
    // The profile is cached; a write that matters drops it.
    world
        .call(Method::PATCH, &path, &[world_token(&world).await], Some(&json!({ "name": "Bot" })))
        .await
        .expect(200);
    let expired = world.get(&badge(&agent), &[]).await;
    assert!(expired.text.contains("trust: expired"), "{}", expired.text);
    assert_eq!(expired.header("cache-control"), "public, max-age=60");

    let patch = json!({ "visibility": "private" });
    world.call(Method::PATCH, &path, &[world_token(&world).await], Some(&patch)).await.expect(200);
    let private = world.get(&badge(&agent), &[]).await;
    let unknown = world.get("/v1/public/gopi_lch_00000000/badge.svg", &[]).await;
    assert_eq!(private.status.as_u16(), 200);
    assert_eq!(private.text, unknown.text, "private looks like unknown");
    assert_eq!(private.header("cache-control"), unknown.header("cache-control"));
    assert_eq!(private.header("etag"), unknown.header("etag"));
    let own = world.get(&badge(&agent), &[account.key()]).await;
    assert_ne!(own.text, unknown.text, "its owner sees it");
    assert_eq!(own.header("cache-control"), "private, no-store");

    world.call(Method::DELETE, &path, &[world_token(&world).await], None).await;
    let deleted = world.get(&badge(&agent), &[account.key()]).await;
    assert_eq!(deleted.text, unknown.text);
}

/// A token that is still good after the clock moved.
async fn world_token(world: &World) -> (&'static str, String) {
    let body = json!({ "email": "mara@example.com", "password": "correct horse battery" });
    let token = world.post("/v1/auth/login", &[], body).await.expect(200)["token"].clone();
    ("authorization", format!("Bearer {}", token.as_str().unwrap()))
}

#[tokio::test]
async fn the_badge_is_data_in_the_form_of_shields() {
    let world = World::new().await;
    let (_, agent) = certified(&world).await;
    let path = format!("/v1/public/{}/badge.json", agent["gopi_id"].as_str().unwrap());
    let first = world.get(&path, &[]).await;
    assert_eq!(first.header("content-type"), "application/json");
    assert_eq!(first.header("access-control-allow-origin"), "*");
    let etag = first.header("etag").to_owned();
    insta::assert_json_snapshot!(first.expect(200), @r##"
    {
      "cacheSeconds": 300,
      "color": "#8a6100",
      "label": "trust",
      "message": "C 73",
      "schemaVersion": 1
    }
    "##);
    let known = world.get(&path, &[("if-none-match", etag)]).await;
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
    let labelled = world.get(&format!("{path}?label=my%20bot"), &[]).await.expect(200);
    assert_eq!(labelled["label"], "my bot");
    let unknown = world.get("/v1/public/gopi_lch_00000000/badge.json", &[]).await.expect(200);
    assert_eq!(unknown["message"], "not found");
}

#[tokio::test]
async fn everybody_who_asks_at_once_is_answered() {
    let world = World::new().await;
    let (_, agent) = certified(&world).await;
    let world = world.restarted().await;
    let (badge, profile) =
        (badge(&agent), format!("/v1/public/{}", agent["gopi_id"].as_str().unwrap()));
    let asked = (0..64).map(|at| world.get(if at % 2 == 0 { &badge } else { &profile }, &[]));
    for answer in futures::future::join_all(asked).await {
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}
