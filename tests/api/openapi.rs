use axum::http::Method;
use serde_json::Value;

use crate::world::World;

async fn specification(world: &World) -> Value {
    world.get("/openapi.json", &[]).await.expect(200)
}

fn operations(spec: &Value) -> Vec<(String, String, Value)> {
    let paths = spec["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().clone();
        let path = path.clone();
        methods.into_iter().map(move |(method, o)| (path.clone(), method, o)).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[tokio::test]
async fn every_operation_is_described_with_its_errors_and_limits() {
    let world = World::new().await;
    let spec = specification(&world).await;
    assert_eq!(spec["openapi"], "3.1.0");
    assert_eq!(spec["servers"][0]["url"], "https://trust.example.com");
    let operations = operations(&spec);
    assert!(operations.len() >= 20, "only {} operations", operations.len());
    for (path, method, operation) in operations {
        let name = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{name}: summary");
        assert!(operation["tags"][0].is_string(), "{name}: tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|s| s.starts_with('2')), "{name}: success");
        assert!(responses.contains_key("429"), "{name}: limit");
        let open = path.starts_with("/v1/public/") || path.contains("/auth/");
        assert!(open || responses.contains_key("401"), "{name}: who may");
        for body in bodies(&operation) {
            assert!(!body["example"].is_null(), "{name}: an example: {body}");
        }
        for (status, response) in responses {
            assert!(response["headers"]["RateLimit"].is_object(), "{name}: {status}");
        }
    }
}

/// The bodies that an operation takes and answers.
fn bodies(operation: &Value) -> Vec<&Value> {
    let responses = operation["responses"].as_object().unwrap().values();
    let contents = responses.chain(operation.get("requestBody"));
    contents.filter_map(|c| c["content"].as_object()).flat_map(|c| c.values()).collect()
}

#[tokio::test]
async fn whoever_has_the_description_is_not_sent_it_again() {
    let world = World::new().await;
    let first = world.get("/openapi.json", &[]).await;
    assert_eq!(first.header("content-type"), "application/json");
    let tag = first.header("etag").to_owned();
    let again = world.get("/openapi.json", &[("if-none-match", tag)]).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own() {
    let spec = specification(&World::new().await).await;
    let mut names: Vec<_> =
        operations(&spec).into_iter().map(|(_, _, o)| o["operationId"].to_string()).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "{names:?}");
}

/// The paths that the router has: its debug form lists them, and axum offers no other way.
fn routed_paths() -> Vec<String> {
    let debug = format!("{:?}", surety::api::gopi::router());
    let quoted = debug.split('"').skip(1).step_by(2).filter(|text| text.starts_with("/v1/"));
    let mut paths: Vec<_> = quoted.map(str::to_owned).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

#[tokio::test]
async fn what_the_router_answers_is_what_is_described() {
    let world = World::new().await;
    let spec = specification(&world).await;
    let described: Vec<_> = spec["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(routed_paths(), described);
    for path in described {
        let method = Method::from_bytes(b"BREW").unwrap();
        let answer = world.call(method, &path.replace("{id}", "x"), &[], None).await;
        assert_eq!(answer.code(405), "METHOD_NOT_ALLOWED", "{path}");
        let allowed = answer.header("allow").to_lowercase();
        let mut allowed: Vec<_> = allowed.split(',').filter(|method| *method != "head").collect();
        allowed.sort_unstable();
        let methods: Vec<_> = spec["paths"][&path].as_object().unwrap().keys().collect();
        assert_eq!(allowed, methods, "{path}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let world = World::new().await;
    let spec = specification(&world).await;
    let text = spec.to_string();
    let mut checked = 0;
    for after in text.split(r##""$ref":"#"##).skip(1) {
        let pointer = after.split('"').next().unwrap();
        assert!(spec.pointer(pointer).is_some(), "{pointer}");
        checked += 1;
    }
    assert!(checked > 50, "only {checked} references");
}

#[tokio::test]
async fn the_rules_of_a_payment_stand_in_its_schema() {
    let world = World::new().await;
    let spec = specification(&world).await;
    let event = &spec["components"]["schemas"]["CreatePaymentEvent"];
    let mut required: Vec<_> =
        event["required"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
    required.sort_unstable();
    assert_eq!(required, ["agent_id", "amount"]);
    assert_eq!(event["properties"]["status"]["default"], "paid");
    assert_eq!(event["properties"]["reference"]["maxLength"], 200);
    let events = &spec["components"]["schemas"]["CreatePaymentEvents"]["properties"]["events"];
    assert_eq!(events["maxItems"], 1000);
    assert_eq!(events["items"]["$ref"], "#/components/schemas/CreatePaymentEvent");
}
