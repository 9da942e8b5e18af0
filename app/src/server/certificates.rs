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
