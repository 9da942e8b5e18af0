use leptos::prelude::*;

use super::cookies::keep_cookie;
use super::request::{Request, own_path};
use crate::i18n::Lang;
use crate::page::Theme;

const YEAR_S: i64 = 365 * 86_400;

/// Chooses the language of this browser, and of what is mailed to the signed-in person.
#[server(prefix = "/fn", endpoint = "set_language")]
pub async fn set_language(
    #[server(default)] lang: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let lang = Lang::from_code(&lang).unwrap_or_default();
    let request = Request::current()?;
    keep_cookie(&request.services, (Lang::COOKIE, lang.code()), YEAR_S)?;
    if let Some(actor) = request.actor()
        && let Err(error) = request.services.set_language(actor, lang.code()).await
    {
        // The browser has its language all the same.
        tracing::warn!(?error, "a language was not kept");
    }
    leptos_axum::redirect(own_path(&back).unwrap_or("/"));
    Ok(())
}

/// Chooses the theme of this browser.
#[server(prefix = "/fn", endpoint = "set_theme")]
pub async fn set_theme(
    #[server(default)] theme: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let theme = Theme::from_text(&theme).unwrap_or_default();
    keep_cookie(&Request::current()?.services, (Theme::COOKIE, theme.as_str()), YEAR_S)?;
    leptos_axum::redirect(own_path(&back).unwrap_or("/"));
    Ok(())
}
