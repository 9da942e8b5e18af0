//! The README's tour, run line by line, and its table of settings.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::process::{Server, free_port};

fn tour(readme: &str) -> String {
    let section = readme.split("## Five-minute tour").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_tour_ends_with_a_badge_that_shows_the_recomputed_score() {
    let readme = include_str!("../../README.md");
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let _server = Server::start(folder.path(), port, &[]);
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
    let read = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(folder.path().join(name)).unwrap()).unwrap()
    };
    let (score, certificate) = (read("score.json"), read("certificate.json"));
    assert_eq!(score["score"], certificate["score"]);
    assert_eq!(score["grade"], certificate["grade"]);
    let badge = fs::read_to_string(folder.path().join("badge.svg")).unwrap();
    let says = format!("{} {}</title>", score["grade"].as_str().unwrap(), score["score"]);
    assert!(badge.contains(&says), "{says} is not in {badge}");
}

#[test]
fn the_table_names_every_setting() {
    let readme = include_str!("../../README.md");
    for setting in surety::config::SETTINGS {
        let row = format!("| `{}` |", setting.name);
        assert!(readme.contains(&row), "README.md lacks the row {row}");
    }
}
