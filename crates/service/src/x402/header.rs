use std::fmt;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::json::{parse, read};

/// The longest value of a header, in bytes. Some clients read 8,190 bytes of a field (aiohttp), name included.
pub const MAX_HEADER_BYTES: usize = 8_000;

/// A header that says nothing in x402, or nothing that it may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderError {
    /// Which header.
    pub header: &'static str,
    /// The field, such as `accepts[0].asset`, and what it must be; without a field of the whole. At most 400 bytes.
    pub why: String,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.header, self.why)
    }
}

impl std::error::Error for HeaderError {}

/// What a header holds as base64 of JSON.
pub trait Message: Serialize + DeserializeOwned + PartialEq {
    /// The header's name.
    const HEADER: &'static str;
    /// What the envelope says of its version, where it has a word for it.
    const VERSION: Option<u8>;

    /// Refuses an envelope of the other version, by what must be done with it.
    fn belongs_here(sent: &Map<String, Value>) -> Result<(), String>;

    /// Reads the header.
    fn decode(value: &[u8]) -> Result<Self, HeaderError> {
        let read = within_limit(value).and_then(from_base64).and_then(|json| {
            Self::belongs_here(&parse(&json)?)?;
            read(&json)
        });
        read.map_err(|why| HeaderError { header: Self::HEADER, why })
    }

    /// Writes the header; fails if it would be too long or break another rule.
    fn encode(&self) -> Result<String, HeaderError> {
        let fails = |why: &str| HeaderError { header: Self::HEADER, why: why.to_owned() };
        let envelope = Envelope { version: Self::VERSION, message: self };
        let json = serde_json::to_vec(&envelope).map_err(|_| fails("must be written as JSON"))?;
        let value = BASE64_STANDARD.encode(json);
        if Self::decode(value.as_bytes())? == *self {
            return Ok(value);
        }
        Err(fails("must not mean something else to its reader"))
    }
}

#[derive(Serialize)]
struct Envelope<'a, M> {
    #[serde(rename = "x402Version", skip_serializing_if = "Option::is_none")]
    version: Option<u8>,
    #[serde(flatten)]
    message: &'a M,
}

/// A field that is there and not `null`.
pub fn given<'a>(sent: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    sent.get(name).filter(|value| !value.is_null())
}

/// Whether the envelope says `wanted`; `other` tells what to do with one of the other version.
pub fn version(sent: &Map<String, Value>, wanted: u8, other: &str) -> Result<(), String> {
    match given(sent, "x402Version") {
        None => Err("x402Version must not be missing".to_owned()),
        Some(version) if *version == wanted => Ok(()),
        Some(version) if *version == 1 || *version == 2 => Err(other.to_owned()),
        Some(_) => Err(format!("x402Version must be the number {wanted}")),
    }
}

/// The value, unless it is too long.
pub fn within_limit(value: &[u8]) -> Result<&[u8], String> {
    let bytes = value.len();
    if bytes > MAX_HEADER_BYTES {
        return Err(format!("must be at most {MAX_HEADER_BYTES} bytes long; it has {bytes}"));
    }
    Ok(value)
}

fn from_base64(value: &[u8]) -> Result<Vec<u8>, String> {
    const MUST: &str =
        "must be base64 in the standard alphabet (A-Z a-z 0-9 + /), padded with = or not";
    let padded = value.ends_with(b"=");
    let engine = if padded { &BASE64_STANDARD } else { &BASE64_STANDARD_NO_PAD };
    engine.decode(value).map_err(|_| MUST.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_whole_or_missing() {
        for text in ["Zg==", "Zg", "Zm8=", "Zm8", "Zm9v", ""] {
            assert!(from_base64(text.as_bytes()).is_ok(), "{text}");
        }
        for wrong in [
            "=", "==", "Zg=", "Zg===", "Z", "Zm9vY", "Zm9v=", "Zm9vYg=", "Zh==", "Zm9=", "Z=g=",
            "Zm 9", "Zm9v\n", "-_8=", "é", "Zm9v====",
        ] {
            assert!(from_base64(wrong.as_bytes()).is_err(), "{wrong:?}");
        }
    }
}
