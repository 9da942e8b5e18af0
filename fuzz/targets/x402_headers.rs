//! Headers of x402, as they are sent and as the JSON in them: read without a panic or refused in a few words, and what
//! is read is written and read again without a loss.
#![no_main]

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use service::x402::{
    HeaderError, Message, PaymentRequired, PaymentResponse, PaymentSignature, TransferProof,
    XPayment, XPaymentResponse,
};

fuzz_target!(|given: &[u8]| {
    for header in [given, BASE64_STANDARD.encode(given).as_bytes()] {
        again::<PaymentRequired>(header);
        again::<PaymentSignature>(header);
        again::<PaymentResponse>(header);
        again::<XPayment>(header);
        again::<XPaymentResponse>(header);
    }
    if let Err(error) = TransferProof::decode(given) {
        bounded(&error);
    }
});

fn again<M: Message + std::fmt::Debug>(header: &[u8]) {
    let read = match M::decode(header) {
        Ok(read) => read,
        Err(error) => return bounded(&error),
    };
    let written = read.encode().unwrap_or_else(|error| panic!("{read:?}: {error}"));
    assert_eq!(M::decode(written.as_bytes()), Ok(read), "{written}");
    let (sent, written) = (json(header), json(written.as_bytes()));
    assert!(holds(&sent, &written), "{sent} is not {written}");
}

fn bounded(error: &HeaderError) {
    let text = error.to_string();
    assert!(text.len() <= 400, "{text}");
}

/// What another reader finds in a header.
fn json(header: &[u8]) -> Value {
    let header: Vec<u8> = header.iter().copied().filter(|b| *b != b'=').collect();
    let json = BASE64_STANDARD_NO_PAD.decode(header).expect("base64");
    serde_json::from_slice(&json).expect("JSON")
}

/// Whether everything that is written was sent; hexadecimal digits are written in lower case.
fn holds(sent: &Value, written: &Value) -> bool {
    match (sent, written) {
        (Value::Object(sent), Value::Object(written)) => written
            .iter()
            .all(|(name, written)| sent.get(name).is_some_and(|sent| holds(sent, written))),
        (Value::Array(sent), Value::Array(written)) => {
            let same = sent.len() == written.len();
            same && sent.iter().zip(written).all(|(sent, written)| holds(sent, written))
        }
        (Value::String(sent), Value::String(written)) if written.starts_with("0x") => {
            sent.eq_ignore_ascii_case(written)
        }
        _ => sent == written,
    }
}
