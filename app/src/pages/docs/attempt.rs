//! Requests from the browser: the one public page with a script, which sends what the forms say and shows the answer.

use leptos::prelude::*;

use super::{Endpoint, Field, Reference, WRITTEN_IN, written_in};
use crate::page::PublicPage;

/// A form for each endpoint.
pub fn attempt(reference: &Reference) -> impl IntoView + use<> {
    let endpoints = reference.groups.iter().flat_map(|group| &group.endpoints);
    let forms = endpoints.map(form).collect_view();
    view! {
        <PublicPage
            title=t!("docs-try-title")
            description=t!("docs-try-lead")
            indexed=true
            script=Some("try.js")
        >
            <div class="docs" id="try" data-failed=t!("docs-try-failed") data-milliseconds=t!("docs-try-milliseconds")>
                <h1>{t!("docs-try-title")}</h1>
                <p class="lead">{t!("docs-try-lead")}</p>
                {written_in()}
                <noscript>
                    <p>{t!("docs-try-no-script")}</p>
                </noscript>
                <p>
                    <a href="/docs">{t!("docs-title")}</a>
                </p>
                <div class="field">
                    <label for="key">{t!("docs-try-key")}</label>
                    <input
                        class="input"
                        id="key"
                        type="password"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="key-hint"
                    />
                    <p class="hint" id="key-hint">
                        {t!("docs-try-key-hint")}
                    </p>
                </div>
                {forms}
            </div>
        </PublicPage>
    }
}

fn form(e: &Endpoint) -> impl IntoView + use<> {
    let id = format!("try-{}", e.id);
    let inputs = e.parameters.iter().map(|f| input(&e.id, f)).collect_view();
    let body = e.body.clone().map(|(media, example)| {
        let id = format!("{}-body", e.id);
        let rows = example.lines().count().clamp(3, 16).to_string();
        view! {
            <div class="field">
                <label for=id.clone()>{t!("docs-request-of", kind = media.as_str())}</label>
                <textarea class="input input-code" id=id rows=rows spellcheck="false" data-media=media>
                    {example}
                </textarea>
            </div>
        }
    });
    view! {
        <details class="attempt" id=id>
            <summary>
                <b>{e.method.clone()}</b>
                " "
                <code>{e.path.clone()}</code>
                " "
                <span lang=WRITTEN_IN>{e.summary.clone()}</span>
            </summary>
            <form class="stack" data-method=e.method.clone() data-path=e.path.clone()>
                {inputs}
                {body}
                <div class="row">
                    <button class="button button-primary" type="submit" disabled=true>
                        {t!("docs-try-send")}
                    </button>
                    <a href=format!("/docs#{}", e.id)>{t!("docs-try-read")}</a>
                </div>
                <div class="answer" role="status"></div>
            </form>
        </details>
    }
}

fn input(endpoint: &str, f: &Field) -> impl IntoView + use<> {
    let id = format!("{endpoint}-{}", f.name.to_lowercase());
    let label = format!("{} ({})", f.name, f.place);
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                type="text"
                autocomplete="off"
                spellcheck="false"
                data-name=f.name.clone()
                data-place=f.place.clone()
                required=f.required
                placeholder=f.example.clone()
            />
        </div>
    }
}
