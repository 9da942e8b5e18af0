use leptos::prelude::*;

use super::request::Request;

/// Issues a certificate; an earlier one of the agent is superseded.
#[server(prefix = "/fn", endpoint = "issue_certificate")]
pub async fn issue_certificate(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.issue_certificate(&actor, &id, None).await {
        Ok(issued) => {
            let text =
                t!("certificate-was-issued", grade = issued.grade.as_str(), score = issued.score);
            request.done(text, &format!("/dashboard/agents/{}", issued.agent_id)).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Scores an agent again and replaces its certificate.
#[server(prefix = "/fn", endpoint = "renew_certificate")]
pub async fn renew_certificate(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.renew_certificate(&actor, &id, None).await {
        Ok(renewed) => {
            let text =
                t!("certificates-renewed", grade = renewed.grade.as_str(), score = renewed.score);
            request.done(text, &format!("/dashboard/certificates/{}", renewed.id)).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Withdraws a certificate for a reason that everybody can read.
#[server(prefix = "/fn", endpoint = "revoke_certificate")]
pub async fn revoke_certificate(
    #[server(default)] id: String,
    #[server(default)] reason: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.revoke_certificate(&actor, &id, &reason, None).await {
        Ok(revoked) => {
            let to = format!("/dashboard/certificates/{}", revoked.id);
            request.done(t!("certificates-was-revoked"), &to).await
        }
        Err(error) => {
            request.refuse("revoke_certificate", &back, error, &[("reason", &reason)]).await
        }
    }
}
