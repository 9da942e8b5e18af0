use axum::body::Body;
use axum::http::Request;
use model::Permission;
use serde_json::{Value, json};
use service::NewApiKey;

use crate::world::{Account, Answer, World};

async fn upload(
    world: &World,
    who: (&str, String),
    agent: &Value,
    file: impl Into<Body>,
) -> Answer {
    let path = format!("/v1/agents/{}/upload-history", agent["id"].as_str().unwrap());
    let request = Request::post(path)
        .header(who.0, who.1)
        .header("content-type", "text/csv; charset=utf-8")
        .body(file.into())
        .unwrap();
    world.send(request).await
}

/// The file as a form's field with a name, told by the agent's own id.
async fn upload_named(world: &World, who: (&str, String), agent: &Value, name: &str) -> Answer {
    let multipart = format!(
        "--x\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\nhi\r\n\
        --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
        content-type: text/csv\r\n\r\ndate,amount\n2026-10-02,7\n\r\n--x--\r\n"
    );
    let path = format!("/v1/agents/{}/upload-history", agent["external_id"].as_str().unwrap());
    let request = Request::post(path)
        .header(who.0, who.1)
        .header("content-type", "multipart/form-data; boundary=x")
        .body(multipart.into())
        .unwrap();
    world.send(request).await
}

async fn total(world: &World, account: &Account, agent: &Value) -> i64 {
    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    let shown = world.get(&path, &[account.key()]).await.expect(200);
    shown["payment_stats"]["total"].as_i64().unwrap()
}

async fn world() -> (World, Account, Value) {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    (world, account, agent)
}

fn done(imported: i64, skipped: i64, counted: i64) -> Value {
    json!({ "imported": imported, "skipped": skipped, "counted": counted })
}

#[tokio::test]
async fn a_file_is_imported_once_however_often_it_comes() {
    let (world, account, agent) = world().await;
    let file = "\u{feff}Amount,note,status,date,reference,is_autonomous,currency,payment_source\r\n\
        12.50,\"a \"\"b\"\", c\",on_time,2026-10-01,RE-1,true,EUR,agent_wallet\r\n\
        \"3\",\"two\r\nlines\",late,2026-10-02T08:00:00+02:00,RE-2,false,usdc,human_card\r\n\
        \r\n\
        1,,,2026-10-03,,,,\r\n\
        1,,,2026-10-03,,,,\r\n";
    let first = upload(&world, account.key(), &agent, file).await.expect(200);
    assert_eq!(first, done(4, 0, 3));
    assert_eq!(total(&world, &account, &agent).await, 4);
    let again = upload(&world, account.bearer(), &agent, file).await.expect(200);
    assert_eq!(again, done(0, 4, 0));
    let more = format!("{file}1,,,2026-10-03,,,,\r\n2,,,2026-10-04,,,,");
    let more = upload(&world, account.key(), &agent, more).await.expect(200);
    assert_eq!(more, done(2, 4, 2), "a third row like two others is a third payment");
    assert_eq!(total(&world, &account, &agent).await, 6);

    // An amended or otherwise known reference is the same payment, whatever the file says now.
    let changed = "date,amount,reference\n2026-10-09,99,RE-1\n";
    assert_eq!(upload(&world, account.key(), &agent, changed).await.expect(200), done(0, 1, 0));
    let other = world.agent(&account, "Other").await;
    assert_eq!(upload(&world, account.key(), &other, changed).await.expect(200), done(1, 0, 1));
}

#[tokio::test]
async fn date_and_amount_are_enough_and_due_at_stands_in_for_a_date() {
    let (world, account, agent) = world().await;
    let file = "amount,date\n1,2026-10-01\n2.000001,2026-10-01 10:00\n";
    assert_eq!(upload(&world, account.key(), &agent, file).await.expect(200), done(2, 0, 2));
    let file = "due_at,amount\n2026-10-01,5";
    assert_eq!(upload(&world, account.key(), &agent, file).await.expect(200), done(1, 0, 1));
    let named = upload_named(&world, account.key(), &agent, "a.CSV").await;
    assert_eq!(named.expect(200), done(1, 0, 1));
}

#[tokio::test]
async fn a_file_whose_name_says_that_it_is_something_else_is_refused() {
    let (world, account, agent) = world().await;
    for name in ["a.xlsx", "a.csv.exe", "csv"] {
        let refused = upload_named(&world, account.key(), &agent, name).await;
        assert_eq!(refused.code(422), "VALIDATION_ERROR");
        let error = refused.json();
        assert_eq!(error["field"], "file", "{error}");
        assert!(error["message"].as_str().unwrap().contains(".csv or .txt"), "{error}");
    }
}

#[tokio::test]
async fn every_mistake_is_named_and_nothing_is_imported() {
    let (world, account, agent) = world().await;
    let file: &[u8] = b"date,amount,currency,status,payment_source,is_autonomous,reference\n\
        2026-10-01,1,EUR,paid,agent_wallet,true,a\n\
        yesterday,0,XXL,payed,wallet,maybe,b\n\
        2026-10-01,1.2345678,,,,,\n\
        2030-01-01,1e3,,,,,\n\
        ,,,,,,\n\
        2026-10-01,1\n\
        2026-10-01,1,,,,,\xff\n\
        2026-10-01,2,EUR,paid,agent_wallet,true,a\n";
    let refused = upload(&world, account.key(), &agent, file).await;
    assert_eq!(refused.code(422), "VALIDATION_ERROR");
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    let found: Vec<_> = errors
        .iter()
        .map(|e| (e["row"].as_i64().unwrap(), e["column"].as_str().unwrap_or("-")))
        .collect();
    assert_eq!(
        found,
        [
            (3, "date"),
            (3, "amount"),
            (3, "currency"),
            (3, "status"),
            (3, "payment_source"),
            (3, "is_autonomous"),
            (4, "amount"),
            (5, "date"),
            (5, "amount"),
            (6, "date"),
            (6, "amount"),
            (7, "-"),
            (8, "reference"),
        ],
        "{errors:#?}"
    );
    assert!(errors.iter().all(|e| e["message"].is_string()));
    let clash = "date,amount,reference\n2026-10-01,1,a\n2026-10-01,1,a\n2026-10-01,2,a\n";
    let clash = upload(&world, account.key(), &agent, clash).await;
    assert_eq!(clash.expect(422)["errors"][0]["row"], 4);
    for (file, column) in [
        ("", "-"),
        ("date,amount\n", "-"),
        ("amount\n1\n", "date"),
        ("date\n2026-10-01\n", "amount"),
        ("date,date,amount\n", "date"),
        ("date;amount\n2026-10-01;1\n", "date"),
    ] {
        let wrong = upload(&world, account.key(), &agent, file).await.expect(422);
        assert_eq!(wrong["errors"][0]["row"], 1, "{file:?}: {wrong}");
        assert_eq!(
            wrong["errors"][0]["column"].as_str().unwrap_or("-"),
            column,
            "{file:?}: {wrong}"
        );
    }
    let many = format!("date,amount\n{}", "x,y\n".repeat(1_000));
    let many = upload(&world, account.key(), &agent, many).await.expect(422);
    assert_eq!(many["errors"].as_array().unwrap().len(), 100);
    assert_eq!(total(&world, &account, &agent).await, 0);
    let good = "date,amount\n2026-10-01,1\n";
    assert_eq!(upload(&world, account.key(), &agent, good).await.expect(200), done(1, 0, 1));
}

#[tokio::test]
async fn one_bad_row_at_the_end_of_a_long_file_leaves_nothing() {
    let (world, account, agent) = world().await;
    let mut file = "date,amount\n".to_owned();
    for n in 0..4_000 {
        file.push_str(&format!("2026-10-{:02},{}.5\n", n % 14 + 1, n + 1));
    }
    let bad = format!("{file}2026-10-01,none\n");
    let refused = upload(&world, account.key(), &agent, bad).await.expect(422);
    assert_eq!(
        refused["errors"],
        json!([
            { "row": 4002, "column": "amount", "message": "must be a decimal number such as 12.50" },
        ])
    );
    assert_eq!(total(&world, &account, &agent).await, 0);
    assert_eq!(
        upload(&world, account.key(), &agent, file.clone()).await.expect(200),
        done(4_000, 0, 4_000)
    );
    assert_eq!(upload(&world, account.key(), &agent, file).await.expect(200), done(0, 4_000, 0));
    assert_eq!(total(&world, &account, &agent).await, 4_000);
}

#[tokio::test]
async fn an_imported_payment_is_like_one_that_was_reported() {
    let (world, account, agent) = world().await;
    let other = world.agent(&account, "Reported").await;
    let mut file = "date,amount,status\n".to_owned();
    for n in 0..30 {
        file.push_str(&format!("2026-09-{:02},10,on_time\n", n % 28 + 1));
        let date = format!("2026-09-{:02}", n % 28 + 1);
        let body =
            json!({ "agent_id": other["id"], "amount": 10, "status": "on_time", "date": date });
        world.pay(&account, body).await.expect(201);
    }
    upload(&world, account.key(), &agent, file).await.expect(200);
    let mut scores = Vec::new();
    for of in [&agent, &other] {
        let path = format!("/v1/agents/{}/certify", of["id"].as_str().unwrap());
        let issued = world.call(axum::http::Method::POST, &path, &[account.key()], None).await;
        scores.push(issued.expect(201)["factors"].clone());
    }
    assert_eq!(scores[0], scores[1]);
}

#[tokio::test]
async fn strangers_and_wrong_bodies_are_refused() {
    let (world, account, agent) = world().await;
    let eve = world.register("eve@example.com").await;
    let file = "date,amount\n2026-10-01,1\n";
    assert_eq!(upload(&world, eve.key(), &agent, file).await.code(404), "NOT_FOUND");
    let nobody = ("x-api-key", "gopi_sk_nothing".to_owned());
    assert_eq!(upload(&world, nobody, &agent, file).await.code(401), "UNAUTHORIZED");
    let path = format!("/v1/agents/{}/upload-history", agent["id"].as_str().unwrap());
    let json = world.post(&path, &[account.key()], json!({})).await;
    assert_eq!(json.code(415), "UNSUPPORTED_MEDIA_TYPE");
    let request = Request::post(&path)
        .header("x-api-key", &account.key)
        .header("content-type", "text/csv")
        .header("content-length", "60000000")
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.send(request).await.code(413), "PAYLOAD_TOO_LARGE");
    let large = "x".repeat(50_000_001);
    assert_eq!(upload(&world, account.key(), &agent, large).await.code(413), "PAYLOAD_TOO_LARGE");
    assert_eq!(total(&world, &account, &agent).await, 0);
}

#[tokio::test]
async fn a_repeated_key_replays_the_answer() {
    let (world, account, agent) = world().await;
    let id = agent["id"].as_str().unwrap();
    let path = format!("/v1/agents/{id}/upload-history");
    let owner = world.services.authenticate_token(&account.token).await.unwrap();
    let held = NewApiKey {
        name: "Held to one agent".to_owned(),
        permissions: Permission::ALL.iter().copied().collect(),
        agent: Some(id.to_owned()),
        ..NewApiKey::default()
    };
    let held = world.services.create_api_key(&owner, held, None).await.unwrap();
    for (key, day) in [(&account.key, 1), (&held.secret.unwrap(), 2)] {
        let send = |amount: u8| {
            let request = Request::post(&path)
                .header("x-api-key", key)
                .header("idempotency-key", "k")
                .header("content-type", "text/csv")
                .body(Body::from(format!("date,amount\n2026-10-0{day},{amount}\n")))
                .unwrap();
            world.send(request)
        };
        assert_eq!(send(1).await.expect(200), done(1, 0, 1));
        assert_eq!(send(1).await.expect(200), done(1, 0, 1));
        assert_eq!(send(2).await.code(409), "IDEMPOTENCY_CONFLICT");
        assert_eq!(total(&world, &account, &agent).await, day);
    }
}

#[tokio::test]
async fn payments_of_others_go_on_while_a_file_is_imported() {
    let (world, account, agent) = world().await;
    let other = world.agent(&account, "Other").await;
    let mut file = "date,amount\n".to_owned();
    for n in 0..2_000 {
        file.push_str(&format!("2026-10-01,{}\n", n + 1));
    }
    let pay = async {
        for n in 0..50 {
            let body = json!({ "agent_id": other["id"], "amount": n + 1 });
            world.pay(&account, body).await.expect(201);
        }
    };
    let (imported, ()) = tokio::join!(upload(&world, account.key(), &agent, file), pay);
    assert_eq!(imported.expect(200), done(2_000, 0, 2_000));
    assert_eq!(total(&world, &account, &other).await, 50);
    let mut seen = 0;
    let mut cursor = None;
    let actor = world
        .services
        .authenticate_key(&account.key, std::net::Ipv4Addr::LOCALHOST.into())
        .await
        .unwrap();
    let filter = service::PaymentFilter {
        agent_id: Some(agent["id"].as_str().unwrap().to_owned()),
        ..service::PaymentFilter::default()
    };
    loop {
        let page =
            world.services.export_payments(&actor, &filter, cursor.as_deref()).await.unwrap();
        seen += page.items.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, 2_000);
}
