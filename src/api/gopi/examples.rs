//! Examples of whole bodies, put together from those of their fields, so that each value stands once.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// Nested deeper than any body is.
const DEEPEST: u8 = 16;

/// Adds an example to each body of an operation that has none of its own.
pub(super) fn add(operation: &mut Value, schemas: &Value) {
    let request = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
    for media in request.into_iter().flatten().map(|(_, media)| media) {
        set(media, |schema| of(schema, schemas, Fields::Telling, DEEPEST));
    }
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        let description = response["description"].as_str().unwrap_or_default().to_owned();
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        for media in content.into_iter().flatten().map(|(_, media)| media) {
            let is_problem = media["schema"]["$ref"] == "#/components/schemas/Problem";
            set(media, |schema| {
                if is_problem {
                    Some(problem(status, &description))
                } else {
                    of(schema, schemas, Fields::All, DEEPEST)
                }
            });
        }
    }
}

fn set(media: &mut Value, example: impl FnOnce(&Value) -> Option<Value>) {
    if media.get("example").is_some() {
        return;
    }
    if let Some(example) = example(&media["schema"]) {
        media["example"] = example;
    }
}

/// Which fields of an object an example shows.
#[derive(Clone, Copy, PartialEq)]
enum Fields {
    All,
    /// Those that are required and those that have an example.
    Telling,
}

fn of(schema: &Value, schemas: &Value, fields: Fields, depth: u8) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return of(&schemas[name], schemas, fields, depth);
    }
    if let Some(own) = own(schema) {
        return Some(own);
    }
    let choices = ["oneOf", "anyOf", "allOf"].iter().find_map(|kind| schema[*kind].as_array());
    if let Some(choices) = choices {
        let real = choices.iter().find(|choice| choice["type"] != "null")?;
        return of(real, schemas, fields, depth);
    }
    if let Some(properties) = schema["properties"].as_object() {
        return Some(object(schema, properties, schemas, fields, depth));
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) if kinds.iter().any(|k| k == "null") => return Some(Value::Null),
        kind => kind.as_str()?,
    };
    match kind {
        "array" => of(&schema["items"], schemas, fields, depth).map(|item| json!([item])),
        "boolean" => Some(json!(false)),
        "integer" | "number" => Some(json!(0)),
        _ => Some(schema["enum"].get(0).cloned().unwrap_or(json!("..."))),
    }
}

fn own(schema: &Value) -> Option<Value> {
    let first = schema["examples"].get(0).or(schema.get("example"));
    first.or(schema.get("default")).cloned()
}

fn object(
    schema: &Value,
    properties: &Map<String, Value>,
    schemas: &Value,
    fields: Fields,
    depth: u8,
) -> Value {
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|r| r.iter().any(|f| f == name));
    let telling = |field: &Value| field.get("examples").is_some() || field.get("example").is_some();
    let shown = properties
        .iter()
        .filter(|(name, field)| fields == Fields::All || required(name) || telling(field));
    shown
        .filter_map(|(name, field)| Some((name.clone(), of(field, schemas, fields, depth)?)))
        .collect()
}

/// An error with the first code that its description names.
fn problem(status: &str, description: &str) -> Value {
    let code = description
        .split('`')
        .skip(1)
        .step_by(2)
        .find(|word| word.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    let title = status.parse::<StatusCode>().ok().and_then(|s| s.canonical_reason());
    let code = code.unwrap_or("VALIDATION_ERROR");
    let (field, message) = match code {
        "UNAUTHORIZED" => (
            None,
            "Send a token as \"Authorization: Bearer ...\" or an API key as \"X-API-Key: ...\".",
        ),
        "FORBIDDEN" => (None, "This API key lacks the permission."),
        "NOT_FOUND" => (None, "There is no such agent."),
        "PLAN_REQUIRED" => (None, "This needs the plan basic or higher."),
        "RATE_LIMITED" => (
            None,
            "Too many requests: 100 requests in 60 seconds are allowed. Try again in 12 seconds.",
        ),
        "OVERLOADED" => (None, "Too much is going on. Try again in 1 seconds."),
        "CONFLICT" if description.contains("e-mail") => (Some("email"), "email is taken already."),
        "CONFLICT" => (Some("reference"), "reference was used for another payment."),
        "VERSION_CONFLICT" => (None, "It was changed meanwhile."),
        "VALIDATION_ERROR" => (Some("name"), "name is required."),
        "INSUFFICIENT_HISTORY" => {
            (None, "A certificate needs 3 payments that count; 1 more is missing.")
        }
        _ => (None, description.split(" (`").next().unwrap_or_default()),
    };
    json!({
        "error": title.unwrap_or("Error"), "message": message, "code": code, "field": field,
        "request_id": "req_01kcmwpe4r0000000000000000",
    })
}
