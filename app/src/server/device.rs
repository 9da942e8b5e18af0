use http::HeaderValue;
use http::header::SET_COOKIE;
use http::request::Parts;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use model::UserId;
use service::{DEVICE_DAYS, Services};

use super::request::{Request, fault};
use crate::i18n::cookie;

fn https(services: &Services) -> bool {
    services.public_url().starts_with("https://")
}

fn name(services: &Services) -> &'static str {
    if https(services) { "__Host-device" } else { "device" }
}

impl Request {
    /// What this browser was given when somebody signed in with it before.
    pub(super) fn device(&self) -> Option<String> {
        let parts = use_context::<Parts>()?;
        cookie(&parts.headers, name(&self.services)).map(str::to_owned)
    }

    /// Lets this browser be known at the next sign-in of a person, who has just signed in or changed the password.
    pub(super) async fn remember_device(&self, user: &UserId) -> Result<(), ServerFnError> {
        let device = self.services.new_device(user).await.map_err(fault)?;
        let (name, max_age) = (name(&self.services), DEVICE_DAYS * 86_400);
        let secure = if https(&self.services) { "; Secure" } else { "" };
        let cookie =
            format!("{name}={device}; Path=/; Max-Age={max_age}; SameSite=Lax; HttpOnly{secure}");
        let cookie = HeaderValue::from_str(&cookie).map_err(fault)?;
        if let Some(response) = use_context::<ResponseOptions>() {
            response.append_header(SET_COOKIE, cookie);
        }
        Ok(())
    }
}
