//! A mail server that keeps what it takes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    pub to: String,
    /// Headers and body, with quoted-printable undone.
    pub text: String,
}

impl Received {
    /// What follows `token=` in the first link.
    pub fn token(&self) -> String {
        let (_, rest) = self.text.split_once("token=").expect("a link with a token");
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
    }

    pub fn has(&self, words: &str) -> bool {
        self.text.contains(words)
    }
}

/// The server, on a port of its own.
pub struct Mailbox {
    pub port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    refusals: Arc<AtomicUsize>,
    refusal: Arc<Mutex<&'static str>>,
}

impl Mailbox {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mailbox = Self {
            port: listener.local_addr().unwrap().port(),
            received: Arc::default(),
            refusals: Arc::default(),
            refusal: Arc::new(Mutex::new("")),
        };
        let (received, refusals, refusal) =
            (mailbox.received.clone(), mailbox.refusals.clone(), mailbox.refusal.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let talk = talk(stream, received.clone(), refusals.clone(), refusal.clone());
                tokio::spawn(async move { talk.await.ok() });
            }
        });
        mailbox
    }

    /// Refuses the next so many mails with these words.
    pub fn refuse(&self, times: usize, words: &'static str) {
        *self.refusal.lock().unwrap() = words;
        self.refusals.store(times, Ordering::Relaxed);
    }

    /// What came since the last call.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.received.lock().unwrap())
    }
}

async fn talk(
    stream: TcpStream,
    received: Arc<Mutex<Vec<Received>>>,
    refusals: Arc<AtomicUsize>,
    refusal: Arc<Mutex<&'static str>>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await? {
        let command = line.to_uppercase();
        let answer = if command.starts_with("EHLO") {
            "250-test\r\n250 8BITMIME".to_owned()
        } else if command.starts_with("RCPT TO:") {
            to = line[8..].trim_matches(['<', '>']).to_owned();
            let left = refusals.load(Ordering::Relaxed);
            if left > 0 {
                refusals.store(left - 1, Ordering::Relaxed);
                (*refusal.lock().unwrap()).to_owned()
            } else {
                "250 ok".to_owned()
            }
        } else if command == "DATA" {
            write.write_all(b"354 go on\r\n").await?;
            let mut text = String::new();
            while let Some(line) = lines.next_line().await? {
                if line == "." {
                    break;
                }
                // A soft line break of quoted-printable.
                match line.strip_suffix('=') {
                    Some(part) => text.push_str(part),
                    None => {
                        text.push_str(&line);
                        text.push('\n');
                    }
                }
            }
            let text = text.replace("=3D", "=");
            received.lock().unwrap().push(Received { to: to.clone(), text });
            "250 taken".to_owned()
        } else if command == "QUIT" {
            write.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else {
            "250 ok".to_owned()
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
