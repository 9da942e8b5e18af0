//! An instance that demands a second factor: whoever has none can do nothing but set one up.

use service::{Error, SecondFactorRule};

use crate::browser::Browser;
use crate::factors::{code_at, set_up};
use crate::world::{NOW, World};

const MARA: &str = "mara@example.com";
const JON: &str = "jon@example.com";
const PASSWORD: &str = "correct horse battery";
const PAGE: &str = "/dashboard/settings/second-factor";

async fn demanding(second_factor: SecondFactorRule) -> World {
    World::with(|settings| settings.second_factor = second_factor).await
}

#[tokio::test]
async fn whoever_has_none_is_led_to_set_one_up_and_can_do_nothing_else() {
    let world = demanding(SecondFactorRule::Everyone).await;
    let account = world.register(MARA).await;
    let mut browser = Browser::signed_in(&world, MARA).await;
    for path in [
        "/dashboard",
        "/dashboard/agents",
        "/dashboard/settings",
        "/dashboard/settings/data",
        "/dashboard/operator",
        "/dashboard/api-keys",
        "/dashboard/audit-log/export?format=json",
        "/dashboard/search?q=a",
    ] {
        assert_eq!(browser.get(path).await.header("location"), PAGE, "{path}");
    }
    let page = browser.page(PAGE, 200).await;
    assert!(page.contains("/fn/begin_totp") && page.contains("/fn/begin_passkey"), "{page}");
    assert!(page.contains("asks for a second factor besides your password"), "{page}");

    // Not only the pages: the forms behind them change nothing.
    for (form, fields) in [
        (
            "create_agent",
            &[("name", "Bot"), ("framework", "custom"), ("visibility", "private")][..],
        ),
        ("create_api_key", &[("name", "x"), ("read", "on"), ("expires_in_days", "30")]),
        ("update_profile", &[("name", "Somebody")]),
        ("change_password", &[("current_password", PASSWORD), ("password", "another fine one")]),
        ("invite_member", &[("role", "member")]),
        ("invite_user", &[]),
        ("create_export", &[]),
        ("delete_account", &[("when", "now"), ("email", MARA), ("password", PASSWORD)]),
        ("revoke_other_sessions", &[]),
        ("end_everybodys_sessions", &[]),
        ("set_legal_text", &[("page", "imprint"), ("lang", "en"), ("text", "x")]),
        ("set_time_zone", &[("time_zone", "Europe/Berlin")]),
        ("make_recovery_codes", &[]),
    ] {
        let to = browser.post(form, fields).await;
        assert_eq!(to.header("location"), PAGE, "{form}");
    }
    // Tokens neither: the one from before the rule, and a new one.
    let refused = world.get("/v1/auth/me", &[account.bearer()]).await;
    assert_eq!(refused.code(403), "SECOND_FACTOR_REQUIRED");
    let refused = world.log_in(MARA, PASSWORD).await;
    assert_eq!(refused.code(403), "SECOND_FACTOR_REQUIRED");
    assert!(refused.text.contains("sign in with a browser and set one up"), "{}", refused.text);
    assert_eq!(world.log_in(MARA, "wrong horse battery").await.code(401), "UNAUTHORIZED");
    // Keys go on.
    let agents = world.get("/v1/agents", &[account.key()]).await.expect(200);
    assert_eq!(agents["agents"].as_array().map(Vec::len), Some(0), "{agents}");
    let mut other = Browser::signed_in(&world, MARA).await;
    other.post("log_out", &[]).await;
    assert!(other.get("/dashboard").await.header("location").starts_with("/login"));

    // Once one is set up, everything opens, and the last one cannot be taken away.
    let (secret, _) = set_up(&mut browser, NOW).await;
    browser.page("/dashboard", 200).await;
    assert_eq!(browser.get(PAGE).await.header("location"), "/dashboard/settings");
    let to = browser.post("remove_totp", &[("back", "/dashboard/settings")]).await;
    assert_eq!(to.header("location"), "/dashboard/settings");
    let page = browser.page("/dashboard/settings", 200).await;
    assert!(page.contains("this is your last one"), "{page}");
    let mut again = Browser::new(&world);
    again.log_in(MARA, PASSWORD).await;
    world.wait_ms(30_000);
    let code = code_at(&secret, NOW + 30_000);
    let to = again.post("finish_log_in", &[("code", &code)]).await;
    assert_eq!(to.header("location"), "/dashboard", "it is still asked for");
    again.page("/dashboard", 200).await;
}

#[tokio::test]
async fn it_is_demanded_of_operators_alone_or_of_nobody() {
    let world = demanding(SecondFactorRule::Operators).await;
    let (mara, jon) = (world.register(MARA).await, world.register(JON).await);
    let mut operator = Browser::signed_in(&world, MARA).await;
    let mut member = Browser::signed_in(&world, JON).await;
    assert_eq!(operator.get("/dashboard").await.header("location"), PAGE);
    member.page("/dashboard", 200).await;
    world.get("/v1/auth/me", &[jon.bearer()]).await.expect(200);
    world.get("/v1/auth/me", &[mara.bearer()]).await.code(403);
    set_up(&mut member, NOW).await;
    let to = member.post("remove_totp", &[("back", "/dashboard/settings")]).await;
    assert_eq!(to.header("location"), "/dashboard/settings");
    assert!(member.page("/dashboard/settings", 200).await.contains("removed"));

    let world = world.restarted().await;
    let mut operator = Browser::signed_in(&world, MARA).await;
    operator.page("/dashboard", 200).await;
}

#[tokio::test]
async fn the_service_itself_refuses_who_has_none() {
    let world = demanding(SecondFactorRule::Everyone).await;
    world.register(MARA).await;
    let nowhere = std::net::IpAddr::from([0, 0, 0, 0]);
    let first = world.services.log_in(MARA, PASSWORD, nowhere).await.unwrap();
    let service::FirstStep::Done(who) = first else { panic!("there is no factor") };
    let now = Some(world.services.now_ms());
    let actor = world.services.authenticate_session(&who.workspace.id, &who.user.id, now).await;
    let actor = actor.unwrap().unwrap();
    for (what, refused) in [
        ("read", world.services.count_agents(&actor).await.map(drop)),
        ("change", world.services.update_profile(&actor, "x").await.map(drop)),
        ("operate", world.services.instance_health(&actor).await.map(drop)),
        ("export", world.services.create_export(&actor).await.map(drop)),
    ] {
        assert!(matches!(refused, Err(Error::FactorMissing)), "{what}: {refused:?}");
    }
    world.services.second_factors(&actor).await.unwrap();
    world.services.begin_totp(&actor).await.unwrap();
}
