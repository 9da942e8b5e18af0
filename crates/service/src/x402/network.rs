use std::fmt;
use std::str::FromStr;

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::values::{Malformed, texts};

texts!(Network);

/// A chain as version 1 names it, with its number: the EVM chains that the official client knows (`@x402/evm` 2.27.0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "kebab-case")]
#[repr(u64)]
pub enum NamedNetwork {
    /// Ethereum.
    Ethereum = 1,
    /// Ethereum's test network.
    Sepolia = 11_155_111,
    /// Base.
    Base = 8_453,
    /// Base's test network.
    BaseSepolia = 84_532,
    /// Polygon.
    Polygon = 137,
    /// Polygon's test network.
    PolygonAmoy = 80_002,
    /// Avalanche.
    Avalanche = 43_114,
    /// Avalanche's test network.
    AvalancheFuji = 43_113,
    /// Abstract.
    Abstract = 2_741,
    /// Abstract's test network.
    AbstractTestnet = 11_124,
    /// Celo.
    Celo = 42_220,
    /// Educhain.
    Educhain = 41_923,
    /// Flare.
    Flare = 14,
    /// IoTeX.
    Iotex = 4_689,
    /// MegaETH.
    Megaeth = 4_326,
    /// Monad.
    Monad = 143,
    /// Peaq.
    Peaq = 3_338,
    /// Sei.
    Sei = 1_329,
    /// Sei's test network.
    SeiTestnet = 1_328,
    /// SKALE on Base's test network.
    SkaleBaseSepolia = 324_705_682,
    /// Stable.
    Stable = 988,
    /// Stable's test network.
    StableTestnet = 2_201,
    /// Story.
    Story = 1_514,
}

impl NamedNetwork {
    /// The chain's number, which signatures are bound to.
    pub const fn chain_id(self) -> u64 {
        self as u64
    }
}

impl<'de> Deserialize<'de> for NamedNetwork {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // serde would take an object for a variant, too.
        Self::deserialize(String::deserialize(from)?.into_deserializer())
    }
}

impl Serialize for NamedNetwork {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, to)
    }
}

/// A network as version 2 names it, in CAIP-2: `eip155:84532`, `solana:…`, also `sepa:eu`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Network(String);

impl Network {
    /// The EVM chain of this number.
    pub fn evm(chain_id: u64) -> Self {
        Self(format!("eip155:{chain_id}"))
    }

    /// The number of an EVM chain; `None` for every other network.
    pub fn chain_id(&self) -> Option<u64> {
        self.0.strip_prefix("eip155:")?.parse().ok()
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<NamedNetwork> for Network {
    fn from(named: NamedNetwork) -> Self {
        Self::evm(named.chain_id())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Network {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const MUST: Malformed = Malformed("must be a CAIP-2 network such as eip155:84532");
        let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let (namespace, reference) = text.split_once(':').ok_or(MUST)?;
        let known = (3..=8).contains(&namespace.len())
            && (1..=32).contains(&reference.len())
            && namespace.bytes().all(lower)
            && reference.bytes().all(|b| lower(b) || b.is_ascii_uppercase() || b == b'_');
        let network = Self(text.to_owned());
        // One chain, one spelling: `eip155:01` is chain 1 to whoever reads numbers.
        let canonical =
            namespace != "eip155" || network.chain_id().is_some_and(|id| Self::evm(id) == network);
        if known && canonical { Ok(network) } else { Err(MUST) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_chains() {
        for (name, chain) in
            [("base-sepolia", 84_532), ("ethereum", 1), ("skale-base-sepolia", 324_705_682)]
        {
            let read = serde_json::from_value::<NamedNetwork>(name.into()).expect(name);
            assert_eq!(Network::from(read), Network::evm(chain));
            assert_eq!(serde_json::to_value(read).expect(name), name);
        }
        for wrong in ["", "Base", "base_sepolia", "eip155:8453", "solana"] {
            assert!(serde_json::from_value::<NamedNetwork>(wrong.into()).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<NamedNetwork>(r#"{"base":null}"#).is_err());
    }

    #[test]
    fn caip_2_is_read() {
        for (text, chain) in [
            ("eip155:1", Some(1)),
            ("eip155:18446744073709551615", Some(u64::MAX)),
            ("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", None),
            ("sepa:eu", None),
            ("cosmos:cosmoshub_4", None),
        ] {
            let network = text.parse::<Network>().expect(text);
            assert_eq!(network.chain_id(), chain);
            assert_eq!(network.to_string(), text);
        }
        let long = format!("solana:{}", "a".repeat(33));
        for wrong in [
            "",
            "base",
            "eip155",
            "eip155:",
            "eip155:x",
            "eip155:01",
            "eip155:+1",
            "eip155:-1",
            "eip155:18446744073709551616",
            "ei:1",
            "abcdefghi:1",
            "EIP155:1",
            "a b:c",
            "solana:é",
            "eip155:1:2",
            &long,
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
