use http::request::Parts;
use leptos::prelude::*;
use model::UserId;
use service::DEVICE_DAYS;

use super::cookies::keep_cookie;
use super::request::{Request, fault};
use crate::i18n::cookie;

const COOKIE: &str = "device";

impl Request {
    /// What this browser was given when somebody signed in with it before.
    pub(super) fn device(&self) -> Option<String> {
        let parts = use_context::<Parts>()?;
        cookie(&parts.headers, COOKIE).map(str::to_owned)
    }

    /// Lets this browser be known at the next sign-in of a person, who has just signed in or changed the password.
    pub(super) async fn remember_device(&self, user: &UserId) -> Result<(), ServerFnError> {
        let device = self.services.new_device(user).await.map_err(fault)?;
        keep_cookie(&self.services, (COOKIE, &device), DEVICE_DAYS * 86_400)
    }
}
