//! `kill -9` while webhooks go out: every event arrives, under one id, in its order.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::postgres::Database;
use crate::process::{Server, client, free_port};

/// Attempts at a time to one endpoint at most: so many may overtake on the way.
const AT_A_TIME: usize = 64;
/// Deliveries that a process takes in hand at a time.
const CLAIMED: usize = 500;
const BATCH: usize = 20;
const PASSWORD: &str = "correct horse battery";

/// What a receiver heard.
#[derive(Default)]
struct Heard {
    /// The ids in the order in which each came first, and how often it came.
    order: Vec<String>,
    times: HashMap<String, usize>,
    /// The id of each payment, by its reference.
    ids: HashMap<String, HashSet<String>>,
    /// Ids that are being answered.
    open: HashSet<String>,
    /// Ids that came while they were being answered.
    at_once: Vec<String>,
    wrong: Vec<String>,
}

/// A receiver that takes some time for each answer, and checks the gateway's signature.
struct Receiver {
    url: String,
    heard: Arc<Mutex<Heard>>,
}

impl Receiver {
    fn start(takes: Duration, secret: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let heard = Arc::<Mutex<Heard>>::default();
        let shared = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let heard = Arc::clone(&shared);
                std::thread::spawn(move || answer(stream, &heard, takes, secret));
            }
        });
        Self { url, heard }
    }

    /// Waits until all of these payments were heard of.
    fn wait_for(&self, references: &[String]) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let missing = {
                let heard = self.heard.lock().unwrap();
                references.iter().filter(|r| !heard.ids.contains_key(*r)).count()
            };
            if missing == 0 {
                return;
            }
            assert!(Instant::now() < deadline, "{missing} of {} are lost", references.len());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What must hold whatever happened; how many came more than once.
    fn check(&self) -> usize {
        let heard = self.heard.lock().unwrap();
        assert!(heard.wrong.is_empty(), "wrongly signed: {:?}", heard.wrong);
        for (reference, ids) in &heard.ids {
            assert_eq!(ids.len(), 1, "{reference} came under several ids");
        }
        let mut sorted = heard.order.clone();
        sorted.sort();
        let place: BTreeMap<_, _> = sorted.iter().enumerate().map(|(n, id)| (id, n)).collect();
        for (n, id) in heard.order.iter().enumerate() {
            let off = place[id].abs_diff(n);
            assert!(off <= 2 * AT_A_TIME, "{id} came as number {n} instead of {}", place[id]);
        }
        heard.times.values().filter(|times| **times > 1).count()
    }
}

fn answer(stream: TcpStream, heard: &Mutex<Heard>, takes: Duration, secret: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some((headers, body)) = read(&mut reader) {
        let id = headers["webhook-id"].clone();
        let mac = service::hmac_sha256_hex(secret.as_bytes(), &[&body]);
        let event: Value = serde_json::from_slice(&body).unwrap();
        {
            let mut heard = heard.lock().unwrap();
            if headers.get("x-agentgate-signature") != Some(&format!("sha256={mac}"))
                && headers.get("x-agentpay-signature") != Some(&mac)
            {
                heard.wrong.push(id.clone());
            }
            let times = heard.times.entry(id.clone()).or_default();
            *times += 1;
            if *times == 1 {
                heard.order.push(id.clone());
            }
            if !heard.open.insert(id.clone()) {
                heard.at_once.push(id.clone());
            }
            let reference = event["data"]["charge_id"].as_str().unwrap_or_default();
            heard.ids.entry(reference.to_owned()).or_default().insert(id.clone());
        }
        std::thread::sleep(takes);
        heard.lock().unwrap().open.remove(&id);
        if stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").is_err() {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<(HashMap<String, String>, Vec<u8>)> {
    let mut headers = HashMap::new();
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((headers, body))
}

/// Somebody with an agent, a key, and an endpoint that hears of every payment.
struct Account {
    key: String,
    agent: String,
}

impl Account {
    fn new(server: &Server, receiver: &Receiver, secret: &str) -> Self {
        let account = json!({ "email": "mara@example.com", "password": PASSWORD });
        let (_, account) = server.post("/v1/auth/register", ("x-test", ""), &account);
        let bearer = format!("Bearer {}", account["token"].as_str().unwrap());
        let me = ("Authorization", bearer.as_str());
        let (_, agent) = server.post("/v1/agents", me, &json!({ "name": "Bot" }));
        let endpoint =
            json!({ "url": receiver.url, "events": ["payment.received"], "secret": secret });
        let (status, made) = server.post("/v1/webhooks/configure", me, &endpoint);
        assert_eq!(status, 200, "{made}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self { key: text(&account["api_key"]), agent: text(&agent["id"]) }
    }

    /// Records batches until the server is gone or enough were answered; the ids of those that were.
    fn record(&self, url: &str, batches: usize) -> Vec<String> {
        let client = client();
        let mut ids = Vec::new();
        for _ in 0..batches {
            let event = json!({ "agent_id": self.agent, "amount": 1, "direction": "received" });
            let body = json!({ "events": vec![event; BATCH] });
            let request = client
                .post(format!("{url}/v1/payment-events/batch"))
                .header("X-API-Key", &self.key);
            let Ok(mut answer) = request.send_json(&body) else { return ids };
            let Ok(answer) = answer.body_mut().read_json::<Value>() else { return ids };
            let Some(events) = answer["events"].as_array() else { return ids };
            ids.extend(events.iter().map(|e| e["event_id"].as_str().unwrap().to_owned()));
        }
        ids
    }
}

const SETTINGS: [(&str, &str); 2] =
    [("SURETY_RATE_LIMITS", "off"), ("SURETY_WEBHOOKS_ALLOW_LOOPBACK", "true")];

#[test]
fn fifty_times_kill_9_lose_nothing_and_keep_ids_and_order() {
    const KILLS: u64 = 50;
    let secret = "a secret of mine";
    let receiver = Receiver::start(Duration::from_millis(2), secret);
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut server = Server::start(folder.path(), port, &SETTINGS);
    let account = Account::new(&server, &receiver, secret);
    let url = server.url.clone();
    let mut recorded = Vec::new();
    for kill in 0..KILLS {
        let answered = std::thread::scope(|scope| {
            let load = scope.spawn(|| account.record(&url, usize::MAX));
            // Between the recording and the sending, and between the sending and the bookkeeping.
            std::thread::sleep(Duration::from_millis(30 + 13 * (kill % 17)));
            server.kill();
            load.join().unwrap()
        });
        recorded.extend(answered);
        server = Server::start(folder.path(), port, &SETTINGS);
    }
    assert!(recorded.len() > 1_000, "only {} payments were recorded", recorded.len());
    receiver.wait_for(&recorded);
    let again = receiver.check();
    let most = usize::try_from(KILLS).unwrap() * AT_A_TIME * 4;
    assert!(again <= most, "{again} of {} came more than once", recorded.len());
}

#[test]
fn two_processes_on_one_postgres_send_nothing_at_once_and_one_death_loses_nothing() {
    let secret = "a secret of mine";
    let receiver = Receiver::start(Duration::from_millis(5), secret);
    let database = Database::new("hooks");
    let key = "7".repeat(64);
    let settings = [
        SETTINGS[0],
        SETTINGS[1],
        ("SURETY_DATABASE_URL", database.url.as_str()),
        ("SURETY_MASTER_KEY", key.as_str()),
    ];
    let folder = tempfile::tempdir().unwrap();
    let one = Server::start(folder.path(), free_port(), &settings);
    let two = Server::start(folder.path(), free_port(), &settings);
    let account = Account::new(&one, &receiver, secret);
    let (one_url, two_url) = (one.url.clone(), two.url.clone());
    let recorded = std::thread::scope(|scope| {
        let first = scope.spawn(|| account.record(&one_url, 60));
        let second = scope.spawn(|| account.record(&two_url, 60));
        std::thread::sleep(Duration::from_millis(1_500));
        one.kill();
        [first.join().unwrap(), second.join().unwrap()].concat()
    });
    assert!(recorded.len() >= 60 * BATCH, "only {} payments were recorded", recorded.len());
    receiver.wait_for(&recorded);
    let again = receiver.check();
    // What the dead process had taken in hand at most, and had sent without having noted it yet.
    assert!(again <= CLAIMED, "{again} came more than once");
    let at_once = receiver.heard.lock().unwrap().at_once.len();
    assert_eq!(at_once, 0, "sent twice at the same time");
    drop(two);
    database.drop();
}
