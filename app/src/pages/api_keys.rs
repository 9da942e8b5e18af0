//! API keys: the list with the form for a new one, its secret once, and one key with what can be done to it.

use leptos::prelude::*;
use model::{Agent, ApiKey, ApiKeyState, Overlap, Permission};
use service::{ApiKeyDetail, Page};

use crate::components::{
    Banner, CheckBox, CodeBlock, CopyField, EmptyState, Field, Form, Glyph, Icon, Kind, PageHead,
    Pagination, Pill, PostButton, SectionHead, Select, Submit, Table, TextArea, Time, Tone, Weight,
};
use crate::i18n::format;
use crate::page::{Crumb, DashboardPage, PageCx, Section};
use crate::server::IssuedSecret;

/// The workspace's keys; `issued` was made just now. `agents` are those that a key can be held to.
pub fn list(
    page: Page<ApiKeyDetail>,
    agents: Vec<Agent>,
    issued: Option<IssuedSecret>,
) -> impl IntoView {
    let newest = page.items.first().map(|detail| detail.key.clone());
    let made = issued.map(|issued| issued_panel(issued, newest));
    let body = if page.items.is_empty() {
        view! {
            <EmptyState glyph=Glyph::API_KEY title=t!("keys-none") text=t!("keys-none-text")>
                <CodeBlock title=t!("keys-use") code=sample_call()/>
            </EmptyState>
        }
        .into_any()
    } else {
        table(page).into_any()
    };
    view! {
        <DashboardPage title=t!("nav-api-keys") section=Section::ApiKeys>
            <PageHead title=t!("nav-api-keys") lead=t!("keys-lead")>
                <a class="button" href="/docs">
                    {t!("docs-title")}
                </a>
                <a class="button button-primary" href="#new-key">
                    <Icon of=Glyph::ADD/>
                    {t!("keys-new")}
                </a>
            </PageHead>
            {made}
            {body}
            {form(agents)}
        </DashboardPage>
    }
}

/// The secret, once, with what the key may do; it goes away when one says that it is saved.
fn issued_panel(issued: IssuedSecret, newest: Option<ApiKey>) -> impl IntoView {
    let facts = newest.filter(|key| issued.secret.starts_with(&key.hint)).map(|key| {
        let ends = key.expires_at_ms.map_or_else(|| t!("keys-never"), format::long_date);
        let from = if key.allowed_ips.is_empty() {
            t!("keys-anywhere")
        } else {
            key.allowed_ips.join(", ")
        };
        view! {
            <dl class="facts start">
                <dt>{t!("keys-permissions")}</dt>
                <dd>{permissions(&key)}</dd>
                <dt>{t!("keys-expires")}</dt>
                <dd>{ends}</dd>
                <dt>{t!("keys-from")}</dt>
                <dd>{from}</dd>
            </dl>
        }
    });
    let name = issued.name;
    view! {
        <section class="key-once" aria-labelledby="h-once">
            <h2 id="h-once">{t!("keys-once")}</h2>
            <p class="soft">{t!("keys-once-text", name = name.as_str())}</p>
            <strong id="new-secret">{name}</strong>
            <CopyField labelled_by="new-secret" value=issued.secret/>
            {facts}
            <form class="stack" method="get" action="/dashboard/api-keys">
                <label class="check">
                    <input type="checkbox" required=true/>
                    <span>{t!("keys-saved")}</span>
                </label>
                <div class="row">
                    <button class="button" type="submit">
                        {t!("keys-done")}
                    </button>
                </div>
            </form>
        </section>
    }
}

fn table(page: Page<ApiKeyDetail>) -> impl IntoView {
    let rows = page.items.into_iter().map(row).collect_view();
    view! {
        <Table label=t!("nav-api-keys")>
            <thead>
                <tr>
                    <th scope="col">{t!("keys-name")}</th>
                    <th scope="col" class="p1">{t!("keys-key")}</th>
                    <th scope="col" class="p3">{t!("keys-permissions")}</th>
                    <th scope="col" class="p2">{t!("keys-last-used")}</th>
                    <th scope="col" class="num p2">{t!("keys-expires")}</th>
                    <th scope="col">{t!("keys-state")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pagination next=page.next/>
    }
}

fn permission_label(permission: Permission) -> String {
    match permission {
        Permission::Read => t!("keys-read"),
        Permission::Write => t!("keys-write"),
        Permission::Manage => t!("keys-manage"),
    }
}

fn permissions(key: &ApiKey) -> String {
    let labels: Vec<_> = key.permissions.iter().map(permission_label).collect();
    labels.join(", ")
}

/// For which agents, in words.
fn reach(detail: &ApiKeyDetail) -> String {
    match (&detail.key.agent_id, &detail.agent_name) {
        (None, _) => t!("keys-all-agents"),
        (Some(_), Some(name)) => t!("keys-only-agent", name = name.as_str()),
        (Some(_), None) => t!("keys-agent-gone"),
    }
}

fn state_pill(state: ApiKeyState) -> impl IntoView {
    let (tone, label) = match state {
        ApiKeyState::Active => (Tone::Good, t!("keys-active")),
        ApiKeyState::Rotating => (Tone::Info, t!("keys-rotating")),
        ApiKeyState::Expired => (Tone::Neutral, t!("keys-expired")),
        ApiKeyState::Revoked => (Tone::Bad, t!("keys-is-revoked")),
    };
    view! { <Pill tone=tone label=label/> }
}

fn last_used(key: &ApiKey) -> impl IntoView + use<> {
    let from = key.last_used_ip.clone().map(|ip| {
        view! { <span class="sub">{t!("keys-used-from", ip = ip)}</span> }
    });
    match key.last_used_at_ms {
        None => t!("keys-unused").into_any(),
        Some(at_ms) => view! { <Time at_ms/> " " {from} }.into_any(),
    }
}

fn expiry(key: &ApiKey, rotating: bool) -> impl IntoView + use<> {
    match key.expires_at_ms {
        None => t!("keys-never").into_any(),
        Some(at_ms) => view! { <Time at_ms day=!rotating/> }.into_any(),
    }
}

fn row(detail: ApiKeyDetail) -> impl IntoView {
    let reach = reach(&detail);
    let key = detail.key;
    let rotating = detail.state == ApiKeyState::Rotating;
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link" href=format!("/dashboard/api-keys/{}", key.id)>
                    {key.name.clone()}
                </a>
                <span class="sub">{reach}</span>
            </th>
            <td class="p1 nowrap">
                <span class="id">{format!("{}…", key.hint)}</span>
            </td>
            <td class="p3">{permissions(&key)}</td>
            <td class="p2 soft">{last_used(&key)}</td>
            <td class="num p2 soft">{expiry(&key, rotating)}</td>
            <td>{state_pill(detail.state)}</td>
        </tr>
    }
}

fn sample_call() -> String {
    let url = PageCx::current().public_url;
    format!("curl {url}/v1/agents \\\n  -H \"X-API-Key: $SURETY_KEY\"")
}

fn form(agents: Vec<Agent>) -> impl IntoView {
    let days = |n: i64| (n.to_string(), t!("keys-days", days = n));
    let expiries = vec![
        days(30),
        days(90),
        days(365),
        ("custom".to_owned(), t!("keys-custom")),
        (String::new(), t!("keys-no-end")),
    ];
    let mut reaches = vec![(String::new(), t!("keys-all-agents"))];
    reaches.extend(agents.into_iter().map(|agent| (agent.id.to_string(), agent.name)));
    let refused = PageCx::current().form.filter(|form| form.form == "create_api_key");
    let before = refused.as_ref().and_then(|form| form.typed("permissions")).map(str::to_owned);
    let ticked = move |permission: Permission, usual: bool| {
        let typed = before.as_ref();
        typed.map_or(usual, |typed| typed.split(' ').any(|p| p == permission.as_str()))
    };
    let (read, write, manage) = (
        ticked(Permission::Read, true),
        ticked(Permission::Write, true),
        ticked(Permission::Manage, false),
    );
    let nothing = refused.as_ref().and_then(|form| form.error("permissions")).map(|_| {
        view! {
            <p class="error" role="alert">
                <Icon of=Glyph::ALERT/>
                {t!("keys-choose")}
            </p>
        }
    });
    view! {
        <section class="section" id="new-key" aria-labelledby="h-new-key">
            <SectionHead id="h-new-key" title=t!("keys-new") lead=t!("keys-new-text")/>
            <Form name="create_api_key">
                <Field name="name" label=t!("keys-name")/>
                <fieldset class="field">
                    <legend>{t!("keys-permissions")}</legend>
                    <CheckBox
                        name="read"
                        label=t!("keys-read")
                        meaning=t!("keys-read-text")
                        checked=read
                    />
                    <CheckBox
                        name="write"
                        label=t!("keys-write")
                        meaning=t!("keys-write-text")
                        checked=write
                    />
                    <CheckBox
                        name="manage"
                        label=t!("keys-manage")
                        meaning=t!("keys-manage-text")
                        checked=manage
                    />
                    {nothing}
                </fieldset>
                <Select
                    name="agent"
                    label=t!("keys-for")
                    options=reaches
                    value=""
                    hint=t!("keys-for-hint")
                />
                <div class="form-row key-expiry">
                    <Select
                        name="expires_in_days"
                        label=t!("keys-expires")
                        options=expiries
                        value="90"
                    />
                    <Field
                        name="custom_days"
                        label=t!("keys-custom-days")
                        kind=Kind::Number
                    />
                </div>
                <TextArea
                    name="allowed_ips"
                    label=t!("keys-from")
                    hint=t!("keys-from-hint")
                    optional=true
                />
                <Submit label=t!("keys-create") weight=Weight::Normal/>
            </Form>
        </section>
    }
}

/// One key: what it is, and rotating and revoking it.
pub fn show(detail: ApiKeyDetail) -> impl IntoView {
    let state = detail.state;
    let reach = reach(&detail);
    let key = detail.key;
    let rotating = state == ApiKeyState::Rotating;
    let from =
        if key.allowed_ips.is_empty() { t!("keys-anywhere") } else { key.allowed_ips.join(", ") };
    let replaced = key.replaced_by.clone().map(|by| {
        view! {
            <Banner tone=Tone::Info title=t!("keys-replaced") text=t!("keys-replaced-text")>
                <a class="button button-sm" href=format!("/dashboard/api-keys/{by}")>
                    {t!("keys-successor")}
                </a>
            </Banner>
        }
    });
    let meta = view! {
        <code>{format!("{}…", key.hint)}</code>
        {state_pill(state)}
    }
    .into_any();
    let revoked = key.revoked_at_ms.map(|at_ms| {
        view! {
            <dt>{t!("keys-is-revoked")}</dt>
            <dd>
                <Time at_ms/>
            </dd>
        }
    });
    let works = matches!(state, ApiKeyState::Active | ApiKeyState::Rotating);
    let rotate = (state == ApiKeyState::Active).then(|| rotate_form(key.id.to_string()));
    let revoke = works.then(|| revoke_form(&key));
    view! {
        <DashboardPage
            title=key.name.clone()
            section=Section::ApiKeys
            crumbs=vec![Crumb::new(t!("nav-api-keys"), "/dashboard/api-keys")]
        >
            <PageHead title=key.name.clone() meta=meta/>
            {replaced}
            <section class="measure" aria-label=t!("keys-facts")>
                <dl class="facts start">
                    <dt>{t!("keys-permissions")}</dt>
                    <dd>{permissions(&key)}</dd>
                    <dt>{t!("keys-for")}</dt>
                    <dd>{reach}</dd>
                    <dt>{t!("keys-from")}</dt>
                    <dd>{from}</dd>
                    <dt>{t!("keys-created-at")}</dt>
                    <dd>
                        <Time at_ms=key.created_at_ms/>
                    </dd>
                    <dt>{t!("keys-last-used")}</dt>
                    <dd>{last_used(&key)}</dd>
                    <dt>{t!("keys-expires")}</dt>
                    <dd>{expiry(&key, rotating)}</dd>
                    {revoked}
                </dl>
            </section>
            {rotate}
            {revoke}
        </DashboardPage>
    }
}

fn rotate_form(id: String) -> impl IntoView {
    let overlaps = Overlap::ALL
        .iter()
        .map(|overlap| {
            let label = match overlap {
                Overlap::Now => t!("keys-overlap-now"),
                Overlap::Hour => t!("keys-overlap-hour"),
                Overlap::Day => t!("keys-overlap-day"),
                Overlap::Week => t!("keys-overlap-week"),
            };
            (overlap.as_str().to_owned(), label)
        })
        .collect::<Vec<_>>();
    view! {
        <section class="section" aria-labelledby="h-rotate">
            <SectionHead id="h-rotate" title=t!("keys-rotate") lead=t!("keys-rotate-text")/>
            <Form name="rotate_api_key">
                <input type="hidden" name="id" value=id/>
                <Select name="overlap" label=t!("keys-overlap") options=overlaps value="24h"/>
                <Submit label=t!("keys-rotate") weight=Weight::Normal/>
            </Form>
        </section>
    }
}

fn revoke_form(key: &ApiKey) -> impl IntoView + use<> {
    let describe = t!("keys-revoke-named", name = key.name.as_str());
    let id = key.id.to_string();
    view! {
        <section class="section" aria-labelledby="h-revoke">
            <SectionHead id="h-revoke" title=t!("keys-revoke")/>
            <div class="danger-zone">
                <p>{t!("keys-revoke-text")}</p>
                <details class="confirm">
                    <summary>{t!("keys-revoke-confirm")}</summary>
                    <div class="mt-3">
                        <PostButton
                            action="revoke_api_key"
                            label=t!("keys-revoke")
                            weight=Weight::Danger
                            with=("id", id)
                            describe=describe
                        />
                    </div>
                </details>
            </div>
        </section>
    }
}
