use leptos::prelude::*;

use super::{Answer, Endpoint, Field, WRITTEN_IN};
use crate::components::{CodeBlock, Markdown, Table};

/// One endpoint of the reference.
pub(super) fn endpoint(e: &Endpoint) -> impl IntoView + use<> {
    let access = match e.access {
        (true, true) => t!("docs-access-both"),
        (true, false) => t!("docs-access-token"),
        (false, true) => t!("docs-access-key"),
        (false, false) => t!("docs-access-none"),
    };
    // The call for the terminal has the body already, unless that is a file.
    let file = e.body.clone().filter(|(media, _)| media != "application/json");
    let body = file.map(|(media, example)| {
        let title = t!("docs-request-of", kind = media);
        view! { <CodeBlock title code=example plain=true/> }
    });
    let answer = e.answers.iter().find_map(|answer| {
        let example = answer.example.clone()?;
        let title = t!("docs-answer-of", status = answer.status.as_str());
        Some(view! { <CodeBlock title code=example plain=true/> })
    });
    view! {
        <article class="endpoint" aria-labelledby=e.id.clone()>
            <div class="endpoint-head">
                <h3 id=e.id.clone() lang=WRITTEN_IN>
                    {e.summary.clone()}
                </h3>
                <a class="button" href=format!("/docs/try#try-{}", e.id)>
                    {t!("docs-try")}
                    <span class="visually-hidden" lang=WRITTEN_IN>
                        {format!(": {}", e.summary)}
                    </span>
                </a>
            </div>
            <div class="endpoint-text">
                <p class="endpoint-path">
                    <b>{e.method.clone()}</b>
                    " "
                    <code>{e.path.clone()}</code>
                </p>
                <Markdown text=e.description.clone() lang=WRITTEN_IN/>
                <p class="muted small">{access}</p>
                {fields(t!("docs-parameters"), &e.parameters, true)}
                {fields(t!("docs-body"), &e.fields, false)}
                {answers(&e.answers)}
            </div>
            <div class="endpoint-examples">
                <CodeBlock title="curl" code=e.curl.clone() plain=true/>
                {body}
                {answer}
            </div>
        </article>
    }
}

fn fields(label: String, fields: &[Field], placed: bool) -> Option<impl IntoView + use<>> {
    let rows = fields.iter().map(|f| field(f, placed)).collect_view();
    (!fields.is_empty()).then(|| {
        view! {
            <Table label=label.clone()>
                <thead>
                    <tr>
                        <th scope="col">{label}</th>
                        <th scope="col">{t!("docs-meaning")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
    })
}

fn field(f: &Field, placed: bool) -> impl IntoView + use<> {
    let mut notes = Vec::new();
    if !f.choices.is_empty() {
        notes.push(t!("docs-one-of", values = f.choices.join(", ")));
    }
    if let Some(longest) = f.longest {
        notes.push(t!("docs-longest", count = longest));
    }
    if let Some(default) = &f.default {
        notes.push(t!("docs-default", value = default.as_str()));
    }
    if let Some(example) = &f.example {
        notes.push(t!("docs-example", value = example.as_str()));
    }
    let notes = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
    let place = placed.then(|| format!(", {}", f.place));
    view! {
        <tr>
            <th scope="row">
                <code>{f.name.clone()}</code>
                <span class="sub">{f.kind.clone()} {place}</span>
                {f.required.then(|| view! { <span class="sub required">{t!("docs-required")}</span> })}
            </th>
            <td>
                <Markdown text=f.description.clone() lang=WRITTEN_IN/>
                <ul class="small soft" role="list">
                    {notes}
                </ul>
            </td>
        </tr>
    }
}

fn answers(answers: &[Answer]) -> impl IntoView + use<> {
    let rows = answers
        .iter()
        .map(|answer| {
            let headers = answer.headers.join(", ");
            view! {
                <tr>
                    <th scope="row" class="fit">
                        {answer.status.clone()}
                    </th>
                    <td>
                        <Markdown text=answer.description.clone() lang=WRITTEN_IN/>
                        {(!headers.is_empty())
                            .then(|| {
                                view! {
                                    <span class="small soft">
                                        {t!("docs-with-headers", names = headers)}
                                    </span>
                                }
                            })}
                    </td>
                </tr>
            }
        })
        .collect_view();
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_str()).collect();
    view! {
        <details>
            <summary>
                {t!("docs-answers")}
                " "
                <span class="muted">{statuses.join(" ")}</span>
            </summary>
            <Table label=t!("docs-answers")>
                <thead>
                    <tr>
                        <th scope="col">{t!("docs-status")}</th>
                        <th scope="col">{t!("docs-meaning")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </details>
    }
}
