use leptos::prelude::*;
use model::{Overlap, Permission, Permissions};
use serde::{Deserialize, Serialize};
use service::{Error, MAX_KEY_DAYS, NewApiKey, Rule};

use super::request::Request;

const LIST: &str = "/dashboard/api-keys";
/// The choice that makes the number of days count.
const CUSTOM: &str = "custom";

/// Days that a key holds; an empty choice is a key without an end.
fn days(choice: &str, custom: &str) -> Result<Option<i64>, Error> {
    let (field, text) = match choice.trim() {
        "" => return Ok(None),
        CUSTOM => ("custom_days", custom.trim()),
        days => ("expires_in_days", days),
    };
    let days = text.parse().ok().filter(|days| (1..=MAX_KEY_DAYS).contains(days));
    days.map(Some).ok_or_else(|| Error::invalid(field, Rule::Days(MAX_KEY_DAYS)))
}

/// What the form for a new key asks for; a box that is not ticked is not there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyForm {
    name: String,
    read: Option<String>,
    write: Option<String>,
    manage: Option<String>,
    agent: String,
    expires_in_days: String,
    custom_days: String,
    allowed_ips: String,
}

impl KeyForm {
    fn permissions(&self) -> Permissions {
        let ticked = [
            (Permission::Read, &self.read),
            (Permission::Write, &self.write),
            (Permission::Manage, &self.manage),
        ];
        ticked.into_iter().filter(|(_, ticked)| ticked.is_some()).map(|(p, _)| p).collect()
    }

    fn key(&self) -> Result<NewApiKey, Error> {
        let separators = |c: char| c.is_whitespace() || c == ',' || c == ';';
        Ok(NewApiKey {
            name: self.name.clone(),
            permissions: self.permissions(),
            agent: Some(self.agent.clone()).filter(|id| !id.is_empty()),
            allowed_ips: self.allowed_ips.split(separators).map(str::to_owned).collect(),
            expires_in_days: days(&self.expires_in_days, &self.custom_days)?,
        })
    }
}

/// Makes an API key. The page that follows shows its secret once.
#[server(prefix = "/fn", endpoint = "create_api_key")]
pub async fn create_api_key(
    #[server(flatten)] form: KeyForm,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let issued = async { request.services.create_api_key(&actor, form.key()?, None).await };
    match issued.await {
        Ok(issued) => {
            request.keep_secret(issued).await?;
            leptos_axum::redirect(LIST);
            Ok(())
        }
        Err(error) => {
            let permissions = form.permissions().to_text();
            let typed = [
                ("name", form.name.as_str()),
                ("agent", &form.agent),
                ("expires_in_days", &form.expires_in_days),
                ("custom_days", &form.custom_days),
                ("allowed_ips", &form.allowed_ips),
                ("permissions", &permissions),
            ];
            request.refuse("create_api_key", &back, error, &typed).await
        }
    }
}

/// Replaces an API key by a new one, whose secret the page that follows shows once.
#[server(prefix = "/fn", endpoint = "rotate_api_key")]
pub async fn rotate_api_key(
    #[server(default)] id: String,
    #[server(default)] overlap: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let issued = async {
        let overlap: Overlap =
            overlap.parse().map_err(|_| Error::invalid("overlap", Rule::OneOf(Overlap::TEXTS)))?;
        request.services.rotate_api_key(&actor, &id, overlap, None).await
    };
    match issued.await {
        Ok(issued) => {
            request.keep_secret(issued).await?;
            leptos_axum::redirect(LIST);
            Ok(())
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Revokes an API key: it opens nothing from now on.
#[server(prefix = "/fn", endpoint = "revoke_api_key")]
pub async fn revoke_api_key(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.revoke_api_key(&actor, &id, None).await {
        Ok(key) => request.done(t!("keys-revoked", name = key.name), LIST).await,
        Err(error) => request.failed(&back, error).await,
    }
}
