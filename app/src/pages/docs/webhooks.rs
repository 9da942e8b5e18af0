//! The catalogue of events: when each is sent, an example and its JSON Schema, and how to receive them.

use leptos::prelude::*;
use model::{Dialect, event_group};
use service::SCHEDULE_MS;

use super::table_section;
use crate::components::CodeBlock;
use crate::page::PublicPage;
use crate::pages::webhooks::{
    Language, dialect_meaning, dialect_name, event_text, group_name, groups, verify_code,
};

/// An event type as the catalogue shows it.
#[derive(Debug, Clone)]
pub struct EventEntry {
    /// Such as `payment.recorded`.
    pub kind: &'static str,
    /// A message, as JSON.
    pub example: String,
    /// JSON Schema of the message.
    pub schema: String,
}

/// Every event that webhooks tell of, and how to receive them.
pub fn webhooks(events: &[EventEntry], language: Language) -> impl IntoView + use<> {
    let contents = groups().into_iter().map(|(g, kinds)| contents(g, &kinds)).collect_view();
    let groups = groups().into_iter().map(|(name, _)| group(name, events)).collect_view();
    view! {
        <PublicPage
            title=t!("docs-webhooks-title")
            description=t!("docs-webhooks-lead")
            indexed=true
        >
            <div class="docs docs-reference">
                <div class="stack">
                    <h1>{t!("docs-webhooks-title")}</h1>
                    <p class="lead">{t!("docs-webhooks-lead")}</p>
                    <p class="row">
                        <a class="button button-primary" href="/dashboard/webhooks/new">
                            {t!("webhooks-new")}
                        </a>
                        <a class="button" href="/docs">
                            {t!("docs-title")}
                        </a>
                        <a class="button" href="/v1/webhooks/events">
                            {t!("docs-webhooks-json")}
                        </a>
                    </p>
                </div>
                <nav class="docs-contents" aria-label=t!("docs-webhooks-contents")>
                    <div>
                        <strong>{t!("docs-everywhere")}</strong>
                        <ul role="list">
                            <li>
                                <a href="#request">{t!("docs-webhooks-request")}</a>
                            </li>
                            <li>
                                <a href="#h-verify">{t!("webhooks-verify")}</a>
                            </li>
                            <li>
                                <a href="#retries">{t!("docs-webhooks-retries")}</a>
                            </li>
                            <li>
                                <a href="#dialects">{t!("webhooks-dialect")}</a>
                            </li>
                        </ul>
                    </div>
                    {contents}
                </nav>
                {request()}
                <section aria-labelledby="h-verify">
                    <h2 id="h-verify">{t!("webhooks-verify")}</h2>
                    <p class="soft">{t!("webhooks-verify-text")}</p>
                    {verify_code("/docs/webhooks", language, true)}
                </section>
                {retries()}
                {dialects()}
                {groups}
            </div>
        </PublicPage>
    }
}

/// What every request looks like, and what is expected of the answer.
fn request() -> impl IntoView + use<> {
    let headers = [
        ("webhook-id", t!("docs-webhooks-header-id")),
        ("webhook-timestamp", t!("docs-webhooks-header-timestamp")),
        ("webhook-signature", t!("docs-webhooks-header-signature")),
    ];
    let rows = headers
        .into_iter()
        .map(|(name, text)| {
            view! {
                <tr>
                    <th scope="row">
                        <code>{name}</code>
                    </th>
                    <td>{text}</td>
                </tr>
            }
        })
        .collect_view();
    let notes = [t!("docs-webhooks-request-text"), t!("docs-webhooks-order")];
    let heads = [t!("docs-header"), t!("docs-meaning")];
    table_section(("request", t!("docs-webhooks-request")), &notes, heads, rows)
}

/// A time span in the largest unit that fits.
fn span(ms: i64) -> String {
    match ms / 1_000 {
        seconds if seconds < 60 => t!("docs-seconds", count = seconds),
        seconds if seconds < 3_600 => t!("docs-minutes", count = seconds / 60),
        seconds => t!("docs-hours", count = seconds / 3_600),
    }
}

/// When an attempt follows the one before.
fn retries() -> impl IntoView + use<> {
    let rows = std::iter::once(t!("docs-webhooks-at-once"))
        .chain(SCHEDULE_MS.into_iter().map(|ms| t!("docs-webhooks-after", span = span(ms))))
        .zip(1_i64..)
        .map(|(when, number)| {
            view! {
                <tr>
                    <th scope="row" class="fit">
                        {number}
                    </th>
                    <td>{when}</td>
                </tr>
            }
        })
        .collect_view();
    let notes = [t!("docs-webhooks-retries-text"), t!("docs-webhooks-off-text")];
    let heads = [t!("docs-webhooks-attempt"), t!("docs-webhooks-when")];
    table_section(("retries", t!("docs-webhooks-retries")), &notes, heads, rows)
}

/// The forms that messages can have.
fn dialects() -> impl IntoView + use<> {
    let rows = Dialect::ALL
        .iter()
        .map(|dialect| {
            view! {
                <tr>
                    <th scope="row">{dialect_name(*dialect)}</th>
                    <td>{dialect_meaning(*dialect)}</td>
                </tr>
            }
        })
        .collect_view();
    let notes = [t!("docs-webhooks-dialects-text")];
    let heads = [t!("docs-webhooks-client"), t!("docs-meaning")];
    table_section(("dialects", t!("webhooks-dialect")), &notes, heads, rows)
}

fn contents(group: &str, kinds: &[&'static str]) -> impl IntoView + use<> {
    let links = kinds
        .iter()
        .map(|kind| view! { <li><a href=format!("#{kind}")>{*kind}</a></li> })
        .collect_view();
    view! {
        <div>
            <strong>{group_name(group)}</strong>
            <ul role="list">{links}</ul>
        </div>
    }
}

fn group(name: &'static str, events: &[EventEntry]) -> impl IntoView + use<> {
    let id = format!("group-{name}");
    let labelled_by = id.clone();
    let of_group = events.iter().filter(|event| event_group(event.kind) == name);
    let entries = of_group.map(entry).collect_view();
    view! {
        <section aria-labelledby=labelled_by>
            <h2 id=id>{group_name(name)}</h2>
            {entries}
        </section>
    }
}

fn entry(event: &EventEntry) -> impl IntoView + use<> {
    let EventEntry { kind, example, schema } = event.clone();
    view! {
        <article class="endpoint" aria-labelledby=kind>
            <div class="endpoint-text">
                <h3 id=kind>
                    <code>{kind}</code>
                </h3>
                <p>{event_text(kind)}</p>
                <details>
                    <summary>{t!("docs-webhooks-schema")}</summary>
                    <CodeBlock title=format!("JSON Schema, {kind}") code=schema plain=true/>
                </details>
            </div>
            <div class="endpoint-examples">
                <CodeBlock title=t!("docs-webhooks-example", kind = kind) code=example plain=true/>
            </div>
        </article>
    }
}
