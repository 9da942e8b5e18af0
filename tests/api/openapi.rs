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
    assert!(operations.len() >= 14, "only {} operations", operations.len());
    for (path, method, operation) in operations {
        let name = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{name}: summary");
        assert!(operation["tags"][0].is_string(), "{name}: tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|s| s.starts_with('2')), "{name}: success");
        assert!(responses.contains_key("429"), "{name}: limit");
        let open = path.starts_with("/v1/public/") || path.contains("/auth/");
        assert!(open || responses.contains_key("401"), "{name}: who may");
        for (status, response) in responses {
            assert!(response["headers"]["RateLimit"].is_object(), "{name}: {status}");
        }
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
