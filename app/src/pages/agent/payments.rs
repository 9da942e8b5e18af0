use leptos::prelude::*;
use model::Payment;
use service::{AgentDetail, Page};

use super::{Part, frame};
use crate::components::{CodeBlock, EmptyState, Glyph, Pagination};
use crate::page::PageCx;
use crate::pages::overview::sample_call;
use crate::pages::payment_rows::PaymentTable;

/// The agent's payments.
pub fn payments(detail: AgentDetail, page: Page<Payment>) -> impl IntoView {
    let agent = detail.agent;
    let query = format!("?agent={}", agent.id);
    let empty = page.items.is_empty() && !PageCx::current().path.contains('?');
    let body = if empty {
        let code = sample_call(&agent.external_id);
        view! {
            <EmptyState glyph=Glyph::PAYMENT title=t!("payments-none") text=t!("payments-none-text")>
                <CodeBlock title=t!("payments-report") code=code/>
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            <p class="row">
                <a class="button button-sm" href=format!("/dashboard/payments{query}")>
                    {t!("payments-all")}
                </a>
            </p>
            <PaymentTable payments=page.items label=t!("agent-payments") query/>
            <Pagination next=page.next/>
        }
        .into_any()
    };
    let body = view! { <section aria-label=t!("agent-payments")>{body}</section> };
    frame(agent, Part::Payments, None, body)
}
