use leptos::prelude::*;
use model::{AttemptFailure, Dialect, HOUR_MS};
use serde::{Deserialize, Serialize};
use service::{EndpointPatch, Error, IssuedEndpoint, NewEndpoint, Rule};

use super::request::{Kept, Request};
use crate::page::Flash;
use crate::pages::webhooks::endpoint_name;

const LIST: &str = "/dashboard/webhooks";

/// The secret of an endpoint, for the page that shows it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointSecret {
    /// The endpoint's id.
    pub endpoint: String,
    /// What its deliveries are signed with.
    pub secret: String,
}

impl Kept for EndpointSecret {
    const KEY: &'static str = "endpoint_secret";
    const SECRET: bool = true;
}

impl Request {
    /// Goes to the page that shows an endpoint's secret once, and tells what happened.
    async fn show_secret(&self, shown: EndpointSecret, text: String) -> Result<(), ServerFnError> {
        let to = format!("{LIST}/{}/signing", shown.endpoint);
        self.keep(&shown).await?;
        self.done(text, &to).await
    }
}

fn shown(issued: &IssuedEndpoint, secret: String) -> EndpointSecret {
    EndpointSecret { endpoint: issued.endpoint.id.to_string(), secret }
}

/// What the forms for a new and a changed endpoint ask for; of the events only those that are ticked are there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointForm {
    url: String,
    description: String,
    dialect: String,
    scope: String,
    events: Vec<String>,
}

impl EndpointForm {
    /// The choice of events, without what a chosen group holds anyway.
    fn events(&self) -> Vec<String> {
        if self.scope == "all" {
            return vec!["*".to_owned()];
        }
        let whole = |event: &String| {
            let group = format!("{}.*", model::event_group(event));
            *event != group && self.events.contains(&group)
        };
        self.events.iter().filter(|event| !whole(event)).cloned().collect()
    }

    fn typed(&self) -> Vec<(&str, &str)> {
        let fields = [
            ("url", self.url.as_str()),
            ("description", &self.description),
            ("dialect", &self.dialect),
            ("scope", &self.scope),
        ];
        let events = self.events.iter().map(|event| ("events[]", event.as_str()));
        fields.into_iter().chain(events).collect()
    }
}

/// Makes an endpoint. The page that follows shows its secret.
#[server(prefix = "/fn", endpoint = "create_webhook")]
pub async fn create_webhook(
    #[server(flatten)] form: EndpointForm,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let made = async {
        let unknown = |_| Error::invalid("dialect", Rule::OneOf(Dialect::TEXTS));
        let dialect: Dialect = form.dialect.parse().map_err(unknown)?;
        let new = NewEndpoint {
            url: form.url.clone(),
            description: form.description.clone(),
            dialect,
            events: form.events(),
            wallet: None,
            secret: None,
        };
        request.services.create_endpoint(&actor, new, None).await
    };
    match made.await {
        Ok(issued) => {
            let text = t!("webhooks-created", name = endpoint_name(&issued.endpoint));
            let secret = issued.secret.clone().unwrap_or_default();
            request.show_secret(shown(&issued, secret), text).await
        }
        Err(error) => request.refuse("create_webhook", &back, error, &form.typed()).await,
    }
}

/// Changes where an endpoint's events go, which, or what it is called.
#[server(prefix = "/fn", endpoint = "update_webhook")]
pub async fn update_webhook(
    #[server(default)] id: String,
    #[server(flatten)] form: EndpointForm,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let patch = EndpointPatch {
        url: Some(form.url.clone()),
        description: Some(form.description.clone()),
        events: Some(form.events()),
    };
    match request.services.update_endpoint(&actor, &id, patch).await {
        Ok(endpoint) => {
            let to = format!("{LIST}/{}/settings", endpoint.id);
            request.done(t!("webhooks-saved"), &to).await
        }
        Err(error) => request.refuse("update_webhook", &back, error, &form.typed()).await,
    }
}

/// Switches an endpoint on.
#[server(prefix = "/fn", endpoint = "enable_webhook")]
pub async fn enable_webhook(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.set_endpoint_enabled(&actor, &id, true).await {
        Ok(endpoint) => {
            request.done(t!("webhooks-enabled"), &format!("{LIST}/{}", endpoint.id)).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Switches an endpoint off.
#[server(prefix = "/fn", endpoint = "disable_webhook")]
pub async fn disable_webhook(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.set_endpoint_enabled(&actor, &id, false).await {
        Ok(endpoint) => {
            request.done(t!("webhooks-disabled"), &format!("{LIST}/{}", endpoint.id)).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Deletes an endpoint.
#[server(prefix = "/fn", endpoint = "delete_webhook")]
pub async fn delete_webhook(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.delete_endpoint(&actor, &id).await {
        Ok(()) => request.done(t!("webhooks-deleted"), LIST).await,
        Err(error) => request.failed(&back, error).await,
    }
}

/// Sends a test event and goes to what was sent and what came back.
#[server(prefix = "/fn", endpoint = "test_webhook")]
pub async fn test_webhook(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.test_endpoint(&actor, &id).await {
        Ok(report) => {
            let attempt = report.attempt;
            let ms = attempt.took_ms;
            let text = match (attempt.status, attempt.failure) {
                (Some(status), _) => {
                    t!("webhooks-test-answered", status = status.to_string(), ms = ms)
                }
                (None, Some(AttemptFailure::Timeout)) => t!("webhooks-test-timeout", ms = ms),
                (None, _) => t!("webhooks-test-no-answer", ms = ms),
            };
            let good = attempt.failure.is_none();
            request.keep(&Flash { good, text, plans: false }).await?;
            leptos_axum::redirect(&format!("{LIST}/{id}/deliveries/{}", report.event_id));
            Ok(())
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Gives an endpoint another secret, which the page that follows shows.
#[server(prefix = "/fn", endpoint = "rotate_webhook_secret")]
pub async fn rotate_webhook_secret(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.rotate_endpoint_secret(&actor, &id, None).await {
        Ok(issued) => {
            let secret = issued.secret.clone().unwrap_or_default();
            request.show_secret(shown(&issued, secret), t!("webhooks-rotated")).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Shows an endpoint's secret.
#[server(prefix = "/fn", endpoint = "reveal_webhook_secret")]
pub async fn reveal_webhook_secret(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.reveal_endpoint_secret(&actor, &id).await {
        Ok(secret) => {
            let to = format!("{LIST}/{id}/signing");
            request.keep(&EndpointSecret { endpoint: id, secret }).await?;
            leptos_axum::redirect(&to);
            Ok(())
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Sends an event to an endpoint once more.
#[server(prefix = "/fn", endpoint = "replay_webhook")]
pub async fn replay_webhook(
    #[server(default)] id: String,
    #[server(default)] event: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.replay_delivery(&actor, &id, &event).await {
        Ok(()) => {
            let to = format!("{LIST}/{id}/deliveries/{event}");
            request.done(t!("webhooks-replayed"), &to).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Sends everything once more that was given up in the last hours.
#[server(prefix = "/fn", endpoint = "replay_failed_webhooks")]
pub async fn replay_failed_webhooks(
    #[server(default)] id: String,
    #[server(default)] hours: i64,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let since_ms = request.services.now_ms() - hours.clamp(1, 10_000) * HOUR_MS;
    match request.services.replay_failed(&actor, &id, since_ms).await {
        Ok(replayed) => {
            let count = i64::try_from(replayed).unwrap_or(i64::MAX);
            let text = t!("webhooks-failed-replayed", count = count);
            request.done(text, &format!("{LIST}/{id}")).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

#[cfg(test)]
mod tests {
    use super::EndpointForm;

    #[test]
    fn a_group_stands_for_its_types_and_all_for_everything() {
        let form = |scope: &str| EndpointForm {
            scope: scope.to_owned(),
            events: ["payment.*", "payment.failed", "agent.created"].map(str::to_owned).into(),
            ..EndpointForm::default()
        };
        assert_eq!(form("some").events(), ["payment.*", "agent.created"]);
        assert_eq!(form("all").events(), ["*"]);
        assert!(EndpointForm::default().events().is_empty(), "never all by mistake");
    }
}
