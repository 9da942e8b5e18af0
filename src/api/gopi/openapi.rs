//! The published description of the dialect (OpenAPI 3.1): paths and types come from the handlers, and what they have
//! in common - rules of fields, errors, limits - is added here.

use serde_json::{Value, json};
use utoipa::OpenApi;

use super::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Surety trust API",
        description = "Owners register agents, agents report their payments, and everybody else can check how reliable \
            an agent is: by its trust score from 0 to 100, a certificate that is valid for 90 days, and a badge. \
            Send times as ISO 8601; amounts are exact decimals. Every change takes an `Idempotency-Key`: the same key \
            with the same body replays the first answer for 24 hours, with another body it is refused with 409.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "Account", description = "Registering and signing in"),
        (name = "Agents", description = "The agents of your workspace"),
        (name = "Payments", description = "What your agents paid"),
        (name = "Certificates", description = "A score, frozen and signed"),
        (name = "Public", description = "What anybody may read, without an account")
    )
)]
struct Published;

/// The description, for an instance that is reached at `public_url`.
pub fn specification(public_url: &str) -> Value {
    let (_, mut api) = routes().split_for_parts();
    api.merge(Published::openapi());
    api.info = Published::openapi().info;
    let mut spec = serde_json::to_value(api).unwrap_or_default();
    spec["servers"] = json!([{ "url": public_url }]);
    spec["components"]["securitySchemes"] = json!({
        "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "The `token` of registering or logging in, good for an hour" },
        "api_key": { "type": "apiKey", "in": "header", "name": "X-API-Key",
            "description": "A key of the workspace, `gopi_sk_...`" },
    });
    spec["components"]["headers"] = headers();
    describe_fields(&mut spec["components"]["schemas"]);
    if let Some(paths) = spec["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete(path, method, operation);
            }
        }
    }
    spec
}

fn headers() -> Value {
    let header = |description: &str, kind: &str| json!({ "description": description, "schema": { "type": kind } });
    json!({
        "RateLimit": header("Requests that remain and the seconds until all of them are back: \"default\";r=99;t=1", "string"),
        "RateLimit-Policy": header("Requests and seconds of the limit: \"default\";q=100;w=60", "string"),
        "Retry-After": header("Seconds to wait", "integer"),
    })
}

/// Rules and examples of fields: the wire types say only which type a field has.
fn describe_fields(schemas: &mut Value) {
    let statuses = json!(model::PaymentStatus::TEXTS);
    let time = json!({ "format": "date-time", "examples": ["2026-10-14T11:52:00Z"] });
    let amount = json!({
        "type": null,
        "oneOf": [
            { "type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000_000 },
            { "type": "string", "pattern": "^[0-9]{1,9}([.][0-9]{1,5}[1-9])?$", "not": { "pattern": "^0+$" } },
        ],
        "examples": [12.5, "0.031700"],
    });
    let rules = [
        (
            "Register",
            "email",
            json!({ "format": "email", "maxLength": 254, "examples": ["mara@example.com"] }),
        ),
        (
            "Register",
            "password",
            json!({ "format": "password", "minLength": 12, "examples": ["correct horse battery"] }),
        ),
        ("Register", "name", json!({ "maxLength": 200, "examples": ["Mara"] })),
        (
            "Register",
            "operator_token",
            json!({ "description": "Only for the first account of an instance that others can reach: the token on its console" }),
        ),
        ("Login", "email", json!({ "examples": ["mara@example.com"] })),
        (
            "Login",
            "password",
            json!({ "format": "password", "examples": ["correct horse battery"] }),
        ),
        (
            "CreateAgent",
            "name",
            json!({ "minLength": 1, "maxLength": 200, "examples": ["My Finance Bot"] }),
        ),
        ("CreateAgent", "description", json!({ "maxLength": 2000 })),
        (
            "CreateAgent",
            "framework",
            json!({ "enum": with_null(model::Framework::TEXTS), "default": "custom", "examples": ["langchain"] }),
        ),
        (
            "CreateAgent",
            "visibility",
            json!({ "enum": with_null(model::Visibility::TEXTS), "default": "public" }),
        ),
        (
            "UpdateAgent",
            "name",
            json!({ "minLength": 1, "maxLength": 200, "examples": ["My Finance Bot"] }),
        ),
        ("UpdateAgent", "description", json!({ "maxLength": 2000 })),
        ("UpdateAgent", "framework", json!({ "enum": with_null(model::Framework::TEXTS) })),
        ("UpdateAgent", "visibility", json!({ "enum": with_null(model::Visibility::TEXTS) })),
        (
            "CreatePaymentEvent",
            "agent_id",
            json!({ "maxLength": 255, "description": "The agent, by its `external_id`, `id` or `gopi_id`", "examples": ["my-finance-bot-4f9a21c7"] }),
        ),
        ("CreatePaymentEvent", "amount", amount),
        (
            "CreatePaymentEvent",
            "currency",
            json!({ "default": "EUR", "description": "ISO 4217 code, or USDC, USDT, DAI, EURC", "examples": ["EUR"] }),
        ),
        (
            "CreatePaymentEvent",
            "status",
            json!({ "enum": with_null(model::PaymentStatus::TEXTS), "default": "paid", "examples": ["on_time"] }),
        ),
        (
            "CreatePaymentEvent",
            "payment_source",
            json!({ "enum": with_null(model::PaymentSource::TEXTS), "default": "agent_wallet" }),
        ),
        (
            "CreatePaymentEvent",
            "is_autonomous",
            json!({ "default": true, "description": "Whether the agent acted on its own; only then it counts toward the score" }),
        ),
        (
            "CreatePaymentEvent",
            "date",
            with(
                &time,
                "When it happened; default: when it was due if that is past, else now. At most 5 minutes ahead",
            ),
        ),
        ("CreatePaymentEvent", "due_at", with(&time, "When it was due; shown, not scored")),
        (
            "CreatePaymentEvent",
            "reference",
            json!({ "maxLength": 200, "description": "Your own id: the same agent and reference again is the same event", "examples": ["RE-2026-0117"] }),
        ),
        (
            "CreatePaymentEvent",
            "direction",
            json!({ "enum": with_null(model::Direction::TEXTS), "default": "sent", "description": "Received payments are revenue and never scored" }),
        ),
        (
            "CreatePaymentEvent",
            "counterparty",
            json!({ "maxLength": 255, "description": "Payee or payer: an agent's id or a wallet" }),
        ),
        (
            "CreatePaymentEvents",
            "events",
            json!({ "minItems": 1, "maxItems": service::MAX_EVENTS }),
        ),
        ("AmendPaymentEvent", "status", json!({ "enum": statuses, "examples": ["late"] })),
        (
            "AmendPaymentEvent",
            "resolution",
            json!({ "maxLength": 2000, "description": "What was found out", "examples": ["The goods arrived."] }),
        ),
        ("PaymentEvent", "status", json!({ "enum": model::PaymentStatus::TEXTS })),
    ];
    for (schema, field, rule) in rules {
        let Some(known) = schemas[schema]["properties"][field].as_object_mut() else { continue };
        for (name, value) in rule.as_object().into_iter().flatten() {
            match value {
                Value::Null => known.remove(name),
                value => known.insert(name.clone(), value.clone()),
            };
        }
    }
}

/// The spellings of a field that may also be left out by `null`.
fn with_null(texts: &[&str]) -> Value {
    let mut texts: Vec<Value> = texts.iter().map(|t| json!(t)).collect();
    texts.push(Value::Null);
    texts.into()
}

fn with(rule: &Value, description: &str) -> Value {
    let mut rule = rule.clone();
    rule["description"] = description.into();
    rule
}

/// Adds what every operation answers: its errors and its limit.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let changes = !matches!(method, "get");
    let (has_body, secured) =
        (!operation["requestBody"].is_null(), !operation["security"].is_null());
    let public = path.starts_with("/v1/public/");
    let badge = path.ends_with("badge.svg");
    if changes {
        let key = json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Makes a retry the same request",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) if secured => parameters.push(key),
            None if secured => operation["parameters"] = json!([key]),
            _ => {}
        }
    }
    let errors = [
        (has_body, "400", "The body is not JSON (`MALFORMED_JSON`)"),
        (secured, "401", "No good token or key (`UNAUTHORIZED`)"),
        (secured, "403", "The key or role may not do this (`FORBIDDEN`)"),
        (
            path.contains('{') && !badge || path.contains("payment-events"),
            "404",
            "There is no such thing in this workspace (`NOT_FOUND`)",
        ),
        (changes, "409", "Contradicts what is there (`CONFLICT`, `IDEMPOTENCY_CONFLICT`)"),
        (has_body, "413", "More than 1,000,000 bytes (`PAYLOAD_TOO_LARGE`)"),
        (has_body, "415", "The body is not sent as JSON (`UNSUPPORTED_MEDIA_TYPE`)"),
        (!public, "422", "A field breaks a rule; `field` names it (`VALIDATION_ERROR`)"),
        (true, "429", "Too many requests (`RATE_LIMITED`)"),
        (true, "503", "Overloaded (`OVERLOADED`)"),
    ];
    for (applies, status, description) in errors {
        if !applies || !operation["responses"][status].is_null() {
            continue;
        }
        let mut response = json!({
            "description": description,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
        if matches!(status, "429" | "503") {
            response["headers"]["Retry-After"] =
                json!({ "$ref": "#/components/headers/Retry-After" });
        }
        operation["responses"][status] = response;
    }
    for response in operation["responses"].as_object_mut().into_iter().flat_map(|r| r.values_mut())
    {
        for name in ["RateLimit", "RateLimit-Policy"] {
            response["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
        }
    }
}
