//! Suspension, operator pages, legal texts, settings and the audit log, through pages and forms as a browser sees them.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use crate::browser::{Browser, form};
use crate::world::{Account, NOW, World};

/// The operator and somebody else, both with an agent.
async fn two(world: &World) -> (Account, Account, Value) {
    let operator = world.register("mara@example.com").await;
    let tenant = world.register("jon@example.com").await;
    let agent = world.agent(&tenant, "Invoice Runner").await;
    (operator, tenant, agent)
}

/// The id of the workspace of `email`, as the operator finds it.
async fn workspace(operator: &mut Browser<'_>, email: &str) -> String {
    let page = operator.page(&format!("/dashboard/operator?{}", form(&[("q", email)])), 200).await;
    let (_, rest) = page.split_once("/dashboard/operator/accounts/").unwrap();
    rest[..30].to_owned()
}

#[tokio::test]
async fn a_suspended_account_is_refused_everywhere_at_once() {
    let world = World::new().await;
    let (_, tenant, agent) = two(&world).await;
    let mut operator = Browser::signed_in(&world, "mara@example.com").await;
    let mut member = Browser::signed_in(&world, "jon@example.com").await;
    let id = workspace(&mut operator, "jon@").await;
    let gopi = agent["gopi_id"].as_str().unwrap();
    let profile = format!("/v1/public/{gopi}");
    world.get(&profile, &[]).await.expect(200);
    world.get("/v1/agents", &[tenant.key()]).await.expect(200);

    operator.post("suspend_account", &[("id", &id), ("reason", "")]).await;
    world.get("/v1/agents", &[tenant.key()]).await.expect(200);
    operator.post("suspend_account", &[("id", &id), ("reason", "Unpaid bills")]).await;
    let refused = world.get("/v1/agents", &[tenant.key()]).await;
    assert_eq!(refused.code(403), "ACCOUNT_SUSPENDED");
    assert!(refused.text.contains("Unpaid bills"));
    assert_eq!(world.get("/v1/auth/me", &[tenant.bearer()]).await.code(403), "ACCOUNT_SUSPENDED");
    let login = json!({ "email": "jon@example.com", "password": "correct horse battery" });
    assert_eq!(world.post("/v1/auth/login", &[], login).await.code(403), "ACCOUNT_SUSPENDED");
    let wrong = json!({ "email": "jon@example.com", "password": "wrong horse battery" });
    assert_eq!(world.post("/v1/auth/login", &[], wrong).await.code(401), "UNAUTHORIZED");
    assert_eq!(world.get(&profile, &[]).await.code(404), "NOT_FOUND");
    assert!(member.page("/dashboard/agents", 403).await.contains("Unpaid bills"));
    assert!(member.page("/", 200).await.contains("/login"), "public pages stay");
    member.page(&format!("/a/{gopi}"), 404).await;
    let mut again = Browser::new(&world);
    assert_eq!(
        again.log_in("jon@example.com", "correct horse battery").await.header("location"),
        "/login"
    );
    assert!(again.page("/login", 200).await.contains("Unpaid bills"));

    operator.post("unsuspend_account", &[("id", &id)]).await;
    world.get("/v1/agents", &[tenant.key()]).await.expect(200);
    world.get(&profile, &[]).await.expect(200);
    let trail = member.page("/dashboard/audit-log?action=workspace", 200).await;
    assert!(trail.contains("Account suspended") && trail.contains("Account let in again"));
    assert!(trail.contains("Operator of this instance") && !trail.contains("mara@example.com"));
}

#[tokio::test]
async fn an_operator_cannot_suspend_their_own_workspace() {
    let world = World::new().await;
    let (owner, ..) = two(&world).await;
    let mut operator = Browser::signed_in(&world, "mara@example.com").await;
    let id = workspace(&mut operator, "mara@").await;
    operator.post("suspend_account", &[("id", &id), ("reason", "Mistake")]).await;
    world.get("/v1/agents", &[owner.key()]).await.expect(200);
    let page = operator.page(&format!("/dashboard/operator/accounts/{id}"), 200).await;
    assert!(!page.contains("/fn/suspend_account"));
}

#[tokio::test]
async fn operator_pages_and_forms_are_for_operators() {
    let world = World::new().await;
    let (_, tenant, _) = two(&world).await;
    let mut operator = Browser::signed_in(&world, "mara@example.com").await;
    let own = workspace(&mut operator, "mara@").await;
    let theirs = workspace(&mut operator, "jon@").await;
    let mut member = Browser::signed_in(&world, "jon@example.com").await;
    let mut nobody = Browser::new(&world);
    let account = format!("/dashboard/operator/accounts/{own}");
    for path in [
        "/dashboard/operator",
        "/dashboard/operator/health",
        "/dashboard/operator/plans",
        "/dashboard/operator/legal",
        "/dashboard/operator/legal/imprint/en",
        &account,
    ] {
        operator.page(path, 200).await;
        member.page(path, 404).await;
        assert!(nobody.get(path).await.header("location").starts_with("/login"), "{path}");
    }
    operator.page("/dashboard/operator/legal/imprint/fr", 404).await;
    operator.page("/dashboard/operator/accounts/wsp_1", 404).await;
    for browser in [&mut member, &mut nobody] {
        browser.post("set_account_plan", &[("id", &theirs), ("plan", "professional")]).await;
        browser.post("suspend_account", &[("id", &own), ("reason", "Revenge")]).await;
        browser.post("unsuspend_account", &[("id", &own)]).await;
        let text = [("page", "imprint"), ("lang", "en"), ("text", "Evil Ltd.")];
        browser.post("set_legal_text", &text).await;
    }
    assert_eq!(world.get("/v1/auth/me", &[tenant.bearer()]).await.expect(200)["plan"], "free");
    operator.page("/dashboard", 200).await;
    assert!(!nobody.page("/imprint", 200).await.contains("Evil Ltd."));

    operator.post("set_account_plan", &[("id", &theirs), ("plan", "gold")]).await;
    operator.post("set_account_plan", &[("id", &theirs), ("plan", "basic")]).await;
    assert_eq!(world.get("/v1/auth/me", &[tenant.bearer()]).await.expect(200)["plan"], "basic");
}

#[tokio::test]
async fn legal_texts_are_published_in_both_languages_and_run_nothing() {
    let world = World::new().await;
    two(&world).await;
    let mut operator = Browser::signed_in(&world, "mara@example.com").await;
    let mut visitor = Browser::new(&world);
    assert!(visitor.page("/privacy", 200).await.contains("argon2id"), "what the software stores");
    assert!(operator.page("/dashboard/operator", 200).await.contains("A legal text is missing"));
    let text = "# Mara GmbH\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) [y](https://a.example)";
    let publish =
        |page: &'static str, text: &'static str| [("page", page), ("lang", "en"), ("text", text)];
    operator.post("set_legal_text", &publish("imprint", text)).await;
    operator.post("set_legal_text", &publish("privacy", "We keep little.")).await;
    operator.post("set_legal_text", &publish("terms", "x")).await;
    let page = visitor.page("/imprint", 200).await;
    assert!(page.contains("<h2>Mara GmbH</h2>") && page.contains("href=\"https://a.example\""));
    assert!(!page.contains("<script") && !page.contains("href=\"javascript"), "{page}");
    let german = world.get("/imprint", &[("cookie", "lang=de".to_owned())]).await;
    assert!(german.text.contains("lang=\"en\""), "the other language, said to be so");
    assert!(!operator.page("/dashboard/operator", 200).await.contains("A legal text is missing"));
}

#[tokio::test]
async fn the_trail_belongs_to_its_workspace_and_is_exported_whole() {
    let world = World::new().await;
    let (_, tenant, agent) = two(&world).await;
    let mut operator = Browser::signed_in(&world, "mara@example.com").await;
    let mut member = Browser::signed_in(&world, "jon@example.com").await;
    let page = member.page("/dashboard/audit-log?action=agent.created", 200).await;
    let (_, rest) = page.split_once("/dashboard/audit-log/aud_").unwrap();
    let entry = format!("/dashboard/audit-log/aud_{}", &rest[..26]);
    let shown = member.page(&entry, 200).await;
    assert!(shown.contains("Invoice Runner") && shown.contains("Verified"), "{shown}");
    operator.page(&entry, 404).await;
    let mut nobody = Browser::new(&world);
    let export = "/dashboard/audit-log/export?format=json";
    assert!(nobody.get(export).await.header("location").starts_with("/login"));
    member.page("/dashboard/audit-log/export?format=xml", 404).await;

    // More than one part of the stream.
    let id = agent["id"].as_str().unwrap();
    for n in 0..510 {
        world.wait_ms(1);
        let body = json!({ "name": format!("=Runner {n}") });
        let path = format!("/v1/agents/{id}");
        world.call(Method::PATCH, &path, &[tenant.bearer()], Some(&body)).await.expect(200);
    }
    let all = member.get(export).await.expect(200);
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 510 + 3, "registered, key, agent, and every change");
    let ids: Vec<_> = all.iter().map(|e| e["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted_by(|a, b| a > b), "newest first, none twice");
    assert!(all.iter().all(|e| e["verified"] == true));
    assert_eq!(all[0]["after"]["name"], "=Runner 509");
    let csv = member.get("/dashboard/audit-log/export?format=csv&action=agent").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.text.lines().count(), 1 + 511);
    let foreign = operator.get(export).await.text;
    assert!(!foreign.contains(id));
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let world = World::new().await;
    let (_, tenant, _) = two(&world).await;
    let mut here = Browser::signed_in(&world, "jon@example.com").await;
    let mut there = Browser::signed_in(&world, "jon@example.com").await;
    let change = |current: &'static str, new: &'static str| {
        [("current_password", current), ("password", new), ("back", "/dashboard/settings")]
    };
    here.post("change_password", &change("wrong horse battery", "another fine sentence")).await;
    assert!(here.page("/dashboard/settings", 200).await.contains("aria-invalid"));
    here.post("change_password", &change("correct horse battery", "password12")).await;
    there.page("/dashboard", 200).await;
    let before = here.cookies.clone();
    here.post("change_password", &change("correct horse battery", "another fine sentence")).await;
    assert_ne!(here.cookies["__Host-session"], before["__Host-session"], "a new id");
    here.page("/dashboard", 200).await;
    assert!(there.get("/dashboard").await.header("location").starts_with("/login"));
    assert_eq!(world.get("/v1/auth/me", &[tenant.bearer()]).await.code(401), "UNAUTHORIZED");
    let mut old = Browser { world: &world, cookies: before };
    assert!(old.get("/dashboard").await.header("location").starts_with("/login"));
    world.get("/v1/agents", &[tenant.key()]).await.expect(200);
}

#[tokio::test]
async fn sessions_are_listed_without_ids_and_ended_by_their_owner_only() {
    let world = World::new().await;
    two(&world).await;
    let mut here = Browser::signed_in(&world, "jon@example.com").await;
    let mut there = Browser::signed_in(&world, "jon@example.com").await;
    let mut stranger = Browser::signed_in(&world, "mara@example.com").await;
    let handle = |page: &str| {
        let (_, rest) = page.split_once("name=\"handle\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let page = there.page("/dashboard/settings", 200).await;
    let id = here.cookies["__Host-session"].clone();
    assert!(!page.contains(&id), "the id is a secret");
    let handles: Vec<_> =
        page.split("name=\"handle\" value=\"").skip(1).map(|r| &r[..24]).collect();

    assert_eq!(handles.len(), 2, "the other browser and the token");
    let any = handle(&page);
    stranger.post("revoke_session", &[("handle", &any)]).await;
    Browser::new(&world).post("revoke_session", &[("handle", &any)]).await;
    here.page("/dashboard", 200).await;
    there.post("revoke_other_sessions", &[]).await;
    there.page("/dashboard", 200).await;
    assert!(here.get("/dashboard").await.header("location").starts_with("/login"));
    stranger.page("/dashboard", 200).await;
}

#[tokio::test]
async fn a_session_ends_after_thirty_idle_days_and_after_ninety_in_any_case() {
    const DAY: i64 = 86_400_000;
    let world = World::new().await;
    two(&world).await;
    let mut used = Browser::signed_in(&world, "jon@example.com").await;
    let mut idle = Browser::signed_in(&world, "jon@example.com").await;
    let id = used.cookies["__Host-session"].clone();
    for step in 1..=4 {
        world.wait_ms(20 * DAY);
        used.page("/dashboard", 200).await;
        // The use is noted beside the request.
        let until = NOW + (20 * step + 30).min(90) * DAY;
        for tries in 0.. {
            let session = world.services.load_session(&id).await.unwrap().unwrap();
            if session.expires_at_ms == until {
                break;
            }
            assert!(tries < 500, "{} instead of {until}", session.expires_at_ms);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    assert!(idle.get("/dashboard").await.header("location").starts_with("/login"));
    world.wait_ms(10 * DAY);
    assert!(used.get("/dashboard").await.header("location").starts_with("/login"));
}
