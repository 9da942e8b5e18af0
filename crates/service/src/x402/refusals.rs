//! What each header refuses, and what it says to it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::*;

const OFFER: &str = r#"{"scheme":"exact","network":"eip155:84532","amount":"10000","asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x209693Bc6afc0C5328bA36FaF03C514EF312287C","maxTimeoutSeconds":60,"extra":{"name":"USDC","version":"2"}}"#;

fn required() -> String {
    format!(
        r#"{{"x402Version":2,"resource":{{"url":"https://a.example/r","tags":["t"],"serviceName":"S","iconUrl":"i"}},"accepts":[{OFFER}]}}"#
    )
}

fn signature() -> String {
    let (key, nonce) = ("1c".repeat(65), "a1".repeat(32));
    format!(
        r#"{{"x402Version":2,"accepted":{OFFER},"payload":{{"signature":"0x{key}","authorization":{{"from":"0x857b06519E91e3A54538791bDbb0E22373e36b66","to":"0x209693Bc6afc0C5328bA36FaF03C514EF312287C","value":"10000","validAfter":"0","validBefore":"1740672154","nonce":"0x{nonce}"}}}}}}"#
    )
}

fn response() -> String {
    format!(
        r#"{{"success":true,"transaction":"0x{}","network":"eip155:84532","payer":"0x857b06519E91e3A54538791bDbb0E22373e36b66"}}"#,
        "5a".repeat(32)
    )
}

fn decode<M: Message>(json: &str) -> Result<M, HeaderError> {
    M::decode(BASE64_STANDARD.encode(json).as_bytes())
}

/// Each row: what is put in the place of what, and what is said to it.
fn refusals<M: Message + std::fmt::Debug>(valid: &str, rows: &[(&str, &str, &str)]) {
    decode::<M>(valid).expect("it is valid before something is replaced");
    for (from, to, why) in rows {
        assert!(valid.contains(from), "{from}");
        let error = decode::<M>(&valid.replacen(from, to, 1)).expect_err(to);
        assert_eq!(error.why, *why, "{from} -> {to}");
    }
}

const ADDRESS: &str = "must be an address: 0x and 40 hexadecimal digits";
const UINT: &str = "must be a string of 1 to 78 decimal digits without leading zeros, below 2^256";

#[test]
fn requirements_are_refused_by_their_field() {
    let at = |field: &str, must: &str| format!("accepts[0].{field} {must}");
    let labels = "must be a string of 1 to 32 characters";
    refusals::<PaymentRequired>(
        &required(),
        &[
            (r#""x402Version":2,"#, "", "x402Version must not be missing"),
            (r#""x402Version":2"#, r#""x402Version":"2""#, "x402Version must be the number 2"),
            (r#""x402Version":2"#, r#""x402Version":3"#, "x402Version must be the number 2"),
            (r#""x402Version":2"#, r#""x402Version":2,"error":1"#, "error must be a string"),
            (
                r#""x402Version":2"#,
                r#""x402Version":2,"extensions":[]"#,
                "extensions must be an object",
            ),
            ("\"resource\":", "\"resources\":", "resource must not be missing"),
            ("https://a.example/r", "", "resource.url must be a string of at least 1 characters"),
            (r#"["t"]"#, r#"["t",""]"#, &format!("resource.tags[1] {labels}")),
            (
                r#"["t"]"#,
                r#"["1","2","3","4","5","6"]"#,
                "resource.tags must be an array of at most 5 strings",
            ),
            (r#"["t"]"#, r#""t""#, "resource.tags must be an array"),
            (r#""S""#, r#""Ä""#, "resource.serviceName must be printable ASCII"),
            (
                r#""i""#,
                &format!("\"{}\"", "i".repeat(2_049)),
                "resource.iconUrl must be a string of 0 to 2048 characters",
            ),
            (&format!("[{OFFER}]"), "[]", "accepts must have at least one item"),
            (&format!("[{OFFER}]"), "{}", "accepts must be an array"),
            (&format!("[{OFFER}]"), "[1]", "accepts[0] must be an object"),
            (&format!("[{OFFER}]"), "[[]]", "accepts[0] must be an object"),
            (OFFER, &format!("{OFFER},{{}}"), "accepts[1].scheme must not be missing"),
            ("\"exact\"", "\"\"", &at("scheme", "must be a string of 1 to 64 characters")),
            (
                "eip155:84532",
                "base-sepolia",
                &at("network", "must be a CAIP-2 network such as eip155:84532"),
            ),
            ("\"10000\"", "10000", &at("amount", UINT)),
            ("\"10000\"", "\"0.1\"", &at("amount", UINT)),
            ("0x036C", "036C", &at("asset", ADDRESS)),
            ("0x2096", "0x209", &at("payTo", ADDRESS)),
            (
                "Seconds\":60",
                "Seconds\":0",
                &at(
                    "maxTimeoutSeconds",
                    "must be a whole number from 1 to 4294967295, not a string",
                ),
            ),
            (
                "Seconds\":60",
                "Seconds\":60.5",
                &at(
                    "maxTimeoutSeconds",
                    "must be a whole number from 1 to 4294967295, not a string",
                ),
            ),
            (r#"{"name":"USDC","version":"2"}"#, "\"\"", &at("extra", "must be an object")),
            (
                r#""name":"#,
                r#""name":"","name":"#,
                "must be JSON in UTF-8, at most 127 values deep, each field once: a field stands twice at line 1 column 335",
            ),
        ],
    );
}

#[test]
fn payments_are_refused_by_their_field() {
    let signed = |field: &str, must: &str| format!("payload.authorization.{field} {must}");
    let permit = r#""permit2Authorization":{}"#;
    refusals::<PaymentSignature>(
        &signature(),
        &[
            ("\"payload\"", "\"paid\"", "payload must not be missing"),
            (
                "\"signature\":\"0x1c",
                "\"signature\":\"0x1g",
                "payload.signature must be a signature: 0x and the hexadecimal digits of 64 to 2048 bytes",
            ),
            ("\"signature\"", "\"signed\"", "payload.signature must not be missing"),
            ("\"authorization\"", "\"authorisation\"", "payload.authorization must not be missing"),
            (
                "\"authorization\"",
                &format!("{permit},\"authorization\""),
                "payload must have either authorization or permit2Authorization",
            ),
            (
                "\"extra\":{",
                "\"extra\":{\"assetTransferMethod\":\"permit2\",",
                "payload must be of the method in accepted.extra.assetTransferMethod",
            ),
            ("0x857b", "0x", &signed("from", ADDRESS)),
            (r#""to":"0x2096"#, r#""to":"0x+096"#, &signed("to", ADDRESS)),
            (r#""value":"10000""#, r#""value":"-1""#, &signed("value", UINT)),
            (r#""validAfter":"0""#, r#""validAfter":0"#, &signed("validAfter", UINT)),
            (
                r#""validAfter":"0""#,
                r#""validAfter":"1740672154""#,
                &signed("validBefore", "must be later than validAfter"),
            ),
            ("1740672154", "", &signed("validBefore", UINT)),
            (
                "\"nonce\":\"0xa1",
                "\"nonce\":\"0x",
                &signed("nonce", "must be 32 bytes: 0x and 64 hexadecimal digits"),
            ),
        ],
    );
    let eip3009 =
        signature().replace("\"extra\":{", "\"extra\":{\"assetTransferMethod\":\"eip3009\",");
    refusals::<PaymentSignature>(
        &eip3009,
        &[(
            "\"authorization\"",
            &format!("{permit},\"a\""),
            "payload.authorization must not be missing",
        )],
    );
}

#[test]
fn answers_are_refused_by_their_field() {
    refusals::<PaymentResponse>(
        &response(),
        &[
            ("true", "\"yes\"", "success must be true or false"),
            ("true", "1", "success must be true or false"),
            ("\"transaction\"", "\"tx\"", "transaction must not be missing"),
            (
                "0x5a",
                "0x",
                "transaction must be a transaction's hash: 0x and 64 hexadecimal digits",
            ),
            ("0x857b", "857b", &format!("payer {ADDRESS}")),
            ("eip155:84532", "eip155", "network must be a CAIP-2 network such as eip155:84532"),
            ("true", "true,\"amount\":1", &format!("amount {UINT}")),
            ("true", "true,\"errorReason\":1", "errorReason must be a string"),
            ("true", "true,\"extra\":1", "extra must be an object"),
            (&response(), "[]", "must be an object"),
        ],
    );
}

#[test]
fn an_envelope_of_version_1_is_told_where_it_belongs() {
    let old = r#"{"x402Version":1,"scheme":"exact","network":"base-sepolia","payload":{}}"#;
    refusals::<PaymentSignature>(
        &signature(),
        &[
            (
                &signature(),
                old,
                "must have an envelope of version 2; one of version 1 belongs into X-PAYMENT",
            ),
            (
                &signature(),
                &old.replace(":1", ":2"),
                "must have the form of version 2, as it says; scheme and network belong into accepted",
            ),
        ],
    );
    refusals::<PaymentRequired>(
        &required(),
        &[
            (
                "Version\":2",
                "Version\":1",
                "must have an envelope of version 2; version 1 has its requirements in the body",
            ),
            (
                "\"amount\"",
                "\"maxAmountRequired\"",
                "must have the form of version 2, as it says; maxAmountRequired is version 1's, and amount now",
            ),
        ],
    );
    refusals::<PaymentResponse>(
        &response(),
        &[(
            "eip155:84532",
            "base-sepolia",
            "must name its network in CAIP-2; the names of version 1 belong into X-PAYMENT-RESPONSE",
        )],
    );
}

#[test]
fn what_is_optional_may_be_null_and_what_is_unknown_is_left_out() {
    let json = required()
        .replace("{\"x402", "{\"error\":null,\"extensions\":null,\"new\":[{}],\"x402")
        .replace("{\"name\":\"USDC\",\"version\":\"2\"}", "null");
    let read = decode::<PaymentRequired>(&json);
    let read = read.expect("it is valid");
    assert_eq!((read.error, read.extensions, &read.accepts[0].extra), (None, None, &None));
}

#[test]
fn other_schemes_and_chains_are_kept_as_they_are() {
    for (from, to) in
        [("\"exact\"", "\"upto\""), ("eip155:84532", "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1")]
    {
        let json = signature().replace(from, to).replace("validAfter\":\"0", "validAfter\":\"x");
        let read = decode::<PaymentSignature>(&json);
        let read = read.expect(to);
        let Payload::Other(fields) = &read.payload else { panic!("{:?}", read.payload) };
        assert!(json.ends_with(&format!("\"payload\":{}}}", fields.as_str())), "{json}");
        let written = read.encode().expect(to);
        assert_eq!(PaymentSignature::decode(written.as_bytes()), Ok(read));
    }
}

#[test]
fn a_header_has_its_limit_in_both_directions() {
    let read = |bytes: usize| PaymentResponse::decode("A".repeat(bytes).as_bytes());
    let why = |read: Result<PaymentResponse, HeaderError>| read.expect_err("no JSON").to_string();
    assert_eq!(
        why(read(MAX_HEADER_BYTES + 1)),
        "PAYMENT-RESPONSE: must be at most 8000 bytes long; it has 8001"
    );
    assert_eq!(
        why(read(MAX_HEADER_BYTES)),
        "PAYMENT-RESPONSE: must be JSON in UTF-8, at most 127 values deep, each field once: expected value at line 1 column 1"
    );
    assert_eq!(
        why(PaymentResponse::decode(b"eyJ-_")),
        "PAYMENT-RESPONSE: must be base64 in the standard alphabet (A-Z a-z 0-9 + /), padded with = or not"
    );
    assert_eq!(
        why(PaymentResponse::decode(BASE64_STANDARD.encode(b"\"\xff\"").as_bytes())),
        "PAYMENT-RESPONSE: must be JSON in UTF-8, at most 127 values deep, each field once: invalid unicode code point at line 1 column 2"
    );
    let mut required = decode::<PaymentRequired>(&required()).expect("it is valid");
    required.error = Some("x".repeat(6_000));
    let error = required.encode().expect_err("too long");
    assert!(error.why.starts_with("must be at most 8000 bytes long; it has "), "{error}");
}

#[test]
fn what_nobody_could_read_is_not_written() {
    let mut paid = decode::<PaymentSignature>(&signature()).expect("it is valid");
    paid.accepted.pay_to = OnChain::Other("merchant".to_owned());
    let error = paid.encode().expect_err("a role on an EVM chain").to_string();
    assert_eq!(error, format!("PAYMENT-SIGNATURE: accepted.payTo {ADDRESS}"));
    paid.accepted.network = "sepa:eu".parse().expect("a network");
    paid.accepted.asset = OnChain::Other("EUR".to_owned());
    let error = paid.encode().expect_err("a transfer of no EVM chain").to_string();
    assert_eq!(error, "PAYMENT-SIGNATURE: must not mean something else to its reader");
}

#[test]
fn elsewhere_accounts_and_transactions_are_short_texts() {
    let json = response().replace("eip155:84532", "sepa:eu");
    let read = decode::<PaymentResponse>(&json).expect("it is valid");
    let payer = "0x857b06519E91e3A54538791bDbb0E22373e36b66".to_owned();
    assert_eq!(read.payer, Some(OnChain::Other(payer)), "its case is kept");
    let long = "é".repeat(129);
    let short = "must be a string of 1 to 128 characters";
    refusals::<PaymentResponse>(
        &json,
        &[
            ("0x5a", &long, &format!("transaction {short}")),
            ("\"0x857b06519E91e3A54538791bDbb0E22373e36b66\"", "\"\"", &format!("payer {short}")),
            ("\"0x857b06519E91e3A54538791bDbb0E22373e36b66\"", "7", "payer must be a string"),
        ],
    );
    let none = response().replace(&format!("0x{}", "5a".repeat(32)), "");
    assert_eq!(decode::<PaymentResponse>(&none).expect("it is valid").transaction, None);
}

fn old_payment() -> String {
    let payment = signature();
    let (_, payload) = payment.split_once("\"payload\":").expect("a payload");
    format!(r#"{{"x402Version":1,"scheme":"exact","network":"base-sepolia","payload":{payload}"#)
}

#[test]
fn payments_of_version_1_are_refused_by_their_field() {
    let names = "network must be one of `ethereum`, `sepolia`, `base`, `base-sepolia`, `polygon`, `polygon-amoy`, `avalanche`, `avalanche-fuji`, `abstract`, `abstract-testnet`, `celo`, `educhain`, `flare`, `iotex`, `megaeth`, `monad`, `peaq`, `sei`, `sei-testnet`, `skale-base-sepolia`, `stable`, `stable-testnet`, `story`";
    refusals::<XPayment>(
        &old_payment(),
        &[
            ("\"x402Version\":1,", "", "x402Version must not be missing"),
            ("Version\":1", "Version\":true", "x402Version must be the number 1"),
            ("\"exact\"", "\"upto\"", "scheme must be exact"),
            ("base-sepolia", "eip155:84532", names),
            ("base-sepolia", "bitcoin", names),
            ("0x857b", "0x", &format!("payload.authorization.from {ADDRESS}")),
            (
                "\"authorization\"",
                "\"permit2Authorization\"",
                "payload.authorization must not be missing",
            ),
            (
                "Version\":1",
                "Version\":2",
                "must have an envelope of version 1; one of version 2 belongs into PAYMENT-SIGNATURE",
            ),
            (
                "\"scheme\"",
                "\"accepted\":{},\"scheme\"",
                "must have the form of version 1, as it says; accepted is version 2's",
            ),
        ],
    );
    let answer = response().replace("eip155:84532", "base");
    refusals::<XPaymentResponse>(
        &answer,
        &[
            (
                "base",
                "eip155:8453",
                "must name its network as version 1 does; CAIP-2 belongs into PAYMENT-RESPONSE",
            ),
            ("base", "Base", names),
            (
                "0x5a",
                "0x",
                "transaction must be a transaction's hash: 0x and 64 hexadecimal digits",
            ),
        ],
    );
}
