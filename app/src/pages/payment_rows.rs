//! Payments in a table.

use leptos::prelude::*;
use model::{Direction, Payment};

use crate::components::{
    Money, Pill, Table, Time, Tone, payment_status_label, payment_status_tone,
};
use crate::i18n::format;

/// Payments, one a row.
#[component]
pub fn PaymentTable(
    /// The payments, in the order to show them.
    payments: Vec<Payment>,
    /// What the table holds.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let rows = payments.into_iter().map(row).collect_view();
    view! {
        <Table label>
            <thead>
                <tr>
                    <th scope="col">{t!("payments-counterparty")}</th>
                    <th scope="col" class="p2">{t!("payments-reference")}</th>
                    <th scope="col">{t!("payments-status")}</th>
                    <th scope="col" class="num">{t!("payments-amount")}</th>
                    <th scope="col" class="p1">{t!("payments-counts")}</th>
                    <th scope="col" class="num p1">{t!("payments-time", zone = format::zone_name())}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

fn row(payment: Payment) -> impl IntoView {
    let counts = payment.counts_toward_score();
    let received = payment.direction == Direction::Received;
    let counts = if counts { t!("payments-yes") } else { t!("payments-no") };
    let state = if received {
        view! { <Pill tone=Tone::Neutral label=t!("payments-received")/> }
    } else {
        view! {
            <Pill
                tone=payment_status_tone(payment.status)
                label=payment_status_label(payment.status)
            />
        }
    };
    view! {
        <tr>
            <th scope="row">
                {payment.counterparty.unwrap_or_else(|| t!("payments-unnamed"))}
                <small class="id">{payment.agent_external_id}</small>
            </th>
            <td class="p2">
                <span class="id">{payment.reference}</span>
            </td>
            <td>{state}</td>
            <td class="num">
                <Money amount=payment.amount/>
            </td>
            <td class="p1 soft">{counts}</td>
            <td class="num p1 soft">
                <Time at_ms=payment.happened_at_ms/>
            </td>
        </tr>
    }
}
