//! What takes an id and where it goes. Whatever is in none of these lists fails the test by name.

use serde_json::{Value, json};

/// Stands where an id of A goes.
pub const ID: &str = "{id}";

/// Server functions that name something by an id, with the fields that let them get as far as looking it up.
pub const WITH_ID: &[(&str, &[(&str, &str)])] = &[
    ("add_passkey", &[("name", "x"), ("passkey", ID)]),
    ("answer_contest", &[("id", ID), ("answer", "x")]),
    ("archive_agent", &[("id", ID)]),
    ("create_api_key", &[("name", "x"), ("read", "on"), ("agent", ID)]),
    ("create_contest", &[("id", ID), ("name", "x"), ("email", "x@example.com"), ("message", "x")]),
    ("delete_agent", &[("id", ID), ("confirm", "x")]),
    ("delete_webhook", &[("id", ID)]),
    ("disable_webhook", &[("id", ID)]),
    ("demote_member", &[("id", ID)]),
    ("enable_webhook", &[("id", ID)]),
    ("end_account_sessions", &[("id", ID)]),
    ("hand_over_workspace", &[("id", ID)]),
    ("issue_certificate", &[("id", ID)]),
    ("promote_member", &[("id", ID)]),
    ("remove_member", &[("id", ID)]),
    ("remove_passkey", &[("id", ID)]),
    ("rename_passkey", &[("id", ID), ("name", "x")]),
    ("renew_certificate", &[("id", ID)]),
    ("replay_failed_webhooks", &[("id", ID), ("hours", "24")]),
    ("replay_webhook", &[("id", ID), ("event", ID)]),
    ("reveal_webhook_secret", &[("id", ID)]),
    ("revoke_api_key", &[("id", ID)]),
    ("revoke_certificate", &[("id", ID), ("reason", "x")]),
    ("revoke_invitation", &[("id", ID)]),
    ("revoke_session", &[("handle", ID)]),
    ("rotate_api_key", &[("id", ID), ("overlap", "now")]),
    ("rotate_webhook_secret", &[("id", ID)]),
    ("set_account_plan", &[("id", ID), ("plan", "free")]),
    ("set_agent_unlisted", &[("id", ID), ("unlisted", "true")]),
    ("suspend_account", &[("id", ID), ("reason", "x")]),
    ("switch_workspace", &[("workspace", ID)]),
    ("test_webhook", &[("id", ID)]),
    ("unarchive_agent", &[("id", ID)]),
    ("unsuspend_account", &[("id", ID)]),
    (
        "update_agent",
        &[("id", ID), ("name", "x"), ("framework", "custom"), ("visibility", "public")],
    ),
    (
        "update_webhook",
        &[("id", ID), ("url", "https://example.com/"), ("dialect", "standard"), ("scope", "all")],
    ),
];

/// Server functions that name nothing of anybody's: they act on who signed in.
pub const WITHOUT_ID: &[&str] = &[
    "accept_invitation",
    "begin_passkey",
    "begin_passkey_log_in",
    "begin_registration",
    "begin_totp",
    "cancel_deletion",
    "change_password",
    "confirm_identity",
    "confirm_totp",
    "create_agent",
    "create_agents",
    "create_export",
    "create_webhook",
    "delete_account",
    "end_everybodys_sessions",
    "finish_log_in",
    "finish_registration",
    "forgot_password",
    "invite_member",
    "invite_user",
    "leave_workspace",
    "log_in",
    "log_in_with_passkey",
    "log_out",
    "make_recovery_codes",
    "register",
    "remove_totp",
    "resend_verification",
    "reset_password",
    "revoke_other_sessions",
    "set_language",
    "set_legal_text",
    "set_theme",
    "set_time_zone",
    "update_profile",
    "verify_email",
];

/// Endpoints without an id in their path: with a body that names one, or with none.
pub fn without_id_in_path(operation: &str) -> Option<Value> {
    let event = json!({ "agent_id": ID, "amount": 1 });
    Some(match operation {
        "POST /v1/payment-events" => event,
        "POST /v1/payment-events/batch" => json!({ "events": [event] }),
        "POST /v1/agents" => json!({ "name": ID }),
        "POST /v1/agents/bulk" => json!({ "agents": [{ "name": ID }] }),
        "GET /v1/agents" | "GET /v1/auth/export-data" | "GET /v1/auth/me" => Value::Null,
        // The same for everybody.
        "GET /health" | "GET /openapi.json" | "GET /.well-known/jwks.json" => Value::Null,
        "GET /sdk/gopi_client.py" | "GET /sdk/gopi-client.mjs" | "GET /v1/webhooks/events" => {
            Value::Null
        }
        "POST /v1/webhooks/configure" => {
            json!({ "webhook_url": "https://example.com/", "events": ["*"] })
        }
        "GET /v1/webhooks/list" => Value::Null,
        "POST /v1/webhooks/test" => json!({ "webhook_id": ID }),
        // Ask for a password or the secret of a link, not for an id.
        "POST /v1/auth/login" | "POST /v1/auth/register" | "POST /v1/auth/verify" => Value::Null,
        "DELETE /v1/auth/delete-account" => Value::Null,
        _ => return None,
    })
}

/// Pages that can be asked for something by a query.
pub const QUERIES: &[&str] = &[
    "/dashboard/payments?agent={id}",
    "/dashboard/payments?q={id}",
    "/dashboard/payments.csv?agent={id}",
    "/dashboard/overview.csv?agent={id}",
    "/dashboard/search?q={id}",
    "/dashboard/search?q=eheimsach",
    "/dashboard/agents?q=eheimsach",
    "/dashboard/audit-log?q={id}",
    "/dashboard/audit-log?subject={id}",
    "/dashboard/audit-log/export?subject={id}",
    "/dashboard/api-keys?cursor={id}",
    "/dashboard?agent={id}",
    "/v1/agents?cursor={id}",
];
