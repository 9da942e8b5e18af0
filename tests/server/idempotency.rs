//! Many clients that send the same request at the same moment.

use std::collections::BTreeSet;
use std::sync::Barrier;

use serde_json::{Value, json};

use crate::process::{Server, client, free_port};

const CLIENTS: usize = 8;
const UNLIMITED: &[(&str, &str)] = &[("SURETY_RATE_LIMITS", "off")];

/// What each of the clients was answered that posted this at once; whoever is told to wait tries again.
fn post_at_once(url: &str, key: &str, body: &Value) -> Vec<Value> {
    let start = Barrier::new(CLIENTS);
    let post = || {
        let client = client();
        start.wait();
        loop {
            let request =
                client.post(url).header("X-API-Key", key).header("Idempotency-Key", "same");
            let mut answer = request.send_json(body).unwrap();
            if answer.status() != 409 {
                assert_eq!(answer.status(), 201);
                return answer.body_mut().read_json().unwrap();
            }
            assert_eq!(
                answer.headers()["retry-after"],
                "1",
                "only a request that still runs is 409"
            );
        }
    };
    std::thread::scope(|threads| {
        let running: Vec<_> = (0..CLIENTS).map(|_| threads.spawn(post)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn eight_clients_with_one_idempotency_key_make_one_event() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), free_port(), UNLIMITED);
    let account = json!({ "email": "mara@example.com", "password": "correct horse battery" });
    let (_, account) = server.post("/v1/auth/register", ("x-test", ""), &account);
    let bearer = format!("Bearer {}", account["token"].as_str().unwrap());
    let (_, agent) =
        server.post("/v1/agents", ("Authorization", &bearer), &json!({ "name": "Bot" }));
    let key = account["api_key"].as_str().unwrap();
    let event = json!({ "agent_id": agent["id"], "amount": 12.5, "status": "on_time" });
    let batch = json!({ "events": [event, event] });
    let distinct = |answers: Vec<Value>, id: fn(&Value) -> String| {
        answers.iter().map(id).collect::<BTreeSet<_>>().len()
    };

    let url = format!("{}/v1/payment-events", server.url);
    let answers = post_at_once(&url, key, &event);
    assert_eq!(distinct(answers, |a| a["event_id"].to_string()), 1);
    let answers = post_at_once(&format!("{url}/batch"), key, &batch);
    assert_eq!(distinct(answers, |a| a["events"][0]["event_id"].to_string()), 1);

    let path = format!("/v1/agents/{}", agent["id"].as_str().unwrap());
    let shown = server.get(&path, ("X-API-Key", key));
    assert_eq!(shown["payment_stats"]["total"], 3, "one event and one batch of two");
}
