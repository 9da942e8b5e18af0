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

async fn renew(world: &World, account: &Account, agent: &Value) -> Answer {
    let path = format!("/v1/agents/{}/renew", agent["id"].as_str().unwrap());
    world.call(Method::POST, &path, &[account.key()], None).await
}

#[tokio::test]
async fn renewing_replaces_what_there_is_and_needs_that_there_is_something() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 3).await;
    assert_eq!(renew(&world, &account, &agent).await.code(404), "NOT_FOUND");
    let first = certify(&world, &account, &agent).await.expect(201);
    world.pay_times(&account, &agent, 3).await;
    world.wait_ms(100 * DAY_MS);
    let second = renew(&world, &account, &agent).await.expect(201);
    assert_ne!(second["certificate_id"], first["certificate_id"]);
    let page = format!("/c/{}", first["certificate_id"].as_str().unwrap());
    let old = world.get(&format!("{page}.json"), &[]).await.expect(200);
    assert_eq!(old["state"], "superseded", "expired before it was replaced");

    let stranger = world.register("finn@example.com").await;
    let foreign = renew(&world, &stranger, &agent).await;
    assert_eq!(foreign.code(404), "NOT_FOUND");
    let own = world.agent(&stranger, "Other").await;
    let certify_path = format!("/v1/agents/{}/certify", own["id"].as_str().unwrap());
    let free = world.call(Method::POST, &certify_path, &[stranger.key()], None).await;
    assert_eq!(free.code(402), "PLAN_REQUIRED");
}

#[tokio::test]
async fn a_revoked_certificate_keeps_its_first_reason_and_time() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 3).await;
    let made = certify(&world, &account, &agent).await.expect(201);
    let id = made["certificate_id"].as_str().unwrap();
    let actor = world.services.authenticate_token(&account.token).await.unwrap();
    let none = world.services.revoke_certificate(&actor, id, "  ", None).await;
    assert!(matches!(none, Err(service::Error::Invalid(_))), "a reason is required");
    let first = world.services.revoke_certificate(&actor, id, "Wallet <lost>", None).await.unwrap();
    world.wait_ms(5);
    let second = world.services.revoke_certificate(&actor, id, "Other", None).await.unwrap();
    assert_eq!(second, first);
    assert_eq!(first.revoked_reason.as_deref(), Some("Wallet <lost>"));

    let page = world.get(&format!("/c/{id}"), &[]).await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.text.contains("This certificate is revoked"), "{}", page.text);
    assert!(page.text.contains("Wallet &lt;lost&gt;") && !page.text.contains("<script"));
    assert!(page.text.contains("certificate void"));
    let badge = format!("/v1/public/{}/badge.svg", agent["gopi_id"].as_str().unwrap());
    assert!(world.get(&badge, &[]).await.text.contains("not certified"));

    let stranger = world.register("finn@example.com").await;
    let stranger = world.services.authenticate_token(&stranger.token).await.unwrap();
    let foreign = world.services.revoke_certificate(&stranger, id, "Mine", None).await;
    assert!(matches!(foreign, Err(service::Error::NotFound { .. })));
}

#[tokio::test]
async fn the_workspace_lists_its_certificates_by_state() {
    use model::CertificateState::{Revoked, Superseded, Valid};
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let actor = world.services.authenticate_token(&account.token).await.unwrap();
    let (a, b) = (world.agent(&account, "A").await, world.agent(&account, "B").await);
    for agent in [&a, &b] {
        world.pay_times(&account, agent, 3).await;
    }
    let mut ids = Vec::new();
    for agent in [&a, &a, &b] {
        world.wait_ms(1);
        let made = certify(&world, &account, agent).await.expect(201);
        ids.push(made["certificate_id"].as_str().unwrap().to_owned());
    }
    world.services.revoke_certificate(&actor, &ids[2], "Test", None).await.unwrap();
    let list = async |state, agent: Option<&Value>, limit| {
        let agent_id = agent.map(|agent| agent["external_id"].as_str().unwrap().to_owned());
        let filter = service::CertificateFilter { agent_id, state };
        let first = service::PageRequest::first(limit);
        let page = world.services.list_all_certificates(&actor, &filter, &first).await.unwrap();
        let found: Vec<_> =
            page.items.into_iter().map(|d| (d.certificate.id.to_string(), d.agent_name)).collect();
        (found, page.next.is_some())
    };
    let named = |at: usize, name: &str| (ids[at].clone(), name.to_owned());
    assert_eq!(list(None, None, 2).await, (vec![named(2, "B"), named(1, "A")], true));
    assert_eq!(list(Some(Valid), None, 9).await, (vec![named(1, "A")], false));
    assert_eq!(list(Some(Superseded), Some(&a), 9).await, (vec![named(0, "A")], false));
    assert_eq!(list(Some(Revoked), Some(&a), 9).await, (vec![], false));
}

#[tokio::test]
async fn everybody_can_download_and_check_a_certificate() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot <b> & \"co\"").await;
    world.pay_times(&account, &agent, 3).await;
    let made = certify(&world, &account, &agent).await.expect(201);
    let page = format!("/c/{}", made["certificate_id"].as_str().unwrap());
    let html = world.get(&page, &[]).await;
    assert!(html.text.contains("This certificate is valid") && !html.text.contains("<script"));
    assert!(html.text.contains("Self-issued"), "the operator's own agent says so");

    let json = world.get(&format!("{page}.json"), &[]).await;
    assert!(json.header("content-disposition").starts_with("attachment; filename=\"crt_"));
    assert_eq!(json.header("access-control-allow-origin"), "*");
    let json = json.expect(200);
    assert_eq!(json["credential"], made["credential"]);
    assert_eq!(json["claims"]["jti"], made["certificate_id"]);
    assert_eq!(json["claims"]["score"], 73);
    let keys = world.get("/.well-known/jwks.json", &[]).await.expect(200);
    assert_eq!(json["public_key"], keys["keys"][0]);

    let svg = world.get(&format!("{page}.svg"), &[]).await;
    assert_eq!(svg.header("content-type"), "image/svg+xml; charset=utf-8");
    assert!(svg.text.starts_with("<svg ") && !svg.text.contains("<!>"), "{}", &svg.text[..200]);
    assert!(svg.text.contains("Bot &lt;b&gt; &amp;") && !svg.text.contains("<script"));
}

#[tokio::test]
async fn unknown_private_and_deleted_certificates_look_the_same() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 3).await;
    let made = certify(&world, &account, &agent).await.expect(201);
    let page = format!("/c/{}", made["certificate_id"].as_str().unwrap());
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    let private = json!({ "visibility": "private" });
    world.call(Method::PATCH, &path, &[account.bearer()], Some(&private)).await.expect(200);
    for path in ["/c/crt_none", "/c/crt_none.json", &page, &format!("{page}.svg")] {
        assert_eq!(world.get(path, &[]).await.status.as_u16(), 404, "{path}");
    }
    let actor = world.services.authenticate_token(&account.token).await.unwrap();
    let id = made["certificate_id"].as_str().unwrap();
    assert!(world.services.public_certificate(id, Some(&actor)).await.is_ok(), "but not its own");
    let public = json!({ "visibility": "public" });
    world.call(Method::PATCH, &path, &[account.bearer()], Some(&public)).await.expect(200);
    assert_eq!(world.get(&page, &[]).await.status.as_u16(), 200);
    world.call(Method::DELETE, &path, &[account.bearer()], None).await;
    assert_eq!(world.get(&page, &[]).await.status.as_u16(), 404);
    assert!(world.services.public_certificate(id, Some(&actor)).await.is_err());
}
