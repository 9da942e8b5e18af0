use http::HeaderValue;
use http::header::SET_COOKIE;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use service::Services;

use super::request::{Request, fault, own_path};
use crate::i18n::Lang;
use crate::page::Theme;

const YEAR_S: u32 = 365 * 86_400;

/// A cookie for all of this host and for no script. Over https it has the prefix that keeps other hosts from setting it
/// (`__Host-`, RFC 6265bis §4.1.3.2); [`crate::i18n::cookie`] reads either name.
pub fn host_cookie(https: bool, name: &str, value: &str, max_age_s: Option<u32>) -> String {
    let (prefix, secure) = if https { ("__Host-", "; Secure") } else { ("", "") };
    let age = max_age_s.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    format!("{prefix}{name}={value}; Path=/{age}; SameSite=Lax; HttpOnly{secure}")
}

fn keep_choice(services: &Services, name: &str, value: &str) -> Result<(), ServerFnError> {
    let https = services.public_url().starts_with("https://");
    let cookie = host_cookie(https, name, value, Some(YEAR_S));
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
    let request = Request::current()?;
    keep_choice(&request.services, Lang::COOKIE, lang.code())?;
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
    keep_choice(&Request::current()?.services, Theme::COOKIE, theme.as_str())?;
    leptos_axum::redirect(own_path(&back).unwrap_or("/"));
    Ok(())
}
