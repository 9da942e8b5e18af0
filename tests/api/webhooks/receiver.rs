//! A receiver on a real socket, which behaves as a test wants it to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// What a receiver does once it has read a request.
#[derive(Debug, Clone)]
pub enum Behaviour {
    /// Answers with these bytes, and reads the next request.
    Answer(String),
    /// Never answers.
    Hang,
    /// Begins an answer and sends a byte every second.
    Drip,
    /// Answers 200 and streams without end.
    Flood,
    /// Announces more than it sends, and closes.
    Cut,
}

impl Behaviour {
    pub fn status(status: u16) -> Self {
        Self::with_header(status, "x-test: 1")
    }

    pub fn with_header(status: u16, header: &str) -> Self {
        Self::Answer(format!(
            "HTTP/1.1 {status} Test\r\n{header}\r\ncontent-length: 5\r\n\r\nhello"
        ))
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Seen {
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A running receiver.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    behaviour: Arc<Mutex<Behaviour>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Bytes that a flood got rid of.
    pub flooded: Arc<Mutex<usize>>,
    /// Senders that went away while it hung.
    pub left: Arc<Mutex<usize>>,
}

impl Receiver {
    pub async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self {
            url,
            behaviour: Arc::new(Mutex::new(behaviour)),
            seen: Arc::default(),
            flooded: Arc::default(),
            left: Arc::default(),
        };
        let own = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, own.clone()));
            }
        });
        receiver
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until so many requests came.
    pub async fn wait_for(&self, count: usize) -> Vec<Seen> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let seen = self.seen();
            if seen.len() >= count {
                return seen;
            }
            assert!(Instant::now() < deadline, "{} of {count} requests came", seen.len());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn answer(mut stream: TcpStream, own: Receiver) {
    let Receiver { behaviour, seen, flooded, left, .. } = own;
    while let Some(request) = read(&mut stream).await {
        seen.lock().unwrap().push(request);
        let behaviour = behaviour.lock().unwrap().clone();
        match behaviour {
            Behaviour::Answer(bytes) => {
                if stream.write_all(bytes.as_bytes()).await.is_err() {
                    return;
                }
            }
            Behaviour::Hang => {
                drop(stream.read(&mut [0]).await);
                *left.lock().unwrap() += 1;
                return;
            }
            Behaviour::Drip => {
                let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
                let mut next = head.as_bytes();
                while stream.write_all(next).await.is_ok() {
                    next = b"x";
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                return;
            }
            Behaviour::Flood => {
                let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n";
                if stream.write_all(head.as_bytes()).await.is_err() {
                    return;
                }
                let chunk = [b'x'; 16_384];
                while let Ok(written) = stream.write(&chunk).await {
                    *flooded.lock().unwrap() += written;
                }
                return;
            }
            Behaviour::Cut => {
                let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf";
                drop(stream.write_all(head.as_bytes()).await);
                return;
            }
        }
    }
}

/// One request; `None` when the other side closed.
async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(Some(0), |l| l.parse().ok())?;
    while bytes.len() < head_end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(bytes[head_end..].to_vec()).unwrap();
    Some(Seen { path, headers, body })
}
