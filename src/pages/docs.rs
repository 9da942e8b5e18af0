//! The API reference: the published description, put into the form that the page shows.

use app::pages::docs::{Answer, Endpoint, EventEntry, Field, Group, Reference};
use app::pages::webhooks::Language;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Page;
use crate::api::gopi::CATALOG;
use crate::security::with_script;
use crate::state::AppState;

/// Choices of a field that are listed; the currencies are more.
const MAX_CHOICES: usize = 12;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/docs", get(show))
        .route("/docs/try", get(attempt))
        .route("/docs/webhooks", get(webhooks))
}

async fn show(page: Page, State(state): State<AppState>) -> Response {
    let reference = Description(state.description()).reference();
    page.html(move || app::pages::docs::show(&reference))
}

async fn attempt(page: Page, State(state): State<AppState>) -> Response {
    let reference = Description(state.description()).reference();
    with_script(page.html(move || app::pages::docs::attempt(&reference)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Look {
    code: String,
}

async fn webhooks(page: Page, Query(look): Query<Look>) -> Response {
    let events: Vec<_> = CATALOG
        .iter()
        .map(|entry| EventEntry {
            kind: entry.r#type,
            example: pretty(&entry.example),
            schema: pretty(&entry.schema),
        })
        .collect();
    page.html(move || app::pages::docs::webhooks(&events, Language::of(&look.code)))
}

/// An OpenAPI document.
struct Description<'a>(&'a Value);

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Making comes before reading, and that before what changes and removes.
fn rank(method: &str) -> Option<usize> {
    ["post", "get", "patch", "delete"].iter().position(|m| *m == method)
}

fn pretty(example: &Value) -> String {
    example.as_str().map_or_else(|| format!("{example:#}"), str::to_owned)
}

impl Description<'_> {
    fn reference(&self) -> Reference {
        let Self(spec) = self;
        let groups = items(&spec["tags"]).iter().map(|tag| Group {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            endpoints: self.endpoints(&tag["name"]),
        });
        let headers = entries(&spec["components"]["headers"]);
        let errors = &spec["paths"]["/v1/agents"]["post"]["responses"]["422"];
        Reference {
            intro: text(&spec["info"]["description"]),
            groups: groups.collect(),
            error: pretty(&errors["content"]["application/json"]["example"]),
            headers: headers.map(|(n, h)| (n.clone(), text(&h["description"]))).collect(),
        }
    }

    /// What needs no account first, then from the whole to its parts.
    fn endpoints(&self, tag: &Value) -> Vec<Endpoint> {
        let operations = entries(&self.0["paths"])
            .flat_map(|(path, item)| entries(item).map(move |(method, o)| (path, method, o)));
        let mut tagged: Vec<_> =
            operations.filter(|(_, _, o)| items(&o["tags"]).contains(tag)).collect();
        tagged.sort_by_key(|(path, method, o)| {
            (!o["security"].is_null(), path.matches('/').count(), *path, rank(method))
        });
        tagged.into_iter().map(|(path, method, o)| self.endpoint(path, method, o)).collect()
    }

    fn endpoint(&self, path: &str, method: &str, operation: &Value) -> Endpoint {
        let takes =
            |scheme: &str| items(&operation["security"]).iter().any(|s| s.get(scheme).is_some());
        let parameters = items(&operation["parameters"]);
        let content = &operation["requestBody"]["content"];
        // A file alone is simpler than a form around it.
        let simple = entries(content).find(|(media, _)| *media != "multipart/form-data");
        let mut endpoint = Endpoint {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            description: text(&operation["description"]),
            access: (takes("token"), takes("api_key")),
            parameters: parameters.iter().map(parameter).collect(),
            fields: Vec::new(),
            body: simple.map(|(media, body)| (media.clone(), pretty(&body["example"]))),
            answers: entries(&operation["responses"]).map(|(s, r)| answer(s, r)).collect(),
            curl: String::new(),
        };
        let schema = &content["application/json"]["schema"];
        self.fields(schema, "", &mut endpoint.fields);
        endpoint.curl = self.curl(&endpoint, parameters, schema);
        endpoint
    }

    /// What a reference leads to, or the schema itself.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next());
        name.map_or(schema, |name| &self.0["components"]["schemas"][name])
    }

    /// The fields of a body; those of a list's entries as `list[].field`.
    fn fields(&self, schema: &Value, prefix: &str, into: &mut Vec<Field>) {
        let schema = self.resolved(schema);
        for (name, property) in entries(&schema["properties"]) {
            let required = items(&schema["required"]).iter().any(|r| r == name);
            let name = format!("{prefix}{name}");
            into.push(Field { required, ..field(&name, property) });
            if property["type"] == "array" {
                self.fields(&property["items"], &format!("{name}[]."), into);
            }
        }
    }

    fn curl(&self, endpoint: &Endpoint, parameters: &[Value], schema: &Value) -> String {
        let mut path = endpoint.path.clone();
        for parameter in parameters.iter().filter(|p| p["in"] == "path") {
            let name = format!("{{{}}}", text(&parameter["name"]));
            path = path.replace(&name, &text(&parameter["example"]));
        }
        let url = text(&self.0["servers"][0]["url"]);
        let mut lines = vec![format!("curl -X {} {url}{path}", endpoint.method)];
        match endpoint.access {
            (_, true) => lines.push("-H 'X-API-Key: gopi_sk_...'".to_owned()),
            (true, false) => lines.push("-H 'Authorization: Bearer eyJ...'".to_owned()),
            (false, false) => {}
        }
        if let Some((media, example)) = &endpoint.body {
            lines.push(format!("-H 'Content-Type: {media}'"));
            lines.push(if schema.is_null() {
                "--data-binary @history.csv".to_owned()
            } else {
                format!("-d '{}'", example.replace('\'', "'\\''"))
            });
        }
        lines.join(" \\\n  ")
    }
}

fn parameter(parameter: &Value) -> Field {
    let name = text(&parameter["name"]);
    let described = [parameter, &parameter["schema"]];
    let description = described.iter().map(|p| text(&p["description"])).find(|d| !d.is_empty());
    Field {
        place: text(&parameter["in"]),
        required: parameter["required"] == true,
        description: description.unwrap_or_default(),
        example: parameter["example"].as_str().map(str::to_owned),
        ..field(&name, &parameter["schema"])
    }
}

fn field(name: &str, schema: &Value) -> Field {
    let kinds = |schema: &Value| match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).filter(|k| k != "null").collect(),
        kind => vec![text(kind)],
    };
    let mut kind: Vec<String> = items(&schema["anyOf"]).iter().flat_map(kinds).collect();
    if kind.is_empty() {
        kind = kinds(schema);
    }
    let choices: Vec<_> =
        items(&schema["enum"]).iter().filter(|c| !c.is_null()).map(text).collect();
    let example = schema["examples"].get(0).or(schema.get("example"));
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Field {
        name: name.to_owned(),
        kind: kind.join(" / "),
        description: text(&schema["description"]),
        choices: if choices.len() > MAX_CHOICES { Vec::new() } else { choices },
        longest: schema["maxLength"].as_u64(),
        default: schema.get("default").map(shown),
        example: example.map(shown),
        ..Field::default()
    }
}

fn answer(status: &str, response: &Value) -> Answer {
    let body = entries(&response["content"]).next().map(|(_, body)| &body["example"]);
    let everywhere = |name: &str| name.starts_with("RateLimit");
    let none = Map::new();
    let headers = response["headers"].as_object().unwrap_or(&none);
    Answer {
        status: status.to_owned(),
        description: text(&response["description"]),
        example: body.filter(|_| status.starts_with('2')).map(pretty),
        headers: headers.keys().filter(|name| !everywhere(name)).cloned().collect(),
    }
}
