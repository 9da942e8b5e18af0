//! The HTTP headers of x402, by which a client pays for what a server answers: base64 of JSON, in versions 1 and 2.
//!
//! This is the codec that the x402 API will use. The server does not speak x402 yet: nothing here is reached from
//! outside, and nothing here looks at a signature, a balance or the clock.
//!
//! | header | who sends it | version | value |
//! |---|---|---|---|
//! | `PAYMENT-REQUIRED` | server, with 402 | 2 | [`PaymentRequired`] |
//! | `PAYMENT-SIGNATURE` | client | 2 | [`PaymentSignature`] |
//! | `PAYMENT-RESPONSE` | server | 2 | [`PaymentResponse`] |
//! | `X-PAYMENT` | client | 1 | [`XPayment`] |
//! | `X-PAYMENT-RESPONSE` | server | 1 | [`XPaymentResponse`] |
//!
//! In version 1, the answer 402 carries its requirements in the body. The payment gateway's clients send something
//! else in `X-PAYMENT`, plain JSON with the hashes of transfers that they made themselves: [`TransferProof`].
//!
//! What is read:
//!
//! - At most [`MAX_HEADER_BYTES`], base64 as the official client takes it (`@x402/core` 2.27.0): the standard alphabet,
//!   with or without padding. The URL-safe alphabet is refused there and here; no official client sends it.
//! - JSON at most 127 values deep, each field once, at any depth, numbers within a double's range. The specification
//!   has no word for a field that stands twice; readers differ in which one they take, so it is refused: a facilitator
//!   that takes the other one of two amounts would judge another payment than we.
//! - Fields that nobody knows are left out, as the official schemas do; `null` is as good as absent where a field is
//!   optional. `extensions`, `extra` and the payloads of schemes other than `exact` with EIP-3009 are kept as they are.
//! - The version in the envelope, its form and the header must agree.
//! - On EVM chains (`eip155:…`), accounts are addresses and transactions are hashes. Elsewhere both are texts.
//!
//! Every error names the field and what is allowed, and repeats nothing of what was sent. What is written obeys the same
//! rules: `encode` fails where `decode` would, or would understand something else.

mod answers;
mod header;
mod json;
mod network;
mod payments;
#[cfg(test)]
mod refusals;
mod requirements;
mod transfers;
mod values;
#[cfg(test)]
mod vectors;

pub use answers::{PaymentResponse, XPaymentResponse};
pub use header::{HeaderError, MAX_HEADER_BYTES, Message};
pub use json::Fields;
pub use network::{NamedNetwork, Network};
pub use payments::{Authorization, Payload, PaymentSignature, SignedTransfer, XPayment};
pub use requirements::{Offer, PaymentRequired, Resource};
pub use transfers::TransferProof;
pub use values::{Address, Malformed, Nonce, OnChain, Signature, TransactionHash, Uint256};
