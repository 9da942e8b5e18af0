//! The audit log: who did what when, one entry in full, and the way to all of it as a file.

use leptos::prelude::*;
use service::{AuditActor, AuditActorKind, AuditChange, AuditQuery, AuditRecord, AuditTrail};

use crate::components::{
    Banner, EmptyState, Glyph, Icon, PageHead, Pagination, Pill, SectionHead, Table, Time, Tone,
};
use crate::i18n::format;
use crate::page::{Crumb, DashboardPage, Section};

mod filters;

use filters::filters;

const HERE: &str = "/dashboard/audit-log";

/// What stands in the filter's fields.
#[derive(Debug, Clone, Default)]
pub struct AuditForm {
    /// What was understood of it.
    pub query: AuditQuery,
    /// The first day, as the browser's date field writes it.
    pub from: String,
    /// The last day.
    pub to: String,
    /// The filter as a query of a URL, without cursor.
    pub encoded: String,
}

impl AuditForm {
    fn filtered(&self) -> bool {
        self.query != AuditQuery::default()
    }
}

/// What an action is called; one that has no name yet is shown as it is stored.
fn action_label(action: &str) -> String {
    match action {
        "agent.created" => t!("audit-agent-created"),
        "agent.updated" => t!("audit-agent-updated"),
        "agent.deleted" => t!("audit-agent-deleted"),
        "agent.archived" => t!("audit-agent-archived"),
        "agent.unarchived" => t!("audit-agent-unarchived"),
        "api_key.created" => t!("audit-key-created"),
        "api_key.revoked" => t!("audit-key-revoked"),
        "api_key.rotated" => t!("audit-key-rotated"),
        "certificate.issued" => t!("audit-certificate-issued"),
        "certificate.renewed" => t!("audit-certificate-renewed"),
        "certificate.revoked" => t!("audit-certificate-revoked"),
        "certificate.suspended" => t!("audit-certificate-suspended"),
        "webhook.created" => t!("audit-webhook-created"),
        "webhook.updated" => t!("audit-webhook-updated"),
        "webhook.enabled" => t!("audit-webhook-enabled"),
        "webhook.disabled" => t!("audit-webhook-disabled"),
        "webhook.deleted" => t!("audit-webhook-deleted"),
        "webhook.secret_rotated" => t!("audit-webhook-secret-rotated"),
        "webhook.secret_revealed" => t!("audit-webhook-secret-revealed"),
        "webhook.tested" => t!("audit-webhook-tested"),
        "webhook.replayed" => t!("audit-webhook-replayed"),
        "webhook.failed_replayed" => t!("audit-webhook-failed-replayed"),
        "user.registered" => t!("audit-user-registered"),
        "user.updated" => t!("audit-user-updated"),
        "user.password_changed" => t!("audit-password-changed"),
        "user.totp_set_up" => t!("audit-totp-set-up"),
        "user.totp_removed" => t!("audit-totp-removed"),
        "user.factors_removed" => t!("audit-factors-removed"),
        "user.recovery_codes_made" => t!("audit-recovery-codes-made"),
        "user.passkey_added" => t!("audit-passkey-added"),
        "user.passkey_renamed" => t!("audit-passkey-renamed"),
        "user.passkey_removed" => t!("audit-passkey-removed"),
        "user.session_ended" => t!("audit-session-ended"),
        "user.sessions_ended" => t!("audit-sessions-ended"),
        "user.all_sessions_ended" => t!("audit-all-sessions-ended"),
        "instance.sessions_ended" => t!("audit-everybodys-sessions-ended"),
        "user.password_reset" => t!("members-audit-password-reset"),
        "user.reset_link_made" => t!("members-audit-reset-link"),
        "user.email_verified" => t!("members-audit-verified"),
        "invitation.made" => t!("members-audit-invited"),
        "invitation.revoked" => t!("members-audit-invitation-revoked"),
        "invitation.used" => t!("members-audit-invitation-used"),
        "member.joined" => t!("members-audit-joined"),
        "member.role_changed" => t!("members-audit-role"),
        "member.removed" => t!("members-audit-removed"),
        "member.left" => t!("members-audit-left"),
        "workspace.handed_over" => t!("members-audit-handed-over"),
        "payments.imported" => t!("audit-payments-imported"),
        "payment.amended" => t!("audit-payment-amended"),
        "workspace.time_zone_changed" => t!("audit-time-zone-changed"),
        "workspace.plan_changed" => t!("audit-plan-changed"),
        "workspace.suspended" => t!("audit-workspace-suspended"),
        "workspace.unsuspended" => t!("audit-workspace-unsuspended"),
        "instance.legal_text_changed" => t!("audit-legal-changed"),
        "agent.unlisted" => t!("data-audit-unlisted"),
        "account.exported" => t!("data-audit-exported"),
        "account.deletion_planned" => t!("data-audit-planned"),
        "account.deletion_cancelled" => t!("data-audit-cancelled"),
        "score.contested" => t!("data-audit-contested"),
        "score.contest_answered" => t!("data-audit-answered"),
        other => other.to_owned(),
    }
}

/// What a field of an entry is called; most have the name that programs see.
fn field_label(field: &str) -> Option<String> {
    Some(match field {
        "name" => t!("audit-field-name"),
        "description" => t!("audit-field-description"),
        "email" => t!("audit-field-email"),
        "plan" => t!("audit-field-plan"),
        "allowed_ips" => t!("keys-from"),
        "time_zone" => t!("zone-label"),
        "permissions" => t!("audit-field-permissions"),
        "visibility" => t!("audit-field-visibility"),
        "framework" => t!("audit-field-framework"),
        "status" => t!("audit-field-status"),
        "reason" => t!("audit-field-reason"),
        "text" => t!("audit-field-text"),
        "created_at_ms" => t!("audit-field-created"),
        "expires_at_ms" => t!("audit-field-expires"),
        "revoked_at_ms" => t!("audit-field-revoked"),
        "suspended_at_ms" => t!("audit-field-suspended"),
        "url" => t!("webhooks-url"),
        "events" => t!("webhooks-events"),
        "role" => t!("members-role"),
        "dialect" => t!("webhooks-dialect"),
        "disabled_at_ms" => t!("audit-field-disabled"),
        "disabled_reason" => t!("audit-field-reason"),
        "previous_until_ms" => t!("audit-field-previous-until"),
        "since_at_ms" => t!("webhooks-replay-since"),
        _ => return None,
    })
}

/// A value for people: an instant as a date, all else as it is.
fn value_text(field: &str, value: String) -> String {
    match value.parse() {
        Ok(at_ms) if field.ends_with("_at_ms") || field.ends_with("_until_ms") => {
            format::date_time(at_ms)
        }
        _ => value,
    }
}

fn via_label(via: &str) -> String {
    match via {
        "session" => t!("audit-via-session"),
        "token" => t!("audit-via-token"),
        "api_key" => t!("audit-via-key"),
        "console" => t!("audit-via-console"),
        "system" => t!("audit-via-system"),
        "public" => t!("data-audit-public"),
        "link" => t!("members-audit-link"),
        other => other.to_owned(),
    }
}

fn actor_label(actor: &AuditActor) -> String {
    match &actor.kind {
        AuditActorKind::Person(name) | AuditActorKind::Key(name) => name.clone(),
        AuditActorKind::Operator => t!("audit-operator"),
        AuditActorKind::Console => t!("audit-via-console"),
        AuditActorKind::Gone if actor.id == "system" => t!("audit-via-system"),
        AuditActorKind::Gone => actor.id.clone(),
    }
}

/// The workspace's trail.
pub fn list(trail: AuditTrail, form: AuditForm) -> impl IntoView {
    let export = |format: &str, label: String| {
        let and = if form.encoded.is_empty() { "" } else { "&" };
        let href = format!("{HERE}/export?format={format}{and}{}", form.encoded);
        view! {
            <a class="button" href=href download="">
                <Icon of=Glyph::DOWNLOAD/>
                {label}
            </a>
        }
    };
    let buttons = (export("csv", t!("audit-csv")), export("json", t!("audit-json")));
    let rows = trail.page.items;
    let broken = rows.iter().any(|record| !record.intact);
    let body = if rows.is_empty() {
        view! { <EmptyState glyph=Glyph::AUDIT title=t!("audit-none") text=t!("audit-none-text")/> }
            .into_any()
    } else {
        let rows = rows.into_iter().map(row).collect_view();
        view! {
            <Table label=t!("nav-audit-log")>
                <thead>
                    <tr>
                        <th scope="col">{t!("audit-action")}</th>
                        <th scope="col" class="p1">{t!("audit-who")}</th>
                        <th scope="col" class="p2">{t!("audit-via")}</th>
                        <th scope="col" class="num">{t!("audit-time")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    view! {
        <DashboardPage title=t!("nav-audit-log") section=Section::AuditLog>
            <PageHead title=t!("nav-audit-log") lead=t!("audit-lead", zone = format::zone_name())>
                {buttons}
            </PageHead>
            {broken.then(|| view! { <Banner tone=Tone::Bad text=t!("audit-some-broken")/> })}
            {filters(&form, trail.actions, trail.actors)}
            {body}
            <Pagination next=trail.page.next/>
            <p class="small muted mt-3">
                {t!("audit-payments")} " "
                <a href="/dashboard/payments">{t!("audit-to-payments")}</a>
            </p>
        </DashboardPage>
    }
}

fn noun_label(noun: &str) -> String {
    match noun {
        "agent" => t!("nav-agents"),
        "api_key" => t!("nav-api-keys"),
        "certificate" => t!("nav-certificates"),
        "webhook" => t!("nav-webhooks"),
        "user" => t!("audit-noun-user"),
        "workspace" => t!("audit-noun-workspace"),
        "instance" => t!("audit-noun-instance"),
        "account" => t!("data-audit-account"),
        "member" => t!("members-title"),
        "invitation" => t!("members-open"),
        "score" => t!("data-audit-score"),
        other => other.to_owned(),
    }
}

fn row(record: AuditRecord) -> impl IntoView {
    let subject = record.subject_name().map_or_else(|| record.subject.clone(), str::to_owned);
    let actor = actor_label(&record.actor);
    let broken = !record.intact;
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link" href=format!("{HERE}/{}", record.id)>
                    {action_label(&record.action)}
                </a>
                <span class="sub">{subject}</span>
                {broken.then(|| view! { <Pill tone=Tone::Bad label=t!("audit-broken")/> })}
            </th>
            <td class="p1">
                <span class="clip">{actor}</span>
            </td>
            <td class="p2 soft">{via_label(&record.via)}</td>
            <td class="num soft">
                <Time at_ms=record.at_ms/>
            </td>
        </tr>
    }
}

/// One entry in full.
pub fn show(record: AuditRecord) -> impl IntoView {
    let title = action_label(&record.action);
    let crumbs = vec![Crumb::new(t!("nav-audit-log"), HERE)];
    let changes = record.changes();
    let verdict = if record.intact {
        view! { <Pill tone=Tone::Good label=t!("audit-intact")/> }
    } else {
        view! { <Pill tone=Tone::Bad label=t!("audit-broken")/> }
    };
    let of_subject = format!("{HERE}?subject={}", record.subject);
    let of_actor = format!("{HERE}?actor={}", record.actor.id);
    view! {
        <DashboardPage title=title.clone() section=Section::AuditLog crumbs>
            <PageHead title=title lead=record.subject_name().unwrap_or_default().to_owned()/>
            {(!record.intact)
                .then(|| view! { <Banner tone=Tone::Bad text=t!("audit-broken-text") alert=true/> })}
            <dl class="facts start">
                <dt>{t!("audit-who")}</dt>
                <dd>
                    {actor_label(&record.actor)} " "
                    <a class="id" href=of_actor>
                        {record.actor.id.clone()}
                    </a>
                </dd>
                <dt>{t!("audit-via")}</dt>
                <dd>{via_label(&record.via)}</dd>
                <dt>{t!("audit-time")}</dt>
                <dd>
                    <Time at_ms=record.at_ms/>
                    " "
                    <span class="id">{format::machine_time(record.at_ms)}</span>
                </dd>
                <dt>{t!("audit-subject")}</dt>
                <dd>
                    <a class="id" href=of_subject>
                        {record.subject.clone()}
                    </a>
                </dd>
                <dt>{t!("audit-action")}</dt>
                <dd class="id">{record.action.clone()}</dd>
                <dt>{t!("audit-entry")}</dt>
                <dd class="id">{record.id.to_string()}</dd>
                <dt>{t!("audit-hash")}</dt>
                <dd>
                    <span class="id">{record.leaf_hash.clone()}</span>
                    " "
                    {verdict}
                </dd>
            </dl>
            <section class="section" aria-labelledby="h-changes">
                <SectionHead id="h-changes" title=t!("audit-changes")/>
                {changes_table(changes)}
            </section>
        </DashboardPage>
    }
}

fn changes_table(changes: Vec<AuditChange>) -> AnyView {
    if changes.is_empty() {
        return view! { <p class="soft">{t!("audit-no-changes")}</p> }.into_any();
    }
    let rows = changes.into_iter().map(change_row).collect_view();
    view! {
        <Table label=t!("audit-changes")>
            <thead>
                <tr>
                    <th scope="col">{t!("audit-field")}</th>
                    <th scope="col">{t!("audit-before")}</th>
                    <th scope="col">{t!("audit-after")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn change_row(change: AuditChange) -> impl IntoView {
    let AuditChange { field, before, after } = change;
    let label = match field_label(&field) {
        Some(label) => view! { <span>{label}</span> }.into_any(),
        None => view! { <span class="id">{field.clone()}</span> }.into_any(),
    };
    let cell = |value: Option<String>| match value {
        Some(text) if text.is_empty() => {
            view! { <td class="muted">{t!("audit-empty")}</td> }.into_any()
        }
        Some(text) => view! { <td class="breaks">{value_text(&field, text)}</td> }.into_any(),
        None => view! { <td class="muted">"–"</td> }.into_any(),
    };
    let (before, after) = (cell(before), cell(after));
    view! {
        <tr>
            <th scope="row" class="nowrap">{label}</th>
            {before}
            {after}
        </tr>
    }
}
