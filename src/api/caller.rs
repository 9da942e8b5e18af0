//! Who calls an API: a signed token or an API key.

use axum::http::{Extensions, HeaderMap, header};
use service::{Actor, Error, security_log};

use crate::client_address::ClientAddress;
use crate::state::AppState;

/// Somebody who presented a token or a key that is good.
pub struct Caller(pub Actor);

/// Why a caller was not let in.
pub struct AuthError(pub Error);

const NOBODY: &str =
    "Send a token as \"Authorization: Bearer ...\" or an API key as \"X-API-Key: ...\".";

impl Caller {
    /// Reads `X-API-Key` or `Authorization: Bearer` of a request, or takes whom the limits have read before. The request's address decides too: a key may be held
    /// to some networks.
    pub async fn read(
        state: &AppState,
        headers: &HeaderMap,
        extensions: &Extensions,
    ) -> Result<Self, AuthError> {
        if let Some(actor) = extensions.get::<Actor>() {
            return Ok(Self(actor.clone()));
        }
        let from = || ClientAddress::of(&state.trusted_proxies, headers, extensions).0;
        let refused = |error: Error| {
            match &error {
                Error::Unauthenticated { why } => security_log::bad_credential(why, from()),
                Error::AddressForbidden { .. } => {
                    security_log::bad_credential("The API key is for other networks.", from());
                }
                _ => {}
            }
            AuthError(error)
        };
        let services = &state.services;
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::trim);
        if let Some(key) = text("x-api-key") {
            return services.authenticate_key(key, from()).await.map(Self).map_err(refused);
        }
        let bearer = text(header::AUTHORIZATION.as_str())
            .and_then(|v| v.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        match bearer {
            Some(token) => services.authenticate_token(token).await.map(Self).map_err(refused),
            None => Err(AuthError(Error::Unauthenticated { why: NOBODY })),
        }
    }
}
