use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use model::{DAY_MS, DeliveryState};
use service::{EndpointLog, PageRequest};

use super::Told;
use super::receiver::{Behaviour, Receiver};
use crate::browser::Browser;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_told_afterwards_as_it_went_out() {
    let told = Told::new().await;
    let (services, actor) = (&told.world.services, &told.actor);
    let receiver = Receiver::start(Behaviour::status(200)).await;
    for dialect in model::Dialect::ALL {
        let endpoint = told.endpoint_in(*dialect, &receiver.url, &["agent.created"]).await;
        let id = endpoint.endpoint.id.as_str();
        let report = services.test_endpoint(actor, id).await.unwrap();
        let event = report.event_id.as_str();
        let seen = receiver.wait_for(1).await.pop().unwrap();
        told.world.wait_ms(5_000);
        let request = async || told.log(id, Some(event)).await.unwrap().open.unwrap().request;
        let sent = request().await;
        assert!(sent.signed);
        assert_eq!((&sent.body, &sent.url), (&report.body, &receiver.url));
        assert_eq!(sent.headers, report.headers);
        let headers: BTreeMap<_, _> = sent.headers.iter().cloned().collect();
        assert!(seen.headers.contains_key("webhook-signature") && headers.len() >= 5);

        services.rotate_endpoint_secret(actor, id, None).await.unwrap();
        let later = request().await;
        assert!(!later.signed, "{dialect}: by another secret than was used");
        assert!(later.headers.iter().all(|(name, _)| !name.ends_with("signature")), "{dialect}");
        assert_eq!(later.headers.len(), 4);

        for none in ["evt_00000000000000000000000000", "\0"] {
            let gone = told.log(id, Some(none)).await;
            assert!(matches!(gone, Err(service::Error::NotFound { .. })));
        }
        services.delete_endpoint(actor, id).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_say_how_an_endpoint_fares_and_the_overview_when_it_does_not() {
    let told = Told::new().await;
    let (services, actor) = (&told.world.services, &told.actor);
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let endpoint = told.endpoint(&receiver.url, &["agent.created"]).await;
    let id = endpoint.endpoint.id.as_str();
    let quiet = told.log(id, None).await.unwrap().health;
    assert_eq!((quiet.events, quiet.took_ms, quiet.next_at_ms), (0, None, None));
    told.world.agent(&told.account, "One").await;
    told.wait_until(&endpoint, |log| log.len() == 1 && log[0].state == DeliveryState::Delivered)
        .await;
    receiver.behave(Behaviour::status(503));
    told.world.agent(&told.account, "Two").await;
    told.wait_until(&endpoint, |log| log.len() == 2 && log[0].attempts == 1).await;

    let EndpointLog { health, page, .. } = told.log(id, None).await.unwrap();
    assert_eq!((health.events, health.delivered, health.waiting), (2, 1, 1));
    assert!(health.took_ms.is_some());
    let next = health.next_at_ms.unwrap() - services.now_ms();
    assert!((4_000..=6_000).contains(&next), "after 5 seconds, a fifth earlier or later: {next}");
    let all = PageRequest::first(9);
    let listed = services.list_endpoint_details(actor, &all).await.unwrap().items;
    assert_eq!((listed.len(), listed[0].waiting), (1, 1));
    let statuses: Vec<_> =
        page.items.into_iter().map(|l| l.last.and_then(|last| last.status)).collect();
    assert_eq!(statuses, [Some(503), Some(200)]);

    let mut browser = Browser::signed_in(&told.world, "mara@example.com").await;
    let calm = browser.page("/dashboard", 200).await;
    assert!(!calm.contains("h-attention"), "one failure is no trouble");
    told.world.wait_ms(DAY_MS);
    let late = browser.page("/dashboard", 200).await;
    assert!(late.contains("Webhooks to For tests have failed since 14 Oct 2026"), "{late}");
    assert!(late.contains(&format!("href=\"/dashboard/webhooks/{id}\"")), "{late}");
    told.world.wait_ms(4 * DAY_MS);
    told.agent("Three").await;
    for _ in 0..1_000 {
        if !services.get_endpoint(actor, id).await.unwrap().endpoint.enabled() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(15)).await;
    }
    let off = browser.page("/dashboard", 200).await;
    assert!(off.contains("The webhook endpoint For tests is switched off"), "{off}");
    let page = browser.page(&format!("/dashboard/webhooks/{id}"), 200).await;
    assert!(page.contains("it failed for five days") && page.contains("enable_webhook"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_does_not_hear_of_what_happened_before_it_was_made() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let actor = world.services.authenticate_token(&account.token).await.unwrap();
    world.agent(&account, "Before").await;
    world.wait_ms(1);
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let new = service::NewEndpoint {
        url: receiver.url.clone(),
        description: String::new(),
        dialect: model::Dialect::Standard,
        events: vec!["agent.created".to_owned()],
        wallet: None,
        secret: None,
    };
    world.services.create_endpoint(&actor, new, None).await.unwrap();
    world.agent(&account, "After").await;
    let worker = world.services.deliver_webhooks();
    let seen = receiver.wait_for(1).await;
    worker.stop().await;
    let names: Vec<_> = seen.iter().map(|s| s.json()["data"]["name"].clone()).collect();
    assert_eq!(names, ["After"]);
}

#[tokio::test]
async fn strangers_find_no_page_and_change_nothing_by_a_form() {
    let told = Told::new().await;
    let endpoint = told.endpoint("https://example.com/", &["api_key.revoked"]).await;
    let id = endpoint.endpoint.id.as_str();
    told.world.register("other@example.com").await;
    let mut stranger = Browser::signed_in(&told.world, "other@example.com").await;
    for part in ["", "/signing", "/settings", "/deliveries/evt_00000000000000000000000000"] {
        stranger.page(&format!("/dashboard/webhooks/{id}{part}"), 404).await;
    }
    for form in ["disable_webhook", "delete_webhook", "rotate_webhook_secret", "test_webhook"] {
        stranger.post(form, &[("id", id), ("back", "/dashboard/webhooks")]).await;
    }
    let found = told.world.services.get_endpoint(&told.actor, id).await.unwrap().endpoint;
    assert_eq!(found, endpoint.endpoint);
}

#[tokio::test]
async fn the_catalogue_shows_every_event_with_example_and_schema_and_no_script() {
    let world = World::new().await;
    let answer = world.get("/v1/webhooks/events", &[]).await;
    let known = [("if-none-match", answer.header("etag").to_owned())];
    assert_eq!(world.get("/v1/webhooks/events", &known).await.status, 304);
    let events = answer.expect(200);
    for (lang, word) in [("en", "Verify signatures"), ("de", "Signaturen prüfen")] {
        let request = Request::get("/docs/webhooks?code=go").header("accept-language", lang);
        let page = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("<script") && page.text.contains(word), "{lang}");
        assert!(page.text.contains("standardwebhooks.NewWebhook("), "the language of the URL");
        for event in events["events"].as_array().unwrap() {
            let kind = event["type"].as_str().unwrap();
            assert!(page.text.contains(&format!("id=\"{kind}\"")), "{kind}");
        }
        let schemas = page.text.matches("json-schema.org/draft/2020-12").count();
        assert_eq!(schemas, events["events"].as_array().unwrap().len());
        for key in [">docs-", ">event-", ">webhooks-", ">dialect-"] {
            assert!(!page.text.contains(key), "{lang}: {key}");
        }
    }
}
