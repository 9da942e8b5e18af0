//! The reference of the APIs. What it says of them comes from their published description; only the words around it are
//! ours.

mod attempt;
mod endpoint;
mod webhooks;

use leptos::prelude::*;

pub use attempt::attempt;
use endpoint::endpoint;
pub use webhooks::{EventEntry, webhooks};

use crate::components::{CodeBlock, Markdown, Table};
use crate::i18n::lang;
use crate::page::PublicPage;

/// The language that the description is written in.
const WRITTEN_IN: &str = "en";

/// An API as its reference shows it.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    /// What it is for, in Markdown.
    pub intro: String,
    /// Its endpoints by subject.
    pub groups: Vec<Group>,
    /// An error as it is answered.
    pub error: String,
    /// The headers that every answer has, and what they say.
    pub headers: Vec<(String, String)>,
}

/// Endpoints about one subject.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// The subject.
    pub name: String,
    /// One sentence about it.
    pub description: String,
    /// The endpoints.
    pub endpoints: Vec<Endpoint>,
}

/// One method of one path.
#[derive(Debug, Clone, Default)]
pub struct Endpoint {
    /// Its name, to link to.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path, with `{id}` where an id goes.
    pub path: String,
    /// What it does, in a few words.
    pub summary: String,
    /// What it does, in Markdown.
    pub description: String,
    /// Whether it takes a token and whether it takes an API key.
    pub access: (bool, bool),
    /// What goes into path, query and headers.
    pub parameters: Vec<Field>,
    /// The fields of the body.
    pub fields: Vec<Field>,
    /// An example of the body and its media type, where it takes one.
    pub body: Option<(String, String)>,
    /// What it may answer, by status.
    pub answers: Vec<Answer>,
    /// The call, for a terminal.
    pub curl: String,
}

/// A parameter, or a field of a body.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where a parameter goes: `path`, `query` or `header`.
    pub place: String,
    /// Its type.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it is, in Markdown.
    pub description: String,
    /// The values that are allowed, if they are few.
    pub choices: Vec<String>,
    /// Characters at most.
    pub longest: Option<u64>,
    /// What it is when it is left out.
    pub default: Option<String>,
    /// An example.
    pub example: Option<String>,
}

/// What an endpoint may answer.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The status.
    pub status: String,
    /// What it means, in Markdown.
    pub description: String,
    /// The body, as an example, where it is not an error.
    pub example: Option<String>,
    /// Headers that not every answer has.
    pub headers: Vec<String>,
}

/// The reference, to read.
pub fn show(reference: &Reference) -> impl IntoView + use<> {
    let groups = reference.groups.iter().map(group).collect_view();
    let contents = reference.groups.iter().map(contents).collect_view();
    let (intro, error) = (reference.intro.clone(), reference.error.clone());
    let limits = limits(&reference.headers);
    view! {
        <PublicPage title=t!("docs-title") description=t!("docs-lead") indexed=true>
            <div class="docs docs-reference">
                <div class="stack">
                    <h1>{t!("docs-title")}</h1>
                    <p class="lead">{t!("docs-lead")}</p>
                    {written_in()}
                    <Markdown text=intro lang=WRITTEN_IN/>
                    {tools()}
                </div>
                <nav class="docs-contents" aria-label=t!("docs-contents")>
                    {contents}
                    <div>
                        <strong>{t!("docs-everywhere")}</strong>
                        <ul role="list">
                            <li>
                                <a href="#errors">{t!("docs-errors")}</a>
                            </li>
                            <li>
                                <a href="#limits">{t!("docs-limits")}</a>
                            </li>
                        </ul>
                    </div>
                </nav>
                {groups}
                <section aria-labelledby="errors">
                    <h2 id="errors">{t!("docs-errors")}</h2>
                    <p class="soft">{t!("docs-errors-text")}</p>
                    <CodeBlock title="application/json" code=error plain=true/>
                </section>
                {limits}
            </div>
        </PublicPage>
    }
}

/// Says to those who read another language which one the reference is in.
fn written_in() -> impl IntoView {
    (lang().code() != WRITTEN_IN).then(|| view! { <p class="soft">{t!("docs-written-in")}</p> })
}

/// What else there is for programs.
fn tools() -> impl IntoView + use<> {
    view! {
        <p class="row">
            <a class="button button-primary" href="/docs/try">
                {t!("docs-try")}
            </a>
            <a class="button" href="/docs/webhooks">
                {t!("docs-webhooks")}
            </a>
            <a class="button" href="/openapi.json">
                {t!("docs-openapi")}
            </a>
            <a class="button" href="/sdk/gopi_client.py" download="gopi_client.py">
                {t!("docs-python")}
            </a>
            <a class="button" href="/sdk/gopi-client.mjs" download="gopi-client.mjs">
                {t!("docs-node")}
            </a>
        </p>
    }
}

fn limits(headers: &[(String, String)]) -> impl IntoView + use<> {
    let rows = headers
        .iter()
        .map(|(name, text)| {
            view! {
                <tr>
                    <th scope="row">
                        <code>{name.clone()}</code>
                    </th>
                    <td>
                        <Markdown text=text.clone() lang=WRITTEN_IN/>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let heads = [t!("docs-header"), t!("docs-meaning")];
    table_section(("limits", t!("docs-limits")), &[t!("docs-limits-text")], heads, rows)
}

/// A part of a page, with its id and title, that explains a table of two columns.
fn table_section<R: IntoView + 'static>(
    (id, title): (&'static str, String),
    notes: &[String],
    heads: [String; 2],
    rows: R,
) -> impl IntoView + use<R> {
    let notes =
        notes.iter().map(|note| view! { <p class="soft">{note.clone()}</p> }).collect_view();
    let heads = heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view();
    view! {
        <section aria-labelledby=id>
            <h2 id=id>{title.clone()}</h2>
            {notes}
            <Table label=title>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </section>
    }
}

fn contents(group: &Group) -> impl IntoView + use<> {
    let links = group
        .endpoints
        .iter()
        .map(|e| view! { <li><a href=format!("#{}", e.id) lang=WRITTEN_IN>{e.summary.clone()}</a></li> })
        .collect_view();
    view! {
        <div>
            <strong lang=WRITTEN_IN>{group.name.clone()}</strong>
            <ul role="list">{links}</ul>
        </div>
    }
}

fn group(group: &Group) -> impl IntoView + use<> {
    let id = format!("group-{}", group.name.to_lowercase());
    let labelled_by = id.clone();
    let endpoints = group.endpoints.iter().map(endpoint).collect_view();
    view! {
        <section aria-labelledby=labelled_by>
            <h2 id=id lang=WRITTEN_IN>
                {group.name.clone()}
            </h2>
            <p class="soft" lang=WRITTEN_IN>
                {group.description.clone()}
            </p>
            {endpoints}
        </section>
    }
}
