//! The API reference as pages.

use serde_json::Value;

use crate::world::{Answer, World};

async fn page(world: &World, path: &str, lang: &str) -> Answer {
    let answer = world.get(path, &[("accept-language", lang.to_owned())]).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer
}

fn operations(spec: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let items = spec["paths"].as_object().unwrap().iter();
    items.flat_map(|(path, item)| item.as_object().unwrap().values().map(move |o| (path, o)))
}

#[tokio::test]
async fn the_reference_shows_every_operation_without_a_script() {
    let world = World::new().await;
    let spec = world.get("/openapi.json", &[]).await.expect(200);
    for (lang, word) in [("en", "Answers"), ("de", "Antworten")] {
        let page = page(&world, "/docs", lang).await;
        assert!(page.header("content-security-policy").contains("script-src 'none'"));
        assert!(!page.text.contains("<script"), "{lang}");
        assert!(page.text.contains(word) && !page.text.contains(">docs-"), "{lang}: texts");
        for (path, operation) in operations(&spec) {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.text.contains(&format!("id=\"{id}\"")), "{lang}: {id}");
            assert!(page.text.contains(path), "{lang}: {path}");
            for status in operation["responses"].as_object().unwrap().keys() {
                assert!(page.text.contains(status), "{lang}: {id}: {status}");
            }
        }
    }
}

#[tokio::test]
async fn a_call_in_the_reference_is_one_for_a_terminal() {
    let page = page(&World::new().await, "/docs", "en").await;
    let text = page.text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&#39;", "'");
    assert!(
        text.contains("curl -X POST https://trust.example.com/v1/payment-events \\\n"),
        "{text}"
    );
    assert!(text.contains(
        "-H 'X-API-Key: gopi_sk_...' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"
    ));
    assert!(
        text.contains(
            "curl -X GET https://trust.example.com/v1/public/gopi_lch_4f9a21c7/badge.svg"
        )
    );
}

#[tokio::test]
async fn trying_it_out_has_a_form_for_every_operation_and_one_script_of_ours() {
    let world = World::new().await;
    let spec = world.get("/openapi.json", &[]).await.expect(200);
    for lang in ["en", "de"] {
        let page = page(&world, "/docs/try", lang).await;
        let csp = page.header("content-security-policy");
        assert!(csp.contains("script-src 'self';") && csp.contains("connect-src 'self';"), "{csp}");
        assert!(!csp.contains("wasm") && !csp.contains("unsafe"), "{csp}");
        assert_eq!(page.text.matches("<script").count(), 1);
        assert!(page.text.contains("/try.js\""), "{lang}");
        let forms = page.text.matches("data-method=").count();
        assert_eq!(forms, operations(&spec).count(), "{lang}");
    }
}
