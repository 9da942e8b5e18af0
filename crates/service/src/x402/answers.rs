use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::header::Message;
use super::json::{Fields, objects};
use super::network::{NamedNetwork, Network};
use super::values::{Address, OnChain, TransactionHash, Uint256};

objects!(PaymentResponse => checked, XPaymentResponse => checked);

type Transaction = Option<OnChain<TransactionHash>>;

/// `PAYMENT-RESPONSE`: what became of the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct PaymentResponse {
    /// Whether it is paid.
    pub success: bool,
    /// Why not, as a word such as `insufficient_funds`. `settlement_pending` is not the end: the transaction was sent
    /// and is not confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_reason: Option<String>,
    /// Why not, in words for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The transaction; `None`, written as an empty string, where there is none.
    #[serde(serialize_with = "write_transaction", deserialize_with = "read_transaction")]
    pub transaction: Transaction,
    /// Where.
    pub network: Network,
    /// Who paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<OnChain<Address>>,
    /// How much was paid, where that may be less than what was allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Uint256>,
    /// What the extensions have to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Fields>,
    /// What the scheme has to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Fields>,
}

/// `X-PAYMENT-RESPONSE`: what became of the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct XPaymentResponse {
    /// Whether it is paid.
    pub success: bool,
    /// Why not, as in [`PaymentResponse::error_reason`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_reason: Option<String>,
    /// Why not, in words for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The transaction; `None`, written as an empty string, where there is none.
    #[serde(serialize_with = "write_transaction", deserialize_with = "read_transaction")]
    pub transaction: Transaction,
    /// Where.
    pub network: NamedNetwork,
    /// Who paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<OnChain<Address>>,
}

impl Message for PaymentResponse {
    const HEADER: &'static str = "PAYMENT-RESPONSE";
    const VERSION: Option<u8> = None;

    fn belongs_here(sent: &Map<String, Value>) -> Result<(), String> {
        if network::<NamedNetwork>(sent) {
            return Err(
                "must name its network in CAIP-2; the names of version 1 belong into X-PAYMENT-RESPONSE".to_owned(),
            );
        }
        Ok(())
    }
}

impl Message for XPaymentResponse {
    const HEADER: &'static str = "X-PAYMENT-RESPONSE";
    const VERSION: Option<u8> = None;

    fn belongs_here(sent: &Map<String, Value>) -> Result<(), String> {
        if network::<Network>(sent) {
            return Err(
                "must name its network as version 1 does; CAIP-2 belongs into PAYMENT-RESPONSE"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// Whether the network is named so.
fn network<'a, N: Deserialize<'a>>(sent: &'a Map<String, Value>) -> bool {
    sent.get("network").is_some_and(|network| N::deserialize(network).is_ok())
}

impl PaymentResponse {
    fn checked(mut self) -> Result<Self, String> {
        let evm = self.network.chain_id().is_some();
        settle(&mut self.transaction, &mut self.payer, evm)?;
        Ok(self)
    }
}

impl XPaymentResponse {
    fn checked(mut self) -> Result<Self, String> {
        settle(&mut self.transaction, &mut self.payer, true)?;
        Ok(self)
    }
}

fn settle(
    transaction: &mut Transaction,
    payer: &mut Option<OnChain<Address>>,
    evm: bool,
) -> Result<(), String> {
    transaction.as_mut().map_or(Ok(()), |hash| hash.settle("transaction", evm))?;
    payer.as_mut().map_or(Ok(()), |payer| payer.settle("payer", evm))
}

fn read_transaction<'de, D: Deserializer<'de>>(from: D) -> Result<Transaction, D::Error> {
    let text = String::deserialize(from)?;
    Ok((!text.is_empty()).then_some(OnChain::Other(text)))
}

fn write_transaction<S: Serializer>(transaction: &Transaction, to: S) -> Result<S::Ok, S::Error> {
    match transaction {
        Some(transaction) => transaction.serialize(to),
        None => to.serialize_str(""),
    }
}
