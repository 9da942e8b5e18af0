use axum::http::Method;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn the_first_account_runs_the_instance_and_the_next_is_on_the_free_plan() {
    let world = World::new().await;
    let register = |email: &'static str| {
        let body = json!({ "email": email, "password": "correct horse battery" });
        world.post("/v1/auth/register", &[], body)
    };
    let first = register(" Mara@Example.com ").await.expect(201);
    assert_eq!(first["email"], "mara@example.com");
    assert_eq!(first["plan"], "professional");
    assert_eq!(first["verification_required"], false);
    assert!(first["api_key"].as_str().unwrap().starts_with("gopi_sk_"));
    assert_eq!(register("jon@example.com").await.expect(201)["plan"], "free");

    let taken = register("mara@example.com").await;
    assert_eq!(taken.code(409), "CONFLICT");
    assert_eq!(taken.json()["field"], "email");
}

#[tokio::test]
async fn the_account_shows_its_keys_but_never_their_secret() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let me = world.get("/v1/auth/me", &[account.bearer()]).await;
    assert!(!me.text.contains(&account.key));
    let me = me.expect(200);
    assert_eq!(me["api_key"], format!("{}…", &account.key[..12]));
    assert_eq!(me["api_keys"][0]["permissions"], json!(["read", "write"]));
    assert_eq!(me["created_at"], "2026-10-14T12:00:00.000Z");
    let by_key = world.get("/v1/auth/me", &[account.key()]).await;
    assert_eq!(by_key.code(403), "FORBIDDEN");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let world = World::new().await;
    world.register("mara@example.com").await;
    let log_in = |email: &'static str, password: &'static str| {
        world.post("/v1/auth/login", &[], json!({ "email": email, "password": password }))
    };
    let right = log_in("MARA@example.com", "correct horse battery").await.expect(200);
    assert_eq!((&right["token_type"], &right["expires_in"]), (&json!("bearer"), &json!(3600)));
    let wrong = log_in("mara@example.com", "wrong horse battery").await;
    let unknown = log_in("nobody@example.com", "correct horse battery").await;
    assert_eq!(wrong.code(401), "UNAUTHORIZED");
    assert_eq!(unknown.code(401), "UNAUTHORIZED");
    assert_eq!(wrong.json()["message"], unknown.json()["message"]);
    assert_eq!(wrong.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn a_token_is_good_for_an_hour() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    world.wait_ms(3_599_000);
    world.get("/v1/auth/me", &[account.bearer()]).await.expect(200);
    world.wait_ms(1_000);
    assert_eq!(world.get("/v1/auth/me", &[account.bearer()]).await.code(401), "UNAUTHORIZED");
}

#[tokio::test]
async fn what_nobody_issued_opens_nothing() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let (head, signature) = account.token.rsplit_once('.').unwrap();
    let certificate_key_would_sign_this =
        format!("{head}.{}", signature.chars().rev().collect::<String>());
    let mut mistyped = account.key.clone();
    mistyped.replace_range(20..21, if &mistyped[20..21] == "a" { "b" } else { "a" });
    for headers in [
        vec![],
        vec![("authorization", String::new())],
        vec![("authorization", "Basic bWFyYTpw".to_owned())],
        vec![("authorization", "Bearer ".to_owned())],
        vec![("authorization", "Bearer a.b.c".to_owned())],
        vec![("authorization", format!("Bearer {certificate_key_would_sign_this}"))],
        vec![("x-api-key", mistyped)],
        vec![("x-api-key", "gopi_sk_".to_owned())],
        vec![("x-api-key", format!("gopi_sk_{}", "0".repeat(49)))],
    ] {
        let answer = world.get("/v1/agents", &headers).await;
        assert_eq!(answer.code(401), "UNAUTHORIZED", "{headers:?}");
    }
}

#[tokio::test]
async fn beyond_loopback_only_the_operator_token_makes_an_operator() {
    let world = World::with(|s| s.operator_token = Some("s3same".to_owned())).await;
    let register = |email: &'static str, token: Option<&'static str>| {
        let body =
            json!({ "email": email, "password": "correct horse battery", "operator_token": token });
        world.post("/v1/auth/register", &[], body)
    };
    assert_eq!(register("eve@example.com", None).await.expect(201)["plan"], "free");
    let wrong = register("mara@example.com", Some("guess")).await;
    assert_eq!(wrong.code(422), "VALIDATION_ERROR");
    assert_eq!(wrong.json()["field"], "operator_token");
    let right = register("mara@example.com", Some("s3same")).await.expect(201);
    assert_eq!(right["plan"], "professional");
    assert_eq!(register("jon@example.com", Some("s3same")).await.expect(201)["plan"], "free");
}

#[tokio::test]
async fn unknown_paths_and_methods_answer_in_the_dialect() {
    let world = World::new().await;
    assert_eq!(world.get("/v1/nothing", &[]).await.code(404), "NOT_FOUND");
    let put = world.call(Method::PUT, "/v1/agents", &[], None).await;
    assert_eq!(put.code(405), "METHOD_NOT_ALLOWED");
    let health = world.get("/health", &[]).await.expect(200);
    assert_eq!((&health["status"], &health["database"]), (&json!("ok"), &json!("sqlite")));
}
