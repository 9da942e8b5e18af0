use axum::http::Method;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_agent_is_made_changed_found_by_each_id_and_deleted() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let made = world.agent(&account, "My Finance Bot").await;
    let (id, external, gopi) = (
        made["id"].as_str().unwrap(),
        made["external_id"].as_str().unwrap(),
        made["gopi_id"].as_str().unwrap(),
    );
    assert!(external.starts_with("my-finance-bot-"), "{external}");
    assert!(gopi.starts_with("gopi_lch_"), "{gopi}");
    assert_eq!(made["badge_url"], format!("https://trust.example.com/v1/public/{gopi}/badge.svg"));
    assert_eq!(made["payment_stats"], json!({ "total": 0, "autonomous": 0, "on_time": 0 }));
    assert_eq!(made["certificate"], json!(null));
    for by in [id, external, gopi] {
        let found = world.get(&format!("/v1/agents/{by}"), &[account.key()]).await.expect(200);
        assert_eq!(found, made);
    }

    let path = format!("/v1/agents/{id}");
    let patch = json!({ "name": "Invoice Runner", "visibility": "private" });
    let changed =
        world.call(Method::PATCH, &path, &[account.bearer()], Some(&patch)).await.expect(200);
    assert_eq!(changed["name"], "Invoice Runner");
    assert_eq!(changed["external_id"], external, "the ids stay");
    assert_eq!(changed["description"], "");

    let deleted = world.call(Method::DELETE, &path, &[account.bearer()], None).await;
    assert_eq!(deleted.status.as_u16(), 204);
    assert_eq!(world.get(&path, &[account.bearer()]).await.code(404), "NOT_FOUND");
    let again = world.call(Method::DELETE, &path, &[account.bearer()], None).await;
    assert_eq!(again.code(404), "NOT_FOUND");
    let late = json!({ "agent_id": id, "amount": 1 });
    assert_eq!(world.pay(&account, late).await.code(404), "NOT_FOUND");
}

#[tokio::test]
async fn the_list_is_paged_newest_first() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    for n in 0..5 {
        world.wait_ms(1);
        world.agent(&account, &format!("Bot {n}")).await;
    }
    let mut names = Vec::new();
    let mut path = "/v1/agents?limit=2".to_owned();
    for pages in 1.. {
        let page = world.get(&path, &[account.key()]).await.expect(200);
        names.extend(
            page["agents"]
                .as_array()
                .unwrap()
                .iter()
                .map(|a| a["name"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(pages, 3);
            break;
        };
        path = format!("/v1/agents?limit=2&cursor={cursor}");
    }
    assert_eq!(names, ["Bot 4", "Bot 3", "Bot 2", "Bot 1", "Bot 0"]);
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=agt_x", "cursor"),
    ] {
        let answer = world.get(&format!("/v1/agents?{query}"), &[account.key()]).await;
        assert_eq!(answer.code(422), "VALIDATION_ERROR", "{query}");
        assert_eq!(answer.json()["field"], field, "{query}");
    }
}

#[tokio::test]
async fn another_account_sees_and_changes_nothing() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let eve = world.register("eve@example.com").await;
    let agent = world.agent(&mara, "Mine").await;
    for by in ["id", "external_id", "gopi_id"] {
        let path = format!("/v1/agents/{}", agent[by].as_str().unwrap());
        assert_eq!(world.get(&path, &[eve.bearer()]).await.code(404), "NOT_FOUND");
        let patch = json!({ "name": "Eve's" });
        let changed = world.call(Method::PATCH, &path, &[eve.bearer()], Some(&patch)).await;
        assert_eq!(changed.code(404), "NOT_FOUND");
        let deleted = world.call(Method::DELETE, &path, &[eve.bearer()], None).await;
        assert_eq!(deleted.code(404), "NOT_FOUND");
        let certified =
            world.call(Method::POST, &format!("{path}/certify"), &[eve.bearer()], None).await;
        assert_eq!(certified.code(404), "NOT_FOUND");
        let paid = world.pay(&eve, json!({ "agent_id": agent[by], "amount": 1 })).await;
        assert_eq!(paid.code(404), "NOT_FOUND");
    }
    let list = world.get("/v1/agents", &[eve.bearer()]).await.expect(200);
    assert_eq!(list["agents"], json!([]));
    let still =
        world.get(&format!("/v1/agents/{}", agent["id"].as_str().unwrap()), &[mara.bearer()]).await;
    assert_eq!(still.expect(200), agent);
}

#[tokio::test]
async fn a_key_without_the_permission_manage_changes_no_agent() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let answer = world.post("/v1/agents", &[account.key()], json!({ "name": "Bot" })).await;
    assert_eq!(answer.code(403), "FORBIDDEN");
    assert_eq!(answer.json()["message"], "This needs the permission \"manage\".");
}

#[tokio::test]
async fn the_same_request_makes_one_agent() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let headers = [account.bearer(), ("idempotency-key", "k1".to_owned())];
    let body = json!({ "name": "Bot" });
    let first = world.post("/v1/agents", &headers, body.clone()).await.expect(201);
    let again = world.post("/v1/agents", &headers, body).await.expect(201);
    assert_eq!(first, again);
    let other = world.post("/v1/agents", &headers, json!({ "name": "Other" })).await;
    assert_eq!(other.code(409), "IDEMPOTENCY_CONFLICT");
    let list = world.get("/v1/agents", &[account.bearer()]).await.expect(200);
    assert_eq!(list["agents"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_repeated_answer_waits_for_the_disk_like_the_first_one() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let headers = [account.bearer(), ("idempotency-key", "k1".to_owned())];
    let body = json!({ "name": "Bot" });
    world.post("/v1/agents", &headers, body.clone()).await.expect(201);
    // Something else stands where the log was: what is written from now on cannot be confirmed.
    let log = world.folder.path().join("surety.db-wal");
    std::fs::rename(&log, world.folder.path().join("aside")).unwrap();
    std::fs::create_dir(&log).unwrap();
    let again = world.post("/v1/agents", &headers, body).await;
    assert_eq!(again.code(500), "INTERNAL_ERROR");
}

#[tokio::test]
async fn up_to_ten_agents_are_made_at_once_or_none() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let headers = [account.bearer(), ("idempotency-key", "bulk".to_owned())];
    let ten: Vec<_> =
        (0..10).map(|n| json!({ "name": format!("Bot {n}"), "framework": "crewai" })).collect();
    let body = json!({ "agents": ten });
    let made = world.post("/v1/agents/bulk", &headers, body.clone()).await.expect(201);
    let agents = made["agents"].as_array().unwrap();
    assert_eq!(agents.len(), 10);
    assert_eq!(agents[3]["name"], "Bot 3");
    assert!(agents[3]["gopi_id"].as_str().unwrap().starts_with("gopi_crw_"), "{made}");
    let again = world.post("/v1/agents/bulk", &headers, body).await.expect(201);
    assert_eq!(again, made, "the same request makes them once");

    let eleven = vec![json!({ "name": "Bot" }); 11];
    let long = "x".repeat(201);
    for (body, field) in [
        (json!({ "agents": eleven }), "agents"),
        (json!({ "agents": [] }), "agents"),
        (json!({}), "agents"),
        (
            json!({ "agents": [{ "name": "A" }, { "name": "B" }, { "name": "C" }, {}] }),
            "agents[3].name",
        ),
        (json!({ "agents": [{ "name": "A" }, { "name": "  " }] }), "agents[1].name"),
        (json!({ "agents": [{ "name": "A" }, { "name": long }] }), "agents[1].name"),
        (json!({ "agents": [{ "name": "A", "framework": "cobol" }] }), "agents[0].framework"),
        (json!({ "agents": [{ "name": "A" }, { "name": 7 }] }), "agents[1].name"),
    ] {
        let answer = world.post("/v1/agents/bulk", &[account.bearer()], body.clone()).await;
        assert_eq!(answer.code(422), "VALIDATION_ERROR", "{body}");
        assert_eq!(answer.json()["field"], field, "{body}");
        assert!(answer.json()["message"].as_str().unwrap().starts_with(field), "{}", answer.text);
    }
    let list = world.get("/v1/agents?limit=100", &[account.bearer()]).await.expect(200);
    assert_eq!(list["agents"].as_array().unwrap().len(), 10, "nothing else was made");
    let by_key = world
        .post("/v1/agents/bulk", &[account.key()], json!({ "agents": [{ "name": "A" }] }))
        .await;
    assert_eq!(by_key.code(403), "FORBIDDEN");
}

#[tokio::test]
async fn an_archived_agent_takes_no_payments_keeps_its_profile_and_can_come_back() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Seasonal").await;
    world.pay_times(&account, &agent, 3).await;
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    let archive = format!("{path}/archive");
    let archived = world.call(Method::POST, &archive, &[account.bearer()], None).await.expect(200);
    assert_eq!(archived["status"], "archived");
    let again = world.call(Method::POST, &archive, &[account.bearer()], None).await.expect(200);
    assert_eq!(again, archived, "archiving twice changes nothing");

    for by in ["id", "external_id", "gopi_id"] {
        let refused = world.pay(&account, json!({ "agent_id": agent[by], "amount": 1 })).await;
        assert_eq!(refused.code(409), "CONFLICT");
        let message = refused.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("archived"), "{message}");
    }
    let profile = format!("/v1/public/{}", agent["gopi_id"].as_str().unwrap());
    assert_eq!(world.get(&profile, &[]).await.expect(200)["payment_stats"]["total"], 3);
    let listed = async |query: &str| {
        let list = world.get(&format!("/v1/agents{query}"), &[account.bearer()]).await.expect(200);
        list["agents"].as_array().unwrap().len()
    };
    assert_eq!(listed("").await, 0);
    assert_eq!(listed("?status=archived").await, 1);
    assert_eq!(listed("?status=all").await, 1);
    let wrong = world.get("/v1/agents?status=deleted", &[account.bearer()]).await;
    assert_eq!(wrong.json()["field"], "status");
    assert_eq!(world.get(&path, &[account.bearer()]).await.expect(200)["status"], "archived");

    let unarchive = format!("{path}/unarchive");
    let back = world.call(Method::POST, &unarchive, &[account.bearer()], None).await.expect(200);
    assert_eq!(back["status"], "active");
    world.pay_times(&account, &agent, 1).await;
    assert_eq!(listed("").await, 1);

    let eve = world.register("eve@example.com").await;
    let foreign = world.call(Method::POST, &archive, &[eve.bearer()], None).await;
    assert_eq!(foreign.code(404), "NOT_FOUND");
    let by_key = world.call(Method::POST, &archive, &[account.key()], None).await;
    assert_eq!(by_key.code(403), "FORBIDDEN");
}

#[tokio::test]
async fn an_edit_of_an_older_version_is_refused_when_the_caller_asks_for_that() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Shared").await;
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    let read = world.get(&path, &[account.bearer()]).await;
    let tag = read.header("etag").to_owned();
    assert_eq!(tag, "\"1\"");
    let edit = async |name: &str, tag: Option<&str>| {
        let mut headers = vec![account.bearer()];
        headers.extend(tag.map(|tag| ("if-match", tag.to_owned())));
        let body = json!({ "name": name });
        world.call(Method::PATCH, &path, &headers, Some(&body)).await
    };
    let first = edit("First", Some(&tag)).await;
    assert_eq!(first.expect(200)["name"], "First");
    assert_eq!(first.header("etag"), "\"2\"");
    for old in [tag.as_str(), "\"7\"", "nonsense"] {
        let refused = edit("Second", Some(old)).await;
        assert_eq!(refused.code(412), "VERSION_CONFLICT", "{old}");
    }
    assert_eq!(world.get(&path, &[account.bearer()]).await.expect(200)["name"], "First");
    // Payments are no edits.
    world.pay_times(&account, &agent, 1).await;
    assert_eq!(edit("Third", Some("\"2\"")).await.expect(200)["name"], "Third");
    assert_eq!(edit("Fourth", Some("*")).await.expect(200)["name"], "Fourth");
    assert_eq!(edit("Fifth", None).await.expect(200)["name"], "Fifth", "the last write wins");
}

#[tokio::test]
async fn a_failing_database_gives_a_browser_a_page_and_a_program_its_error() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    world.services.close().await;
    let page = world.get("/a/gopi_lch_00000000", &[]).await;
    assert_eq!(page.status.as_u16(), 500);
    assert!(page.text.contains("Something failed on our side"), "{}", page.text);
    assert!(page.header("content-type").starts_with("text/html"));
    let german = ("accept-language", "de".to_owned());
    let session = ("cookie", "__Host-session=AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    let page = world.get("/dashboard/agents", &[session, german]).await;
    assert_eq!(page.status.as_u16(), 500);
    assert!(page.text.contains("Bei uns ist etwas fehlgeschlagen"), "{}", page.text);
    let answer = world.get("/v1/agents", &[account.bearer()]).await;
    assert_eq!(answer.code(500), "INTERNAL_ERROR");
    let missing = World::new().await.get("/nothing/here", &[]).await;
    assert_eq!(missing.status.as_u16(), 404);
    assert!(missing.text.contains("Nothing here"), "{}", missing.text);
}
