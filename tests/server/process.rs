//! A server of its own for a test.

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;
use ureq::http::StatusCode;

/// A running server; dropping it kills it.
pub struct Server {
    process: Child,
    pub url: String,
    client: Agent,
}

/// A client that gives up after ten seconds and takes every status for an answer.
pub fn client() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(10)))
        .proxy(None)
        .build()
        .into()
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Server {
    /// Starts the server over the data in a folder, with these settings, and waits until it is healthy.
    pub fn start(folder: &Path, port: u16, settings: &[(&str, &str)]) -> Self {
        let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
        let process = Command::new(env!("CARGO_BIN_EXE_surety"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .envs(settings.iter().copied())
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let server = Self { process, url: format!("http://127.0.0.1:{port}"), client: client() };
        let deadline = Instant::now() + Duration::from_secs(30);
        while server.client.get(format!("{}/health", server.url)).call().is_err() {
            assert!(
                Instant::now() < deadline,
                "the server does not answer: {}",
                std::fs::read_to_string(folder.join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }

    /// What a power cut does to it: SIGKILL, then nothing.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Posts JSON, with one header.
    pub fn post(&self, path: &str, header: (&str, &str), body: &Value) -> (StatusCode, Value) {
        let request = self.client.post(format!("{}{path}", self.url)).header(header.0, header.1);
        let mut answer = request.send_json(body).unwrap();
        (answer.status(), answer.body_mut().read_json().unwrap())
    }

    /// Gets JSON, with one header.
    pub fn get(&self, path: &str, header: (&str, &str)) -> Value {
        let request = self.client.get(format!("{}{path}", self.url)).header(header.0, header.1);
        request.call().unwrap().body_mut().read_json().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
