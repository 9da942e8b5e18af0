//! The operator ends the sessions of one person, and of everybody.

use service::{AuditQuery, Error, PageRequest, StoreConfig};

use crate::browser::{Browser, form};
use crate::factors::between;
use crate::world::{World, settings};

const MARA: &str = "mara@example.com";
const JON: &str = "jon@example.com";
const PASSWORD: &str = "correct horse battery";
const MINUTE: i64 = 60_000;

async fn is_in(browser: &mut Browser<'_>) -> bool {
    let answer = browser.get("/dashboard").await;
    assert!([200, 302].contains(&answer.status.as_u16()), "{}", answer.text);
    answer.status == 200
}

/// The page of the account with this address.
async fn account(operator: &mut Browser<'_>, email: &str) -> String {
    let page = operator.page(&format!("/dashboard/operator?{}", form(&[("q", email)])), 200).await;
    between(&page, "/dashboard/operator/accounts/", "\"").to_owned()
}

#[tokio::test]
async fn the_operator_ends_the_sessions_of_one_person() {
    let world = World::new().await;
    world.register(MARA).await;
    let jon = world.register(JON).await;
    let mut operator = Browser::signed_in(&world, MARA).await;
    let mut member = Browser::signed_in(&world, JON).await;
    let id = account(&mut operator, JON).await;
    let page = format!("/dashboard/operator/accounts/{id}");
    let shown = operator.page(&page, 200).await;
    assert!(shown.contains("except for the session that you do it in"), "{shown}");
    let end = [("id", &*id), ("back", &*page)];

    member.post("end_account_sessions", &end).await;
    world.wait_ms(5 * MINUTE);
    let to = operator.post("end_account_sessions", &end).await;
    assert_eq!(to.header("location"), "/dashboard/confirm");
    let confirm = operator.page("/dashboard/confirm", 200).await;
    assert!(confirm.contains("end the sessions of an account’s owner"), "{confirm}");
    assert!(is_in(&mut member).await, "neither for who is no operator nor without a proof");
    let proof = [end[0], end[1], ("step_up_password", PASSWORD)];
    let to = operator.post("end_account_sessions", &proof).await;
    assert_eq!(to.header("location"), page);
    assert!(operator.page(&page, 200).await.contains("2 sessions have ended"));
    assert!(!is_in(&mut member).await);
    assert_eq!(world.get("/v1/auth/me", &[jon.bearer()]).await.code(401), "UNAUTHORIZED");
    world.get("/v1/agents", &[jon.key()]).await.expect(200);
    assert!(is_in(&mut operator).await);

    // Signing in again works, and tells who did that.
    let mut member = Browser::signed_in(&world, JON).await;
    let trail = member.page("/dashboard/audit-log?action=user", 200).await;
    assert!(trail.contains("Sessions ended by whoever runs the instance"), "{trail}");
    assert!(trail.contains("Operator of this instance") && !trail.contains(MARA));

    // Of one's own account: the session that does it stays.
    let mut other = Browser::signed_in(&world, MARA).await;
    let own = account(&mut operator, MARA).await;
    operator.post("end_account_sessions", &[("id", &own)]).await;
    assert!(is_in(&mut operator).await && !is_in(&mut other).await);
}

#[tokio::test]
async fn the_operator_signs_everybody_out_and_stays() {
    let world = World::new().await;
    let (mara, jon) = (world.register(MARA).await, world.register(JON).await);
    let mut operator = Browser::signed_in(&world, MARA).await;
    let mut elsewhere = Browser::signed_in(&world, MARA).await;
    let mut member = Browser::signed_in(&world, JON).await;
    let health = "/dashboard/operator/health";
    let back = ("back", health);
    assert!(operator.page(health, 200).await.contains("of yours all but this one"));
    member.post("end_everybodys_sessions", &[back]).await;
    world.wait_ms(5 * MINUTE);
    let to = operator.post("end_everybodys_sessions", &[back]).await;
    assert_eq!(to.header("location"), "/dashboard/confirm");
    assert!(is_in(&mut member).await && is_in(&mut elsewhere).await);
    let proof = [back, ("step_up_password", PASSWORD)];
    let to = operator.post("end_everybodys_sessions", &proof).await;
    assert_eq!(to.header("location"), health);
    assert!(operator.page(health, 200).await.contains("4 sessions have ended"));
    assert!(!is_in(&mut member).await && !is_in(&mut elsewhere).await);
    for account in [&mara, &jon] {
        let refused = world.get("/v1/auth/me", &[account.bearer()]).await;
        assert_eq!(refused.code(401), "UNAUTHORIZED");
        world.get("/v1/agents", &[account.key()]).await.expect(200);
    }
    let trail = operator.page("/dashboard/audit-log", 200).await;
    assert!(trail.contains("Everybody signed out"), "{trail}");
}

#[tokio::test]
async fn the_command_line_ends_sessions_at_once_while_a_server_runs() {
    let world = World::new().await;
    let mara = world.register(MARA).await;
    world.register(JON).await;
    let mut operator = Browser::signed_in(&world, MARA).await;
    let mut member = Browser::signed_in(&world, JON).await;
    // Another process over the same database.
    let other = settings(&world.folder);
    let store = StoreConfig { connections: 1, ..other.store.clone() };
    let clock = service::Clock::manual(std::sync::Arc::new(crate::world::NOW.into()));
    let entropy = service::Entropy::seeded(5);
    let console = service::Services::open(service::Settings { store, ..other }, clock, entropy);
    let console = console.await.unwrap();
    let unknown = console.end_sessions("nobody@example.com").await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })), "{unknown:?}");
    assert_eq!(console.end_sessions("JON@example.com").await.unwrap(), 2);
    assert!(!is_in(&mut member).await && is_in(&mut operator).await);
    let actor = world.actor(&mara).await;
    assert_eq!(console.end_all_sessions().await.unwrap(), 2);
    assert!(!is_in(&mut operator).await, "the operators' among them");
    let (query, first) = (AuditQuery::default(), PageRequest::first(1));
    let trail = console.audit_trail(&actor, &query, &first).await.unwrap();
    assert_eq!(trail.page.items[0].action, "instance.sessions_ended");
    console.close().await;
}
