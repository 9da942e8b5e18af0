//! `kill -9` in the middle of a load: what was answered is there, once.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::{Server, client, free_port};

const CLIENTS: usize = 8;
const KILLS: usize = 4;
/// The load asks more often than is allowed.
const UNLIMITED: &[(&str, &str)] = &[("SURETY_RATE_LIMITS", "off")];

/// What the load's clients know: the ids that were answered, by the key they were sent with.
struct Load<'a> {
    url: &'a str,
    key: &'a str,
    agent: &'a str,
    sent: AtomicUsize,
    answered: Mutex<BTreeMap<usize, String>>,
}

impl Load<'_> {
    fn answered(&self) -> usize {
        self.answered.lock().unwrap().len()
    }

    /// Sends payments until the server is gone.
    fn run(&self) {
        let client = client();
        loop {
            let n = self.sent.fetch_add(1, Ordering::Relaxed);
            let request = client
                .post(format!("{}/v1/payment-events", self.url))
                .header("X-API-Key", self.key)
                .header("Idempotency-Key", format!("k{n}"));
            let Ok(mut answer) = request.send_json(payment(self.agent, n)) else { return };
            assert_eq!(answer.status(), 201);
            // The head of an answer without its body tells no id: it does not count as answered.
            let Ok(event) = answer.body_mut().read_json::<Value>() else { return };
            let id = event["event_id"].as_str().unwrap().to_owned();
            self.answered.lock().unwrap().insert(n, id);
        }
    }
}

fn payment(agent: &str, n: usize) -> Value {
    json!({ "agent_id": agent, "amount": n % 90 + 1, "status": "on_time" })
}

#[test]
fn every_answered_payment_survives_kill_9_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut server = Server::start(folder.path(), port, UNLIMITED);
    let account = json!({ "email": "mara@example.com", "password": "correct horse battery" });
    let (_, account) = server.post("/v1/auth/register", ("x-test", ""), &account);
    let bearer = format!("Bearer {}", account["token"].as_str().unwrap());
    let key = account["api_key"].as_str().unwrap();
    let (_, agent) =
        server.post("/v1/agents", ("Authorization", &bearer), &json!({ "name": "Bot" }));
    let agent = agent["id"].as_str().unwrap();
    let url = server.url.clone();
    let load =
        Load { url: &url, key, agent, sent: AtomicUsize::new(0), answered: Mutex::default() };

    for kill in 0..KILLS {
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| load.run());
            }
            // So much is under way by then, however slow the machine.
            let begin = Instant::now();
            while load.answered() < 40 * (kill + 1) && begin.elapsed() < Duration::from_secs(60) {
                std::thread::sleep(Duration::from_millis(10));
            }
            std::thread::sleep(Duration::from_millis(17 * kill as u64));
            server.kill();
        });
        server = Server::start(folder.path(), port, UNLIMITED);
    }

    let answered = load.answered.into_inner().unwrap();
    let sent = load.sent.into_inner();
    assert!(answered.len() > 100, "only {} payments were answered", answered.len());
    // Sent again under their keys, all of them: the answered ones are found, the others are made now or were
    // written without an answer. Then each is there once.
    let client = client();
    for n in 0..sent {
        let request = client
            .post(format!("{url}/v1/payment-events"))
            .header("X-API-Key", key)
            .header("Idempotency-Key", format!("k{n}"));
        let mut answer = request.send_json(payment(agent, n)).unwrap();
        assert_eq!(answer.status(), 201);
        let event: Value = answer.body_mut().read_json().unwrap();
        if let Some(id) = answered.get(&n) {
            assert_eq!(event["event_id"], **id, "payment {n} was answered and lost");
        }
    }
    let stats = &server.get(&format!("/v1/agents/{agent}"), ("X-API-Key", key))["payment_stats"];
    assert_eq!(stats["total"], sent, "each payment counts once");
    assert_eq!(stats["autonomous"], sent);
}
