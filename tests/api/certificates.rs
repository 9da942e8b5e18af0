use axum::http::Method;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use model::DAY_MS;
use serde_json::{Value, json};

use crate::world::{Account, Answer, World};

async fn certify(world: &World, account: &Account, agent: &Value) -> Answer {
    let path = format!("/v1/agents/{}/certify", agent["external_id"].as_str().unwrap());
    world.call(Method::POST, &path, &[account.key()], None).await
}

#[tokio::test]
async fn three_payments_and_a_plan_make_a_certificate() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 2).await;
    let early = certify(&world, &account, &agent).await;
    assert_eq!(early.code(422), "INSUFFICIENT_HISTORY");
    assert!(early.json()["message"].as_str().unwrap().contains("1 more"), "{}", early.text);
    world.pay_times(&account, &agent, 1).await;

    let certificate = certify(&world, &account, &agent).await.expect(201);
    assert_eq!((&certificate["score"], &certificate["grade"]), (&json!(73), &json!("C")));
    assert_eq!(certificate["confidence"], "low");
    assert_eq!(certificate["gopi_id"], agent["gopi_id"]);
    assert_eq!(certificate["issued_at"], "2026-10-14T12:00:00.000Z");
    assert_eq!(certificate["valid_until"], "2027-01-12T12:00:00.000Z");
    assert_eq!(certificate["self_issued"], true, "the operator vouches for an agent of its own");
    let points =
        certificate["factors"].as_array().unwrap().iter().map(|f| f["points"].as_f64().unwrap());
    assert!((points.sum::<f64>() - 73.0).abs() < 1e-9, "the lines add up to the score");
}

#[tokio::test]
async fn a_free_account_is_told_which_plan_it_needs() {
    let world = World::new().await;
    world.register("mara@example.com").await;
    let jon = world.register("jon@example.com").await;
    let agent = world.agent(&jon, "Bot").await;
    world.pay_times(&jon, &agent, 3).await;
    let refused = certify(&world, &jon, &agent).await;
    assert_eq!(refused.code(402), "PLAN_REQUIRED");
    world.services.set_plan("jon@example.com", model::Plan::Basic).await.unwrap();
    let certificate = certify(&world, &jon, &agent).await.expect(201);
    assert_eq!(certificate["self_issued"], false);
}

#[tokio::test]
async fn a_credential_is_checked_offline_with_the_published_key() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 3).await;
    let certificate = certify(&world, &account, &agent).await.expect(201);
    let jws = certificate["credential"].as_str().unwrap();
    let keys = world.get("/.well-known/jwks.json", &[]).await.expect(200);
    let key = &keys["keys"][0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"))
    );

    let decoding =
        jsonwebtoken::DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.set_audience(&["public"]);
    validation.set_issuer(&["https://trust.example.com"]);
    validation.validate_exp = false;
    let decoded = jsonwebtoken::decode::<Value>(jws, &decoding, &validation).unwrap();
    assert_eq!(decoded.header.kid.as_deref(), key["kid"].as_str());
    assert_eq!(decoded.header.typ.as_deref(), Some("surety-certificate+jwt"));
    for (claim, value) in [
        ("sub", &agent["gopi_id"]),
        ("jti", &certificate["certificate_id"]),
        ("score", &json!(73)),
        ("grade", &json!("C")),
        ("algorithm", &json!("trust-score/1")),
        ("exp", &json!((crate::world::NOW + 90 * DAY_MS) / 1000)),
    ] {
        assert_eq!(decoded.claims[claim], *value, "{claim}");
    }
    let (head, rest) = jws.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let better = String::from_utf8(BASE64.decode(claims).unwrap())
        .unwrap()
        .replace("\"score\":73", "\"score\":99");
    let forged = format!("{head}.{}.{signature}", BASE64.encode(better));
    assert!(jsonwebtoken::decode::<Value>(&forged, &decoding, &validation).is_err());
    let as_token = world.get("/v1/auth/me", &[("authorization", format!("Bearer {jws}"))]).await;
    assert_eq!(as_token.code(401), "UNAUTHORIZED", "a certificate opens nothing");
}

#[tokio::test]
async fn a_new_certificate_supersedes_and_a_repeated_request_does_not() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 3).await;
    let path = format!("/v1/agents/{}/certify", agent["id"].as_str().unwrap());
    let headers = [account.key(), ("idempotency-key", "c1".to_owned())];
    let first = world.call(Method::POST, &path, &headers, None).await.expect(201);
    world.wait_ms(1);
    assert_eq!(world.call(Method::POST, &path, &headers, None).await.expect(201), first);
    let second = certify(&world, &account, &agent).await.expect(201);
    assert_ne!(second["certificate_id"], first["certificate_id"]);
    let shown =
        world.get(&format!("/v1/agents/{}", agent["id"].as_str().unwrap()), &[account.key()]).await;
    let shown = &shown.expect(200)["certificate"];
    assert_eq!(shown["certificate_id"], second["certificate_id"]);
    assert_eq!(shown["state"], "valid");
}
