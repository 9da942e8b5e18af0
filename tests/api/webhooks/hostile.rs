use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use model::{AttemptFailure, DeliveryState};
use service::{EndpointPatch, Error, FieldError, IssuedEndpoint, Resolver, Rule, UrlFault};
use tokio::time::Instant;

use super::Told;
use super::receiver::{Behaviour, Receiver};
use crate::browser::Browser;
use crate::world::World;

impl Told {
    /// What the first attempt to an endpoint came to.
    async fn first_failure(&self, endpoint: &IssuedEndpoint) -> Option<AttemptFailure> {
        let log = self.wait_until(endpoint, |log| !log.is_empty() && log[0].attempts > 0).await;
        let id = endpoint.endpoint.id.as_str();
        let event = log[0].event_id.as_str();
        self.attempts(id, event).await.last().unwrap().failure
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_cannot_hold_redirect_flood_or_cut_a_delivery() {
    let told = Told::new().await;
    let inner = Receiver::start(Behaviour::status(200)).await;
    let location = format!("location: {}", inner.url);
    let redirect = Receiver::start(Behaviour::with_header(302, &location)).await;
    let hang = Receiver::start(Behaviour::Hang).await;
    let drip = Receiver::start(Behaviour::Drip).await;
    let flood = Receiver::start(Behaviour::Flood).await;
    let cut = Receiver::start(Behaviour::Cut).await;
    let nobody = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let garbage = Receiver::start(Behaviour::Answer("SSH-2.0-OpenSSH\r\n\r\n".to_owned())).await;
    let mut endpoints = Vec::new();
    let urls = [&redirect.url, &hang.url, &drip.url, &flood.url, &cut.url, &nobody, &garbage.url];
    for url in urls {
        endpoints.push(told.endpoint(url, &["agent.created"]).await);
    }
    let begin = Instant::now();
    told.world.agent(&told.account, "Bot").await;
    let expected = [
        Some(AttemptFailure::Status),
        Some(AttemptFailure::Timeout),
        Some(AttemptFailure::Timeout),
        None,
        Some(AttemptFailure::Broken),
        Some(AttemptFailure::Refused),
        Some(AttemptFailure::Broken),
    ];
    for (n, (endpoint, failure)) in endpoints.iter().zip(expected).enumerate() {
        assert_eq!(told.first_failure(endpoint).await, failure, "endpoint {n}");
    }
    let took = begin.elapsed();
    assert!(took > Duration::from_secs(14) && took < Duration::from_secs(20), "{took:?}");
    assert!(inner.seen().is_empty(), "a redirect is not followed");
    let flooded = *flood.flooded.lock().unwrap();
    // What was read, and what the buffers of the two sockets hold.
    assert!(flooded < 16_000_000, "{flooded} bytes were taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_is_honoured_and_leaves_the_endpoint_alone() {
    let told = Told::new().await;
    let receiver = Receiver::start(Behaviour::with_header(429, "retry-after: 120")).await;
    let endpoint = told.endpoint(&receiver.url, &["agent.created"]).await;
    told.world.agent(&told.account, "Bot").await;
    let log = told.wait_until(&endpoint, |log| !log.is_empty() && log[0].attempts == 1).await;
    let now = told.world.services.now_ms();
    assert_eq!(log[0].next_at_ms, Some(now + 120_000));
    receiver.behave(Behaviour::status(200));
    told.world.wait_ms(119_000);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.seen().len(), 1);
    told.world.wait_ms(1_000);
    told.wait_until(&endpoint, |log| log[0].state == DeliveryState::Delivered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_resolves_inwards_the_second_time_is_not_connected_to() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let resolver = Resolver::new(move |name| {
        assert_eq!(name, "rebind.example");
        let first = count.fetch_add(1, Ordering::Relaxed) == 0;
        // The metadata service of a cloud, and beside it an address that only looks public.
        let inward = [Ipv4Addr::new(169, 254, 169, 254), Ipv4Addr::new(10, 0, 0, 1)];
        let found = if first { vec![Ipv4Addr::LOCALHOST] } else { inward.to_vec() };
        async move { Ok(found.into_iter().map(IpAddr::V4).collect()) }
    });
    let told = Told::on(World::with(|settings| settings.webhooks.resolver = resolver).await).await;
    let receiver = Receiver::start(Behaviour::with_header(500, "connection: close")).await;
    let url = receiver.url.replace("127.0.0.1", "rebind.example");
    let endpoint = told.endpoint(&url, &["agent.created"]).await;
    told.world.agent(&told.account, "Bot").await;
    assert_eq!(told.first_failure(&endpoint).await, Some(AttemptFailure::Status));
    told.world.wait_ms(6_000);
    let log = told.wait_until(&endpoint, |log| log[0].attempts == 2).await;
    let id = endpoint.endpoint.id.as_str();
    let event = log[0].event_id.as_str();
    assert_eq!(told.attempts(id, event).await[0].failure, Some(AttemptFailure::Blocked));
    assert_eq!(asked.load(Ordering::Relaxed), 2, "asked once for each connection");
    assert_eq!(receiver.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn this_machine_is_out_of_reach_unless_the_operator_says_otherwise() {
    let inward = Resolver::new(async |_| Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]));
    let told = Told::on(
        World::with(|settings| {
            settings.webhooks.allow_loopback = false;
            settings.webhooks.resolver = inward;
        })
        .await,
    )
    .await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let url = receiver.url.replace("http://127.0.0.1", "https://hooks.example");
    let endpoint = told.endpoint(&url, &["agent.created"]).await;
    told.world.agent(&told.account, "Bot").await;
    assert_eq!(told.first_failure(&endpoint).await, Some(AttemptFailure::Blocked));
    let report =
        told.world.services.test_endpoint(&told.actor, endpoint.endpoint.id.as_str()).await;
    assert_eq!(report.unwrap().attempt.failure, Some(AttemptFailure::Blocked));
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_go_to_the_hosts_that_the_operator_names_and_nowhere_else() {
    let told = Told::new().await;
    let receiver = Receiver::start(Behaviour::status(200)).await;
    let before = told.endpoint(&receiver.url, &["agent.created"]).await;
    let Told { world, account, actor, worker } = told;
    worker.stop().await;
    let hosts = "*.example.com, 127.0.0.1:9";
    let world =
        world.restarted_with(|settings| settings.webhooks.hosts = hosts.parse().unwrap()).await;
    let worker = world.services.deliver_webhooks();
    let told = Told { world, account, actor, worker };
    let services = &told.world.services;

    let mut browser = Browser::signed_in(&told.world, "mara@example.com").await;
    let new = [
        ("url", "https://elsewhere.example.org/x"),
        ("dialect", "standard"),
        ("events[]", "*"),
        ("back", "/dashboard/webhooks/new"),
    ];
    browser.post("create_webhook", &new).await;
    let page = browser.page("/dashboard/webhooks/new", 200).await;
    assert!(page.contains("certain hosts only") && page.contains("create_webhook-url-error"));
    let made = told.endpoint("https://hooks.example.com:8443/x", &["payment.*"]).await;
    let id = made.endpoint.id.as_str();
    let patch = |url: &str| EndpointPatch { url: Some(url.to_owned()), ..EndpointPatch::default() };
    for bad in ["https://example.com/", "https://hooks.example.com.evil.example/", &receiver.url] {
        let refused = services.update_endpoint(&told.actor, id, patch(bad)).await;
        let Err(Error::Invalid(errors)) = refused else { panic!("{bad}: {refused:?}") };
        let rule = Rule::Url(UrlFault::NotListed);
        assert_eq!(errors, [FieldError { field: "url", rule }], "{bad}");
    }
    services.update_endpoint(&told.actor, id, patch("https://a.b.example.com/")).await.unwrap();

    told.world.agent(&told.account, "Bot").await;
    assert_eq!(told.first_failure(&before).await, Some(AttemptFailure::NotListed));
    let id = before.endpoint.id.as_str();
    let report = services.test_endpoint(&told.actor, id).await.unwrap();
    assert_eq!(report.attempt.failure, Some(AttemptFailure::NotListed));
    let path = format!("/dashboard/webhooks/{id}/deliveries/{}", report.event_id);
    let page = browser.page(&path, 200).await;
    assert!(page.contains("Host not allowed") && page.contains("certain hosts only"), "{page}");
    assert!(receiver.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_hang_delay_nobody_else() {
    let told = Told::new().await;
    let hang = Receiver::start(Behaviour::Hang).await;
    let healthy = Receiver::start(Behaviour::status(200)).await;
    for _ in 0..300 {
        told.endpoint(&hang.url, &["agent.created"]).await;
    }
    told.endpoint(&healthy.url, &["agent.created"]).await;
    told.world.agent(&told.account, "First").await;
    hang.wait_for(300).await;
    for n in 2..12 {
        let begin = Instant::now();
        told.world.agent(&told.account, "Next").await;
        healthy.wait_for(n).await;
        assert!(begin.elapsed() < Duration::from_secs(1), "{n}: {:?}", begin.elapsed());
    }
}
