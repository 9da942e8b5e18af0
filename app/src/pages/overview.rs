//! The workspace at a glance, and the page that shows the first API key.

use leptos::prelude::*;
use model::{CertificateState, Payment, PaymentStatus};
use service::{Attention, CurrencyTotal, Overview};

use super::payment_rows::PaymentTable;
use crate::components::{
    Banner, CodeBlock, CopyField, EmptyState, Glyph, Icon, PageHead, Pill, SectionHead, Tone,
    certificate_state_label, certificate_tone, payment_status_label,
};
use crate::i18n::format;
use crate::page::{DashboardPage, PageCx, Section};
use crate::server::IssuedSecret;

/// A call that reports a payment of this agent.
pub(super) fn sample_call(agent: &str) -> String {
    let url = PageCx::current().public_url;
    format!(
        "curl {url}/v1/payment-events \\\n  -H \"X-API-Key: $SURETY_KEY\" \\\n  \
         -H 'Content-Type: application/json' \\\n  \
         -d '{{\"agent_id\": \"{agent}\", \"amount\": \"24.90\", \"status\": \"on_time\"}}'"
    )
}

/// The overview; `agent` is the newest agent's external id.
pub fn show(overview: Overview, agent: Option<String>) -> impl IntoView {
    let body = if overview.agents == 0 {
        no_agents().into_any()
    } else {
        figures(overview, agent).into_any()
    };
    view! {
        <DashboardPage title=t!("nav-overview") section=Section::Overview>
            <PageHead title=t!("nav-overview") lead=t!("overview-lead")/>
            {body}
        </DashboardPage>
    }
}

fn no_agents() -> impl IntoView {
    view! {
        <EmptyState glyph=Glyph::AGENT title=t!("agents-none") text=t!("agents-none-text")>
            <a class="button button-primary" href="/dashboard/agents/new">
                <Icon of=Glyph::ADD/>
                {t!("agents-new")}
            </a>
        </EmptyState>
    }
}

fn figures(overview: Overview, agent: Option<String>) -> impl IntoView {
    let agents = format::number(overview.agents);
    view! {
        <dl class="stats">
            <div>
                <dt>{t!("overview-agents")}</dt>
                <dd>{agents}</dd>
            </div>
            {totals(t!("overview-sent"), overview.sent)}
            {totals(t!("overview-received"), overview.received)}
        </dl>
        {attention(overview.attention)}
        {outcomes(overview.by_status)}
        {recent(overview.recent, agent)}
    }
}

fn totals(label: String, totals: Vec<CurrencyTotal>) -> impl IntoView {
    let sums = totals
        .into_iter()
        .map(|total| {
            view! {
                <dd>
                    {format::amount(total.micros, total.currency)} " "
                    <span class="currency">{total.currency.as_str()}</span>
                </dd>
            }
        })
        .collect::<Vec<_>>();
    let none = sums.is_empty().then(|| view! { <dd>"–"</dd> });
    view! { <div><dt>{label}</dt> {sums} {none}</div> }
}

fn outcomes(by_status: Vec<(PaymentStatus, i64)>) -> impl IntoView {
    let rows = by_status
        .into_iter()
        .map(|(status, count)| {
            view! {
                <dt>{payment_status_label(status)}</dt>
                <dd>{format::number(count)}</dd>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="h-outcomes">
            <SectionHead id="h-outcomes" title=t!("overview-outcomes") lead=t!("overview-days")/>
            <dl class="facts">{rows}</dl>
        </section>
    }
}

fn attention(items: Vec<Attention>) -> impl IntoView {
    (!items.is_empty()).then(|| {
        let items = items.into_iter().map(attention_item).collect_view();
        view! {
            <section class="section" aria-labelledby="h-attention">
                <SectionHead id="h-attention" title=t!("overview-attention")/>
                <ul class="tasks">{items}</ul>
            </section>
        }
    })
}

fn attention_item(item: Attention) -> impl IntoView {
    match item {
        Attention::Certificate { certificate, state } => {
            let when = format::date(certificate.valid_until_ms);
            let text = match state {
                CertificateState::Suspended => t!("overview-certificate-suspended"),
                CertificateState::Expired => t!("overview-certificate-expired", date = when),
                _ => t!("overview-certificate-expires", date = when),
            };
            let href = format!("/dashboard/agents/{}", certificate.agent_id);
            view! {
                <li>
                    <Icon of=Glyph::CERTIFICATE/>
                    <div>
                        <b>
                            <a href=href>{certificate.gopi_id}</a>
                        </b>
                        <p>{text}</p>
                    </div>
                    <Pill tone=certificate_tone(state) label=certificate_state_label(state)/>
                </li>
            }
            .into_any()
        }
        Attention::KeyExpires { key } => {
            let text =
                key.expires_at_ms.map(|at| t!("overview-key-expires", date = format::date(at)));
            view! {
                <li>
                    <Icon of=Glyph::API_KEY/>
                    <div>
                        <b>
                            <a href="/dashboard/api-keys">{key.name}</a>
                        </b>
                        <p>{text}</p>
                    </div>
                </li>
            }
            .into_any()
        }
    }
}

fn recent(payments: Vec<Payment>, agent: Option<String>) -> impl IntoView {
    let body = if payments.is_empty() {
        let code = sample_call(agent.as_deref().unwrap_or("my-agent"));
        view! {
            <EmptyState glyph=Glyph::PAYMENT title=t!("payments-none") text=t!("payments-none-text")>
                <CodeBlock title=t!("payments-report") code=code/>
            </EmptyState>
        }
        .into_any()
    } else {
        view! { <PaymentTable payments label=t!("overview-recent")/> }.into_any()
    };
    view! {
        <section class="section" aria-labelledby="h-recent">
            <SectionHead id="h-recent" title=t!("overview-recent")/>
            {body}
        </section>
    }
}

/// A key's secret, shown this once.
pub(super) fn secret_panel(issued: IssuedSecret) -> impl IntoView {
    view! {
        <Banner tone=Tone::Warn title=t!("keys-once") text=t!("keys-once-text", name = issued.name)>
            <div class="stack mt-3">
                <span class="visually-hidden" id="new-key">{t!("keys-secret")}</span>
                <CopyField labelled_by="new-key" value=issued.secret/>
            </div>
        </Banner>
    }
}

/// After registering: the first key, and where to go from here.
pub fn welcome(issued: Option<IssuedSecret>) -> impl IntoView {
    view! {
        <DashboardPage title=t!("welcome-title") section=Section::Overview>
            <PageHead title=t!("welcome-title") lead=t!("welcome-lead")>
                <a class="button button-primary" href="/dashboard/agents/new">
                    <Icon of=Glyph::ADD/>
                    {t!("agents-new")}
                </a>
            </PageHead>
            {issued.map(secret_panel)}
            <div class="section">
                <CodeBlock title=t!("payments-report") code=sample_call("my-agent")/>
            </div>
        </DashboardPage>
    }
}
