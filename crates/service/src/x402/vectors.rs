//! x402's headers as the official packages write and read them: a payment by their client, with a key of our own.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::{
    HeaderError, Message, Payload, PaymentRequired, PaymentResponse, PaymentSignature, XPayment,
    XPaymentResponse,
};

const HEADERS: [&str; 5] = [
    PaymentRequired::HEADER,
    PaymentSignature::HEADER,
    PaymentResponse::HEADER,
    XPayment::HEADER,
    XPaymentResponse::HEADER,
];

#[derive(Deserialize)]
struct Vectors {
    made_with: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    header: String,
    /// As the package wrote it.
    value: String,
    /// What is in it.
    json: Value,
    /// As we write it; the package was seen to read the same in it.
    ours: String,
}

fn vectors() -> Vec<Vector> {
    let read: Vectors =
        serde_json::from_str(include_str!("vectors.json")).expect("the vectors are JSON");
    assert!(read.made_with.contains("@x402/core"));
    read.vectors
}

/// Reads and writes it.
fn again(header: &str, value: &str) -> Result<String, HeaderError> {
    fn of<M: Message>(value: &str) -> Result<String, HeaderError> {
        M::decode(value.as_bytes())?.encode()
    }
    match header {
        PaymentRequired::HEADER => of::<PaymentRequired>(value),
        PaymentSignature::HEADER => of::<PaymentSignature>(value),
        PaymentResponse::HEADER => of::<PaymentResponse>(value),
        XPayment::HEADER => of::<XPayment>(value),
        XPaymentResponse::HEADER => of::<XPaymentResponse>(value),
        unknown => panic!("{unknown}"),
    }
}

#[test]
fn the_official_clients_and_we_understand_each_other() {
    let mut seen = BTreeSet::new();
    for vector in vectors() {
        let ours = again(&vector.header, &vector.value);
        assert_eq!(ours.as_deref(), Ok(vector.ours.as_str()), "{}", vector.name);
        assert_eq!(again(&vector.header, &vector.ours), ours, "{}", vector.name);
        seen.insert(vector.header);
    }
    assert_eq!(seen.len(), HEADERS.len(), "each header has a vector");
}

#[test]
fn padding_may_be_missing() {
    for vector in vectors() {
        let bare = vector.value.trim_end_matches('=');
        assert_eq!(again(&vector.header, bare).as_deref(), Ok(vector.ours.as_str()));
    }
}

#[test]
fn a_header_is_refused_as_any_other_one() {
    for vector in vectors() {
        for header in HEADERS.iter().filter(|header| **header != vector.header) {
            let read = again(header, &vector.value);
            assert!(read.is_err(), "{} as {header}", vector.name);
        }
    }
}

#[test]
fn payments_are_what_was_signed() {
    for vector in vectors().iter().filter(|v| v.header == PaymentSignature::HEADER) {
        let read = PaymentSignature::decode(vector.value.as_bytes()).expect(&vector.name);
        let signed = &vector.json["payload"]["authorization"];
        match read.payload {
            Payload::Transfer(transfer) => {
                let authorization = transfer.authorization;
                assert_eq!(authorization.value.to_string(), signed["value"]);
                assert_eq!(authorization.valid_after.to_string(), signed["validAfter"]);
                assert_eq!(authorization.valid_before.to_string(), signed["validBefore"]);
                assert_eq!(authorization.nonce.to_string(), signed["nonce"]);
                let same = |ours: String, theirs: &Value| {
                    theirs.as_str().is_some_and(|theirs| theirs.to_lowercase() == ours)
                };
                assert!(same(authorization.from.to_string(), &signed["from"]));
                assert!(same(authorization.to.to_string(), &signed["to"]));
                let signature = transfer.signature.to_string();
                assert!(same(signature, &vector.json["payload"]["signature"]));
            }
            Payload::Other(fields) => {
                let sent = BASE64_STANDARD.decode(&vector.value).expect("base64");
                let sent = String::from_utf8(sent).expect("UTF-8");
                assert!(sent.contains(fields.as_str()), "{fields:?}");
            }
        }
    }
}
