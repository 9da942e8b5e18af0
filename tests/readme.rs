//! The README's tour, run line by line against the real binary, and its table of settings.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn start(folder: &Path, port: u16) -> Server {
    let child = Command::new(env!("CARGO_BIN_EXE_surety"))
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Server(child);
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "the server does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    server
}

fn tour(readme: &str) -> String {
    let section = readme.split("## Five-minute tour").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_tour_ends_with_a_badge_that_shows_the_recomputed_score() {
    let readme = include_str!("../README.md");
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _server = start(folder.path(), port);
    let script = tour(readme)
        .replace("127.0.0.1:3000", &format!("127.0.0.1:{port}"))
        .replace("target/debug/surety", env!("CARGO_BIN_EXE_surety"));
    let run = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}\n{err}");
    let score: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("score.json")).unwrap())
            .unwrap();
    let certificate: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("certificate.json")).unwrap())
            .unwrap();
    assert_eq!(score["score"], certificate["score"]);
    assert_eq!(score["grade"], certificate["grade"]);
    let badge = fs::read_to_string(folder.path().join("badge.svg")).unwrap();
    let says = format!("{} {}</title>", score["grade"].as_str().unwrap(), score["score"]);
    assert!(badge.contains(&says), "{says} is not in {badge}");
}

#[test]
fn the_table_names_every_setting() {
    let readme = include_str!("../README.md");
    for setting in surety::config::SETTINGS {
        let row = format!("| `{}` |", setting.name);
        assert!(readme.contains(&row), "README.md lacks the row {row}");
    }
}
