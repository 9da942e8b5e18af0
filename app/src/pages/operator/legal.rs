use leptos::prelude::*;
use service::{LegalPage, LegalText};

use super::{HERE, Part, tabs};
use crate::components::{Banner, Form, PageHead, Pill, Submit, Table, TextArea, Tone};
use crate::i18n::Lang;
use crate::page::{Crumb, DashboardPage, Section};
use crate::pages::legal::{legal_label, privacy_template};

fn lang_name(lang: &str) -> &'static str {
    Lang::from_code(lang).unwrap_or_default().name()
}

fn edit_path(text: &LegalText) -> String {
    format!("{HERE}/legal/{}/{}", text.page.as_str(), text.lang)
}

/// That somebody is missing who answers for the instance.
pub(super) fn missing_note() -> impl IntoView {
    let to = format!("{HERE}/legal");
    view! {
        <Banner tone=Tone::Warn title=t!("operator-legal-missing") text=t!("operator-legal-missing-text")>
            <a class="button button-sm" href=to>
                {t!("operator-legal-write")}
            </a>
        </Banner>
    }
}

/// Which legal texts there are.
pub fn legal_texts(texts: Vec<LegalText>) -> impl IntoView {
    let missing = LegalPage::ALL
        .into_iter()
        .any(|page| texts.iter().filter(|text| text.page == page).all(|text| text.text.is_empty()));
    let rows = texts.into_iter().map(row).collect_view();
    view! {
        <DashboardPage title=t!("nav-operator") section=Section::Operator>
            <PageHead title=t!("nav-operator") lead=t!("operator-legal-lead")/>
            {tabs(Part::Legal)}
            {missing
                .then(|| {
                    view! {
                        <Banner
                            tone=Tone::Warn
                            title=t!("operator-legal-missing")
                            text=t!("operator-legal-missing-text")
                        />
                    }
                })}
            <Table label=t!("operator-legal")>
                <thead>
                    <tr>
                        <th scope="col">{t!("operator-legal-page")}</th>
                        <th scope="col">{t!("shell-language")}</th>
                        <th scope="col">{t!("operator-state")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </DashboardPage>
    }
}

fn row(text: LegalText) -> impl IntoView {
    let state = if text.text.is_empty() {
        view! { <Pill tone=Tone::Warn label=t!("operator-legal-empty")/> }
    } else {
        view! { <Pill tone=Tone::Good label=t!("operator-legal-published")/> }
    };
    let label =
        t!("operator-legal-edit", page = legal_label(text.page), lang = lang_name(text.lang));
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link" href=edit_path(&text) aria-label=label>
                    {legal_label(text.page)}
                </a>
            </th>
            <td>{lang_name(text.lang)}</td>
            <td>{state}</td>
        </tr>
    }
}

/// The form for one legal text. An empty privacy text begins with what the software itself keeps.
pub fn legal_text(text: LegalText) -> impl IntoView {
    let title = format!("{} – {}", legal_label(text.page), lang_name(text.lang));
    let crumbs = vec![
        Crumb::new(t!("nav-operator"), HERE),
        Crumb::new(t!("operator-legal"), format!("{HERE}/legal")),
    ];
    let template = match text.page {
        LegalPage::Privacy if text.text.is_empty() => {
            Some(privacy_template(Lang::from_code(text.lang).unwrap_or_default()))
        }
        _ => None,
    };
    let lead = match text.page {
        LegalPage::Imprint => t!("operator-imprint-lead"),
        LegalPage::Privacy => t!("operator-privacy-lead"),
    };
    let value = template.map_or(text.text, str::to_owned);
    let public = format!("/{}", text.page.as_str());
    view! {
        <DashboardPage title=title.clone() section=Section::Operator crumbs>
            <PageHead title lead>
                <a class="button" href=public>
                    {t!("operator-legal-view")}
                </a>
            </PageHead>
            {template
                .is_some()
                .then(|| {
                    view! { <Banner tone=Tone::Info text=t!("operator-legal-template")/> }
                })}
            <Form name="set_legal_text" class="form wide-form mt-5">
                <input type="hidden" name="page" value=text.page.as_str()/>
                <input type="hidden" name="lang" value=text.lang/>
                <TextArea
                    name="text"
                    label=t!("operator-legal-text")
                    value=value
                    hint=t!("operator-legal-hint")
                    optional=true
                    rows=24
                />
                <Submit label=t!("operator-legal-publish")/>
            </Form>
        </DashboardPage>
    }
}
