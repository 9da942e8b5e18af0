use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use model::{ApiKeyState, DAY_MS, Overlap, Permission};
use serde_json::{Value, json};
use service::{Actor, ApiKeyDetail, Error, IssuedKey, NewApiKey, PageRequest, Rule};

use crate::world::{Account, Answer, World};

async fn owner(world: &World, account: &Account) -> Actor {
    world.services.authenticate_token(&account.token).await.unwrap()
}

fn new_key(name: &str) -> NewApiKey {
    NewApiKey {
        name: name.to_owned(),
        permissions: Permission::ALL.iter().copied().collect(),
        expires_in_days: Some(90),
        ..NewApiKey::default()
    }
}

async fn make(world: &World, actor: &Actor, new: NewApiKey) -> (IssuedKey, String) {
    let issued = world.services.create_api_key(actor, new, None).await.unwrap();
    let secret = issued.secret.clone().unwrap();
    (issued, secret)
}

/// A request over a connection from this address.
async fn get_from(world: &World, peer: &str, path: &str, key: &str) -> Answer {
    let mut request =
        Request::builder().uri(path).header("x-api-key", key).body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
    world.send(request).await
}

async fn shown(world: &World, actor: &Actor, id: &str) -> ApiKeyDetail {
    world.services.get_api_key(actor, id).await.unwrap()
}

fn key_header(secret: &str) -> (&'static str, String) {
    ("x-api-key", secret.to_owned())
}

#[tokio::test]
async fn a_key_works_only_from_its_networks() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let actor = owner(&world, &account).await;
    let allowed = ["203.0.113.0/24", "2001:db8::/32"].map(str::to_owned).to_vec();
    let (issued, secret) =
        make(&world, &actor, NewApiKey { allowed_ips: allowed, ..new_key("CI") }).await;
    for peer in ["203.0.113.7:1", "[2001:db8::1]:1", "[::ffff:203.0.113.9]:1"] {
        get_from(&world, peer, "/v1/agents", &secret).await.expect(200);
    }
    for peer in ["203.0.114.7:1", "[2001:db9::1]:1", "0.0.0.0:1"] {
        let refused = get_from(&world, peer, "/v1/agents", &secret).await;
        assert_eq!(refused.code(403), "API_KEY_IP_FORBIDDEN", "{peer}");
    }
    let unknown = world.get("/v1/agents", &[key_header(&secret)]).await;
    assert_eq!(unknown.code(403), "API_KEY_IP_FORBIDDEN", "an unknown address is not admitted");
    let pay = json!({ "agent_id": "x", "amount": 1 });
    let paid = world.post("/v1/payment-events", &[key_header(&secret)], pay).await;
    assert_eq!(paid.code(403), "API_KEY_IP_FORBIDDEN");
    let used = async {
        loop {
            let key = shown(&world, &actor, issued.key.id.as_str()).await.key;
            if let Some(ip) = key.last_used_ip {
                return ip;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    assert_eq!(used.await, "203.0.113.7", "noted once a minute, and not for refused calls");
}

#[tokio::test]
async fn a_key_for_one_agent_knows_no_other() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let actor = owner(&world, &account).await;
    let (own, other) = (world.agent(&account, "Own").await, world.agent(&account, "Other").await);
    let id = |agent: &Value| agent["id"].as_str().unwrap().to_owned();
    let new = NewApiKey { agent: Some(id(&own)), ..new_key("Own only") };
    let (_, secret) = make(&world, &actor, new).await;
    let key = [key_header(&secret)];

    let listed = world.get("/v1/agents", &key).await.expect(200);
    assert_eq!(listed["agents"].as_array().unwrap().len(), 1);
    assert_eq!(listed["agents"][0]["id"], own["id"]);
    world.get(&format!("/v1/agents/{}", id(&own)), &key).await.expect(200);
    for path in [id(&other), other["gopi_id"].as_str().unwrap().to_owned()] {
        let path = format!("/v1/agents/{path}");
        assert_eq!(world.get(&path, &key).await.code(404), "NOT_FOUND");
        let renamed = json!({ "name": "Mine" });
        let patched = world.call(Method::PATCH, &path, &key, Some(&renamed)).await;
        assert_eq!(patched.code(404), "NOT_FOUND");
        assert_eq!(world.call(Method::DELETE, &path, &key, None).await.code(404), "NOT_FOUND");
        let certify = format!("{path}/certify");
        assert_eq!(world.call(Method::POST, &certify, &key, None).await.code(404), "NOT_FOUND");
    }
    let made = world.post("/v1/agents", &key, json!({ "name": "Third" })).await;
    assert_eq!(made.code(403), "FORBIDDEN");

    // The name is in the cache of the other caller already.
    let pay = |agent: &Value| json!({ "agent_id": agent["external_id"], "amount": 5 });
    world.pay(&account, pay(&other)).await.expect(201);
    assert_eq!(world.post("/v1/payment-events", &key, pay(&other)).await.code(404), "NOT_FOUND");
    world.post("/v1/payment-events", &key, pay(&own)).await.expect(201);

    // An answer to somebody else's request is not repeated to it.
    let idem = ("idempotency-key", "same".to_owned());
    world.post("/v1/payment-events", &[account.key(), idem.clone()], pay(&other)).await.expect(201);
    let again = world.post("/v1/payment-events", &[key_header(&secret), idem], pay(&other)).await;
    assert_eq!(again.code(404), "NOT_FOUND");

    let held = world.services.authenticate_key(&secret, [127, 0, 0, 1].into()).await.unwrap();
    let escaped = world.services.create_api_key(&held, new_key("Freer"), None).await;
    assert!(matches!(escaped, Err(Error::Forbidden { .. })), "{escaped:?}");
    let all = world.services.overview(&held, &service::ChartQuery::default()).await;
    assert!(matches!(all, Err(Error::Forbidden { .. })));
    let payments = world
        .services
        .list_payments(&held, &service::PaymentFilter::default(), &PageRequest::first(9))
        .await
        .unwrap();
    assert_eq!(payments.items.len(), 1, "lists show its agent only");
}

#[tokio::test]
async fn a_private_agent_hides_from_a_key_for_another() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let actor = owner(&world, &account).await;
    let own = world.agent(&account, "Own").await;
    let body = json!({ "name": "Secret", "visibility": "private" });
    let secret_agent = world.post("/v1/agents", &[account.bearer()], body).await.expect(201);
    let agent = Some(own["id"].as_str().unwrap().to_owned());
    let (_, secret) = make(&world, &actor, NewApiKey { agent, ..new_key("Own only") }).await;
    let path = format!("/v1/public/{}", secret_agent["gopi_id"].as_str().unwrap());
    world.get(&path, &[account.key()]).await.expect(200);
    assert_eq!(world.get(&path, &[key_header(&secret)]).await.code(404), "NOT_FOUND");
}

#[tokio::test]
async fn a_rotated_key_hands_over_and_ends_in_time() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let actor = owner(&world, &account).await;
    let agent = world.agent(&account, "Bot").await;
    let new = NewApiKey {
        agent: Some(agent["id"].as_str().unwrap().to_owned()),
        allowed_ips: vec!["203.0.113.7".to_owned()],
        ..new_key("Production")
    };
    let (old, old_secret) = make(&world, &actor, new).await;
    world.wait_ms(1);
    let id = old.key.id.as_str();
    let rotated = world.services.rotate_api_key(&actor, id, Overlap::Hour, None).await.unwrap();
    let (key, secret) = (rotated.key, rotated.secret.unwrap());
    assert_ne!(key.id, old.key.id);
    assert_ne!(secret, old_secret);
    let inherited = |k: &model::ApiKey| {
        let rights = (k.name.clone(), k.permissions, k.agent_id.clone());
        (rights, k.allowed_ips.clone(), k.expires_at_ms, k.family_id.clone())
    };
    assert_eq!(inherited(&key), inherited(&old.key));

    let works = async |secret: &str| {
        get_from(&world, "203.0.113.7:1", "/v1/agents", secret).await.status.as_u16()
    };
    assert_eq!((works(&old_secret).await, works(&secret).await), (200, 200));
    assert_eq!(shown(&world, &actor, id).await.state, ApiKeyState::Rotating);
    world.wait_ms(Overlap::Hour.ms());
    assert_eq!((works(&old_secret).await, works(&secret).await), (401, 200));
    assert_eq!(shown(&world, &actor, id).await.state, ApiKeyState::Expired);

    let again = world.services.rotate_api_key(&actor, id, Overlap::Now, None).await;
    let Err(Error::Invalid(errors)) = again else { panic!("{again:?}") };
    assert_eq!(errors[0].rule, Rule::NotRotatable(ApiKeyState::Rotating));
}

#[tokio::test]
async fn the_old_key_never_outlives_its_own_end_and_what_ended_is_not_rotated() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let actor = owner(&world, &account).await;
    let services = &world.services;
    let short = NewApiKey { expires_in_days: Some(1), ..new_key("Short") };
    let (old, _) = make(&world, &actor, short).await;
    services.rotate_api_key(&actor, old.key.id.as_str(), Overlap::Week, None).await.unwrap();
    let after = shown(&world, &actor, old.key.id.as_str()).await.key;
    assert_eq!(after.expires_at_ms, old.key.expires_at_ms);

    let (stopped, stopped_secret) = make(&world, &actor, new_key("At once")).await;
    let id = stopped.key.id.as_str();
    services.rotate_api_key(&actor, id, Overlap::Now, None).await.unwrap();
    assert_eq!(world.get("/v1/agents", &[key_header(&stopped_secret)]).await.status.as_u16(), 401);

    let (revoked, _) = make(&world, &actor, new_key("Revoked")).await;
    services.revoke_api_key(&actor, revoked.key.id.as_str(), None).await.unwrap();
    let (expired, _) =
        make(&world, &actor, NewApiKey { expires_in_days: Some(2), ..new_key("Expired") }).await;
    world.wait_ms(2 * DAY_MS);
    for (key, state) in [(revoked, ApiKeyState::Revoked), (expired, ApiKeyState::Expired)] {
        let refused =
            services.rotate_api_key(&actor, key.key.id.as_str(), Overlap::Now, None).await;
        let Err(Error::Invalid(errors)) = refused else { panic!("{refused:?}") };
        assert_eq!(errors[0].rule, Rule::NotRotatable(state));
    }
    let stranger = world.register("finn@example.com").await;
    let stranger = owner(&world, &stranger).await;
    let foreign = services.rotate_api_key(&stranger, id, Overlap::Now, None).await;
    assert!(matches!(foreign, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn keys_are_listed_in_pages_and_wrong_ones_are_not_made() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let actor = owner(&world, &account).await;
    for n in 1..=3 {
        world.wait_ms(1);
        make(&world, &actor, new_key(&format!("Key {n}"))).await;
    }
    let names = |page: &service::Page<ApiKeyDetail>| {
        page.items.iter().map(|detail| detail.key.name.clone()).collect::<Vec<_>>()
    };
    let first = world.services.list_api_keys(&actor, &PageRequest::first(2)).await.unwrap();
    assert_eq!(names(&first), ["Key 3", "Key 2"]);
    let next = PageRequest { limit: 2, cursor: first.next };
    let second = world.services.list_api_keys(&actor, &next).await.unwrap();
    assert_eq!(names(&second), ["Key 1", "Default"]);
    assert!(second.next.is_none());

    let wrong = [
        ("name", NewApiKey { name: " ".to_owned(), ..new_key("x") }),
        ("permissions", NewApiKey { permissions: [].into_iter().collect(), ..new_key("x") }),
        ("expires_in_days", NewApiKey { expires_in_days: Some(0), ..new_key("x") }),
        ("allowed_ips", NewApiKey { allowed_ips: vec!["home".to_owned()], ..new_key("x") }),
    ];
    for (field, new) in wrong {
        let refused = world.services.create_api_key(&actor, new, None).await;
        let Err(Error::Invalid(errors)) = refused else { panic!("{field}: {refused:?}") };
        assert_eq!(errors[0].field, field);
    }
    let foreign = NewApiKey { agent: Some("agt_none".to_owned()), ..new_key("x") };
    let refused = world.services.create_api_key(&actor, foreign, None).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })));
}
