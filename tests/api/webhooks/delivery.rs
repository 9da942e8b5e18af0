use model::{AttemptFailure, DeliveryState, Dialect, DisabledReason};
use serde_json::json;
use service::{DeliveryFilter, Error, PageRequest, hmac_sha256_hex};

use super::receiver::{Behaviour, Receiver};
use super::{Told, standard};
use crate::mail::mailing;
use crate::mail::receiver::Mailbox;
use crate::world::{NOW, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_arrives_as_the_object_that_the_api_gives_signed_and_in_the_log() {
    let told = Told::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let endpoint = told.endpoint(&receiver.url, &["payment.*", "agent.created"]).await;
    let agent = told.world.agent(&told.account, "Bot").await;
    let body = json!({ "agent_id": agent["id"], "amount": 12.5, "reference": "Rechnung 🤖" });
    let paid = told.world.pay(&told.account, body).await.expect(201);
    // Changed before it goes out, perhaps: it is told as it was.
    let amend = json!({ "status": "missed" });
    let path = format!("/v1/payment-events/{}", paid["event_id"].as_str().unwrap());
    let headers = [told.account.key()];
    let amended = told.world.call(http_patch(), &path, &headers, Some(&amend)).await.expect(200);

    let mut seen = receiver.wait_for(3).await;
    // They start in order; two that are under way together may overtake each other.
    seen.sort_by_key(|s| s.id().to_owned());
    let types: Vec<_> = seen.iter().map(|s| s.json()["type"].clone()).collect();
    assert_eq!(types, ["agent.created", "payment.recorded", "payment.failed"]);
    assert_eq!(seen[1].json()["data"], paid);
    assert_eq!(seen[2].json()["data"], amended);
    for (name, value) in agent.as_object().unwrap() {
        if name != "certificate" {
            assert_eq!(seen[0].json()["data"][name], *value, "{name}");
        }
    }
    let catalog = told.world.get("/v1/webhooks/events", &[]).await.expect(200);
    for one in &seen {
        let events = catalog["events"].as_array().unwrap();
        let entry = events.iter().find(|e| e["type"] == one.json()["type"]).unwrap();
        let keys = |value: &serde_json::Value| -> Vec<String> {
            let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys
        };
        assert_eq!(keys(&entry["example"]["data"]), keys(&one.json()["data"]));
    }
    assert_eq!(seen[0].json()["timestamp"], "2026-10-14T12:00:00.000Z");
    let secret = endpoint.secret.clone().unwrap();
    for one in &seen {
        assert_eq!(one.headers["webhook-signature"], standard(&secret, one));
        assert_eq!(one.headers["webhook-timestamp"], (NOW / 1_000).to_string());
        assert_eq!(one.headers["content-type"], "application/json");
        assert_eq!(one.path, "/hook");
    }
    let log = told
        .wait_until(&endpoint, |log| log.iter().all(|d| d.state == DeliveryState::Delivered))
        .await;
    let ids: Vec<_> = log.iter().rev().map(|d| d.event_id.to_string()).collect();
    assert_eq!(ids, seen.iter().map(|s| s.id().to_owned()).collect::<Vec<_>>());
    let (services, actor) = (&told.world.services, &told.actor);
    let id = endpoint.endpoint.id.as_str();
    let attempt = &told.attempts(id, &ids[0]).await[0];
    assert_eq!((attempt.status, attempt.failure, attempt.number), (Some(200), None, 1));
    assert_eq!(attempt.answer, "hello");
    assert!(attempt.headers.contains("x-test: 1\n"), "{}", attempt.headers);
    let fared = services.get_endpoint(actor, id).await.unwrap();
    assert_eq!((fared.endpoint.attempts, fared.endpoint.failures, fared.waiting), (3, 0, 0));
}

fn http_patch() -> axum::http::Method {
    axum::http::Method::PATCH
}

#[tokio::test(flavor = "multi_thread")]
async fn each_dialect_has_its_header_and_body() {
    let told = Told::new().await;
    let receiver = Receiver::start(Behaviour::status(204)).await;
    let dialects = [Dialect::AgentGate, Dialect::AgentGatePay, Dialect::Paegents];
    let mut endpoints = Vec::new();
    for dialect in dialects {
        endpoints.push(told.endpoint_in(dialect, &receiver.url, &["payment.received"]).await);
    }
    let agent = told.world.agent(&told.account, "Bot").await;
    let body = json!({ "agent_id": agent["id"], "amount": 5, "direction": "received" });
    let paid = told.world.pay(&told.account, body).await.expect(201);
    let seen = receiver.wait_for(3).await;
    let with = |name: &str| seen.iter().find(|s| s.headers.contains_key(name)).unwrap();
    let secret = |n: usize| endpoints[n].secret.clone().unwrap();
    let mac = |n: usize, text: &str| hmac_sha256_hex(secret(n).as_bytes(), &[text.as_bytes()]);

    let gate = with("x-agentgate-signature");
    assert_eq!(gate.headers["x-agentgate-signature"], format!("sha256={}", mac(0, &gate.body)));
    assert_eq!(gate.json()["type"], "payment.received");
    assert_eq!((&gate.json()["id"], &gate.json()["data"]), (&json!(gate.id()), &paid));

    let pay = with("x-agentpay-signature");
    assert_eq!(pay.headers["x-agentpay-signature"], mac(1, &pay.body));
    let rest = format!("{}}}", &pay.body[..pay.body.len() - 80]);
    assert_eq!(pay.json()["signature"], mac(1, &rest));
    assert_eq!(pay.json()["event"], "payment.received");
    assert_eq!(pay.json()["data"]["amount_usd"], "5.00");

    let paegents = with("paegents-signature");
    let signed = format!("{}.{}", NOW / 1_000, paegents.body);
    let header = format!("t={}, v1={}", NOW / 1_000, mac(2, &signed));
    assert_eq!(paegents.headers["paegents-signature"], header);
    assert_eq!(paegents.json()["event_id"], paegents.id());
    for (one, n) in [(gate, 0), (pay, 1), (paegents, 2)] {
        assert_eq!(one.headers["webhook-signature"], standard(&secret(n), one));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_tried_again_on_schedule_under_the_same_id_until_it_is_given_up() {
    let told = Told::new().await;
    let receiver = Receiver::start(Behaviour::status(500)).await;
    let endpoint = told.endpoint(&receiver.url, &["agent.created"]).await;
    told.world.agent(&told.account, "Bot").await;
    // The longest wait of each step, its jitter included.
    let waits = [6, 360, 2_160, 8_640, 21_600, 43_200, 43_200];
    for (n, wait_s) in waits.into_iter().enumerate() {
        let log = told
            .wait_until(&endpoint, |log| log[..].len() == 1 && log[0].attempts == n as i64 + 1)
            .await;
        assert_eq!(log[0].state, DeliveryState::Pending);
        let next = log[0].next_at_ms.unwrap();
        let now = told.world.services.now_ms();
        assert!(next > now && next <= now + wait_s * 1_000, "{n}: in {} ms", next - now);
        told.world.wait_ms(wait_s * 1_000);
    }
    let log = told.wait_until(&endpoint, |log| log[0].state == DeliveryState::Failed).await;
    assert_eq!((log[0].attempts, log[0].next_at_ms), (8, None));
    let seen = receiver.seen();
    assert_eq!(seen.len(), 8);
    assert!(seen.iter().all(|s| s.id() == seen[0].id() && s.body == seen[0].body));
    let times: std::collections::BTreeSet<_> =
        seen.iter().map(|s| s.headers["webhook-timestamp"].clone()).collect();
    assert_eq!(times.len(), 8, "each attempt has its own time");

    let (services, actor) = (&told.world.services, &told.actor);
    let id = endpoint.endpoint.id.as_str();
    receiver.behave(Behaviour::status(200));
    assert!(told.log(id, None).await.unwrap().health.gave_up);
    assert_eq!(services.replay_failed(actor, id, NOW).await.unwrap(), 1);
    assert_eq!(services.replay_failed(actor, id, NOW).await.unwrap(), 0);
    assert!(!told.log(id, None).await.unwrap().health.gave_up);
    told.wait_until(&endpoint, |log| log[0].state == DeliveryState::Delivered).await;
    services.replay_delivery(actor, id, seen[0].id()).await.unwrap();
    let seen = receiver.wait_for(10).await;
    assert_eq!(seen[9].id(), seen[0].id());
    told.wait_until(&endpoint, |log| log[0].attempts == 10).await;
    let attempts = told.attempts(id, seen[0].id()).await;
    let numbers: Vec<_> = attempts.iter().map(|a| a.number).collect();
    assert_eq!(numbers, (1..=10).rev().collect::<Vec<_>>());
    assert_eq!(attempts[9].failure, Some(AttemptFailure::Status));
    let filter = DeliveryFilter { kind: Some("agent.created".to_owned()), ..Default::default() };
    let page = PageRequest::first(9);
    let found = services.list_deliveries(actor, id, &filter, &page).await.unwrap();
    assert_eq!(found.items.len(), 1);
    let filter = DeliveryFilter { until_ms: Some(NOW), ..Default::default() };
    let found = services.list_deliveries(actor, id, &filter, &page).await.unwrap();
    assert!(found.items.is_empty(), "before it happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_says_410_is_off_and_the_others_hear_of_it() {
    let mailbox = Mailbox::open().await;
    let told = Told::on(World::with(mailing(&mailbox)).await).await;
    let link = told.world.mail(&mailbox).await;
    told.world.services.verify_email(&link.token()).await.unwrap();
    let gone = Receiver::start(Behaviour::status(410)).await;
    let other = Receiver::start(Behaviour::status(200)).await;
    let endpoint = told.endpoint(&gone.url, &["agent.created"]).await;
    let hears = told.endpoint(&other.url, &["webhook.disabled"]).await;
    told.world.agent(&told.account, "Bot").await;
    let notice = other.wait_for(1).await.remove(0).json();
    assert_eq!(notice["type"], "webhook.disabled");
    assert_eq!(notice["data"]["webhook_id"], endpoint.endpoint.id.as_str());
    assert_eq!(notice["data"]["reason"], "gone");
    let (services, actor) = (&told.world.services, &told.actor);
    let id = endpoint.endpoint.id.as_str();
    let off = services.get_endpoint(actor, id).await.unwrap().endpoint;
    assert_eq!(off.disabled_reason, Some(DisabledReason::Gone));
    let mail = told.world.mail(&mailbox).await;
    assert!(mail.has(&format!("/dashboard/webhooks/{}", off.id)) && mail.has("410"), "{mail:?}");
    told.wait_until(&endpoint, |log| log[0].state == DeliveryState::Failed).await;
    told.world.agent(&told.account, "Another").await;
    told.wait_until(&hears, |log| log[0].state == DeliveryState::Delivered).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(gone.seen().len(), 1, "it hears nothing any more");
    let refused = services.replay_failed(actor, id, NOW).await;
    assert!(matches!(refused, Err(Error::Conflict { field: Some("enabled"), .. })));

    gone.behave(Behaviour::status(200));
    services.set_endpoint_enabled(actor, id, true).await.unwrap();
    assert_eq!(services.replay_failed(actor, id, NOW).await.unwrap(), 1);
    gone.wait_for(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_fails_for_five_days_is_switched_off() {
    let told = Told::new().await;
    let receiver = Receiver::start(Behaviour::status(503)).await;
    let endpoint = told.endpoint(&receiver.url, &["agent.created"]).await;
    let (services, actor) = (&told.world.services, &told.actor);
    let id = endpoint.endpoint.id.as_str();
    let found = async || services.get_endpoint(actor, id).await.unwrap().endpoint;
    for day in 0..5 {
        told.agent("Bot").await;
        let since = told.world.services.now_ms();
        let heard = |log: &[model::Delivery]| {
            log.first().is_some_and(|d| d.created_at_ms >= since && d.attempts > 0)
        };
        told.wait_until(&endpoint, heard).await;
        let found = found().await;
        assert!(found.enabled(), "day {day}");
        assert_eq!(found.failing_since_ms, Some(NOW));
        told.world.wait_ms(model::DAY_MS);
    }
    // What is tried again may switch it off before the new event is there, which it then never hears.
    told.agent("Bot").await;
    for _ in 0..2_000 {
        if !found().await.enabled() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(15)).await;
    }
    panic!("it is still on: {:?}", found().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_an_endpoint_is_off_it_never_hears_and_what_waited_goes_on() {
    let told = Told::new().await;
    let receiver = Receiver::start(Behaviour::status(500)).await;
    let endpoint = told.endpoint(&receiver.url, &["agent.created"]).await;
    let (services, actor) = (&told.world.services, &told.actor);
    let id = endpoint.endpoint.id.as_str();
    told.world.agent(&told.account, "Before").await;
    told.wait_until(&endpoint, |log| !log.is_empty() && log[0].attempts == 1).await;
    services.set_endpoint_enabled(actor, id, false).await.unwrap();
    told.world.agent(&told.account, "Meanwhile").await;
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    told.world.wait_ms(60_000);
    receiver.behave(Behaviour::status(200));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(receiver.seen().len(), 1);
    services.set_endpoint_enabled(actor, id, true).await.unwrap();
    told.world.agent(&told.account, "After").await;
    let seen = receiver.wait_for(3).await;
    let names: Vec<_> = seen.iter().map(|s| s.json()["data"]["name"].clone()).collect();
    assert_eq!(names, ["Before", "Before", "After"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_events_start_in_their_order() {
    let told = Told::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let endpoint = told.endpoint(&receiver.url, &["payment.recorded"]).await;
    let agent = told.world.agent(&told.account, "Bot").await;
    for batch in 0..4 {
        let events: Vec<_> = (0..250)
            .map(|n| json!({ "agent_id": agent["id"], "amount": 1, "reference": format!("{batch}/{n}") }))
            .collect();
        let body = json!({ "events": events });
        told.world.post("/v1/payment-events/batch", &[told.account.key()], body).await.expect(201);
    }
    let seen = receiver.wait_for(1_000).await;
    let references: Vec<_> = seen.iter().map(|s| s.json()["data"]["reference"].clone()).collect();
    let expected = (0..4).flat_map(|b| (0..250).map(move |n| format!("{b}/{n}")));
    // Of 64 that are under way at the same time, one may overtake the others; one that is held up is overtaken by more.
    for (n, reference) in expected.enumerate() {
        let at = references.iter().position(|r| *r == reference).unwrap();
        assert!(at + 64 >= n && at <= n + 256, "{reference} came as number {at} instead of {n}");
    }
    told.wait_until(&endpoint, |log| log.iter().all(|d| d.state == DeliveryState::Delivered)).await;
    assert_eq!(receiver.seen().len(), 1_000, "each once");
    let stopped = told.worker.stop();
    tokio::time::timeout(std::time::Duration::from_secs(2), stopped).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_whose_secret_cannot_be_read_is_off_until_it_has_another_one() {
    let told = Told::new().await;
    let (services, actor) = (&told.world.services, &told.actor);
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let endpoint = told.endpoint(&receiver.url, &["agent.created"]).await;
    let id = endpoint.endpoint.id.as_str();
    told.world.tamper("UPDATE webhook_endpoints SET sealed_secret = 'torn'");
    told.agent("Bot").await;
    let mut off = None;
    for _ in 0..1_000 {
        off = services.get_endpoint(actor, id).await.unwrap().endpoint.disabled_reason;
        if off.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(off, Some(DisabledReason::Unusable));
    services.rotate_endpoint_secret(actor, id, None).await.unwrap();
    services.set_endpoint_enabled(actor, id, true).await.unwrap();
    let seen = receiver.wait_for(1).await;
    assert_eq!(seen[0].json()["data"]["name"], "Bot", "what waited goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_gives_up_what_another_one_may_send_now() {
    let told = Told::new().await;
    let receiver = Receiver::start(Behaviour::Hang).await;
    told.endpoint(&receiver.url, &["agent.created"]).await;
    told.agent("Bot").await;
    receiver.wait_for(1).await;
    told.worker.stop().await;
    for _ in 0..100 {
        if *receiver.left.lock().unwrap() > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it is still being sent");
}
