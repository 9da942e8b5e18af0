use leptos::prelude::*;
use service::{Health, Registration, SecondFactorRule};

use super::{Part, tabs};
use crate::components::{PageHead, PostButton, SectionHead, Time, Weight, plan_label};
use crate::i18n::format;
use crate::page::{DashboardPage, PageCx, Section};

const MIB: u64 = 1024 * 1024;

fn mebibytes(bytes: u64) -> String {
    let tenths = i64::try_from(bytes.saturating_mul(10) / MIB).unwrap_or(i64::MAX);
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let value = tenths as f64 / 10.0;
    format!("{} MiB", format::one_decimal(value))
}

fn count(value: usize) -> String {
    format::number(i64::try_from(value).unwrap_or(i64::MAX))
}

fn uptime(ms: i64) -> String {
    let minutes = ms.max(0) / 60_000;
    t!(
        "operator-uptime-text",
        days = minutes / 1440,
        hours = minutes / 60 % 24,
        minutes = minutes % 60
    )
}

/// How the instance is doing.
pub fn health(health: Health) -> impl IntoView {
    view! {
        <DashboardPage title=t!("nav-operator") section=Section::Operator>
            <PageHead title=t!("nav-operator") lead=t!("operator-health-lead")/>
            {tabs(Part::Health)}
            {process(&health)}
            {database(&health)}
            {workers(&health)}
            {configuration(&health)} {sign_everybody_out()}
        </DashboardPage>
    }
}

fn sign_everybody_out() -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="h-sessions">
            <SectionHead id="h-sessions" title=t!("settings-sessions")/>
            <div class="danger-zone">
                <p>{t!("operator-sign-out-all-text")}</p>
                <details class="confirm">
                    <summary>{t!("operator-sign-out-all-confirm")}</summary>
                    <div class="mt-3">
                        <PostButton
                            action="end_everybodys_sessions"
                            label=t!("operator-sign-out-all")
                            weight=Weight::Danger
                        />
                    </div>
                </details>
            </div>
        </section>
    }
}

fn facts(id: &'static str, title: String, facts: Vec<(String, AnyView)>) -> impl IntoView {
    let rows = facts
        .into_iter()
        .map(|(name, value)| view! { <dt>{name}</dt> <dd>{value}</dd> })
        .collect_view();
    view! {
        <section class="section" aria-labelledby=id>
            <SectionHead id title/>
            <dl class="facts start">{rows}</dl>
        </section>
    }
}

fn process(health: &Health) -> impl IntoView + use<> {
    let running = PageCx::current().now_ms - health.started_at_ms;
    let memory = health.memory_bytes.map_or_else(|| t!("operator-memory-unknown"), mebibytes);
    let at_ms = health.started_at_ms;
    facts(
        "h-process",
        t!("operator-process"),
        vec![
            (t!("operator-version"), health.version.into_any()),
            (t!("operator-started"), view! { <Time at_ms/> }.into_any()),
            (t!("operator-uptime"), uptime(running).into_any()),
            (t!("operator-memory"), memory.into_any()),
        ],
    )
}

fn database(health: &Health) -> impl IntoView + use<> {
    let engine = if health.engine == "sqlite" { "SQLite" } else { "PostgreSQL" };
    let latency = i64::try_from(health.latency_us).unwrap_or(i64::MAX);
    facts(
        "h-database",
        t!("operator-database"),
        vec![
            (t!("operator-engine"), engine.into_any()),
            (t!("operator-size"), mebibytes(health.database_bytes.unsigned_abs()).into_any()),
            (t!("operator-schema"), health.schema_version.to_string().into_any()),
            (t!("operator-latency"), format!("{} µs", format::number(latency)).into_any()),
        ],
    )
}

fn workers(health: &Health) -> impl IntoView + use<> {
    let queue = t!(
        "operator-queue-text",
        length = count(health.queue_length),
        capacity = count(health.queue_capacity)
    );
    let sweep = match health.last_sweep {
        None => t!("operator-sweep-never").into_any(),
        Some(report) => {
            let result =
                if report.succeeded { t!("operator-sweep-good") } else { t!("operator-sweep-bad") };
            let at_ms = report.at_ms;
            view! { <Time at_ms/> ", " {result} }.into_any()
        }
    };
    let cached = |n: u64| format::number(i64::try_from(n).unwrap_or(i64::MAX));
    facts(
        "h-workers",
        t!("operator-workers"),
        vec![
            (t!("operator-queue"), queue.into_any()),
            (t!("operator-sweep"), sweep),
            (t!("operator-cached-profiles"), cached(health.cached_profiles).into_any()),
            (t!("operator-cached-workspaces"), cached(health.cached_workspaces).into_any()),
        ],
    )
}

fn registration(mode: Registration) -> String {
    match mode {
        Registration::Open => t!("operator-registration-open"),
        Registration::Invite => t!("operator-registration-invite"),
        Registration::Closed => t!("operator-registration-closed"),
    }
}

fn second_factor(rule: SecondFactorRule) -> String {
    match rule {
        SecondFactorRule::Optional => t!("operator-factor-optional"),
        SecondFactorRule::Operators => t!("operator-factor-operators"),
        SecondFactorRule::Everyone => t!("operator-factor-everyone"),
    }
}

/// Whether mail goes out, what waits, and the last failure in the words of whoever refused it.
fn mail(health: &Health) -> AnyView {
    let Some(mail) = &health.mail else { return t!("operator-mail-none").into_any() };
    let waiting = t!("operator-mail-waiting", count = mail.waiting);
    let failure = mail.last_failure.as_ref().map(|(at_ms, why)| {
        let at_ms = *at_ms;
        view! { <br/> {t!("operator-mail-failed")} " " <Time at_ms/> ": " {why.clone()} }
    });
    view! { {waiting} {failure} }.into_any()
}

fn configuration(health: &Health) -> impl IntoView + use<> {
    let url = health.public_url.clone();
    let reach = if url.starts_with("https://") {
        t!("operator-url-secure", url = url)
    } else {
        t!("operator-url-plain", url = url)
    };
    facts(
        "h-configuration",
        t!("operator-configuration"),
        vec![
            (t!("operator-url"), reach.into_any()),
            (t!("operator-mail"), mail(health)),
            (t!("operator-registration"), registration(health.registration).into_any()),
            (t!("operator-factor"), second_factor(health.second_factor).into_any()),
            (t!("operator-key"), t!("operator-key-text").into_any()),
            (t!("operator-default-plan"), plan_label(health.default_plan).into_any()),
        ],
    )
}
