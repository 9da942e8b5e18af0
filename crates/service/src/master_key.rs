//! Another master key: everything that is sealed, sealed anew.

use store::sealed::{self, Place, Sealed};
use store::{Store, StoreConfig};

use crate::secrets::Vault;
use crate::{Entropy, Error};

/// Values that are read at a time.
const PAGE: i64 = 500;

/// Seals everything that is sealed under `old` under `new` instead, all of it or nothing; how many values there were.
/// No server may run meanwhile: it would go on with the old key.
pub async fn rotate_master_key(
    config: &StoreConfig,
    entropy: &Entropy,
    (old, new): (&[u8; 32], &[u8; 32]),
) -> Result<u64, Error> {
    let store = Store::open(config).await?;
    let done = rotate(&store, entropy, (&Vault::new(old), &Vault::new(new))).await;
    store.close().await;
    done
}

async fn rotate(store: &Store, entropy: &Entropy, vaults: (&Vault, &Vault)) -> Result<u64, Error> {
    let mut tx = store.begin().await?;
    let mut count = 0;
    for place in Place::ALL {
        let mut after = String::new();
        loop {
            let page = sealed::list(&mut tx, place, &after, PAGE).await?;
            let Some(last) = page.last() else { break };
            last.id.clone_into(&mut after);
            for found in &page {
                let value = anew(entropy, vaults, place, found)?;
                sealed::update(&mut tx, place, &Sealed { value, ..found.clone() }).await?;
                count += 1;
            }
        }
    }
    tx.commit().await?;
    Ok(count)
}

fn anew(
    entropy: &Entropy,
    (old, new): (&Vault, &Vault),
    place: Place,
    found: &Sealed,
) -> Result<String, Error> {
    let purpose = match place {
        Place::SigningKeys => found.purpose.as_str(),
        Place::WebhookSecrets | Place::PreviousWebhookSecrets => crate::webhooks::SECRET_PURPOSE,
        Place::Sessions => crate::sessions::PURPOSE,
        Place::Mails => crate::mail::PURPOSE,
        Place::Totp => crate::factors::TOTP_PURPOSE,
    };
    new.seal(entropy, purpose, &old.open(purpose, &found.value)?)
}

impl crate::Services {
    /// Whether this key opens what is stored under `config`: whether it is the one in force.
    pub async fn master_key_fits(config: &StoreConfig, key: &[u8; 32]) -> Result<bool, Error> {
        let store = Store::open(config).await?;
        let mut conn = store.read().await?;
        let first = sealed::list(&mut conn, Place::SigningKeys, "", 1).await?;
        drop(conn);
        store.close().await;
        let vault = Vault::new(key);
        Ok(first.first().is_none_or(|found| vault.open(&found.purpose, &found.value).is_ok()))
    }
}
