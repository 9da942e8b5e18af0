//! States, grades, money and times: each is a word or a figure; colour only repeats it.

use leptos::prelude::*;
use model::score::{Ceiling, Confidence, Grade, Line};
use model::{
    Amount, CertificateState, Direction, Framework, PaymentSource, PaymentStatus, Plan, Rail, Role,
};

use super::{Ring, Tone};
use crate::i18n::format;

/// A state in a word.
#[component]
pub fn Pill(
    /// What its colour says.
    tone: Tone,
    /// The word.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! { <span class=format!("pill {}", tone.class())>{label}</span> }
}

/// A grade's letter on its colour. The score stands beside it.
#[component]
pub fn GradeChip(
    /// The grade.
    grade: Grade,
) -> impl IntoView {
    view! {
        <span class="grade" data-grade=grade.as_str()>
            {grade.as_str()}
        </span>
    }
}

/// Score and grade in a table.
#[component]
pub fn ScoreCell(
    /// 0 to 100.
    score: u8,
    /// The score's grade.
    grade: Grade,
) -> impl IntoView {
    view! {
        <span class="score">
            <Ring score grade/>
            {score}
            <GradeChip grade/>
        </span>
    }
}

/// Money: the exact figure, then the currency in the muted ink.
#[component]
pub fn Money(
    /// How much.
    amount: Amount,
) -> impl IntoView {
    view! {
        <data class="money" value=amount.to_decimal_string()>
            {format::amount(amount.micros.into(), amount.currency)}
            " "
            <span class="currency">{amount.currency.as_str()}</span>
        </data>
    }
}

/// An instant, to the minute in UTC, or only its day.
#[component]
pub fn Time(
    /// Unix milliseconds.
    at_ms: i64,
    /// Whether the day is enough.
    #[prop(optional)]
    day: bool,
) -> impl IntoView {
    let text = if day { format::date(at_ms) } else { format::date_time(at_ms) };
    view! { <time datetime=format::machine_time(at_ms)>{text}</time> }
}

/// How a payment went, in a word.
pub fn payment_status_label(status: PaymentStatus) -> String {
    match status {
        PaymentStatus::Paid => t!("status-paid"),
        PaymentStatus::OnTime => t!("status-on-time"),
        PaymentStatus::Late => t!("status-late"),
        PaymentStatus::Missed => t!("status-missed"),
        PaymentStatus::Disputed => t!("status-disputed"),
    }
}

/// The colour of how a payment went.
pub fn payment_status_tone(status: PaymentStatus) -> Tone {
    match status {
        PaymentStatus::Paid | PaymentStatus::OnTime => Tone::Good,
        PaymentStatus::Late => Tone::Warn,
        PaymentStatus::Missed | PaymentStatus::Disputed => Tone::Bad,
    }
}

/// The way by which a payment came into the ledger, in a word.
pub fn rail_label(rail: Rail) -> String {
    match rail {
        Rail::Tracked => t!("rail-tracked"),
        Rail::X402 => "x402".to_owned(),
        Rail::Ap2 => "AP2".to_owned(),
        Rail::Service => t!("rail-service"),
        Rail::Escrow => t!("rail-escrow"),
    }
}

/// Sent or received.
pub fn direction_label(direction: Direction) -> String {
    match direction {
        Direction::Sent => t!("direction-sent"),
        Direction::Received => t!("direction-received"),
    }
}

/// Where the money of a payment came from.
pub fn payment_source_label(source: PaymentSource) -> String {
    match source {
        PaymentSource::AgentWallet => t!("source-agent-wallet"),
        PaymentSource::HumanCard => t!("source-human-card"),
        PaymentSource::HumanBank => t!("source-human-bank"),
        PaymentSource::Unknown => t!("source-unknown"),
    }
}

/// What a certificate is worth now, in a word.
pub fn certificate_state_label(state: CertificateState) -> String {
    match state {
        CertificateState::Valid => t!("certificate-valid"),
        CertificateState::Expired => t!("certificate-expired"),
        CertificateState::Superseded => t!("certificate-superseded"),
        CertificateState::Suspended => t!("certificate-suspended"),
        CertificateState::Revoked => t!("certificate-revoked"),
    }
}

/// How sure a score is, in two words.
pub fn confidence_label(confidence: Confidence) -> String {
    match confidence {
        Confidence::Low => t!("confidence-low"),
        Confidence::Medium => t!("confidence-medium"),
        Confidence::High => t!("confidence-high"),
    }
}

/// The same in one word, below a heading that says what it is about.
pub fn confidence_level_label(confidence: Confidence) -> String {
    match confidence {
        Confidence::Low => t!("confidence-level-low"),
        Confidence::Medium => t!("confidence-level-medium"),
        Confidence::High => t!("confidence-level-high"),
    }
}

/// What an agent is built with.
pub fn framework_label(framework: Framework) -> String {
    framework.label().map_or_else(|| t!("framework-custom"), str::to_owned)
}

/// What a plan is called.
pub fn plan_label(plan: Plan) -> String {
    match plan {
        Plan::Free => t!("plan-free"),
        Plan::Basic => t!("plan-basic"),
        Plan::Professional => t!("plan-professional"),
    }
}

/// A line of the breakdown. The last one is a limit where one holds, else rounding.
pub fn line_label(line: Line, ceiling: Option<Ceiling>) -> String {
    match line {
        Line::Start => t!("line-start"),
        Line::History => t!("line-history"),
        Line::Late => t!("line-late"),
        Line::Missed => t!("line-missed"),
        Line::Disputed => t!("line-disputed"),
        Line::Age => t!("line-age"),
        Line::DailyLimit => t!("line-daily-limit"),
        Line::Ceiling if ceiling.is_some() => t!("line-ceiling"),
        Line::Ceiling => t!("line-rounding"),
    }
}

/// Why a score is limited, in one sentence.
pub fn ceiling_text(ceiling: Ceiling) -> String {
    match ceiling {
        Ceiling::FewPayments => t!("ceiling-few-payments"),
        Ceiling::YoungHistory => t!("ceiling-young-history"),
    }
}

/// A role in a workspace, in words.
pub fn role_label(role: Role) -> String {
    match role {
        Role::Member => t!("members-role-member"),
        Role::Admin => t!("members-role-admin"),
        Role::Owner => t!("members-role-owner"),
    }
}

/// What a role may do, in a few words.
pub fn role_meaning(role: Role) -> String {
    match role {
        Role::Member => t!("members-may-member"),
        Role::Admin => t!("members-may-admin"),
        Role::Owner => t!("members-may-owner"),
    }
}
