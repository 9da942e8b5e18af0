//! Reading JSON: each field once, and every refusal names where it stands.

use std::fmt;

use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, forward_to_deserialize_any};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The fields of an object, as they were written: numbers, order and white space included.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Box<RawValue>")]
pub struct Fields(Box<RawValue>);

impl Fields {
    /// The object's JSON.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The value of a field that is there and not `null`.
    pub fn get(&self, name: &str) -> Option<Value> {
        let mut fields: Map<String, Value> = serde_json::from_str(self.as_str()).ok()?;
        fields.remove(name).filter(|value| !value.is_null())
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Fields {}

impl TryFrom<Box<RawValue>> for Fields {
    type Error = &'static str;

    fn try_from(raw: Box<RawValue>) -> Result<Self, Self::Error> {
        if raw.get().starts_with('{') { Ok(Self(raw)) } else { Err("must be an object") }
    }
}

/// Reads an object, without looking at what its fields mean.
pub fn parse(json: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(json) {
        Ok(Distinct(Value::Object(fields))) => Ok(fields),
        Ok(_) => Err("must be an object".to_owned()),
        Err(error) => {
            Err(format!("must be JSON in UTF-8, at most 127 values deep, each field once: {error}"))
        }
    }
}

/// Reads what [`parse`] took.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(json);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        below(if path == "." { "" } else { &path }, &rule(&error.into_inner().to_string()))
    })
}

/// What is said of the value at `path`, or of a field in it.
pub fn below(path: &str, said: &str) -> String {
    match said.starts_with("must ") {
        _ if path.is_empty() => said.to_owned(),
        true => format!("{path} {said}"),
        false => format!("{path}.{said}"),
    }
}

/// Says what is allowed. serde's own words repeat what was sent.
fn rule(said: &str) -> String {
    let said = said.rsplit_once(" at line ").map_or(said, |(said, _)| said);
    if let Some(name) = said.strip_prefix("missing field ") {
        return format!("{} must not be missing", name.trim_matches('`'));
    }
    let of_serde = ["invalid ", "unknown "].iter().any(|start| said.starts_with(start));
    match said.rsplit_once(", expected ") {
        Some((_, "a boolean")) if of_serde => "must be true or false".to_owned(),
        Some((_, "a sequence")) if of_serde => "must be an array".to_owned(),
        Some((_, allowed)) if of_serde && allowed.starts_with("struct ") => {
            "must be an object".to_owned()
        }
        Some((_, allowed)) if of_serde => format!("must be {allowed}"),
        _ => said.to_owned(),
    }
}

/// Reads a struct from an object only; serde would fill it from an array of its fields' values too.
pub struct Object<D>(pub D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Object<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Reads a struct that derives `remote = "Self"` as an [`Object`] and lets its check, if it has one, have the last word.
macro_rules! objects {
    ($($name:ident $(=> $checked:ident)?),+) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let read = Self::deserialize($crate::x402::json::Object(from))?;
                $(let read = read.$checked().map_err(serde::de::Error::custom)?;)?
                Ok(read)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, to)
            }
        }
    )+};
}

pub(super) use objects;

/// A value in which every object has each of its fields once.
struct Distinct(Value);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(DistinctVisitor).map(Self)
    }
}

struct DistinctVisitor;

impl<'de> Visitor<'de> for DistinctVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Distinct(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some((name, Distinct(value))) = map.next_entry::<String, _>()? {
            if fields.insert(name, value).is_some() {
                return Err(A::Error::custom("a field stands twice"));
            }
        }
        Ok(fields.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_field_stands_once_at_any_depth() {
        for twice in [
            r#"{"a":1,"a":1}"#,
            r#"{"x":[{"a":{"b":1,"\u0062":2}}]}"#,
            r#"{"a":null,"b":{},"a":null}"#,
        ] {
            let error = parse(twice.as_bytes()).expect_err(twice);
            assert!(error.contains("each field once: a field stands twice at line 1"), "{error}");
        }
        assert!(parse(br#"{"a":{"a":{"b":1}},"b":[{"a":1},{"a":1}]}"#).is_ok());
    }

    #[test]
    fn what_readers_would_not_agree_on_is_refused() {
        for wrong in [
            "",
            "{} {}",
            "{\"a\":01}",
            "{\"a\":1e400}",
            r#"{"a":"\ud800"}"#,
            "{'a':1}",
            "{\"a\":1,}",
        ] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        let nested = |depth: usize| format!("{}{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        let deep = |depth: usize| parse(nested(depth).replace(":}", ":0}").as_bytes());
        assert!(deep(127).is_ok());
        let error = deep(128).expect_err("too deep");
        assert!(error.contains("recursion limit exceeded"), "{error}");
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn fields_are_kept_as_they_are() {
        let text = r#"{ "z" : 1.50, "a":[0.01, 12345678901234567890123], "n":null }"#;
        let fields: Fields = serde_json::from_str(text).expect(text);
        assert_eq!(fields.as_str(), text);
        assert_eq!(serde_json::to_string(&fields).expect(text), text);
        assert_eq!(
            (fields.get("z"), fields.get("n"), fields.get("b")),
            (Some(1.5.into()), None, None)
        );
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn values_are_what_serde_reads(value in json()) {
            let fields = Map::from_iter([("value".to_owned(), value)]);
            let text = serde_json::to_vec(&fields).expect("JSON");
            prop_assert_eq!(parse(&text), Ok(fields));
        }
    }
}
