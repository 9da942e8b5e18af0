//! The published description of the dialect (OpenAPI 3.1): paths, types and their rules come from the handlers and the
//! wire types, and what all operations have in common - errors, limits, examples - is added here.

use serde_json::{Value, json};
use utoipa::OpenApi;

use super::{examples, routes};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Surety trust API",
        description = "Owners register agents, agents report their payments, and everybody else can check how reliable \
            an agent is: by its trust score from 0 to 100, a certificate that is valid for 90 days, and a badge. \
            Send times as ISO 8601; amounts are exact decimals. Every change takes an `Idempotency-Key`: the same key \
            with the same body replays the first answer for 24 hours, with another body it is refused with 409. A retry \
            that comes before the first answer waits for it, or gets 409 with `Retry-After`.",
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
    let published = Published::openapi();
    api.info = published.info.clone();
    api.merge(published);
    let mut spec = serde_json::to_value(api).unwrap_or_default();
    spec["servers"] = json!([{ "url": public_url }]);
    spec["components"]["securitySchemes"] = json!({
        "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "The `token` of registering or logging in, good for an hour" },
        "api_key": { "type": "apiKey", "in": "header", "name": "X-API-Key",
            "description": "A key of the workspace, `gopi_sk_...`" },
    });
    spec["components"]["headers"] = headers();
    let schemas = spec["components"]["schemas"].clone();
    if let Some(paths) = spec["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete(path, method, operation);
                examples::add(operation, &schemas);
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

/// An answer that many operations may give: whether this one does, its status and what it means.
type Common = (bool, &'static str, &'static str);

fn common(path: &str, method: &str, operation: &Value) -> [Common; 12] {
    let changes = method != "get";
    let has_body = !operation["requestBody"].is_null();
    let secured = !operation["security"].is_null();
    let badge = path.contains("/badge.");
    let (registers, logs_in) = (path.ends_with("/register"), path.ends_with("/login"));
    let lists = path == "/v1/agents";
    let conflict = if registers {
        "The e-mail address has an account already (`CONFLICT`)"
    } else {
        "Contradicts what is there (`CONFLICT`), or the `Idempotency-Key` came with another request or is still being \
            answered (`IDEMPOTENCY_CONFLICT`)"
    };
    [
        (has_body, "400", "The body is not JSON (`MALFORMED_JSON`)"),
        (secured || logs_in, "401", "No good token or key (`UNAUTHORIZED`)"),
        (secured, "403", "The key or role may not do this (`FORBIDDEN`)"),
        (
            registers,
            "403",
            "This instance wants an invitation, or takes nobody (`REGISTRATION_CLOSED`)",
        ),
        (
            path.contains('{') && !badge || path == "/v1/payment-events",
            "404",
            "There is no such thing in this workspace (`NOT_FOUND`)",
        ),
        (changes && !logs_in, "409", conflict),
        (has_body, "413", "More than 1,000,000 bytes (`PAYLOAD_TOO_LARGE`)"),
        (has_body, "415", "The body is not sent as JSON (`UNSUPPORTED_MEDIA_TYPE`)"),
        (changes || lists, "422", "A field breaks a rule; `field` names it (`VALIDATION_ERROR`)"),
        (!logs_in, "429", "Too many requests (`RATE_LIMITED`)"),
        (
            logs_in,
            "429",
            "Too many requests (`RATE_LIMITED`) or wrong passwords or codes (`TOO_MANY_ATTEMPTS`)",
        ),
        (true, "503", "Overloaded (`OVERLOADED`)"),
    ]
}

/// Adds what every operation takes and answers: the key of a retry, its errors and its limit.
fn complete(path: &str, method: &str, operation: &mut Value) {
    if method != "get" && !operation["security"].is_null() {
        let key = json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Makes a retry the same request: at most 255 printable ASCII characters of your own",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" },
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(key),
            None => operation["parameters"] = json!([key]),
        }
    }
    for (applies, status, description) in common(path, method, operation) {
        if !applies || !operation["responses"][status].is_null() {
            continue;
        }
        operation["responses"][status] = json!({
            "description": description,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
    }
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        let retry = matches!(status.as_str(), "409" | "429" | "503").then_some("Retry-After");
        for name in ["RateLimit", "RateLimit-Policy"].into_iter().chain(retry) {
            response["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
        }
    }
}
