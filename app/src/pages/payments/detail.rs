use leptos::prelude::*;
use model::{Direction, Payment, day_of};
use service::PaymentDetail;

use super::query::autonomous_label;
use crate::components::{
    Glyph, Icon, Money, Pill, Time, direction_label, payment_source_label, payment_status_label,
    payment_status_tone, rail_label,
};
use crate::page::PageCx;
use crate::pages::payment_rows::sign;

/// From this age on a payment adds nothing to the score.
const MAX_AGE_DAYS: i64 = 540;

/// Everything that the ledger knows of a payment.
#[component]
pub(super) fn Detail(
    /// The payment.
    detail: PaymentDetail,
    /// The list without it.
    close: String,
) -> impl IntoView {
    let PaymentDetail { payment, agent_name, recorded_by, via, leaf_hash } = detail;
    let title = payment.counterparty.clone().unwrap_or_else(|| t!("payments-unnamed"));
    let agent = agent_name.clone().unwrap_or_else(|| payment.agent_external_id.clone());
    let by = match payment.direction {
        Direction::Sent => t!("payments-sent-by", rail = rail_label(payment.rail), agent = agent),
        Direction::Received => {
            t!("payments-received-by", rail = rail_label(payment.rail), agent = agent)
        }
    };
    let recorded = t!("payments-recorded-by", name = recorded_by, via = via_label(&via));
    view! {
        <aside class="drawer" aria-labelledby="h-payment">
            <header>
                <div>
                    <h2 id="h-payment">{title}</h2>
                    <p class="amount">
                        {sign(payment.direction)} <Money amount=payment.amount/>
                    </p>
                    <div class="row">
                        <Pill
                            tone=payment_status_tone(payment.status)
                            label=payment_status_label(payment.status)
                        />
                        <span class="soft small">{by}</span>
                    </div>
                </div>
                <a
                    class="button button-quiet button-icon button-sm"
                    href=close
                    aria-label=t!("payments-close")
                >
                    <Icon of=Glyph::CLOSE/>
                </a>
            </header>
            <section>{facts(&payment, agent_name)}</section>
            <section aria-labelledby="h-score">
                <h3 id="h-score">{t!("payments-counts")}</h3>
                <p class="small">{counts(&payment)}</p>
            </section>
            <section aria-labelledby="h-trail">
                <h3 id="h-trail">{t!("payments-trail")}</h3>
                <ol class="timeline" role="list">
                    <li class="ok">
                        <b>{t!("payments-happened")}</b>
                        <Time at_ms=payment.happened_at_ms/>
                    </li>
                    <li class="ok">
                        <b>{t!("payments-recorded")}</b>
                        <p>{recorded}</p>
                        <Time at_ms=payment.recorded_at_ms/>
                    </li>
                </ol>
                <p class="soft small">{t!("audit-hash")}</p>
                <p class="id small" data-testid="leaf-hash">
                    {leaf_hash}
                </p>
            </section>
        </aside>
    }
}

fn facts(payment: &Payment, agent_name: Option<String>) -> impl IntoView + use<> {
    let agent = match agent_name {
        Some(name) => {
            let href = format!("/dashboard/agents/{}", payment.agent_id);
            view! { <a href=href>{name}</a> }.into_any()
        }
        None => t!("payments-agent-gone", id = payment.agent_external_id.as_str()).into_any(),
    };
    let optional = |label: String, value: Option<AnyView>| {
        value.map(|value| view! { <dt>{label}</dt> <dd>{value}</dd> })
    };
    let reference =
        payment.reference.clone().map(|r| view! { <span class="id">{r}</span> }.into_any());
    let due = payment.due_at_ms.map(|at_ms| view! { <Time at_ms/> }.into_any());
    view! {
        <dl class="facts">
            <dt>{t!("payments-id")}</dt>
            <dd class="id">{payment.id.to_string()}</dd>
            {optional(t!("payments-reference"), reference)}
            <dt>{t!("payments-agent")}</dt>
            <dd>{agent}</dd>
            <dt>{t!("payments-direction")}</dt>
            <dd>{direction_label(payment.direction)}</dd>
            <dt>{t!("payments-source")}</dt>
            <dd>{payment_source_label(payment.source)}</dd>
            <dt>{t!("payments-made")}</dt>
            <dd>{autonomous_label(payment.autonomous)}</dd>
            {optional(t!("payments-due"), due)}
        </dl>
    }
}

/// Whether the payment counts toward the score, and why.
fn counts(payment: &Payment) -> String {
    if payment.direction == Direction::Received {
        t!("payments-counts-received")
    } else if !payment.autonomous {
        t!("payments-counts-people")
    } else if payment.self_payment {
        t!("payments-counts-own")
    } else if day_of(PageCx::current().now_ms) - day_of(payment.happened_at_ms) > MAX_AGE_DAYS {
        t!("payments-counts-old")
    } else if payment.amount.currency.reference_micros().is_none() {
        t!("payments-counts-currency")
    } else {
        t!("payments-counts-yes")
    }
}

fn via_label(via: &str) -> String {
    match via {
        "session" => t!("via-session"),
        "token" => t!("via-token"),
        "api_key" => t!("via-api-key"),
        _ => t!("via-console"),
    }
}
