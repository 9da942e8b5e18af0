//! API keys: the list, the form for a new one, and its secret once.

use leptos::prelude::*;
use model::{ApiKey, Permission};

use super::overview::secret_panel;
use crate::components::{
    CheckBox, Field, Form, PageHead, Pill, PostButton, SectionHead, Select, Submit, Table, Time,
    Tone, Weight,
};
use crate::page::{DashboardPage, PageCx, Section};
use crate::server::IssuedSecret;

/// The workspace's keys; `issued` was made just now.
pub fn list(keys: Vec<ApiKey>, issued: Option<IssuedSecret>) -> impl IntoView {
    let now_ms = PageCx::current().now_ms;
    let rows = keys.into_iter().map(|key| row(key, now_ms)).collect_view();
    view! {
        <DashboardPage title=t!("nav-api-keys") section=Section::ApiKeys>
            <PageHead title=t!("nav-api-keys") lead=t!("keys-lead")/>
            {issued.map(secret_panel)}
            <Table label=t!("nav-api-keys")>
                <thead>
                    <tr>
                        <th scope="col">{t!("keys-name")}</th>
                        <th scope="col" class="p2">{t!("keys-permissions")}</th>
                        <th scope="col" class="num p1">{t!("keys-last-used")}</th>
                        <th scope="col" class="num p1">{t!("keys-expires")}</th>
                        <th scope="col">{t!("keys-state")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{t!("keys-actions")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            {form()}
        </DashboardPage>
    }
}

fn permission_label(permission: Permission) -> String {
    match permission {
        Permission::Read => t!("keys-read"),
        Permission::Write => t!("keys-write"),
        Permission::Manage => t!("keys-manage"),
    }
}

fn row(key: ApiKey, now_ms: i64) -> impl IntoView {
    let active = key.active(now_ms);
    let (tone, state) = match (active, key.revoked_at_ms) {
        (true, _) => (Tone::Good, t!("keys-active")),
        (false, Some(_)) => (Tone::Neutral, t!("keys-is-revoked")),
        (false, None) => (Tone::Neutral, t!("keys-expired")),
    };
    let permissions: Vec<_> = key.permissions.iter().map(permission_label).collect();
    let never = || t!("keys-never");
    let used = key
        .last_used_at_ms
        .map_or_else(|| never().into_any(), |at_ms| view! { <Time at_ms/> }.into_any());
    let expires = key
        .expires_at_ms
        .map_or_else(|| never().into_any(), |at_ms| view! { <Time at_ms day=true/> }.into_any());
    let id = key.id.to_string();
    let describe = t!("keys-revoke-named", name = key.name.clone());
    let revoke = active.then(|| {
        view! {
            <details class="confirm">
                <summary>{t!("keys-revoke")}</summary>
                <p>{t!("keys-revoke-text")}</p>
                <PostButton
                    action="revoke_api_key"
                    label=t!("keys-revoke")
                    weight=Weight::Danger
                    small=true
                    with=("id", id)
                    describe=describe
                />
            </details>
        }
    });
    view! {
        <tr>
            <th scope="row">
                {key.name} <small class="id">{format!("{}…", key.hint)}</small>
            </th>
            <td class="p2">{permissions.join(", ")}</td>
            <td class="num p1 soft">{used}</td>
            <td class="num p1 soft">{expires}</td>
            <td>
                <Pill tone=tone label=state/>
            </td>
            <td>{revoke}</td>
        </tr>
    }
}

fn form() -> impl IntoView {
    let days = |n: i64| (n.to_string(), t!("keys-days", days = n));
    let expiries = vec![days(30), days(90), days(365), (String::new(), t!("keys-no-end"))];
    view! {
        <section class="section" aria-labelledby="h-new-key">
            <SectionHead id="h-new-key" title=t!("keys-new") lead=t!("keys-new-text")/>
            <Form name="create_api_key">
                <Field name="name" label=t!("keys-name")/>
                <fieldset class="field">
                    <legend>{t!("keys-permissions")}</legend>
                    <CheckBox
                        name="read"
                        label=t!("keys-read")
                        meaning=t!("keys-read-text")
                        checked=true
                    />
                    <CheckBox
                        name="write"
                        label=t!("keys-write")
                        meaning=t!("keys-write-text")
                        checked=true
                    />
                    <CheckBox name="manage" label=t!("keys-manage") meaning=t!("keys-manage-text")/>
                </fieldset>
                <Select
                    name="expires_in_days"
                    label=t!("keys-expires")
                    options=expiries
                    value="90"
                />
                <Submit label=t!("keys-create")/>
            </Form>
        </section>
    }
}
