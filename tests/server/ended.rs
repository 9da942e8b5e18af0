use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

use crate::process::{Server, client, free_port};

fn end_sessions(folder: &Path, of: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_surety"));
    command.args(["admin", "end-sessions"]).args(of).current_dir(folder).output().unwrap()
}

#[test]
fn sessions_are_ended_from_the_console_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), free_port(), &[]);
    let token = |email: &str, path: &str| {
        let body = json!({ "email": email, "password": "correct horse battery" });
        let (_, answer) = server.post(path, ("x-none", "1"), &body);
        format!("Bearer {}", answer["token"].as_str().unwrap())
    };
    let status = |token: &str| {
        let me = client().get(format!("{}/v1/auth/me", server.url));
        me.header("authorization", token).call().unwrap().status().as_u16()
    };
    let mara = token("mara@example.com", "/v1/auth/register");
    let jon = token("jon@example.com", "/v1/auth/register");
    for wrong in [&[][..], &["mara@example.com", "--all"], &["nobody@example.com"]] {
        assert!(!end_sessions(folder.path(), wrong).status.success(), "{wrong:?}");
    }
    assert_eq!((status(&mara), status(&jon)), (200, 200));
    let done = end_sessions(folder.path(), &["jon@example.com"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!((status(&mara), status(&jon)), (200, 401));
    let jon = token("jon@example.com", "/v1/auth/login");
    let done = end_sessions(folder.path(), &["--all"]);
    assert!(String::from_utf8_lossy(&done.stdout).contains("have ended: 2"));
    assert_eq!((status(&mara), status(&jon)), (401, 401));
}
