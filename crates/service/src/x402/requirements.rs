use std::num::NonZeroU32;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::header::{Message, given, version};
use super::json::{Fields, objects};
use super::network::Network;
use super::values::{Address, OnChain, Uint256, length};

objects!(PaymentRequired => checked, Resource => checked, Offer => checked);

/// `PAYMENT-REQUIRED`: what an answer 402 asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct PaymentRequired {
    /// Why a payment is needed, in words for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What is paid for.
    pub resource: Resource,
    /// The ways to pay; at least one.
    pub accepts: Vec<Offer>,
    /// What both sides can do besides, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Fields>,
}

/// What is paid for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct Resource {
    /// Where it is; not empty, and nothing else is asked of it here.
    pub url: String,
    /// In words for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The type of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Who offers it: 1 to 32 characters of printable ASCII.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// Its topics: 5 at most, each 1 to 32 characters of printable ASCII.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// A picture of the service: 2,048 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

/// One way to pay, in version 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct Offer {
    /// How the payment is made, such as `exact`: 1 to 64 characters.
    pub scheme: String,
    /// Where.
    pub network: Network,
    /// How much, in the asset's smallest units.
    pub amount: Uint256,
    /// In what: a token's contract, or a currency.
    pub asset: OnChain<Address>,
    /// To whom: an address, or a role.
    pub pay_to: OnChain<Address>,
    /// How long the payment may take, in seconds; at least 1.
    #[serde(deserialize_with = "seconds")]
    pub max_timeout_seconds: u32,
    /// What the scheme needs besides, such as the token's name and version for signing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Fields>,
}

impl Message for PaymentRequired {
    const HEADER: &'static str = "PAYMENT-REQUIRED";
    const VERSION: Option<u8> = Some(2);

    fn belongs_here(sent: &Map<String, Value>) -> Result<(), String> {
        version(
            sent,
            2,
            "must have an envelope of version 2; version 1 has its requirements in the body",
        )?;
        let offers = sent.get("accepts").and_then(Value::as_array).into_iter().flatten();
        let mut offers = offers.filter_map(Value::as_object);
        if offers.any(|o| given(o, "maxAmountRequired").is_some() && given(o, "amount").is_none()) {
            return Err(
                "must have the form of version 2, as it says; maxAmountRequired is version 1's, and amount now".to_owned(),
            );
        }
        Ok(())
    }
}

impl PaymentRequired {
    fn checked(self) -> Result<Self, &'static str> {
        if self.accepts.is_empty() {
            return Err("accepts must have at least one item");
        }
        Ok(self)
    }
}

impl Resource {
    fn checked(self) -> Result<Self, String> {
        length("url", &self.url, 1..=usize::MAX)?;
        if let Some(name) = &self.service_name {
            label("serviceName", name)?;
        }
        let tags = self.tags.as_deref().unwrap_or_default();
        if tags.len() > 5 {
            return Err("tags must be an array of at most 5 strings".to_owned());
        }
        for (n, tag) in tags.iter().enumerate() {
            label(&format!("tags[{n}]"), tag)?;
        }
        length("iconUrl", self.icon_url.as_deref().unwrap_or_default(), 0..=2_048)?;
        Ok(self)
    }
}

impl Offer {
    fn checked(mut self) -> Result<Self, String> {
        length("scheme", &self.scheme, 1..=64)?;
        let evm = self.network.chain_id().is_some();
        self.asset.settle("asset", evm)?;
        self.pay_to.settle("payTo", evm)?;
        Ok(self)
    }
}

/// Whether a text is short and in printable ASCII.
fn label(field: &str, text: &str) -> Result<(), String> {
    length(field, text, 1..=32)?;
    let printable = text.bytes().all(|b| matches!(b, b' '..=b'~'));
    if printable { Ok(()) } else { Err(format!("{field} must be printable ASCII")) }
}

fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    const MUST: &str = "must be a whole number from 1 to 4294967295, not a string";
    NonZeroU32::deserialize(from).map(NonZeroU32::get).map_err(|_| D::Error::custom(MUST))
}
