use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::header::{Message, given, version};
use super::json::{Fields, below, objects, read};
use super::network::NamedNetwork;
use super::requirements::{Offer, Resource};
use super::values::{Address, Nonce, Signature, Uint256};

objects!(PaymentSignature => checked, SignedTransfer, Authorization => checked, XPayment);

/// `PAYMENT-SIGNATURE`: what the client pays with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct PaymentSignature {
    /// What is paid for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// The way that was chosen.
    pub accepted: Offer,
    /// The payment itself.
    pub payload: Payload,
    /// What the server said that it can do, and what the client added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Fields>,
}

/// `X-PAYMENT`: what the client pays with. Version 1 knows one scheme, `exact`, and here its EVM chains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", tag = "scheme", rename = "exact")]
pub struct XPayment {
    /// Where.
    pub network: NamedNetwork,
    /// The payment itself.
    pub payload: SignedTransfer,
}

/// What a client pays with, in version 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, from = "Fields")]
pub enum Payload {
    /// `exact` on an EVM chain, by EIP-3009.
    Transfer(SignedTransfer),
    /// Of another scheme, network or method (Permit2, ERC-7710), as it is.
    Other(Fields),
}

/// A payer's permission to move so much to somebody, once (EIP-3009, `transferWithAuthorization`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct SignedTransfer {
    /// Over the authorization, by the payer. Not checked here.
    pub signature: Signature,
    /// What is permitted.
    pub authorization: Authorization,
}

/// What a payer permits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct Authorization {
    /// Who pays.
    pub from: Address,
    /// Who is paid.
    pub to: Address,
    /// How much, in the token's smallest units.
    pub value: Uint256,
    /// It holds after this moment (Unix seconds).
    pub valid_after: Uint256,
    /// It holds before this moment (Unix seconds), which is later than `valid_after`.
    pub valid_before: Uint256,
    /// Makes it usable once.
    pub nonce: Nonce,
}

impl Message for PaymentSignature {
    const HEADER: &'static str = "PAYMENT-SIGNATURE";
    const VERSION: Option<u8> = Some(2);

    fn belongs_here(sent: &Map<String, Value>) -> Result<(), String> {
        version(
            sent,
            2,
            "must have an envelope of version 2; one of version 1 belongs into X-PAYMENT",
        )?;
        let old = ["scheme", "network"].iter().any(|name| given(sent, name).is_some());
        if old && given(sent, "accepted").is_none() {
            return Err(
                "must have the form of version 2, as it says; scheme and network belong into accepted".to_owned(),
            );
        }
        Ok(())
    }
}

impl Message for XPayment {
    const HEADER: &'static str = "X-PAYMENT";
    const VERSION: Option<u8> = Some(1);

    fn belongs_here(sent: &Map<String, Value>) -> Result<(), String> {
        version(
            sent,
            1,
            "must have an envelope of version 1; one of version 2 belongs into PAYMENT-SIGNATURE",
        )?;
        if given(sent, "accepted").is_some() {
            return Err(
                "must have the form of version 1, as it says; accepted is version 2's".to_owned()
            );
        }
        match given(sent, "scheme") {
            None => Err("scheme must not be missing".to_owned()),
            Some(scheme) if scheme == "exact" => Ok(()),
            Some(_) => Err("scheme must be exact".to_owned()),
        }
    }
}

impl PaymentSignature {
    fn checked(mut self) -> Result<Self, String> {
        let evm = self.accepted.network.chain_id().is_some();
        if let Payload::Other(fields) = &self.payload
            && evm
            && self.accepted.scheme == "exact"
        {
            let extra = self.accepted.extra.as_ref();
            let method = extra.and_then(|extra| extra.get("assetTransferMethod"));
            if by_eip3009(fields, method).map_err(|must| below("payload", must))? {
                let transfer = read(fields.as_str().as_bytes());
                let transfer = transfer.map_err(|said| below("payload", &said))?;
                self.payload = Payload::Transfer(transfer);
            }
        }
        Ok(self)
    }
}

/// Whether the payload of `exact` on an EVM chain is a transfer by EIP-3009; `method` is the one that the offer names.
fn by_eip3009(payload: &Fields, method: Option<Value>) -> Result<bool, &'static str> {
    let permit = payload.get("permit2Authorization").is_some();
    let authorization = payload.get("authorization").is_some();
    if permit && authorization {
        return Err("must have either authorization or permit2Authorization");
    }
    // Without a word on the method, tokens that know EIP-3009 are paid by it.
    let Some(method) = method else { return Ok(!permit) };
    let eip3009 = method == "eip3009";
    if authorization && !eip3009 {
        return Err("must be of the method in accepted.extra.assetTransferMethod");
    }
    Ok(eip3009)
}

impl From<Fields> for Payload {
    fn from(fields: Fields) -> Self {
        Self::Other(fields)
    }
}

impl Authorization {
    fn checked(self) -> Result<Self, &'static str> {
        if self.valid_before <= self.valid_after {
            return Err("validBefore must be later than validAfter");
        }
        Ok(self)
    }
}
