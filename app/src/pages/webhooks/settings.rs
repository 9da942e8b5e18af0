//! What can be changed of an endpoint, and how to be rid of it.

use leptos::prelude::*;
use model::WebhookEndpoint;
use service::EndpointDetail;

use super::endpoint::{Part, frame};
use super::events::{EventPicker, dialect_meaning, dialect_name};
use super::{address_fields, endpoint_name};
use crate::components::{Form, PostButton, SectionHead, Submit, Weight};

/// The settings of an endpoint.
pub fn settings(EndpointDetail { endpoint, waiting }: EndpointDetail) -> impl IntoView {
    let id = endpoint.id.to_string();
    let before = endpoint.clone();
    let body = view! {
        <section aria-labelledby="h-edit">
            <SectionHead id="h-edit" title=t!("webhooks-edit")/>
            <Form name="update_webhook" class="form form-wide">
                <input type="hidden" name="id" value=id/>
                {address_fields(Some(&before))}
                {fixed(&before)}
                <EventPicker form="update_webhook" chosen=Some(before.events)/>
                <Submit label=t!("webhooks-save")/>
            </Form>
        </section>
        <section class="section" aria-labelledby="h-switch">
            {switch(&endpoint)}
        </section>
        <section class="section" aria-labelledby="h-delete">
            <SectionHead id="h-delete" title=t!("webhooks-delete")/>
            {delete(&endpoint)}
        </section>
    };
    frame(&endpoint, waiting, Part::Settings, body)
}

/// What was decided when the endpoint was made.
fn fixed(endpoint: &WebhookEndpoint) -> impl IntoView + use<> {
    view! {
        <dl class="facts start measure">
            <dt>{t!("webhooks-dialect")}</dt>
            <dd>
                {dialect_name(endpoint.dialect)}
                <p class="muted">{dialect_meaning(endpoint.dialect)}</p>
            </dd>
        </dl>
    }
}

fn switch(endpoint: &WebhookEndpoint) -> AnyView {
    let id = endpoint.id.to_string();
    if endpoint.enabled() {
        view! {
            <SectionHead id="h-switch" title=t!("webhooks-disable") lead=t!("webhooks-disable-text")/>
            <PostButton action="disable_webhook" label=t!("webhooks-disable") with=("id", id)/>
        }
        .into_any()
    } else {
        view! {
            <SectionHead id="h-switch" title=t!("webhooks-enable") lead=t!("webhooks-enable-text")/>
            <PostButton action="enable_webhook" label=t!("webhooks-enable") with=("id", id)/>
        }
        .into_any()
    }
}

fn delete(endpoint: &WebhookEndpoint) -> impl IntoView + use<> {
    let describe = t!("webhooks-delete-named", name = endpoint_name(endpoint));
    let id = endpoint.id.to_string();
    view! {
        <div class="danger-zone">
            <p>{t!("webhooks-delete-text")}</p>
            <details class="confirm">
                <summary>{t!("webhooks-delete-confirm")}</summary>
                <div class="mt-3">
                    <PostButton
                        action="delete_webhook"
                        label=t!("webhooks-delete")
                        weight=Weight::Danger
                        with=("id", id)
                        describe=describe
                    />
                </div>
            </details>
        </div>
    }
}
