use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::world::{Answer, World};

/// Posts a form of the dashboard; the cookie is the one of who signed in.
async fn submit(world: &World, name: &str, cookie: &str, body: &str) -> Answer {
    let request = Request::post(format!("/fn/{name}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("origin", "https://trust.example.com")
        .header("cookie", cookie);
    world.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn sign_in(world: &World, email: &str) -> (&'static str, String) {
    let body = format!("email={email}&password=correct+horse+battery");
    let answer = submit(world, "log_in", "", &body).await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.contains('='), "{} {}", answer.status, answer.text);
    ("cookie", cookie)
}

#[tokio::test]
async fn the_overview_and_its_file_follow_the_time_zone_of_the_workspace() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let agent = world.agent(&mara, "Bot").await;
    for (amount, status, date) in [
        ("10.50", "on_time", "2026-10-12T10:00:00Z"),
        // In Berlin this is the next day.
        ("7.00", "paid", "2026-10-12T22:30:00Z"),
        ("99.00", "missed", "2026-10-13T10:00:00Z"),
        // Before the seven days.
        ("2.00", "late", "2026-10-05T10:00:00Z"),
    ] {
        let id = &agent["id"];
        let body = json!({ "agent_id": id, "amount": amount, "status": status, "date": date });
        world.pay(&mara, body).await.expect(201);
    }
    let path = "/dashboard/overview.csv?range=7d";
    let anonymous = world.get(path, &[]).await;
    assert_ne!(anonymous.status, 200);

    let cookie = sign_in(&world, "mara@example.com").await;
    let utc = world.get(path, std::slice::from_ref(&cookie)).await;
    assert_eq!(utc.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<_> = utc.text.lines().collect();
    assert_eq!((lines.len(), lines[5]), (8, "2026-10-12,0,17.5,0,2"), "{}", utc.text);

    let moved = submit(&world, "set_time_zone", &cookie.1, "time_zone=Europe%2FBerlin").await;
    assert!(moved.status.is_redirection(), "{}", moved.text);
    let berlin = world.get(path, std::slice::from_ref(&cookie)).await;
    let lines: Vec<_> = berlin.text.lines().collect();
    assert_eq!(lines[5..7], ["2026-10-12,0,10.5,0,2", "2026-10-13,0,7,0,0"], "{}", berlin.text);
    // What comes after the move is counted in the new zone at once.
    let body = json!({ "agent_id": agent["id"], "amount": "1", "date": "2026-10-12T22:45:00Z" });
    world.pay(&mara, body).await.expect(201);
    let page = world.get("/dashboard?range=7d", std::slice::from_ref(&cookie)).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for part in ["Europe/Berlin", "18.50", "class=\"s1\"", "75.0"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }

    // Another workspace sees none of it, not even by the agent's id.
    world.register("jon@example.com").await;
    let jon = sign_in(&world, "jon@example.com").await;
    let other = world.get(path, std::slice::from_ref(&jon)).await;
    assert!(!other.text.contains("17.5"), "{}", other.text);
    let foreign = format!("{path}&agent={}", agent["id"].as_str().unwrap());
    assert_eq!(world.get(&foreign, &[jon]).await.status, 404);
}
