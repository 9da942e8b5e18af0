use leptos::prelude::*;
use model::{Permission, Permissions};
use service::{Error, MAX_KEY_DAYS, NewApiKey, Rule};

use super::request::Request;

/// Days that a key holds; an empty text is a key without an end.
fn days(text: &str) -> Result<Option<i64>, Error> {
    match text.trim() {
        "" => Ok(None),
        text => {
            let days = text
                .parse()
                .map_err(|_| Error::invalid("expires_in_days", Rule::Days(MAX_KEY_DAYS)));
            days.map(Some)
        }
    }
}

/// Makes an API key. The page that follows shows its secret once.
#[server(prefix = "/fn", endpoint = "create_api_key")]
pub async fn create_api_key(
    #[server(default)] name: String,
    #[server(default)] read: Option<String>,
    #[server(default)] write: Option<String>,
    #[server(default)] manage: Option<String>,
    #[server(default)] expires_in_days: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let ticked = [
        (Permission::Read, read.is_some()),
        (Permission::Write, write.is_some()),
        (Permission::Manage, manage.is_some()),
    ];
    let permissions: Permissions =
        ticked.into_iter().filter(|(_, ticked)| *ticked).map(|(p, _)| p).collect();
    let issued = async {
        let expires_in_days = days(&expires_in_days)?;
        let new = NewApiKey { name: name.clone(), permissions, expires_in_days };
        request.services.create_api_key(&actor, new, None).await
    };
    match issued.await {
        Ok(issued) => {
            request.keep_secret(issued).await?;
            leptos_axum::redirect("/dashboard/api-keys");
            Ok(())
        }
        Err(error) => {
            let permissions = permissions.to_text();
            let typed = [
                ("name", name.as_str()),
                ("expires_in_days", &expires_in_days),
                ("permissions", &permissions),
            ];
            request.refuse("create_api_key", &back, error, &typed).await
        }
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
        Ok(key) => request.done(t!("keys-revoked", name = key.name), "/dashboard/api-keys").await,
        Err(error) => request.failed(&back, error).await,
    }
}
