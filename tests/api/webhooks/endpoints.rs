use model::{Role, UserId};
use serde_json::json;
use service::{Actor, EndpointPatch, Error, NewEndpoint, PageRequest, Via, Who};

use crate::browser::Browser;
use crate::world::NOW;

use super::receiver::{Behaviour, Receiver};
use super::{Told, standard};

fn new(url: &str, events: &[&str]) -> NewEndpoint {
    NewEndpoint {
        url: url.to_owned(),
        description: String::new(),
        dialect: model::Dialect::Standard,
        events: events.iter().map(|e| (*e).to_owned()).collect(),
        wallet: None,
        secret: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_are_made_changed_and_deleted_with_an_entry_each() {
    let told = Told::new().await;
    let (services, actor) = (&told.world.services, &told.actor);
    for (url, events, field) in [
        ("", &["*"][..], "url"),
        ("https://u:p@example.com/", &["*"][..], "url"),
        ("ftp://example.com/", &["*"][..], "url"),
        ("https://10.0.0.1/", &["*"][..], "url"),
        ("https://example.com/", &[][..], "events"),
        ("https://example.com/", &["payment.paid"][..], "events"),
    ] {
        let refused = services.create_endpoint(actor, new(url, events), None).await;
        let Err(Error::Invalid(errors)) = refused else { panic!("{url}: {refused:?}") };
        assert_eq!(errors[0].field, field, "{url}");
    }
    told.world.wait_ms(1);
    let made =
        services.create_endpoint(actor, new("https://example.com/a", &["agent.*"]), None).await;
    let id = made.unwrap().endpoint.id.to_string();
    told.world.wait_ms(1);
    let patch = EndpointPatch {
        url: Some("https://example.com/b".to_owned()),
        description: Some("Books".to_owned()),
        events: Some(vec!["payment.*".to_owned()]),
    };
    let changed = services.update_endpoint(actor, &id, patch).await.unwrap();
    assert_eq!((changed.url.as_str(), changed.events.is_all()), ("https://example.com/b", false));
    let listed = services.list_endpoints(actor, &PageRequest::first(9)).await.unwrap();
    assert_eq!(listed.items, [changed]);
    told.world.wait_ms(1);
    services.delete_endpoint(actor, &id).await.unwrap();
    assert!(matches!(services.get_endpoint(actor, &id).await, Err(Error::NotFound { .. })));
    services.sweep_deliveries().await.unwrap();
    assert!(services.verify_audit(actor, 50).await.unwrap().is_empty());
    let query = service::AuditQuery::default();
    let trail = services.audit_trail(actor, &query, &PageRequest::first(20)).await.unwrap();
    let actions: Vec<_> = trail.page.items.iter().map(|r| r.action.clone()).collect();
    assert_eq!(actions[..3], ["webhook.deleted", "webhook.updated", "webhook.created"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_to_who_just_proved_who_they_are_and_two_sign_after_a_rotation() {
    let told = Told::new().await;
    let (services, actor) = (&told.world.services, &told.actor);
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let endpoint = told.endpoint(&receiver.url, &["agent.created"]).await;
    let id = endpoint.endpoint.id.as_str();
    let old = endpoint.secret.clone().unwrap();
    let session =
        Actor { via: Via::Session, proved_at_ms: Some(NOW - 5 * 60_000), ..actor.clone() };
    let late = services.reveal_endpoint_secret(&session, id).await;
    assert!(matches!(late, Err(Error::ProofNeeded)));
    let elsewhere = new("https://example.com/a", &["*"]);
    let late = services.create_endpoint(&session, elsewhere, None).await;
    assert!(matches!(late, Err(Error::ProofNeeded)));
    let url = |url: &str| EndpointPatch { url: Some(url.to_owned()), ..EndpointPatch::default() };
    let late = services.update_endpoint(&session, id, url("https://example.com/b")).await;
    assert!(matches!(late, Err(Error::ProofNeeded)));
    services.update_endpoint(&session, id, url(&receiver.url)).await.unwrap();
    let proved = Actor { proved_at_ms: Some(NOW - 5 * 60_000 + 1), ..session };
    assert_eq!(services.reveal_endpoint_secret(&proved, id).await.unwrap(), old);

    let rotated = services.rotate_endpoint_secret(actor, id, None).await.unwrap();
    let new = rotated.secret.unwrap();
    let again = services.rotate_endpoint_secret(actor, id, None).await;
    assert!(matches!(again, Err(Error::Conflict { field: Some("secret"), .. })));
    told.world.agent(&told.account, "Bot").await;
    let both = receiver.wait_for(1).await.remove(0);
    let expected = format!("{} {}", standard(&new, &both), standard(&old, &both));
    assert_eq!(both.headers["webhook-signature"], expected);
    told.world.wait_ms(model::DAY_MS);
    told.agent("Bot").await;
    let one = receiver.wait_for(2).await.remove(1);
    assert_eq!(one.headers["webhook-signature"], standard(&new, &one));
    services.rotate_endpoint_secret(actor, id, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_shows_what_went_out_and_what_came_back() {
    let told = Told::new().await;
    let (services, actor) = (&told.world.services, &told.actor);
    let receiver = Receiver::start(Behaviour::status(418)).await;
    let endpoint = told.endpoint(&receiver.url, &["agent.created"]).await;
    let id = endpoint.endpoint.id.as_str();
    let report = services.test_endpoint(actor, id).await.unwrap();
    let seen = receiver.wait_for(1).await.remove(0);
    assert_eq!(report.body, seen.body);
    assert_eq!(seen.json()["type"], "webhook.test");
    for (name, value) in &report.headers {
        assert_eq!(seen.headers[*name], *value);
    }
    assert_eq!((report.attempt.status, report.attempt.answer.as_str()), (Some(418), "hello"));
    let log = told.deliveries(&endpoint).await;
    assert_eq!(
        (log[0].event_id.clone(), log[0].state),
        (report.event_id, model::DeliveryState::Failed)
    );
    let fared = services.get_endpoint(actor, id).await.unwrap().endpoint;
    assert_eq!((fared.attempts, fared.failures, fared.failing_since_ms), (1, 1, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_find_nothing_and_members_only_read() {
    let told = Told::new().await;
    let services = &told.world.services;
    let endpoint = told.endpoint("https://example.com/", &["agent.*"]).await;
    let id = endpoint.endpoint.id.as_str();
    let other = told.world.register("other@example.com").await;
    let stranger = services.authenticate_token(&other.token).await.unwrap();
    let nothing = |error: Error| matches!(error, Error::NotFound { .. });
    assert!(nothing(services.get_endpoint(&stranger, id).await.unwrap_err()));
    assert!(nothing(services.delete_endpoint(&stranger, id).await.unwrap_err()));
    assert!(nothing(services.test_endpoint(&stranger, id).await.unwrap_err()));
    assert!(nothing(services.rotate_endpoint_secret(&stranger, id, None).await.unwrap_err()));
    assert!(nothing(services.replay_failed(&stranger, id, 0).await.unwrap_err()));
    assert!(nothing(services.replay_delivery(&stranger, id, "evt_x").await.unwrap_err()));
    let all = PageRequest::first(9);
    assert!(services.list_endpoints(&stranger, &all).await.unwrap().items.is_empty());

    let who = Who::User { id: UserId::new(0, [9; 10]), role: Role::Member, operator: false };
    let member = Actor { who, via: Via::Session, ..told.actor.clone() };
    assert_eq!(services.list_endpoints(&member, &all).await.unwrap().items.len(), 1);
    let forbidden = |error: Error| matches!(error, Error::Forbidden { .. });
    let made = services.create_endpoint(&member, new("https://example.com/", &["*"]), None).await;
    assert!(forbidden(made.unwrap_err()));
    assert!(forbidden(services.delete_endpoint(&member, id).await.unwrap_err()));
    assert!(forbidden(services.set_endpoint_enabled(&member, id, false).await.unwrap_err()));
    assert!(forbidden(services.reveal_endpoint_secret(&member, id).await.unwrap_err()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payment_gateways_endpoints_do_the_same() {
    let told = Told::new().await;
    let world = &told.world;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let me = [told.account.bearer()];
    let body = json!({ "url": receiver.url, "events": ["payment.received", "payment.completed"], "secret": "s3cret" });
    let made = world.post("/v1/webhooks/configure", &me, body).await.expect(200);
    assert_eq!((&made["webhook_secret"], &made["status"]), (&json!("s3cret"), &json!("active")));
    let id = made["webhook_id"].as_str().unwrap();
    assert!(id.starts_with("wh_"), "{id}");
    let body =
        json!({ "webhook_url": receiver.url, "events": ["payment.confirmed"], "secret": "" });
    let own = world.post("/v1/webhooks/configure", &me, body).await.expect(200);
    assert!(own["webhook_secret"].as_str().unwrap().starts_with("whsec_"));
    for body in [
        json!({ "url": receiver.url, "events": [] }),
        json!({ "url": receiver.url, "events": ["payment.unknown"] }),
        json!({ "events": ["payment.received"] }),
        json!({ "url": "http://10.0.0.1/", "events": ["payment.received"] }),
        json!({ "url": 1, "events": ["payment.received"] }),
        json!({ "url": receiver.url, "events": ["payment.received"], "merchant_wallet": "0xab" }),
    ] {
        let refused = world.post("/v1/webhooks/configure", &me, body).await.expect(400);
        assert_eq!(refused["code"], "VALIDATION_ERROR", "{refused}");
        assert!(refused["error"].is_string() && refused["timestamp"].is_i64(), "{refused}");
    }
    let tested = world.post("/v1/webhooks/test", &me, json!({ "webhookId": id })).await.expect(200);
    assert_eq!(
        (&tested["success"], &tested["test_delivery"]["status_code"]),
        (&json!(true), &json!(200))
    );
    let seen = receiver.wait_for(1).await.remove(0);
    let mac = service::hmac_sha256_hex(b"s3cret", &[seen.body.as_bytes()]);
    assert_eq!(seen.headers["x-agentpay-signature"], mac);
    assert_eq!(seen.json()["event"], "webhook.test");
    receiver.behave(Behaviour::status(500));
    let failed =
        world.post("/v1/webhooks/test", &me, json!({ "webhook_id": id })).await.expect(200);
    assert_eq!(
        (&failed["success"], &failed["test_delivery"]["status_code"]),
        (&json!(false), &json!(500))
    );

    let listed = world.get("/v1/webhooks/list", &me).await.expect(200);
    assert_eq!(listed["count"], 2);
    let listed_webhooks = listed["webhooks"].as_array().unwrap();
    let first = listed_webhooks.iter().find(|w| w["webhook_id"] == id).unwrap();
    assert_eq!((&first["delivery_count"], &first["failure_count"]), (&json!(2), &json!(1)));
    assert_eq!(first["last_triggered"], "2026-10-14T12:00:00Z");
    assert!(!listed.to_string().contains("secret"), "{listed}");
    let path = format!("/v1/webhooks/{id}");
    let stranger = world.register("other@example.com").await;
    let delete = axum::http::Method::DELETE;
    world.call(delete.clone(), &path, &[stranger.bearer()], None).await.expect(404);
    let deleted = world.call(delete.clone(), &path, &me, None).await.expect(200);
    assert_eq!((&deleted["success"], &deleted["webhook_id"]), (&json!(true), &json!(id)));
    let again = world.call(delete, &path, &me, None).await.expect(404);
    assert_eq!(again["code"], "NOT_FOUND");
    world.get("/v1/webhooks/list", &[]).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_has_a_thousand_endpoints_at_most_and_says_so() {
    let told = Told::new().await;
    told.world.tamper(&format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
         INSERT INTO webhook_endpoints (workspace_id, id, url, description, dialect, events, sealed_secret, attempts,
             failures, created_at_ms)
         SELECT '{}', 'whk_' || n, 'https://example.com/', '', 'standard', '*', '', 0, 0, 0 FROM n",
        told.actor.workspace_id
    ));
    let one_more = new("https://example.com/", &["*"]);
    let refused = told.world.services.create_endpoint(&told.actor, one_more, None).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "A workspace has at most 1000 webhook endpoints. Delete one first."
    );
    let mut browser = Browser::signed_in(&told.world, "mara@example.com").await;
    let back = "/dashboard/webhooks/new";
    let typed = [
        ("url", "https://example.com/"),
        ("dialect", "standard"),
        ("scope", "all"),
        ("back", back),
    ];
    browser.post("create_webhook", &typed).await;
    let page = browser.page(back, 200).await;
    assert!(page.contains("at most 1,000 endpoints"), "{page}");
}
