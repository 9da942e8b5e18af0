//! Whoever shuts an account from elsewhere does not shut its owner out of a browser that is known there.

use super::PASSWORD;
use crate::browser::Browser;
use crate::world::World;

const MARA: &str = "mara@example.com";
const COOKIE: &str = "__Host-device";
const DAY_MS: i64 = 86_400_000;

/// Guesses without a cookie until the account is shut.
async fn shut(world: &World, email: &str) {
    for _ in 0..5 {
        world.log_in(email, "wrong horse battery").await;
    }
    assert_eq!(world.log_in(email, PASSWORD).await.code(429), "TOO_MANY_ATTEMPTS");
}

/// Whether one gets in with this device cookie and nothing else of a browser.
async fn gets_in(world: &World, device: Option<&str>, (email, password): (&str, &str)) -> bool {
    let mut browser = Browser::new(world);
    if let Some(device) = device {
        browser.cookies.insert(COOKIE.to_owned(), device.to_owned());
    }
    browser.log_in(email, password).await.header("location") == "/dashboard"
}

/// The device cookie of a browser that signs in.
async fn device(world: &World, email: &str) -> String {
    Browser::signed_in(world, email).await.cookies[COOKIE].clone()
}

#[tokio::test]
async fn a_known_browser_gets_in_while_strangers_keep_the_account_shut() {
    let world = World::new().await;
    world.register(MARA).await;
    let mut browser = Browser::new(&world);
    browser.log_in(MARA, "wrong horse battery").await;
    assert!(!browser.cookies.contains_key(COOKIE), "only after a sign-in");
    let answer = browser.log_in(MARA, PASSWORD).await;
    let cookies = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap());
    let cookie = cookies.into_iter().find(|c| c.starts_with(COOKIE)).unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=7776000"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    let known = browser.cookies[COOKIE].clone();
    shut(&world, MARA).await;
    assert!(!gets_in(&world, None, (MARA, PASSWORD)).await);
    assert!(gets_in(&world, Some(&known), (" MARA@example.com", PASSWORD)).await);
    assert!(!gets_in(&world, None, (MARA, PASSWORD)).await, "that does not open it for others");
    // It opens nothing by itself.
    browser.cookies.retain(|name, _| name == COOKIE);
    assert!(browser.get("/dashboard").await.header("location").starts_with("/login"));
    assert!(!gets_in(&world, Some(&known), (MARA, "wrong horse battery")).await);
}

#[tokio::test]
async fn forged_foreign_and_old_cookies_do_not_help() {
    let world = World::new().await;
    world.register(MARA).await;
    world.register("jon@example.com").await;
    let known = device(&world, MARA).await;
    let foreign = device(&world, "jon@example.com").await;
    let session = Browser::signed_in(&world, MARA).await.cookies["__Host-session"].clone();
    let mut forged = known.clone().into_bytes();
    forged[40] = if forged[40] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    shut(&world, MARA).await;
    for wrong in ["", "x", &forged, &foreign, &session, &known[1..]] {
        assert!(!gets_in(&world, Some(wrong), (MARA, PASSWORD)).await, "{wrong}");
    }
    assert!(gets_in(&world, Some(&known), (MARA, PASSWORD)).await);

    // Until another password was chosen, by a link or in the settings, which gives this browser another one.
    let link = world.services.reset_link(MARA).await.unwrap();
    let token = link.split_once("token=").unwrap().1;
    let other = "another horse battery";
    world.services.reset_password(token, other).await.unwrap();
    let mut browser = Browser::new(&world);
    browser.log_in(MARA, other).await;
    let later = browser.cookies[COOKIE].clone();
    let back = [("current_password", other), ("password", PASSWORD)];
    browser.post("change_password", &back).await;
    let latest = browser.cookies[COOKIE].clone();
    shut(&world, MARA).await;
    assert!(!gets_in(&world, Some(&known), (MARA, PASSWORD)).await);
    assert!(!gets_in(&world, Some(&later), (MARA, PASSWORD)).await);
    assert!(gets_in(&world, Some(&latest), (MARA, PASSWORD)).await);

    world.wait_ms(90 * DAY_MS);
    shut(&world, MARA).await;
    assert!(!gets_in(&world, Some(&latest), (MARA, PASSWORD)).await, "90 days");
}

#[tokio::test]
async fn whoever_has_a_browsers_cookie_shuts_that_browser_only() {
    let world = World::new().await;
    world.register(MARA).await;
    let stolen = device(&world, MARA).await;
    let known = device(&world, MARA).await;
    for _ in 0..5 {
        assert!(!gets_in(&world, Some(&stolen), (MARA, "wrong horse battery")).await);
    }
    assert!(!gets_in(&world, Some(&stolen), (MARA, PASSWORD)).await, "five tries");
    world.log_in(MARA, PASSWORD).await.expect(200);
    assert!(gets_in(&world, Some(&known), (MARA, PASSWORD)).await);
    world.wait_ms(30_000);
    assert!(gets_in(&world, Some(&stolen), (MARA, PASSWORD)).await);
    // Networks are counted with a cookie, too.
    let services = &world.services;
    let from = "203.0.113.7".parse().unwrap();
    for n in 0..30 {
        let guess = services.log_in(&format!("user{n}@example.com"), "a guess of mine", from).await;
        assert!(matches!(guess, Err(service::Error::Unauthenticated { .. })), "{guess:?}");
    }
    let refused = services.log_in_from_device(MARA, PASSWORD, (from, Some(&known))).await;
    assert!(matches!(refused, Err(service::Error::TooManyAttempts { .. })), "{refused:?}");
}
