use leptos::prelude::*;
use service::LegalPage;

use super::request::Request;

/// Replaces one of the operator's legal texts.
#[server(prefix = "/fn", endpoint = "set_legal_text")]
pub async fn set_legal_text(
    #[server(default)] page: String,
    #[server(default)] lang: String,
    #[server(default)] text: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let saved = async {
        let page = LegalPage::from_text(&page)?;
        request.services.set_legal_text(&actor, page, &lang, &text).await
    };
    match saved.await {
        Ok(()) => request.done(t!("operator-legal-saved"), "/dashboard/operator/legal").await,
        // A text of this length does not belong into the session; a browser still has it.
        Err(error) => request.refuse("set_legal_text", &back, error, &[]).await,
    }
}
