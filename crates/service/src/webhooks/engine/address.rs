use model::Dialect;
use store::webhooks::{SealedSecrets, Target};
use url::Url;

use crate::Error;
use crate::secrets::Vault;
use crate::webhooks::WebhookSecrets;

/// Where to send, and how to sign.
pub(crate) struct Address {
    pub url: Url,
    pub dialect: Dialect,
    pub secrets: WebhookSecrets,
    sealed: SealedSecrets,
}

impl Address {
    /// Fails where the secret in force cannot be read.
    pub(crate) fn open(vault: &Vault, target: Target) -> Result<Self, Error> {
        Ok(Self {
            url: Url::parse(&target.endpoint.url).map_err(Error::internal)?,
            dialect: target.endpoint.dialect,
            secrets: WebhookSecrets::open(vault, &target.secrets)?,
            sealed: target.secrets,
        })
    }

    /// Whether it was made of this.
    pub(super) fn is_of(&self, target: &Target) -> bool {
        self.url.as_str() == target.endpoint.url
            && self.dialect == target.endpoint.dialect
            && self.sealed == target.secrets
    }
}
