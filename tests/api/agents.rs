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
