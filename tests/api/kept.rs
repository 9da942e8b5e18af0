//! What a browser's session keeps between two requests, and for whom.

use crate::browser::Browser;
use crate::world::World;

const MARA: &str = "mara@example.com";
const LENE: &str = "lene@example.com";
const KEYS: &str = "/dashboard/api-keys";
const MINUTE: i64 = 60_000;
const TYPED: &str = "A name that was typed";

/// The hidden field that says whose page a form stands on.
async fn own_field(browser: &mut Browser<'_>) -> String {
    let page = browser.page("/dashboard/agents/new", 200).await;
    let (_, rest) = page.split_once("name=\"of\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// A browser whose session ended while its person was writing; the form was sent all the same.
async fn too_late<'w>(world: &'w World, email: &str) -> Browser<'w> {
    let mut browser = Browser::signed_in(world, email).await;
    let of = own_field(&mut browser).await;
    browser.cookies.retain(|name, _| !name.ends_with("session"));
    let fields = [("back", "/dashboard/agents/new"), ("of", of.as_str()), ("name", TYPED)];
    let to = browser.post("create_agent", &fields).await;
    assert_eq!(to.header("location"), "/login?next=%2Fdashboard%2Fagents%2Fnew");
    assert!(to.headers.get("x-keep-form").is_none());
    browser
}

async fn shows_it(browser: &mut Browser<'_>) -> bool {
    browser.page("/dashboard/agents/new", 200).await.contains(TYPED)
}

#[tokio::test]
async fn what_was_typed_when_a_session_ended_comes_back_to_who_typed_it_and_to_nobody_else() {
    let world = World::new().await;
    world.register(MARA).await;
    world.register(LENE).await;
    let password = "correct horse battery";
    let mut browser = too_late(&world, MARA).await;
    browser.log_in(MARA, password).await;
    assert!(shows_it(&mut browser).await, "to Mara");
    assert!(!shows_it(&mut browser).await, "once");
    let mut browser = too_late(&world, MARA).await;
    browser.log_in(LENE, password).await;
    assert!(!shows_it(&mut browser).await, "not to Lene");
    let mut browser = too_late(&world, MARA).await;
    let new = [("email", "new@example.com"), ("password", password), ("back", "/register")];
    browser.post("register", &new).await;
    assert!(!shows_it(&mut browser).await, "not to who is new");
    let mut browser = too_late(&world, MARA).await;
    world.wait_ms(59 * MINUTE);
    browser.log_in(MARA, password).await;
    assert!(shows_it(&mut browser).await, "within an hour");
    let mut browser = too_late(&world, MARA).await;
    world.wait_ms(61 * MINUTE);
    browser.log_in(MARA, password).await;
    assert!(!shows_it(&mut browser).await, "not later");
}

#[tokio::test]
async fn whoever_signs_in_over_somebody_finds_nothing_of_theirs() {
    let world = World::new().await;
    world.register(MARA).await;
    world.register(LENE).await;
    let mut browser = Browser::signed_in(&world, MARA).await;
    let new = [("name", "Till"), ("read", "on"), ("expires_in_days", "30"), ("back", KEYS)];
    let to = browser.post("create_api_key", &new).await;
    assert_eq!(to.header("location"), KEYS, "{}", to.text);
    let mut over = Browser { world: &world, cookies: browser.cookies.clone() };
    over.log_in(LENE, "correct horse battery").await;
    assert!(!over.page(KEYS, 200).await.contains("Till"));
    let gone = browser.get("/dashboard").await;
    assert!(gone.header("location").starts_with("/login"), "and the session before has ended");
}

#[tokio::test]
async fn pages_with_a_secret_are_stored_nowhere() {
    let world = World::new().await;
    world.register(MARA).await;
    let mut browser = Browser::signed_in(&world, MARA).await;
    let page = browser.get(KEYS).await;
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(browser.get("/").await.header("cache-control"), "private, no-cache");
    let new = [("name", "Till"), ("read", "on"), ("expires_in_days", "30"), ("back", KEYS)];
    browser.post("create_api_key", &new).await;
    let page = browser.get(KEYS).await;
    assert_eq!(page.header("cache-control"), "private, no-store");
    browser.post("begin_totp", &[("back", "/dashboard/settings")]).await;
    let page = browser.get("/dashboard/settings/app").await;
    assert_eq!(page.header("cache-control"), "private, no-store");
    let out = browser.post("log_out", &[]).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
}

#[tokio::test]
async fn a_form_that_waits_for_a_proof_is_not_sent_by_surprise_later() {
    let world = World::new().await;
    world.register(MARA).await;
    let mut browser = Browser::signed_in(&world, MARA).await;
    world.wait_ms(6 * MINUTE);
    let new = [("name", TYPED), ("read", "on"), ("expires_in_days", "30"), ("back", KEYS)];
    let to = browser.post("create_api_key", &new).await;
    assert_eq!(to.header("location"), "/dashboard/confirm");
    // Another theme keeps it.
    let back = [("theme", "dark"), ("back", "/dashboard/confirm")];
    assert_eq!(browser.post("set_theme", &back).await.header("location"), "/dashboard/confirm");
    let page = browser.page("/dashboard/confirm", 200).await;
    assert!(page.contains("/fn/create_api_key") && page.contains(TYPED), "{page}");
    world.wait_ms(10 * MINUTE);
    let page = browser.page("/dashboard/confirm", 200).await;
    assert!(!page.contains("create_api_key") && !page.contains(TYPED), "{page}");
}

#[tokio::test]
async fn strangers_cannot_fill_the_database() {
    let world = World::new().await;
    world.register(MARA).await;
    let kept = |world: &World| {
        let database = rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap();
        let sql = "SELECT COALESCE(SUM(LENGTH(data)), 0) FROM sessions";
        database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let much = "x".repeat(200_000);
    let mut stranger = Browser::new(&world);
    stranger
        .post("create_agent", &[("back", "/dashboard"), ("of", "usr_x"), ("name", &much)])
        .await;
    stranger.log_in(&much, "wrong").await;
    assert!(kept(&world) < 20_000, "{} bytes are kept", kept(&world));
    // What they leave is gone after an hour.
    world.wait_ms(61 * MINUTE);
    world.services.sweep().await.unwrap();
    assert_eq!(kept(&world), 0);
}
