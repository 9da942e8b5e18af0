//! What the log says where nobody tells whether a password got out.

use std::fs;

use serde_json::json;

use crate::process::{Server, free_port};

#[test]
fn a_password_that_could_not_be_looked_up_is_taken_with_a_warning_that_does_not_tell_it() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = format!("http://127.0.0.1:{}/range", free_port());
    let settings = [("SURETY_BREACHED_PASSWORDS_URL", nobody.as_str()), ("SURETY_LOG", "debug")];
    let server = Server::start(folder.path(), free_port(), &settings);
    // Its SHA-1 begins with CFC86F317CA0.
    let body = json!({ "email": "mara@example.com", "password": "Quetzalcoatl sang at 7" });
    let (status, _) = server.post("/v1/auth/register", ("x-none", "1"), &body);
    assert_eq!(status.as_u16(), 201);
    server.kill();
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(
        log.contains("WARN") && log.contains("breached_passwords_url does not answer (refused)"),
        "{log}"
    );
    let told = log.to_uppercase();
    for secret in ["QUETZALCOATL", "CFC86", "F317CA0"] {
        assert!(!told.contains(secret), "{secret}: {log}");
    }
}
