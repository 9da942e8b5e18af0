use serde::Deserialize;

use super::header::{HeaderError, within_limit};
use super::json::{parse, read};
use super::values::{TransactionHash, length};

/// What the payment gateway's clients send in `X-PAYMENT`: plain JSON that names the transfers which they made
/// themselves, one to the merchant and one with the commission.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TransferProof {
    /// The transfer to the merchant.
    pub tx_hash: TransactionHash,
    /// The transfer of the commission.
    pub tx_hash_commission: Option<TransactionHash>,
    /// The chain's name, if it stands here and not in the query: 1 to 32 characters.
    pub chain: Option<String>,
    /// The token's symbol, if it stands here and not in the query: 1 to 32 characters.
    pub token: Option<String>,
}

impl TransferProof {
    /// Reads the header. Its `scheme` says `eip3009` although none is used, and is not looked at.
    pub fn decode(value: &[u8]) -> Result<Self, HeaderError> {
        Self::read(value).map_err(|why| HeaderError { header: "X-PAYMENT", why })
    }

    fn read(value: &[u8]) -> Result<Self, String> {
        let json = within_limit(value)?;
        parse(json)?;
        let proof: Self = read(json)?;
        for (field, text) in [("chain", &proof.chain), ("token", &proof.token)] {
            text.as_ref().map_or(Ok(()), |text| length(field, text, 1..=32))?;
        }
        Ok(proof)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_clients_are_understood() {
        let (paid, commission) =
            (format!("0x{}", "a1".repeat(32)), format!("0x{}", "b2".repeat(32)));
        let sdk = format!(
            r#"{{"scheme": "eip3009", "tx_hash": "{paid}", "tx_hash_commission": "{commission}"}}"#
        );
        let proof = TransferProof::decode(sdk.as_bytes()).expect("a proof");
        assert_eq!(proof.tx_hash.to_string(), paid);
        assert_eq!(proof.tx_hash_commission.map(|hash| hash.to_string()), Some(commission));
        let direct = format!(r#"{{"tx_hash": "{paid}", "chain": "base", "token": "USDC"}}"#);
        let proof = TransferProof::decode(direct.as_bytes()).expect("a proof");
        assert_eq!(proof.tx_hash_commission, None);
        assert_eq!((proof.chain.as_deref(), proof.token.as_deref()), (Some("base"), Some("USDC")));
    }

    #[test]
    fn what_proves_nothing_is_refused_by_its_field() {
        for (sent, why) in [
            (
                "e30=",
                "must be JSON in UTF-8, at most 127 values deep, each field once: expected value at line 1 column 1",
            ),
            ("[]", "must be an object"),
            ("{}", "tx_hash must not be missing"),
            (
                r#"{"tx_hash": 1}"#,
                "tx_hash must be a transaction's hash: 0x and 64 hexadecimal digits",
            ),
        ] {
            let error = TransferProof::decode(sent.as_bytes()).expect_err(sent);
            assert_eq!(error.to_string(), format!("X-PAYMENT: {why}"));
        }
        let hash = "a1".repeat(32);
        for (field, value, why) in [
            (
                "tx_hash_commission",
                "0x12",
                "must be a transaction's hash: 0x and 64 hexadecimal digits",
            ),
            ("chain", "", "must be a string of 1 to 32 characters"),
            ("token", &hash, "must be a string of 1 to 32 characters"),
        ] {
            let sent = format!(r#"{{"tx_hash":"0x{hash}","{field}":"{value}"}}"#);
            let error = TransferProof::decode(sent.as_bytes()).expect_err(field);
            assert_eq!(error.to_string(), format!("X-PAYMENT: {field} {why}"));
        }
    }
}
