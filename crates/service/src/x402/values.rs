//! The values in x402's messages that have a form of their own.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::str::FromStr;

use hex::FromHex;
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};

/// The form that a text must have and has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

/// JSON as the text that `FromStr` reads and `Display` writes.
macro_rules! texts {
    ($($name:ident),+) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let value = <serde_json::Value as serde::Deserialize>::deserialize(from)?;
                // No form is empty: what is no text is refused like a wrong one.
                let text = value.as_str().unwrap_or_default();
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
    )+};
}

pub(super) use texts;

texts!(Address, Nonce, TransactionHash, Signature, Uint256);

/// The bytes of `0x` and pairs of hexadecimal digits in either case.
fn read_hex<B: FromHex>(text: &str, must: Malformed) -> Result<B, Malformed> {
    let digits = text.strip_prefix("0x").ok_or(must)?;
    B::from_hex(digits).map_err(|_| must)
}

/// A fixed number of bytes, written as `0x` and lower-case hexadecimal digits.
macro_rules! hex_bytes {
    ($(#[$meta:meta])* $name:ident, $length:literal, $must:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; $length]);

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                read_hex(text, Malformed($must)).map(Self)
            }
        }

        impl Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "0x{}", hex::encode(self.0))
            }
        }
    };
}

hex_bytes! {
    /// An account or a contract on an EVM chain. The checksum that EIP-55 hides in the case is neither asked for nor
    /// written.
    Address, 20, "must be an address: 0x and 40 hexadecimal digits"
}
hex_bytes! {
    /// The nonce of an authorization.
    Nonce, 32, "must be 32 bytes: 0x and 64 hexadecimal digits"
}
hex_bytes! {
    /// The hash of a transaction on an EVM chain.
    TransactionHash, 32, "must be a transaction's hash: 0x and 64 hexadecimal digits"
}

/// A signature: 65 bytes of an account's key, or what a contract's wallet takes for one (EIP-1271, EIP-6492).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature(Vec<u8>);

impl Signature {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Signature {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const MUST: Malformed =
            Malformed("must be a signature: 0x and the hexadecimal digits of 64 to 2048 bytes");
        let bytes: Vec<u8> = read_hex(text, MUST)?;
        if (64..=2_048).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(MUST) }
    }
}

impl Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(&self.0))
    }
}

/// A whole number from 0 to 2^256 - 1, as contracts count: a token's smallest units, or Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uint256(U256);

impl Uint256 {
    /// As a contract gets it, the highest byte first.
    pub const fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }
}

impl From<u64> for Uint256 {
    fn from(value: u64) -> Self {
        Self(U256::from(value))
    }
}

impl TryFrom<Uint256> for u64 {
    type Error = Malformed;

    /// Refuses what is more than 2^64 - 1.
    fn try_from(value: Uint256) -> Result<Self, Self::Error> {
        value.0.try_into().map_err(|_| Malformed("must be at most 18446744073709551615"))
    }
}

impl FromStr for Uint256 {
    type Err = Malformed;

    /// Reads decimal digits without sign, point, exponent or leading zeros.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const MUST: Malformed = Malformed(
            "must be a string of 1 to 78 decimal digits without leading zeros, below 2^256",
        );
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits || (text.starts_with('0') && text != "0") {
            return Err(MUST);
        }
        U256::from_str_radix(text, 10).map(Self).map_err(|_| MUST)
    }
}

impl Display for Uint256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An account, a contract or a transaction: of a known form on EVM chains, any text elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged, from = "String")]
pub enum OnChain<T> {
    /// On an EVM chain.
    Evm(T),
    /// Elsewhere: 1 to 128 characters, such as a currency or a role.
    Other(String),
}

impl<T> From<String> for OnChain<T> {
    fn from(text: String) -> Self {
        Self::Other(text)
    }
}

impl<T: FromStr<Err = Malformed>> OnChain<T> {
    /// Gives what was read the form that its network asks for.
    pub(super) fn settle(&mut self, field: &str, evm: bool) -> Result<(), String> {
        match self {
            Self::Other(text) if evm => {
                *self = Self::Evm(text.parse().map_err(|must| format!("{field} {must}"))?);
                Ok(())
            }
            Self::Other(text) => length(field, text, 1..=128),
            Self::Evm(_) => Ok(()),
        }
    }
}

/// Whether a text has a length that it may have, counted in characters.
pub fn length(field: &str, text: &str, allowed: RangeInclusive<usize>) -> Result<(), String> {
    let (least, most) = (allowed.start(), allowed.end());
    match allowed.contains(&text.chars().count()) {
        true => Ok(()),
        false if *most == usize::MAX => {
            Err(format!("{field} must be a string of at least {least} characters"))
        }
        false => Err(format!("{field} must be a string of {least} to {most} characters")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2^256 - 1.
    const MAX: &str =
        "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    #[test]
    fn hex_has_its_prefix_and_its_length() {
        let address = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
        let read = address.parse::<Address>().expect(address);
        assert_eq!(read.to_string(), address.to_lowercase());
        for wrong in [
            "",
            "0x",
            "036CbD53842c5426634e7929541eC2318f3dCF7e",
            "0X036CbD53842c5426634e7929541eC2318f3dCF7e",
            "0x036CbD53842c5426634e7929541eC2318f3dCF7",
            "0x036CbD53842c5426634e7929541eC2318f3dCF7e00",
            "0x036CbD53842c5426634e7929541eC2318f3dCF7g",
            "0x+36CbD53842c5426634e7929541eC2318f3dCF7e",
            "0xé36CbD53842c5426634e7929541eC2318f3dCF7e",
        ] {
            let error = wrong.parse::<Address>().expect_err(wrong);
            assert_eq!(error.0, "must be an address: 0x and 40 hexadecimal digits");
        }
        assert!(format!("0x{}", "ab".repeat(32)).parse::<Nonce>().is_ok());
        assert!(format!("0x{}", "ab".repeat(31)).parse::<Nonce>().is_err());
        assert!(format!("0x{}", "ab".repeat(33)).parse::<TransactionHash>().is_err());
    }

    #[test]
    fn signatures_of_contracts_are_longer() {
        let read = |bytes: usize| format!("0x{}", "1c".repeat(bytes)).parse::<Signature>();
        for bytes in [64, 65, 2_048] {
            assert_eq!(read(bytes).expect("a signature").as_bytes(), vec![0x1c; bytes]);
        }
        for bytes in [0, 63, 2_049] {
            assert!(read(bytes).is_err(), "{bytes}");
        }
    }

    #[test]
    fn numbers_end_where_contracts_do() {
        let read = |text: &str| text.parse::<Uint256>();
        let max = read(MAX).expect(MAX);
        assert_eq!(max.to_be_bytes(), [0xff; 32]);
        assert_eq!(max.to_string(), MAX);
        assert_eq!(read("0"), Ok(Uint256::from(0)));
        assert_eq!(read("18446744073709551615"), Ok(Uint256::from(u64::MAX)));
        assert!(u64::try_from(read("18446744073709551616").expect("2^64")).is_err());
        assert!(read("9").expect("9") < read("10").expect("10"));
        let above = format!("{}6", &MAX[..77]);
        let long = "1".repeat(79);
        for wrong in
            ["", "00", "01", "-1", "+1", "1.0", "1e3", "0x10", " 1", "1 ", "١", &above, &long]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_they_are_written(value: u64, bytes: [u8; 32]) {
            prop_assert_eq!(Uint256::from(value).to_string(), value.to_string());
            prop_assert_eq!(u64::try_from(Uint256::from(value)), Ok(value));
            let any = Uint256(U256::from_be_bytes(bytes));
            prop_assert_eq!(any.to_be_bytes(), bytes);
            prop_assert_eq!(any.to_string().parse::<Uint256>(), Ok(any));
        }
    }
}
