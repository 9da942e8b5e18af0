//! Payments in a table.

use leptos::prelude::*;
use model::{Agent, AgentId, Direction, Payment, PaymentId};

use crate::components::{
    Money, Pill, Table, Time, payment_status_label, payment_status_tone, rail_label,
};
use crate::i18n::format;

/// What agents are called.
pub type Names = Vec<(AgentId, String)>;

/// What these agents are called.
pub fn names_of(agents: &[Agent]) -> Names {
    agents.iter().map(|agent| (agent.id.clone(), agent.name.clone())).collect()
}

/// Payments, one a row, each with a link to its details.
#[component]
pub fn PaymentTable(
    /// The payments, in the order to show them.
    payments: Vec<Payment>,
    /// What the table holds.
    #[prop(into)]
    label: String,
    /// What ends the links: the filters of the list, from their question mark on.
    #[prop(optional, into)]
    query: String,
    /// What agents are called, where payments of several are listed.
    #[prop(optional)]
    names: Option<Names>,
    /// The payment whose details are open.
    #[prop(optional_no_strip)]
    open: Option<PaymentId>,
) -> impl IntoView {
    let rows = payments
        .into_iter()
        .map(|p| row(p, &query, names.as_deref(), open.as_ref()))
        .collect_view();
    view! {
        <Table label>
            <thead>
                <tr>
                    <th scope="col">{t!("payments-counterparty")}</th>
                    <th scope="col" class="p3">{t!("payments-reference")}</th>
                    <th scope="col" class="p2">{t!("payments-rail")}</th>
                    <th scope="col">{t!("payments-status")}</th>
                    <th scope="col" class="num">{t!("payments-amount")}</th>
                    <th scope="col" class="num p1">{t!("payments-time", zone = format::zone_name())}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

fn row(
    payment: Payment,
    query: &str,
    names: Option<&[(AgentId, String)]>,
    open: Option<&PaymentId>,
) -> impl IntoView + use<> {
    let current = open == Some(&payment.id);
    let agent = names.map(|names| {
        let known = names.iter().find(|(id, _)| *id == payment.agent_id);
        let name = known.map_or(&payment.agent_external_id, |(_, name)| name).clone();
        view! {
            <small class="sub">
                {t!("payments-agent")} ": " <bdi>{name}</bdi>
            </small>
        }
    });
    let href = format!("/dashboard/payments/{}{query}", payment.id);
    view! {
        <tr class=current.then_some("selected")>
            <th scope="row">
                <a class="cell-link" href=href aria-current=current.then_some("true")>
                    <bdi>{payment.counterparty.unwrap_or_else(|| t!("payments-unnamed"))}</bdi>
                </a>
                {agent}
            </th>
            <td class="p3">
                <span class="id cut" title=payment.reference.clone()>
                    {payment.reference.clone()}
                </span>
            </td>
            <td class="p2 soft">{rail_label(payment.rail)}</td>
            <td>
                <Pill
                    tone=payment_status_tone(payment.status)
                    label=payment_status_label(payment.status)
                />
            </td>
            <td class="num">
                {sign(payment.direction)} <Money amount=payment.amount/>
            </td>
            <td class="num p1 soft">
                <Time at_ms=payment.happened_at_ms/>
            </td>
        </tr>
    }
}

/// What the direction does to the agent's money.
pub fn sign(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "\u{2212}",
        Direction::Received => "+",
    }
}
