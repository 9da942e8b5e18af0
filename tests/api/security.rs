//! What a browser is told, and what it is not let do in another site's name.

use axum::body::Body;
use axum::http::{Method, Request};

use crate::browser::Browser;
use crate::world::{Answer, World};

/// A request with a browser's cookies, as another site's page makes it send one.
async fn forged(
    browser: &Browser<'_>,
    (method, path): (Method, &str),
    headers: &[(&str, &str)],
) -> Answer {
    let pairs: Vec<_> = browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("cookie", pairs.join("; "))
        .header("host", "trust.example.com")
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.world.send(request.body(Body::from("name=Forged")).unwrap()).await
}

#[tokio::test]
async fn nothing_is_changed_in_another_sites_name() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let browser = Browser::signed_in(&world, "mara@example.com").await;
    let upload = format!("/dashboard/agents/{}/import", agent["id"].as_str().unwrap());
    let mut targets: Vec<_> =
        crate::tenants::server_functions().into_iter().map(str::to_owned).collect();
    assert!(targets.len() > 50, "only {} server functions", targets.len());
    targets.push(upload);
    for path in &targets {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site"), ("origin", "https://trust.example.com")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
        ] {
            let answer = forged(&browser, (Method::POST, path), headers).await;
            assert_eq!(answer.status.as_u16(), 403, "{path} {headers:?}");
        }
        // No server function answers what a link or an image can ask.
        if path.starts_with("/fn/") {
            let answer = forged(&browser, (Method::GET, path), &[]).await;
            assert!(matches!(answer.status.as_u16(), 404 | 405), "{path}: {}", answer.status);
        }
    }
    let own = [("sec-fetch-site", "same-origin"), ("accept", "text/html")];
    let answer = forged(&browser, (Method::POST, "/fn/update_profile"), &own).await;
    assert_eq!(answer.status.as_u16(), 302);
    let me = world.get("/v1/auth/me", &[account.bearer()]).await.expect(200);
    assert_eq!(me["name"], "Forged", "the same from our own page");
    // The cookie is worth nothing to the APIs.
    let pairs: Vec<_> = browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let answer = world.get("/v1/agents", &[("cookie", pairs.join("; "))]).await;
    assert_eq!(answer.code(401), "UNAUTHORIZED");
}

#[tokio::test]
async fn browsers_are_told_what_they_may_do() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    let gopi = agent["gopi_id"].as_str().unwrap();
    let badge = format!("/v1/public/{gopi}/badge.svg");
    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    for (path, script) in [("/", false), ("/dashboard", true), ("/fn/nothing", false)] {
        let answer = browser.get(path).await;
        let csp = answer.header("content-security-policy").to_owned();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(csp.contains(part), "{path}: {csp}");
        }
        assert!(!csp.contains("unsafe-inline") && !csp.contains("*"), "{path}: {csp}");
        assert_eq!(csp.contains("script-src 'self'"), script, "{path}: {csp}");
        for (name, value) in [
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("access-control-allow-origin", ""),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
    }
    for path in ["/v1/agents", "/health", "/dashboard/overview.csv", "/sdk/gopi_client.py"] {
        let answer = browser.get(path).await;
        assert!(
            answer.header("content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    for path in ["/openapi.json", "/v1/webhooks/events"] {
        let answer = browser.get(path).await;
        let csp = answer.header("content-security-policy");
        assert!(csp.contains("frame-ancestors 'none'"), "{path}: {csp}");
    }
    // A badge stands in anybody's page, framed or not.
    let shown = world.get(&badge, &[]).await;
    assert_eq!(shown.header("access-control-allow-origin"), "*");
    assert_eq!(shown.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(shown.header("content-security-policy"), "default-src 'none'");
    // Reading across origins is open to what everybody may read, and never with cookies.
    let preflight = [
        ("origin", "https://evil.example".to_owned()),
        ("access-control-request-method", "POST".to_owned()),
    ];
    for path in ["/v1/payment-events", "/v1/agents", "/fn/update_profile"] {
        let answer = world.call(Method::OPTIONS, path, &preflight, None).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    assert_eq!(shown.header("access-control-allow-credentials"), "");

    let plain =
        World::with(|settings| settings.public_url = "http://localhost:3000".to_owned()).await;
    let answer = plain.get("/login", &[]).await;
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test]
async fn the_session_cookie_is_for_this_host_and_no_script() {
    let world = World::new().await;
    world.register("mara@example.com").await;
    let mut browser = Browser::new(&world);
    let answer = browser.log_in("mara@example.com", "correct horse battery").await;
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    let session = cookies.iter().find(|c| c.starts_with("__Host-session=")).unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(session.contains(part), "{part}: {session}");
    }
    assert!(!session.contains("Domain"), "{session}");
    let mut all: Vec<String> = cookies.into_iter().map(str::to_owned).collect();
    for (choose, field, value) in [("set_language", "lang", "de"), ("set_theme", "theme", "dark")] {
        let answer = browser.post(choose, &[(field, value), ("back", "/")]).await;
        let set = answer.headers.get_all("set-cookie").iter();
        all.extend(set.map(|c| c.to_str().unwrap().to_owned()));
    }
    for cookie in &all {
        assert!(cookie.starts_with("__Host-") && cookie.contains("; Secure"), "{cookie}");
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; Path=/"), "{cookie}");
    }
    for name in ["session", "changed", "lang", "theme"] {
        assert!(all.iter().any(|c| c.starts_with(&format!("__Host-{name}="))), "{name}: {all:?}");
    }
    let page = browser.page("/dashboard", 200).await;
    assert!(page.contains("<html lang=\"de\" data-theme=\"dark\""), "and they are read");

    let plain =
        World::with(|settings| settings.public_url = "http://localhost:3000".to_owned()).await;
    plain.register("mara@example.com").await;
    let mut browser = Browser::new(&plain);
    browser.log_in("mara@example.com", "correct horse battery").await;
    assert!(browser.cookies.contains_key("session"));
}
