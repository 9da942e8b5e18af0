//! What must not get around the second factor, nor shut its owner out.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::json;
use service::{
    Actor, AuditQuery, BrowserSession, Client, Error, Factor, FirstStep, LoggedIn, PageRequest,
    PendingLogIn, Proof, Rule, SessionOrigin, SessionStart, Via,
};

use crate::browser::Browser;
use crate::factors::{code_at, set_up};
use crate::mail::receiver::Mailbox;
use crate::mail::{mailing, world_with_mail};
use crate::world::{Account, NOW, World};

const EMAIL: &str = "mara@example.com";
const PASSWORD: &str = "correct horse battery";
const OTHER: &str = "another horse battery";
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl World {
    async fn in_by_password(&self, password: &str) -> LoggedIn {
        match self.services.log_in(EMAIL, password, NOWHERE).await.unwrap() {
            FirstStep::Done(who) => who,
            FirstStep::Pending(_) => panic!("a factor is asked for"),
        }
    }

    async fn half_in(&self, password: &str) -> PendingLogIn {
        match self.services.log_in(EMAIL, password, NOWHERE).await.unwrap() {
            FirstStep::Pending(pending) => pending,
            FirstStep::Done(_) => panic!("no factor is asked for"),
        }
    }

    /// The person in a browser, who has just proved who they are.
    async fn in_session(&self, account: &Account) -> Actor {
        let actor = self.actor(account).await;
        Actor { via: Via::Session, proved_at_ms: Some(self.services.now_ms()), ..actor }
    }

    async fn actions(&self, actor: &Actor) -> Vec<String> {
        let query = AuditQuery::default();
        let first = PageRequest::first(50);
        let trail = self.services.audit_trail(actor, &query, &first).await.unwrap();
        trail.page.items.into_iter().map(|record| record.action).collect()
    }
}

fn is(error: &Error, field: &str, rule: &Rule) -> bool {
    matches!(error, Error::Invalid(all) if all[0].field == field && all[0].rule == *rule)
}

fn too_many<T: std::fmt::Debug>(outcome: Result<T, Error>) {
    assert!(matches!(outcome, Err(Error::TooManyAttempts { .. })), "{outcome:?}");
}

#[tokio::test]
async fn no_factor_is_set_up_before_the_address_is_proved() {
    let (world, mailbox) = world_with_mail().await;
    let account = world.register(EMAIL).await;
    let actor = world.in_session(&account).await;
    for refused in [
        world.services.begin_totp(&actor).await.map(drop),
        world.services.begin_passkey(&actor).await.map(drop),
    ] {
        assert!(matches!(refused, Err(Error::Unverified)), "{refused:?}");
    }
    let token = world.mail(&mailbox).await.token();
    world.services.verify_email(&token).await.unwrap();
    world.services.begin_totp(&actor).await.unwrap();
    world.services.begin_passkey(&actor).await.unwrap();
}

#[tokio::test]
async fn whoever_takes_an_account_over_by_its_address_finds_no_way_in_of_others() {
    let world = World::new().await;
    let account = world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    set_up(&mut browser, NOW).await;
    let mailbox = Mailbox::open().await;
    let world = world.restarted_with(mailing(&mailbox)).await;
    world.get("/v1/agents", &[account.key()]).await.expect(200);
    world.services.forget_password(EMAIL).await.unwrap();
    let token = world.mail(&mailbox).await.token();
    let first = world.services.reset_password(&token, OTHER).await.unwrap();
    let FirstStep::Done(who) = first else { panic!("the factor was not the owner's") };
    assert_eq!(world.get("/v1/agents", &[account.key()]).await.code(401), "UNAUTHORIZED");
    let session = world.services.authenticate_session(&who.workspace.id, &who.user.id, None).await;
    let actor = session.unwrap().unwrap();
    let left = world.services.second_factors(&actor).await.unwrap();
    assert!(!left.any() && left.recovery_codes == 0);
    let audit = std::fs::read(world.folder.path().join("surety.db-wal")).unwrap();
    let audit = String::from_utf8_lossy(&audit);
    assert!(audit.contains(r#"{"second_factor_removed":true,"api_keys_revoked":1}"#));

    // The next time the address is proved, and what was set up stays.
    let mut browser = Browser::new(&world);
    browser.log_in(EMAIL, OTHER).await;
    set_up(&mut browser, NOW).await;
    world.mails(&mailbox).await;
    world.services.forget_password(EMAIL).await.unwrap();
    let token = world.mail(&mailbox).await.token();
    let first = world.services.reset_password(&token, PASSWORD).await.unwrap();
    assert!(matches!(first, FirstStep::Pending(_)));
}

#[tokio::test]
async fn guesses_at_the_password_are_counted_wherever_it_is_asked_for() {
    let world = World::new().await;
    let account = world.register(EMAIL).await;
    let actor = world.in_session(&account).await;
    let services = &world.services;
    for _ in 0..5 {
        let wrong = services.change_password(&actor, None, ("wrong horse battery", OTHER)).await;
        assert!(is(&wrong.unwrap_err(), "current_password", &Rule::Mismatch));
    }
    too_many(services.change_password(&actor, None, (PASSWORD, OTHER)).await);
    too_many(services.prove(&actor, Proof::Password(PASSWORD)).await.map(drop));
    let body = json!({ "password": PASSWORD });
    let path = "/v1/auth/delete-account";
    let method = axum::http::Method::DELETE;
    let refused = world.call(method.clone(), path, &[account.bearer()], Some(&body)).await;
    assert_eq!(refused.code(429), "TOO_MANY_ATTEMPTS");
    world.in_by_password(PASSWORD).await;
    world.wait_ms(15 * MINUTE);
    services.prove(&actor, Proof::Password(PASSWORD)).await.unwrap();
    for _ in 0..5 {
        let body = json!({ "password": "wrong horse battery" });
        let wrong = world.call(method.clone(), path, &[account.bearer()], Some(&body)).await;
        assert_eq!(wrong.code(422), "VALIDATION_ERROR");
    }
    let refused = world.call(method, path, &[account.bearer()], Some(&body)).await;
    assert_eq!(refused.code(429), "TOO_MANY_ATTEMPTS");
}

#[tokio::test]
async fn the_password_alone_takes_no_factor_away() {
    let world = World::new().await;
    world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let (secret, codes) = set_up(&mut browser, NOW).await;
    world.wait_ms(5 * MINUTE);
    let now = NOW + 5 * MINUTE;
    let back = ("back", "/dashboard/settings");
    browser.post("remove_totp", &[back]).await;
    let page = browser.page("/dashboard/confirm", 200).await;
    assert!(
        page.contains("name=\"step_up_code\"") && !page.contains("type=\"password\""),
        "{page}"
    );
    let password = [back, ("step_up_password", PASSWORD)];
    let to = browser.post("remove_totp", &password).await;
    assert_eq!(to.header("location"), "/dashboard/confirm");
    assert!(browser.page("/dashboard/confirm", 200).await.contains("Fill this in"));
    let change = [("current_password", PASSWORD), ("password", OTHER), back];
    let to = browser.post("change_password", &change).await;
    assert_eq!(to.header("location"), "/dashboard/confirm", "the old password is not enough");
    // A recovery code is, here too; the session goes on while others end.
    let mut other = Browser::new(&world);
    other.log_in(EMAIL, PASSWORD).await;
    let to = other.post("finish_log_in", &[("code", &codes[1])]).await;
    assert_eq!(to.header("location"), "/dashboard");
    let code = [back, ("step_up_password", ""), ("step_up_code", &*codes[0])];
    let to = browser.post("revoke_other_sessions", &code).await;
    assert_eq!(to.header("location"), "/dashboard/settings");
    browser.page("/dashboard/settings", 200).await;
    assert!(other.get("/dashboard").await.header("location").starts_with("/login"), "ended");
    let to = browser.post("make_recovery_codes", &[back]).await;
    assert_eq!(to.header("location"), "/dashboard/settings/recovery-codes");
    let to = browser.post("change_password", &change).await;
    assert_eq!(to.header("location"), "/dashboard/settings", "{}", to.text);
    let pending = world.half_in(OTHER).await;
    let code = code_at(&secret, now);
    world.services.finish_log_in(&pending, Factor::Code(&code)).await.unwrap();
}

#[tokio::test]
async fn whoever_has_the_password_alone_does_not_shut_the_owner_out() {
    let world = World::new().await;
    let account = world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let actor = world.in_session(&account).await;
    let (secret, codes) = set_up(&mut browser, NOW).await;
    let services = &world.services;
    world.wait_ms(5 * MINUTE);
    let now = NOW + 5 * MINUTE;
    let pending = world.half_in(PASSWORD).await;
    // A question about a passkey that is gone, and fields that were left empty, are no guesses.
    let mut half = Browser::new(&world);
    half.log_in(EMAIL, PASSWORD).await;
    for _ in 0..6 {
        half.post("finish_log_in", &[("code", ""), ("passkey", "{}")]).await;
        half.post("finish_log_in", &[("code", " ")]).await;
    }
    let page = half.page("/login/second-step", 200).await;
    assert!(page.contains("This code is wrong"), "{page}");
    for _ in 0..5 {
        let wrong = services.finish_log_in(&pending, Factor::Code("000000")).await;
        assert!(is(&wrong.unwrap_err(), "code", &Rule::WrongCode));
    }
    let code = code_at(&secret, now);
    too_many(services.finish_log_in(&pending, Factor::Code(&code)).await.map(drop));
    // The owner goes on in the session, and gets in with a recovery code.
    for _ in 0..4 {
        services.prove(&actor, Proof::Code("000000")).await.unwrap_err();
    }
    services.prove(&actor, Proof::Code(&code)).await.unwrap();
    services.finish_log_in(&pending, Factor::Code(&codes[0])).await.unwrap();
    // Or by a link.
    for _ in 0..6 {
        services.finish_log_in(&pending, Factor::Code("000000")).await.unwrap_err();
    }
    let link = services.reset_link(EMAIL).await.unwrap();
    let first = services.reset_password(link.split_once("token=").unwrap().1, OTHER).await.unwrap();
    let FirstStep::Pending(pending) = first else { panic!("the factor stays") };
    let code = code_at(&secret, now + MINUTE / 2);
    services.finish_log_in(&pending, Factor::Code(&code)).await.unwrap();
}

#[tokio::test]
async fn why_an_account_is_suspended_is_told_after_the_second_factor() {
    let world = World::new().await;
    world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let (_, codes) = set_up(&mut browser, NOW).await;
    world.tamper("UPDATE workspaces SET suspended_at_ms = 1, suspended_reason = 'Unpaid bills'");
    // What it knew of the workspace would do for a second.
    let world = world.restarted().await;
    let pending = world.half_in(PASSWORD).await;
    let refused = world.services.finish_log_in(&pending, Factor::Code(&codes[0])).await;
    assert!(matches!(refused, Err(Error::Suspended { .. })), "{refused:?}");
}

fn session(id: &str, who: &LoggedIn) -> BrowserSession {
    BrowserSession {
        id: id.to_owned(),
        user_id: Some(who.user.id.clone()),
        workspace_id: Some(who.workspace.id.clone()),
        client: Client::default(),
        data: "{}".to_owned(),
        expires_at_ms: 0,
    }
}

#[tokio::test]
async fn a_session_that_was_on_its_way_when_all_ended_does_not_begin() {
    let world = World::new().await;
    let account = world.register(EMAIL).await;
    let services = &world.services;
    let begin = async |id: &str, who: &LoggedIn| {
        let origin = SessionOrigin { mark: who.mark.clone(), renews: None };
        services.create_session(&session(id, who), &origin).await.unwrap()
    };
    let who = world.in_by_password(PASSWORD).await;
    assert_eq!(begin("a", &who).await, SessionStart::Begun);
    assert_eq!(begin("a", &who).await, SessionStart::Taken);
    let actor = world.in_session(&account).await;
    services.change_password(&actor, Some("a"), (PASSWORD, OTHER)).await.unwrap();
    assert_eq!(begin("b", &who).await, SessionStart::Ended, "another password");
    let who = world.in_by_password(OTHER).await;
    let setup = services.begin_totp(&actor).await.unwrap();
    let code = code_at(&setup.secret, NOW);
    services.confirm_totp(&actor, Some("a"), (&setup, &code)).await.unwrap();
    assert_eq!(begin("b", &who).await, SessionStart::Ended, "a factor is asked for by now");

    // Under another id it goes on, and keeps its day.
    world.wait_ms(DAY);
    let renew = async |from: &str, to: &str| {
        services.delete_session(from).await.unwrap();
        let origin = SessionOrigin { mark: None, renews: Some(from.to_owned()) };
        services.create_session(&session(to, &who), &origin).await.unwrap()
    };
    assert_eq!(renew("a", "b").await, SessionStart::Begun);
    let listed = services.list_sessions(&actor, Some("b")).await.unwrap();
    assert_eq!((listed.len(), listed[0].created_at_ms), (1, NOW));
    // But not if it was ended meanwhile.
    services.delete_session("b").await.unwrap();
    let actor = Actor { proved_at_ms: Some(services.now_ms()), ..actor };
    services.revoke_other_sessions(&actor, None).await.unwrap();
    assert_eq!(renew("b", "c").await, SessionStart::Ended);
    assert!(services.list_sessions(&actor, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_leaves_a_workspace_goes_on_at_home_under_another_id() {
    let world = World::new().await;
    let (mara, jon) = (world.register(EMAIL).await, world.register("jon@example.com").await);
    let owner = world.actor(&mara).await;
    world.join(&owner, &jon, "member").await;
    let mut browser = Browser::signed_in(&world, "jon@example.com").await;
    let shared = owner.workspace_id.as_str();
    browser.post("switch_workspace", &[("workspace", shared)]).await;
    let before = browser.cookies["__Host-session"].clone();
    let to = browser.post("leave_workspace", &[("back", "/dashboard/settings/members")]).await;
    assert_eq!(to.header("location"), "/dashboard");
    assert_ne!(browser.cookies["__Host-session"], before);
    browser.page("/dashboard", 200).await;
    let mut stale = Browser::new(&world);
    stale.cookies.insert("__Host-session".to_owned(), before);
    assert!(stale.get("/dashboard").await.header("location").starts_with("/login"));
    // Signed out is signed out, whatever was under way.
    let before = browser.cookies["__Host-session"].clone();
    browser.post("log_out", &[]).await;
    world.wait_ms(2 * MINUTE);
    world.services.touch_session(&before, NOWHERE);
    let mut stale = Browser::new(&world);
    stale.cookies.insert("__Host-session".to_owned(), before);
    assert!(stale.get("/dashboard").await.header("location").starts_with("/login"));
}

#[tokio::test]
async fn what_a_person_changes_about_signing_in_is_told_to_no_other_workspace() {
    let world = World::new().await;
    let (mara, jon) = (world.register(EMAIL).await, world.register("jon@example.com").await);
    let (owner, home) = (world.actor(&mara).await, world.actor(&jon).await);
    let guest = world.join(&owner, &jon, "admin").await;
    let services = &world.services;
    let setup = services.begin_totp(&guest).await.unwrap();
    let code = code_at(&setup.secret, services.now_ms());
    services.confirm_totp(&guest, None, (&setup, &code)).await.unwrap();
    services.make_recovery_codes(&guest).await.unwrap();
    services.change_password(&guest, None, (PASSWORD, OTHER)).await.unwrap();
    services.update_profile(&guest, "Jon").await.unwrap();
    services.remove_totp(&guest, None).await.unwrap();
    let there = world.actions(&owner).await;
    assert!(there.iter().filter(|action| action.starts_with("user.")).count() == 1, "{there:?}");
    let here = world.actions(&home).await;
    for action in [
        "user.totp_removed",
        "user.updated",
        "user.password_changed",
        "user.recovery_codes_made",
        "user.totp_set_up",
    ] {
        assert!(here.iter().any(|done| done == action), "{action}: {here:?}");
    }
}

#[tokio::test]
async fn whoever_lost_everything_is_let_in_again_from_the_console() {
    let (world, mailbox) = world_with_mail().await;
    let account = world.verified(&mailbox, EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    set_up(&mut browser, NOW).await;
    let actor = world.actor_of(EMAIL).await;
    let told = world.mail(&mailbox).await;
    assert!(told.has("How you sign in") && told.has("An app that makes codes was set up"));
    for _ in 0..6 {
        let pending = world.half_in(PASSWORD).await;
        world.services.finish_log_in(&pending, Factor::Code("000000")).await.unwrap_err();
    }
    world.services.remove_factors("MARA@example.com").await.unwrap();
    assert!(browser.get("/dashboard").await.header("location").starts_with("/login"), "ended");
    assert_eq!(world.get("/v1/auth/me", &[account.bearer()]).await.code(401), "UNAUTHORIZED");
    world.in_by_password(PASSWORD).await;
    assert_eq!(world.actions(&actor).await[0], "user.factors_removed");
    assert!(world.mail(&mailbox).await.has("has taken the second factor away"));
    for email in [EMAIL, "nobody@example.com"] {
        let again = world.services.remove_factors(email).await;
        assert!(matches!(again, Err(Error::NotFound { .. })), "{again:?}");
    }
}

impl World {
    /// The person with this address, as somebody of the workspace of their own.
    async fn actor_of(&self, email: &str) -> Actor {
        let conn = rusqlite::Connection::open(self.folder.path().join("surety.db")).unwrap();
        let (user, workspace): (String, String) = conn
            .query_row(
                "SELECT u.id, m.workspace_id FROM users u JOIN memberships m ON m.user_id = u.id
                 WHERE u.email = ?1 AND m.role = 'owner'",
                [email],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        let (user, workspace) = (user.parse().unwrap(), workspace.parse().unwrap());
        let proved = Some(self.services.now_ms());
        self.services.authenticate_session(&workspace, &user, proved).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn every_change_of_signing_in_is_told_by_mail() {
    let (world, mailbox) = world_with_mail().await;
    world.verified(&mailbox, EMAIL).await;
    let actor = world.actor_of(EMAIL).await;
    let services = &world.services;
    services.change_password(&actor, None, (PASSWORD, OTHER)).await.unwrap();
    assert!(world.mail(&mailbox).await.has("The password of your account"));
    let setup = services.begin_totp(&actor).await.unwrap();
    let code = code_at(&setup.secret, services.now_ms());
    services.confirm_totp(&actor, None, (&setup, &code)).await.unwrap();
    assert!(world.mail(&mailbox).await.has("was set up for your account"));
    services.make_recovery_codes(&actor).await.unwrap();
    assert!(world.mail(&mailbox).await.has("New recovery codes"));
    services.remove_totp(&actor, None).await.unwrap();
    assert!(world.mail(&mailbox).await.has("was taken away from your account"));
}
