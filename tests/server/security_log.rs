//! Who was let in, and who was turned away, stands in the log for tools that watch it.

use serde_json::{Value, json};

use crate::process::{Server, client, free_port};

const PASSWORD: &str = "correct horse battery";

#[test]
fn whoever_is_let_in_or_turned_away_is_logged_without_what_they_typed() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("SURETY_LOG_FORMAT", "json"), ("SURETY_RATE_LIMITS", "off")];
    let server = Server::start(folder.path(), free_port(), &settings);
    let none = ("accept", "application/json");
    let mara = json!({ "email": "mara@example.com", "password": PASSWORD, "name": "Mara" });
    let (_, account) = server.post("/v1/auth/register", none, &mara);
    let user = account["user_id"].as_str().unwrap().to_owned();
    let log_in = |email: &str, password: &str| {
        let who = json!({ "email": email, "password": password });
        server.post("/v1/auth/login", none, &who).0.as_u16()
    };
    assert_eq!(log_in("mara@example.com", PASSWORD), 200);
    assert_eq!(log_in("nobody@example.com", "mistyped-as-a-name"), 401);
    for _ in 0..5 {
        assert_eq!(log_in("mara@example.com", "guessed-by-somebody"), 401);
    }
    assert_eq!(log_in("mara@example.com", "guessed-by-somebody"), 429);
    let key = ("x-api-key", account["api_key"].as_str().unwrap());
    let refused = server.get("/v1/auth/export-data", key);
    assert_eq!(refused["code"], "FORBIDDEN", "{refused}");
    let (status, _) = server.post("/v1/agents", ("x-api-key", "gopi_sk_made_up"), &json!({}));
    assert_eq!(status.as_u16(), 401);
    let foreign = client()
        .post(format!("{}/fn/log_in", server.url))
        .header("origin", "https://evil.example")
        .send("email=a")
        .unwrap();
    assert_eq!(foreign.status().as_u16(), 403);

    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let lines: Vec<Value> = log.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    let fields = |event: &str| -> Vec<Value> {
        let of_security = lines.iter().filter(|l| l["target"] == "security");
        of_security.map(|l| l["fields"].clone()).filter(|f| f["event"] == event).collect()
    };
    let let_in = fields("authn_login_success");
    assert_eq!((let_in.len(), &let_in[0]["user_id"]), (1, &json!(user)), "{log}");
    let wrong = fields("authn_login_fail");
    assert_eq!(wrong.iter().filter(|f| f["user_id"] == json!(user)).count(), 5, "{log}");
    assert_eq!(wrong.iter().filter(|f| f["user_id"] == "unknown").count(), 1, "{log}");
    assert!(wrong.iter().all(|f| f["network"] == "127.0.0.0/24"), "{log}");
    for event in ["authn_login_lock", "authz_fail", "authn_token_refused", "malicious_cross_site"] {
        assert_eq!(fields(event).len(), 1, "{event}: {log}");
    }
    for typed in ["@example.com", "mistyped", "guessed", PASSWORD, "gopi_sk_", "127.0.0.1\""] {
        assert!(!log.contains(typed), "{typed} stands in the log: {log}");
    }
}
