//! What is held about a person: to take along, and to have erased.

use leptos::prelude::*;
use service::{AccountEnd, Deletion, Export, ExportState, GRACE_DAYS};

use super::settings::Setting;
use crate::components::{
    Choice, Field, Form, Glyph, Icon, Kind, PageHead, Pill, PostButton, Submit, Time, Tone, Weight,
};
use crate::i18n::format;
use crate::page::{Crumb, DashboardPage, PageCx, PublicPage, Section};

/// Where the page is.
pub const HERE: &str = "/dashboard/settings/data";

/// What is held, how to take it along and how to have it erased.
pub fn show(end: AccountEnd, exports: Vec<Export>) -> impl IntoView {
    let planned = end.planned;
    let crumbs = vec![Crumb::new(t!("nav-settings"), "/dashboard/settings")];
    view! {
        <DashboardPage title=t!("data-title") section=Section::Settings crumbs>
            <PageHead title=t!("data-title") lead=t!("data-lead")/>
            <div>
                {archive_section(exports)} {contest_section()} {deletion(&end, planned)}
            </div>
        </DashboardPage>
    }
}

fn archive_section(exports: Vec<Export>) -> impl IntoView {
    let running = exports.iter().any(|export| export.state == ExportState::Running);
    let rows = (!exports.is_empty()).then(|| {
        let rows = exports.into_iter().map(archive).collect_view();
        view! {
            <ul class="tasks" role="list">
                {rows}
            </ul>
        }
    });
    let next = if running {
        view! {
            <a class="button" href=HERE>
                {t!("data-refresh")}
            </a>
        }
        .into_any()
    } else {
        view! {
            <PostButton action="create_export" label=t!("data-create") weight=Weight::Primary/>
        }
        .into_any()
    };
    view! {
        <Setting id="archive" title=t!("data-archive") text=t!("data-archive-text")>
            <div class="stack">
                {rows} <div>{next}</div>
                <p class="muted small">
                    {t!("data-api")} " " <code>"GET /v1/auth/export-data"</code>
                </p>
            </div>
        </Setting>
    }
}

fn archive(export: Export) -> impl IntoView {
    let (state, note) = match export.state {
        ExportState::Running => {
            let share = format::percent(export.done_count, export.row_count.max(1));
            (
                view! { <Pill tone=Tone::Info label=t!("data-running")/> }.into_any(),
                t!(
                    "data-progress",
                    done = export.done_count,
                    all = export.row_count,
                    share = share
                ),
            )
        }
        ExportState::Done => {
            let href = format!("{HERE}/exports/{}", export.id);
            (
                view! {
                    <a class="button button-sm" href=href>
                        {t!("data-download")}
                    </a>
                }
                .into_any(),
                t!("data-size", size = (export.bytes + 1023) / 1024, rows = export.row_count),
            )
        }
        ExportState::Failed => (
            view! { <Pill tone=Tone::Bad label=t!("data-failed")/> }.into_any(),
            t!("data-failed-text"),
        ),
    };
    view! {
        <li>
            <Icon of=Glyph::CERTIFICATE/>
            <div>
                <b>{t!("data-archive-of")} " " <Time at_ms=export.created_at_ms/></b>
                <p>{note} " · " {t!("data-until")} " " <Time at_ms=export.expires_at_ms/></p>
            </div>
            {state}
        </li>
    }
}

fn contest_section() -> impl IntoView {
    view! {
        <Setting id="contests" title=t!("contest-list") text=t!("contest-list-text")>
            <a class="button" href="/dashboard/contests">
                {t!("contest-open-list")}
            </a>
        </Setting>
    }
}

fn counted(name: &str) -> String {
    match name {
        "agents" => t!("nav-agents"),
        "payments" => t!("nav-payments"),
        "certificates" => t!("nav-certificates"),
        "api_keys" => t!("nav-api-keys"),
        "webhook_endpoints" => t!("data-webhooks"),
        "contests" => t!("contest-list"),
        "sessions" => t!("settings-sessions"),
        _ => t!("nav-audit-log"),
    }
}

fn deletion(end: &AccountEnd, planned: Option<Deletion>) -> impl IntoView + use<> {
    let workspaces = going(&end.workspaces);
    let counts = end
        .counts
        .iter()
        .map(|(name, count)| {
            view! {
                <dt>{counted(name)}</dt>
                <dd>{format::number(*count)}</dd>
            }
        })
        .collect_view();
    // The banner on top of every page says when, and calls it off.
    let form = planned.is_none().then(end_form);
    view! {
        <Setting id="delete" title=t!("data-delete") text=t!("data-delete-text")>
            <div class="stack">
                <p>{t!("data-goes")}</p>
                <dl class="facts start">{counts}</dl>
                {workspaces}
                <p class="small">{t!("data-stays")}</p>
                {form}
            </div>
        </Setting>
    }
}

/// The workspaces that go with the account, where others belong to one or there are several.
fn going(workspaces: &[(String, i64)]) -> Option<impl IntoView + use<>> {
    let said = workspaces.len() > 1 || workspaces.iter().any(|(_, others)| *others > 0);
    said.then(|| {
        let rows = workspaces
            .iter()
            .map(|(name, others)| {
                view! {
                    <li>
                        <bdi>{name.clone()}</bdi>
                        {": "}
                        {t!("data-others", count = *others)}
                    </li>
                }
            })
            .collect_view();
        view! {
            <div>
                <p>{t!("data-workspaces-go")}</p>
                <ul>{rows}</ul>
                <p class="small">
                    <a href=super::members::HERE>{t!("data-hand-over")}</a>
                </p>
            </div>
        }
    })
}

fn end_form() -> impl IntoView {
    let email = PageCx::current().viewer.map(|viewer| viewer.email).unwrap_or_default();
    let choices = vec![
        (
            "later".to_owned(),
            t!("data-later", days = GRACE_DAYS),
            t!("data-later-text", days = GRACE_DAYS),
        ),
        ("now".to_owned(), t!("data-now"), t!("data-now-text")),
    ];
    view! {
        <p class="small">
            {t!("data-first")} " " <a href="#archive">{t!("data-create")}</a>
        </p>
        <Form name="delete_account">
            <Choice name="when" label=t!("data-when") options=choices value="later"/>
            <Field
                name="email"
                label=t!("data-email")
                kind=Kind::Email
                hint=t!("data-email-hint", email = email)
            />
            <Submit label=t!("data-delete") weight=Weight::Danger/>
        </Form>
    }
}

/// What whoever has deleted an account sees last.
pub fn deleted() -> impl IntoView {
    view! {
        <PublicPage title=t!("data-deleted")>
            <div class="document">
                <h1>{t!("data-deleted")}</h1>
                <p>{t!("data-deleted-text")}</p>
                <p>
                    <a class="button" href="/">
                        {t!("data-home")}
                    </a>
                </p>
            </div>
        </PublicPage>
    }
}
