//! The second factor, sessions, and proving anew who one is, as a browser without script and a program see them.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::json;
use service::{Actor, Entropy, FirstStep, StoreConfig, Via};

use crate::browser::Browser;
use crate::mail::lockout::weaker;
use crate::world::{NOW, World, settings};

const EMAIL: &str = "mara@example.com";
const PASSWORD: &str = "correct horse battery";
const MINUTE: i64 = 60_000;
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The code that an app with this secret shows (RFC 6238).
pub fn code_at(secret: &str, at_ms: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret.as_bytes().to_vec()).build().unwrap();
    totp.generate(u64::try_from(at_ms / 1000).unwrap()).to_string()
}

/// What stands between two texts of a page.
pub fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {page}"));
    rest.split_once(after).unwrap().0
}

/// Sets up an app in the browser; its secret and the recovery codes.
pub async fn set_up(browser: &mut Browser<'_>, now_ms: i64) -> (String, Vec<String>) {
    let to = browser.post("begin_totp", &[("back", "/dashboard/settings")]).await;
    assert_eq!(to.header("location"), "/dashboard/settings/app");
    let page = browser.page("/dashboard/settings/app", 200).await;
    assert!(page.contains("<svg viewBox"), "a QR code: {page}");
    let field = between(&page, "aria-labelledby=\"totp-secret\">", "</code>");
    let secret: String =
        field.chars().filter(|c| c.is_ascii_uppercase() || c.is_ascii_digit()).collect();
    assert_eq!(secret.len(), 32, "{field}");
    let wrong = browser.post("confirm_totp", &[("code", "000000")]).await;
    assert_eq!(wrong.header("location"), "/dashboard/settings/app");
    assert!(browser.page("/dashboard/settings/app", 200).await.contains("This code is wrong"));
    let to = browser.post("confirm_totp", &[("code", &code_at(&secret, now_ms))]).await;
    assert_eq!(to.header("location"), "/dashboard/settings/recovery-codes", "{}", to.text);
    let page = browser.page("/dashboard/settings/recovery-codes", 200).await;
    let list = between(&page, "data:text/plain;charset=utf-8,", "\"");
    let codes: Vec<_> = list.split("%0A").map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    let again = browser.get("/dashboard/settings/recovery-codes").await;
    assert_eq!(again.header("location"), "/dashboard/settings", "shown once");
    (secret, codes)
}

#[tokio::test]
async fn a_password_alone_opens_nothing_once_there_is_an_app() {
    let world = World::new().await;
    let account = world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let mut other = Browser::signed_in(&world, EMAIL).await;
    let warns = "You run this instance with a password alone";
    assert!(browser.page("/dashboard", 200).await.contains(warns), "the operator is asked");
    let before = browser.cookies["__Host-session"].clone();
    let (secret, codes) = set_up(&mut browser, NOW).await;
    assert_ne!(browser.cookies["__Host-session"], before, "another id");
    assert!(!browser.page("/dashboard", 200).await.contains(warns));
    assert!(other.get("/dashboard").await.header("location").starts_with("/login"), "ended");
    assert_eq!(world.get("/v1/auth/me", &[account.bearer()]).await.code(401), "UNAUTHORIZED");

    // The password leads to the second step and no further.
    world.wait_ms(2 * MINUTE);
    let now = NOW + 2 * MINUTE;
    let mut browser = Browser::new(&world);
    let first = browser.get("/login").await;
    assert!(first.text.contains("begin_passkey_log_in"));
    let next = [("email", EMAIL), ("password", PASSWORD), ("next", "/dashboard/agents")];
    let to = browser.post("log_in", &next).await;
    assert_eq!(to.header("location"), "/login/second-step");
    let half = browser.cookies["__Host-session"].clone();
    assert!(browser.get("/dashboard").await.header("location").starts_with("/login"));
    assert!(browser.page("/login/second-step", 200).await.contains("authenticator app shows"));
    let wrong = browser.post("finish_log_in", &[("code", "123")]).await;
    assert_eq!(wrong.header("location"), "/login/second-step");
    assert!(browser.page("/login/second-step", 200).await.contains("This code is wrong"));
    let right = code_at(&secret, now);
    let to = browser
        .post("finish_log_in", &[("code", &format!("{} {}", &right[..3], &right[3..]))])
        .await;
    assert_eq!(to.header("location"), "/dashboard/agents");
    assert_ne!(browser.cookies["__Host-session"], half, "another id");
    browser.page("/dashboard", 200).await;
    let mut stale = Browser::new(&world);
    stale.cookies.insert("__Host-session".to_owned(), half);
    assert!(stale.get("/dashboard").await.header("location").starts_with("/login"));

    // Programs: the code as `totp`, each once; a recovery code stands in for it, once too.
    let log_in = async |totp: Option<&str>| {
        let mut body = json!({ "email": EMAIL, "password": PASSWORD });
        if let Some(totp) = totp {
            body["totp"] = json!(totp);
        }
        world.post("/v1/auth/login", &[], body).await
    };
    assert_eq!(log_in(None).await.code(401), "TOTP_REQUIRED");
    assert_eq!(log_in(Some(&right)).await.code(401), "UNAUTHORIZED", "used");
    log_in(Some(&code_at(&secret, now + 30_000))).await.expect(200);
    assert_eq!(log_in(Some(&right)).await.code(401), "UNAUTHORIZED", "and older ones with it");
    log_in(Some(&codes[3].to_uppercase())).await.expect(200);
    assert_eq!(log_in(Some(&codes[3])).await.code(401), "UNAUTHORIZED", "used");
    let bad = json!({ "email": EMAIL, "password": "wrong horse battery", "totp": codes[4] });
    assert_eq!(world.post("/v1/auth/login", &[], bad).await.code(401), "UNAUTHORIZED");
    log_in(Some(&codes[4])).await.expect(200);
    assert!(browser.page("/dashboard/settings", 200).await.contains("8 are left"));

    // Five wrong ones, and the right one is refused too, until the window is over. Nobody guesses a recovery code.
    for _ in 0..5 {
        log_in(Some("000000")).await.expect(401);
    }
    let now = now + 2 * MINUTE;
    world.wait_ms(2 * MINUTE);
    let refused = log_in(Some(&code_at(&secret, now))).await;
    assert_eq!(refused.code(429), "TOO_MANY_ATTEMPTS");
    assert_eq!(refused.header("retry-after"), "780");
    log_in(Some(&codes[5])).await.expect(200);
    log_in(Some(&code_at(&secret, now))).await.expect(200);
}

#[tokio::test]
async fn a_second_step_ends_with_time_and_with_another_password() {
    let world = World::new().await;
    world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let (secret, codes) = set_up(&mut browser, NOW).await;
    let mut late = Browser::new(&world);
    late.log_in(EMAIL, PASSWORD).await;
    let mut early = Browser::new(&world);
    early.log_in(EMAIL, PASSWORD).await;
    let change = [("current_password", PASSWORD), ("password", "another horse battery")];
    browser.post("change_password", &change).await;
    assert_eq!(
        early.post("finish_log_in", &[("code", &codes[0])]).await.header("location"),
        "/login"
    );
    assert!(early.page("/login", 200).await.contains("Signing in took too long"));
    browser
        .post("change_password", &[("current_password", change[1].1), ("password", PASSWORD)])
        .await;
    world.wait_ms(10 * MINUTE);
    assert_eq!(
        late.post("finish_log_in", &[("code", &codes[0])]).await.header("location"),
        "/login"
    );

    // Taken away, with a proof: the password is enough again, and codes are worth nothing.
    let to = browser.post("remove_totp", &[("back", "/dashboard/settings")]).await;
    assert_eq!(to.header("location"), "/dashboard/confirm");
    let now = NOW + 10 * MINUTE;
    let proof = [("step_up_password", ""), ("step_up_code", &*code_at(&secret, now))];
    let to = browser.post("remove_totp", &proof).await;
    assert_eq!(to.header("location"), "/dashboard/settings");
    Browser::signed_in(&world, EMAIL).await;
    assert!(!browser.page("/dashboard/settings", 200).await.contains("are left"));
}

#[tokio::test]
async fn another_password_is_typed_after_the_proof_and_not_before() {
    let world = World::new().await;
    world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let (secret, _) = set_up(&mut browser, NOW).await;
    let form = "action=\"/fn/change_password\"";
    assert!(browser.page("/dashboard/settings", 200).await.contains(form));
    world.wait_ms(6 * MINUTE);
    let page = browser.page("/dashboard/settings", 200).await;
    assert!(!page.contains(form), "what is typed would be lost");
    let way = "/dashboard/confirm?next=/dashboard/settings%23password";
    assert!(page.contains(way), "{page}");
    let page = browser.page(way, 200).await;
    assert!(page.contains("/fn/confirm_identity"), "{page}");
    let code = code_at(&secret, NOW + 6 * MINUTE);
    let proof = [
        ("next", "/dashboard/settings#password"),
        ("step_up_password", ""),
        ("step_up_code", &*code),
    ];
    let to = browser.post("confirm_identity", &proof).await;
    assert_eq!(to.header("location"), "/dashboard/settings#password");
    assert!(browser.page("/dashboard/settings", 200).await.contains(form));
}

#[tokio::test]
async fn choosing_another_password_by_a_link_leaves_the_second_factor() {
    let world = World::new().await;
    world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let (_, codes) = set_up(&mut browser, NOW).await;
    let mut half = Browser::new(&world);
    half.log_in(EMAIL, PASSWORD).await;
    let link = world.services.reset_link(EMAIL).await.unwrap();
    let (_, token) = link.split_once("token=").unwrap();
    let password = "another horse battery";
    world.services.reset_password(token, password).await.unwrap();
    assert!(browser.get("/dashboard").await.header("location").starts_with("/login"), "ended");
    let to = half.post("finish_log_in", &[("code", &codes[0])]).await;
    assert_eq!(to.header("location"), "/login", "and so has what was half done");
    assert_eq!(world.log_in(EMAIL, password).await.code(401), "TOTP_REQUIRED");

    // Its hash is made anew between the two steps.
    let conn = rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap();
    conn.execute("UPDATE users SET password_hash = ?1", [weaker(password)]).unwrap();
    drop(conn);
    let to = browser.log_in(EMAIL, password).await;
    assert_eq!(to.header("location"), "/login/second-step");
    let to = browser.post("finish_log_in", &[("code", &codes[0])]).await;
    assert_eq!(to.header("location"), "/dashboard");
}

#[tokio::test]
async fn what_cannot_be_taken_back_asks_who_is_there_and_keeps_what_was_typed() {
    let world = World::new().await;
    world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let form = [
        ("name", "Deploy & <bot>"),
        ("read", "on"),
        ("expires_in_days", "30"),
        ("back", "/dashboard/api-keys"),
    ];
    let to = browser.post("create_api_key", &form).await;
    assert_eq!(to.header("location"), "/dashboard/api-keys", "a fresh sign-in is a proof");
    world.register("jon@example.com").await;
    let page = browser.page("/dashboard/operator?q=jon", 200).await;
    let tenant = between(&page, "/dashboard/operator/accounts/", "\"").to_owned();
    world.wait_ms(5 * MINUTE);
    for (form, fields) in [
        ("rotate_api_key", &[("id", "x"), ("overlap", "now")][..]),
        (
            "create_webhook",
            &[("url", "https://example.com/a"), ("dialect", "standard"), ("scope", "all")],
        ),
        ("suspend_account", &[("id", &*tenant), ("reason", "x")]),
        ("invite_user", &[]),
        ("reveal_webhook_secret", &[("id", "x")]),
        ("rotate_webhook_secret", &[("id", "x")]),
        ("create_export", &[]),
        ("delete_account", &[("when", "now"), ("email", EMAIL)]),
        ("begin_totp", &[]),
        ("remove_totp", &[]),
        ("make_recovery_codes", &[]),
        ("begin_passkey", &[]),
        ("remove_passkey", &[("id", "x")]),
        ("invite_member", &[("role", "member")]),
        ("promote_member", &[("id", "x")]),
        ("remove_member", &[("id", "x")]),
        ("hand_over_workspace", &[("id", "x")]),
        ("revoke_session", &[("handle", "x")]),
        ("revoke_other_sessions", &[]),
    ] {
        let to = browser.post(form, fields).await;
        assert_eq!(to.header("location"), "/dashboard/confirm", "{form}");
    }
    let to = browser.get("/dashboard/settings/data/exports/x").await;
    assert_eq!(to.header("location"), "/dashboard/confirm?next=/dashboard/settings/data/exports/x");
    let page = browser.page(to.header("location"), 200).await;
    assert!(page.contains("/fn/confirm_identity"), "a page has its own way back: {page}");

    let to = browser.post("create_api_key", &form).await;
    assert_eq!(to.header("location"), "/dashboard/confirm");
    let page = browser.page("/dashboard/confirm", 200).await;
    assert!(page.contains("action=\"/fn/create_api_key\""));
    assert!(page.contains("name=\"name\" value=\"Deploy &amp; &lt;bot&gt;\""), "{page}");
    // As the page posts it: the form's own fields, and the proof.
    let with = |password: &'static str| {
        let mut fields = form.to_vec();
        fields.push(("step_up_password", password));
        fields
    };
    let wrong = browser.post("create_api_key", &with("wrong horse battery")).await;
    assert_eq!(wrong.header("location"), "/dashboard/confirm");
    let page = browser.page("/dashboard/confirm", 200).await;
    assert!(page.contains("aria-invalid") && page.contains("Deploy &amp;"), "{page}");
    assert!(!page.contains("wrong horse"));
    let to = browser.post("create_api_key", &with(PASSWORD)).await;
    assert_eq!(to.header("location"), "/dashboard/api-keys");
    let page = browser.page("/dashboard/api-keys", 200).await;
    assert!(page.contains("gopi_sk_") && page.contains("Deploy &amp; &lt;bot&gt;"));
    // For five minutes.
    browser.post("create_export", &[]).await;
    assert!(browser.page("/dashboard/settings/data", 200).await.contains("Download"));
    world.wait_ms(5 * MINUTE);
    let to = browser.post("create_export", &[]).await;
    assert_eq!(to.header("location"), "/dashboard/confirm");
    // Guessing ends, the right password included.
    for _ in 0..5 {
        browser.post("create_export", &[("step_up_password", "wrong horse battery")]).await;
    }
    browser.post("create_export", &[("step_up_password", PASSWORD)]).await;
    assert!(browser.page("/dashboard/confirm", 200).await.contains("Try again in 15 minutes"));
    // Keys and tokens prove themselves with each request.
    let token = json!({ "email": EMAIL, "password": PASSWORD });
    let token = world.post("/v1/auth/login", &[], token).await.expect(200);
    world.wait_ms(30 * MINUTE);
    let bearer = format!("Bearer {}", token["token"].as_str().unwrap());
    world.get("/v1/auth/export-data", &[("authorization", bearer)]).await.expect(200);
}

#[tokio::test]
async fn sessions_tell_their_device_and_network_and_no_more() {
    let world = World::new().await;
    world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let actor = {
        let FirstStep::Done(who) = world.services.log_in(EMAIL, PASSWORD, NOWHERE).await.unwrap()
        else {
            panic!()
        };
        let found =
            world.services.authenticate_session(&who.workspace.id, &who.user.id, None).await;
        found.unwrap().unwrap()
    };
    assert_eq!(actor.via, Via::Session);
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
    let mut request = axum::http::Request::post("/fn/log_in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("user-agent", agent)
        .body(axum::body::Body::from(crate::browser::form(&[
            ("email", EMAIL),
            ("password", PASSWORD),
        ])))
        .unwrap();
    let from: std::net::SocketAddr = "203.0.113.77:4711".parse().unwrap();
    request.extensions_mut().insert(axum::extract::ConnectInfo(from));
    world.send(request).await;
    let page = browser.page("/dashboard/settings", 200).await;
    assert!(page.contains("Firefox, Linux") && page.contains("203.0.113.0/24"), "{page}");
    assert!(!page.contains("203.0.113.77") && !page.contains("Gecko"));
    let handle = between(&page, "name=\"handle\" value=\"", "\"").to_owned();
    // Ending one asks who is there; the same form comes back with the proof.
    let ended = async || {
        let left = world.services.list_sessions(&actor, None).await.unwrap();
        left.iter().all(|session| session.handle != handle)
    };
    world.wait_ms(5 * MINUTE);
    let end = [("handle", &*handle), ("back", "/dashboard/settings")];
    let to = browser.post("revoke_session", &end).await;
    assert_eq!(to.header("location"), "/dashboard/confirm");
    let page = browser.page("/dashboard/confirm", 200).await;
    assert!(page.contains("You want to end a session."), "{page}");
    assert!(page.contains(&format!("name=\"handle\" value=\"{handle}\"")), "{page}");
    assert!(!ended().await);
    let end = [end[0], end[1], ("step_up_password", PASSWORD)];
    let to = browser.post("revoke_session", &end).await;
    assert_eq!(to.header("location"), "/dashboard/settings");
    assert!(ended().await);
    browser.page("/dashboard/settings", 200).await;
}

#[tokio::test]
async fn another_master_key_opens_the_apps_secrets_too() {
    let world = World::new().await;
    world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let (secret, _) = set_up(&mut browser, NOW).await;
    let World { services, folder, .. } = world;
    services.close().await;
    let StoreConfig { url, connections } = settings(&folder).store;
    let store = StoreConfig { url, connections };
    let keys = (&[7; 32], &[8; 32]);
    service::rotate_master_key(&store, &Entropy::seeded(3), keys).await.unwrap();
    let mut changed = settings(&folder);
    changed.master_key = [8; 32];
    let clock = service::Clock::manual(std::sync::Arc::new((NOW + MINUTE).into()));
    let services = service::Services::open(changed, clock, Entropy::seeded(4)).await.unwrap();
    let FirstStep::Pending(pending) = services.log_in(EMAIL, PASSWORD, NOWHERE).await.unwrap()
    else {
        panic!()
    };
    let code = code_at(&secret, NOW + MINUTE);
    services.finish_log_in(&pending, service::Factor::Code(&code)).await.unwrap();
}

#[tokio::test]
async fn a_browsers_session_without_a_proof_is_refused_by_the_service_itself() {
    let world = World::new().await;
    let account = world.register(EMAIL).await;
    let actor = world.actor(&account).await;
    let session = Actor { via: Via::Session, proved_at_ms: None, ..actor };
    // Neither a proof that is too old nor one from the future counts.
    for proved_at_ms in [None, Some(NOW - 5 * MINUTE), Some(NOW + 1)] {
        let actor = Actor { proved_at_ms, ..session.clone() };
        let made = world.services.create_export(&actor).await;
        assert!(matches!(made, Err(service::Error::ProofNeeded)), "{proved_at_ms:?}");
    }
}

#[tokio::test]
async fn recovery_codes_are_long_and_earlier_ones_go_on() {
    use sha2::{Digest, Sha256};
    let world = World::new().await;
    world.register(EMAIL).await;
    let mut browser = Browser::signed_in(&world, EMAIL).await;
    let (_, codes) = set_up(&mut browser, NOW).await;
    for code in &codes {
        let groups: Vec<_> = code.split('-').collect();
        assert!(groups.len() == 7 && groups.iter().all(|group| group.len() == 4), "{code}");
    }
    // As it was written down when codes had six groups.
    let earlier = "0123-4567-89ab-cdef-ghjk-mnpq";
    let conn = rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap();
    let user: String = conn.query_row("SELECT id FROM users", [], |row| row.get(0)).unwrap();
    let hash = Sha256::digest(format!("recovery code{user}{}", earlier.replace('-', "")));
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let last = "UPDATE recovery_codes SET hash = ?1 WHERE hash IN
         (SELECT hash FROM recovery_codes LIMIT 1)";
    assert_eq!(conn.execute(last, [&hash]).unwrap(), 1);
    drop(conn);
    for (code, place) in [
        (&earlier[..24], "/login/second-step"),
        (earlier, "/dashboard"),
        (earlier, "/login/second-step"),
    ] {
        let mut browser = Browser::new(&world);
        browser.log_in(EMAIL, PASSWORD).await;
        let to = browser.post("finish_log_in", &[("code", code)]).await;
        assert_eq!(to.header("location"), place, "{code}");
    }
}
