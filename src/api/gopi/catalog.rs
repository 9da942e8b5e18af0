//! Every event that webhooks tell of, with an example and a JSON Schema of the whole message.

use std::sync::LazyLock;

use model::{EVENT_TYPES, event_group};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::{examples, wire};

#[derive(OpenApi)]
#[openapi(components(schemas(
    wire::PaymentEvent,
    wire::ToldAgent,
    wire::ToldCertificate,
    wire::ToldKey,
    wire::ToldImport,
    wire::ToldEndpoint,
)))]
struct Messages;

/// An event type of the catalogue.
#[derive(Debug, Clone, Serialize)]
pub struct CatalogEntry {
    /// Such as `payment.recorded`.
    pub r#type: &'static str,
    /// Such as `payment`.
    pub group: &'static str,
    /// A message, as it is sent.
    pub example: Value,
    /// JSON Schema of the message.
    pub schema: Value,
}

/// The catalogue, in its order.
pub static CATALOG: LazyLock<Vec<CatalogEntry>> = LazyLock::new(|| {
    let schemas = serde_json::to_value(Messages::openapi())
        .map(|mut spec| spec["components"]["schemas"].take())
        .unwrap_or_default();
    EVENT_TYPES.iter().map(|kind| entry(kind, &schemas)).collect()
});

fn entry(kind: &'static str, schemas: &Value) -> CatalogEntry {
    let name = match event_group(kind) {
        "payment" => "PaymentEvent",
        "payments" => "ToldImport",
        "agent" => "ToldAgent",
        "certificate" => "ToldCertificate",
        "api_key" => "ToldKey",
        _ => "ToldEndpoint",
    };
    let data = &schemas[name];
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind,
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": { "const": kind },
            "timestamp": { "type": "string", "format": "date-time" },
            "data": { "$ref": format!("#/components/schemas/{name}") },
        },
        "$defs": needed(name, schemas),
    });
    let example = json!({
        "type": kind,
        "timestamp": "2026-10-14T11:52:00.000Z",
        "data": example(data, schemas),
    });
    CatalogEntry { r#type: kind, group: event_group(kind), example, schema: local(schema) }
}

/// An example of everything that a schema is made of.
fn example(schema: &Value, schemas: &Value) -> Value {
    let Some(parts) = schema["allOf"].as_array() else {
        return examples::whole(schema, schemas).unwrap_or_default();
    };
    let parts = parts.iter().filter_map(|part| examples::whole(part, schemas));
    let fields = parts.filter_map(|part| part.as_object().cloned()).flatten();
    Value::Object(fields.collect())
}

/// A schema and all that it refers to, by name.
fn needed(name: &str, schemas: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        if let Some(schema) = schemas.get(&name)
            && !found.contains_key(&name)
        {
            references(schema, &mut open);
            found.insert(name, schema.clone());
        }
    }
    found
}

fn references(schema: &Value, into: &mut Vec<String>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| references(item, into)),
        Value::Object(fields) => {
            let reference = fields.get("$ref").and_then(Value::as_str);
            into.extend(reference.and_then(|r| r.rsplit('/').next()).map(str::to_owned));
            fields.values().for_each(|field| references(field, into));
        }
        _ => {}
    }
}

/// With references into the schema itself.
fn local(mut schema: Value) -> Value {
    match &mut schema {
        Value::String(text) => *text = text.replace("#/components/schemas/", "#/$defs/"),
        Value::Array(items) => items.iter_mut().for_each(|item| *item = local(item.take())),
        Value::Object(fields) => fields.values_mut().for_each(|field| *field = local(field.take())),
        _ => {}
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_an_example_and_a_schema_that_holds_together() {
        assert_eq!(CATALOG.len(), EVENT_TYPES.len());
        for entry in CATALOG.iter() {
            let kind = entry.r#type;
            assert_eq!(entry.example["type"], kind);
            let data = entry.example["data"].as_object().unwrap();
            assert!(data.len() > 2, "{kind}: {data:?}");
            let text = entry.schema.to_string();
            for name in text.split("\"#/$defs/").skip(1) {
                let name = name.split('"').next().unwrap();
                assert!(entry.schema["$defs"][name].is_object(), "{kind}: {name}");
            }
            assert!(!text.contains("#/components"), "{kind}");
            let told = entry.schema["$defs"].as_object().unwrap().keys();
            let told = told.filter(|name| name.starts_with("Told")).count();
            assert!(told <= 1, "{kind}: only what it needs");
        }
    }
}
