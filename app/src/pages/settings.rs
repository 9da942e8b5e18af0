//! What a person sets for themselves: name, password, sessions, plan, and how it all looks.

use leptos::prelude::*;
use model::{Feature, Plan};
use service::{SecondFactors, SessionInfo, SessionKind};

use crate::components::{
    Field, Form, Glyph, Icon, Kind, LanguageSwitch, PageHead, Pill, PostButton, Submit, Table,
    ThemeSwitch, Time, TimeZoneForm, Tone, Weight, plan_label,
};
use crate::i18n::format;
use crate::page::{DashboardPage, PageCx, Section, Viewer};
use crate::server::STEP_UP;

/// The settings of the signed-in person; their sessions with the current one first. `password_waits`: another password
/// is chosen only after a proof.
pub fn show(
    sessions: Vec<SessionInfo>,
    factors: SecondFactors,
    password_waits: bool,
) -> impl IntoView {
    let viewer = PageCx::current().viewer;
    let plan = viewer.as_ref().map(|viewer| viewer.plan);
    view! {
        <DashboardPage title=t!("nav-settings") section=Section::Settings>
            <PageHead title=t!("nav-settings") lead=t!("settings-lead")/>
            <div>
                {viewer.map(profile)} {password(password_waits)}
                {super::factors::section(factors)} {session_list(sessions)} {time_zone()}
                {members()} {plan.map(plan_section)} {appearance()} {personal_data()}
            </div>
        </DashboardPage>
    }
}

/// A section of settings: what it is about beside what can be done.
#[component]
pub(super) fn Setting(
    id: &'static str,
    title: String,
    text: String,
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-heading");
    view! {
        <section class="setting" id=id aria-labelledby=heading.clone()>
            <header>
                <h2 id=heading.clone()>{title}</h2>
                <p>{text}</p>
            </header>
            <div>{children()}</div>
        </section>
    }
}

fn profile(viewer: Viewer) -> impl IntoView {
    let text = t!("settings-profile-text", email = viewer.email);
    view! {
        <Setting id="profile" title=t!("settings-profile") text>
            <Form name="update_profile">
                <Field
                    name="name"
                    label=t!("accounts-name")
                    value=viewer.name
                    autocomplete="name"
                    optional=true
                />
                <Submit label=t!("settings-save") weight=Weight::Normal/>
            </Form>
        </Setting>
    }
}

fn time_zone() -> impl IntoView {
    view! {
        <Setting id="time-zone" title=t!("zone-label") text=t!("zone-text")>
            <TimeZoneForm zone=PageCx::current().time_zone/>
        </Setting>
    }
}

fn password(waits: bool) -> impl IntoView {
    let body = if waits {
        view! {
            <div class="stack">
                <p class="soft small">{t!("settings-password-proof")}</p>
                <div class="row">
                    <a class="button" href=format!("{STEP_UP}?next=/dashboard/settings%23password")>
                        {t!("settings-change-password")}
                    </a>
                </div>
            </div>
        }
        .into_any()
    } else {
        password_form().into_any()
    };
    view! {
        <Setting id="password" title=t!("accounts-password") text=t!("settings-password-text")>
            {body}
        </Setting>
    }
}

fn password_form() -> impl IntoView {
    let email = PageCx::current().viewer.map(|viewer| viewer.email);
    view! {
            <Form name="change_password">
                // For password managers: whose password changes.
                <input type="hidden" name="username" value=email autocomplete="username"/>
                <Field
                    name="current_password"
                    label=t!("settings-current-password")
                    kind=Kind::Password
                    autocomplete="current-password"
                />
                <Field
                    name="password"
                    label=t!("settings-new-password")
                    kind=Kind::Password
                    autocomplete="new-password"
                    hint=t!("accounts-password-hint")
                />
                <Submit label=t!("settings-change-password") weight=Weight::Normal/>
            </Form>
    }
}

fn session_list(sessions: Vec<SessionInfo>) -> impl IntoView {
    let others = sessions.iter().any(|session| !session.current);
    let rows = sessions.into_iter().map(session_row).collect_view();
    view! {
        <Setting id="sessions" title=t!("settings-sessions") text=t!("settings-sessions-text", zone = format::zone_name())>
            <div class="stack">
                <ul class="tasks" role="list">
                    {rows}
                </ul>
                {others
                    .then(|| {
                        view! {
                            <PostButton
                                action="revoke_other_sessions"
                                label=t!("settings-end-others")
                                glyph=Glyph::LOG_OUT
                                weight=Weight::Danger
                            />
                        }
                    })}
            </div>
        </Setting>
    }
}

fn session_row(session: SessionInfo) -> impl IntoView {
    let (glyph, kind) = match session.kind {
        SessionKind::Browser => (Glyph::SYSTEM, t!("settings-browser")),
        SessionKind::Token => (Glyph::API_KEY, t!("settings-token")),
    };
    let device = session.client.device;
    let label = match (session.kind, device.is_empty()) {
        (_, true) => kind,
        (SessionKind::Browser, false) => device,
        (SessionKind::Token, false) => format!("{kind} ({device})"),
    };
    let network = Some(session.client.network).filter(|network| !network.is_empty());
    let end = if session.current {
        view! { <Pill tone=Tone::Info label=t!("settings-this-session")/> }.into_any()
    } else {
        view! {
            <PostButton
                action="revoke_session"
                label=t!("settings-end")
                small=true
                with=("handle", session.handle)
                describe=t!("settings-end-named", kind = label.clone())
            />
        }
        .into_any()
    };
    view! {
        <li>
            <Icon of=glyph/>
            <div>
                <b>{label}</b>
                <p>
                    {t!("settings-seen")} " " <Time at_ms=session.last_seen_at_ms/> " · "
                    {t!("settings-began")} " " <Time at_ms=session.created_at_ms/>
                    {network
                        .map(|network| {
                            view! {
                                " · "
                                {t!("settings-from")}
                                " "
                                <code>{network}</code>
                            }
                        })}
                </p>
            </div>
            {end}
        </li>
    }
}

fn plan_section(plan: Plan) -> impl IntoView {
    let text = t!("settings-plan-text", plan = plan_label(plan));
    view! {
        <Setting id="plan" title=t!("settings-plan") text>
            {plan_table(Some(plan))}
        </Setting>
    }
}

fn feature_label(feature: Feature) -> String {
    match feature {
        Feature::Agents => t!("plans-agents"),
        Feature::Payments => t!("plans-payments"),
        Feature::Scores => t!("plans-scores"),
        Feature::ApiKeys => t!("plans-api-keys"),
        Feature::Certificates => t!("plans-certificates"),
    }
}

/// What each plan includes; `own` is marked.
pub(super) fn plan_table(own: Option<Plan>) -> impl IntoView {
    let heads = Plan::ALL
        .iter()
        .map(|plan| {
            let mark = (own == Some(*plan))
                .then(|| view! { " " <Pill tone=Tone::Info label=t!("plans-yours")/> });
            view! { <th scope="col">{plan_label(*plan)} {mark}</th> }
        })
        .collect_view();
    let rows = Feature::ALL
        .iter()
        .map(|feature| {
            let cells = Plan::ALL
                .iter()
                .map(|plan| {
                    if plan.includes(*feature) {
                        view! { <td>{t!("plans-yes")}</td> }.into_any()
                    } else {
                        view! { <td class="muted">{t!("plans-no")}</td> }.into_any()
                    }
                })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{feature_label(*feature)}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label=t!("plans-table")>
            <thead>
                <tr>
                    <th scope="col">{t!("plans-feature")}</th>
                    {heads}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

fn members() -> impl IntoView {
    view! {
        <Setting id="members" title=t!("members-title") text=t!("members-lead")>
            <a class="button" href=super::members::HERE>
                {t!("members-open-page")}
            </a>
        </Setting>
    }
}

fn personal_data() -> impl IntoView {
    view! {
        <Setting id="data" title=t!("data-title") text=t!("data-lead")>
            <a class="button" href=super::personal_data::HERE>
                {t!("data-open")}
            </a>
        </Setting>
    }
}

fn appearance() -> impl IntoView {
    view! {
        <Setting id="appearance" title=t!("settings-appearance") text=t!("settings-appearance-text")>
            <dl class="facts start">
                <dt>{t!("shell-theme")}</dt>
                <dd>
                    <ThemeSwitch/>
                </dd>
                <dt>{t!("shell-language")}</dt>
                <dd>
                    <LanguageSwitch/>
                </dd>
            </dl>
        </Setting>
    }
}
