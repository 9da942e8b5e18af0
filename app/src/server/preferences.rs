use http::HeaderValue;
use http::header::SET_COOKIE;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::request::{Request, fault, own_path};
use crate::i18n::Lang;
use crate::page::Theme;

const YEAR_S: u32 = 365 * 86_400;

fn set_cookie(name: &str, value: &str) -> Result<(), ServerFnError> {
    let cookie = format!("{name}={value}; Path=/; Max-Age={YEAR_S}; SameSite=Lax; HttpOnly");
    let cookie = HeaderValue::from_str(&cookie).map_err(fault)?;
    let response =
        use_context::<ResponseOptions>().ok_or_else(|| fault("no response in context"))?;
    response.append_header(SET_COOKIE, cookie);
    Ok(())
}

/// Chooses the language of this browser, and of what is mailed to the signed-in person.
#[server(prefix = "/fn", endpoint = "set_language")]
pub async fn set_language(
    #[server(default)] lang: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let lang = Lang::from_code(&lang).unwrap_or_default();
    set_cookie(Lang::COOKIE, lang.code())?;
    let request = Request::current()?;
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
    set_cookie(Theme::COOKIE, theme.as_str())?;
    leptos_axum::redirect(own_path(&back).unwrap_or("/"));
    Ok(())
}
