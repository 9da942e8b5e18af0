//! Keys that sign tokens and certificates, and others that take their place.

use axum::http::Method;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Value, json};
use service::{Error, RevokedKey, SigningPurpose};

use crate::world::{Account, World};

const HOUR_MS: i64 = 3_600_000;

fn kid(jws: &str) -> String {
    jsonwebtoken::decode_header(jws).unwrap().kid.unwrap()
}

fn claims(jws: &str) -> Value {
    serde_json::from_slice(&BASE64.decode(jws.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

impl World {
    /// Lets a new key sign; the kid of the one before.
    async fn rotate(&self, purpose: SigningPurpose, revoked: Option<&RevokedKey>) -> String {
        let done = self.services.rotate_signing_key(purpose, revoked).await.unwrap();
        assert_ne!(done.kid, done.replaced);
        done.replaced.as_str().to_owned()
    }

    async fn new_token(&self, email: &str) -> String {
        let body = json!({ "email": email, "password": "correct horse battery" });
        let answer = self.post("/v1/auth/login", &[], body).await.expect(200);
        answer["token"].as_str().unwrap().to_owned()
    }

    /// The answer to whoever shows a token.
    async fn shown(&self, token: &str) -> u16 {
        let bearer = [("authorization", format!("Bearer {token}"))];
        self.get("/v1/auth/me", &bearer).await.status.as_u16()
    }

    async fn certified(&self, account: &Account, agent: &Value) -> (String, String) {
        let path = format!("/v1/agents/{}/certify", agent["id"].as_str().unwrap());
        let made = self.call(Method::POST, &path, &[account.key()], None).await.expect(201);
        let text = |field: &str| made[field].as_str().unwrap().to_owned();
        (text("certificate_id"), text("credential"))
    }

    async fn published(&self) -> Vec<Value> {
        let keys = self.get("/.well-known/jwks.json", &[]).await.expect(200);
        keys["keys"].as_array().unwrap().clone()
    }

    /// What the database holds of signing keys, the oldest first: purpose, public key and whether there is a secret.
    fn stored_keys(&self) -> Vec<(String, String, bool)> {
        let conn = rusqlite::Connection::open(self.folder.path().join("surety.db")).unwrap();
        let sql = "SELECT purpose, public_key, sealed_secret <> '' FROM signing_keys ORDER BY created_at_ms, rowid";
        let mut rows = conn.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }
}

#[tokio::test]
async fn tokens_of_a_replaced_key_hold_until_they_end() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    world.wait_ms(1);
    let replaced = world.rotate(SigningPurpose::Tokens, None).await;
    assert_eq!(kid(&account.token), replaced);
    assert_eq!(world.shown(&account.token).await, 200);
    let anew = world.new_token("mara@example.com").await;
    assert_ne!(kid(&anew), replaced);
    assert_eq!(world.shown(&anew).await, 200);
    let secrets = |world: &World| {
        let keys = world.stored_keys().into_iter();
        keys.filter(|key| key.0 == "token").map(|key| key.2).collect::<Vec<_>>()
    };
    assert_eq!(secrets(&world), [false, true], "what signed before can sign nothing more");

    world.wait_ms(HOUR_MS - 1_000);
    world.services.sweep().await.unwrap();
    assert_eq!(secrets(&world).len(), 2);
    world.wait_ms(HOUR_MS);
    world.services.sweep().await.unwrap();
    assert_eq!(secrets(&world), [true]);
    assert_eq!(world.shown(&world.new_token("mara@example.com").await).await, 200);
}

#[tokio::test]
async fn certificates_of_replaced_keys_hold_for_ever() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 3).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(world.certified(&account, &agent).await);
        world.wait_ms(1);
        world.rotate(SigningPurpose::Certificates, None).await;
    }
    let world = world.restarted().await;
    made.push(world.certified(&account, &agent).await);
    world.wait_ms(1_000 * HOUR_MS);
    world.services.sweep().await.unwrap();

    let keys = world.published().await;
    let kids: Vec<_> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    let signed: Vec<_> = made.iter().rev().map(|(_, credential)| kid(credential)).collect();
    assert_eq!(kids, signed, "the one in force first, then the latest");
    for (id, credential) in &made {
        let key = keys.iter().find(|key| key["kid"] == kid(credential)).unwrap();
        let decoding = DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&["public"]);
        validation.validate_exp = false;
        jsonwebtoken::decode::<Value>(credential, &decoding, &validation).unwrap();
        let json = world.get(&format!("/c/{id}.json"), &[]).await.expect(200);
        assert_eq!((&json["public_key"], &json["claims"]["jti"]), (key, &json!(id)));
        let page = world.get(&format!("/c/{id}"), &[]).await.text;
        assert!(
            page.contains("The signature matches") && page.contains(&kid(credential)),
            "{page}"
        );
    }
}

#[tokio::test]
async fn what_a_revoked_key_signed_holds_no_more() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 3).await;
    let (first, credential) = world.certified(&account, &agent).await;
    let leaked = RevokedKey::Earlier(kid(&credential));
    assert!(
        matches!(
            world.services.rotate_signing_key(SigningPurpose::Tokens, Some(&leaked)).await,
            Err(Error::NotFound { .. })
        ),
        "it is none of the earlier ones for tokens"
    );
    assert_eq!(world.published().await[0]["kid"], kid(&credential), "nothing was changed");

    world.wait_ms(1);
    world.rotate(SigningPurpose::Certificates, None).await;
    let (second, _) = world.certified(&account, &agent).await;
    world.wait_ms(1);
    world.rotate(SigningPurpose::Certificates, Some(&leaked)).await;
    let kids = |keys: Vec<Value>| keys.iter().map(|key| key["kid"].clone()).collect::<Vec<_>>();
    assert!(!kids(world.published().await).contains(&json!(kid(&credential))));
    let shown = async |id: &str| {
        let json = world.get(&format!("/c/{id}.json"), &[]).await.expect(200);
        let page = world.get(&format!("/c/{id}"), &[]).await.text;
        assert_eq!(json["claims"].is_null(), json["public_key"].is_null());
        assert_eq!(json["claims"].is_null(), page.contains("Do not rely on it"), "{page}");
        !json["claims"].is_null()
    };
    assert!(!shown(&first).await);
    assert!(shown(&second).await, "only what the leaked one signed");

    assert_eq!(world.shown(&account.token).await, 200);
    world.rotate(SigningPurpose::Tokens, Some(&RevokedKey::Replaced)).await;
    assert_eq!(world.shown(&account.token).await, 401);
    assert_eq!(world.shown(&world.new_token("mara@example.com").await).await, 200);
}

#[tokio::test]
async fn a_header_chooses_among_our_keys_and_nothing_else() {
    let world = World::new().await;
    let account = world.register("mara@example.com").await;
    let claims = claims(&account.token);
    let ours = world.stored_keys().into_iter().find(|key| key.0 == "token").unwrap().1;
    // PKCS #8 around the seed of a key that is not ours.
    let mut der = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    der.extend([9; 32]);
    let foreign = EncodingKey::from_ed_der(&der);
    let header = |algorithm: Algorithm, kid: &str| Header {
        typ: Some("surety-token+jwt".to_owned()),
        kid: Some(kid.to_owned()),
        ..Header::new(algorithm)
    };
    let real = kid(&account.token);
    let mut with_key = header(Algorithm::EdDSA, "sig_mine");
    with_key.jwk = Some(Jwk::from_encoding_key(&foreign, Algorithm::EdDSA).unwrap());
    with_key.jku = Some("http://127.0.0.1:1/jwks.json".to_owned());
    let secret = EncodingKey::from_secret(&BASE64.decode(&ours).unwrap());
    let text = EncodingKey::from_secret(ours.as_bytes());
    for (name, header, key) in [
        ("another key under our kid", header(Algorithm::EdDSA, &real), &foreign),
        ("a key that comes along", with_key, &foreign),
        ("our public key as a shared secret", header(Algorithm::HS256, &real), &secret),
        ("its text as a shared secret", header(Algorithm::HS256, &real), &text),
    ] {
        let token = jsonwebtoken::encode(&header, &claims, key).unwrap();
        assert_eq!(world.shown(&token).await, 401, "{name}");
    }
    let none = json!({ "alg": "none", "typ": "surety-token+jwt", "kid": real }).to_string();
    let part = |text: &str| BASE64.encode(text);
    let token = format!("{}.{}.", part(&none), part(&claims.to_string()));
    assert_eq!(world.shown(&token).await, 401, "no signature");
    let bare = json!({ "alg": "EdDSA", "typ": "surety-token+jwt" }).to_string();
    let (_, rest) = account.token.split_once('.').unwrap();
    assert_eq!(world.shown(&format!("{}.{rest}", part(&bare))).await, 401, "no kid");
    assert_eq!(world.shown(&account.token).await, 200);
}
