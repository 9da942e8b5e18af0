use http::HeaderValue;
use http::header::SET_COOKIE;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use service::Services;

use super::request::fault;

/// A cookie for all of this host and for no script. Over https it has the prefix that keeps other hosts from setting it
/// (`__Host-`, RFC 6265bis §4.1.3.2); `i18n::cookie` reads either name.
pub fn host_cookie(https: bool, name: &str, value: &str, max_age_s: Option<i64>) -> String {
    let (prefix, secure) = if https { ("__Host-", "; Secure") } else { ("", "") };
    let age = max_age_s.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    format!("{prefix}{name}={value}; Path=/{age}; SameSite=Lax; HttpOnly{secure}")
}

/// Has the browser keep a cookie for a time.
pub(super) fn keep_cookie(
    services: &Services,
    (name, value): (&str, &str),
    max_age_s: i64,
) -> Result<(), ServerFnError> {
    let cookie = host_cookie(services.is_https(), name, value, Some(max_age_s));
    let cookie = HeaderValue::from_str(&cookie).map_err(fault)?;
    let response =
        use_context::<ResponseOptions>().ok_or_else(|| fault("no response in context"))?;
    response.append_header(SET_COOKIE, cookie);
    Ok(())
}
