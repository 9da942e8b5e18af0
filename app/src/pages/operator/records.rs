use leptos::prelude::*;
use service::Records;

use super::{HERE, Part, tabs};
use crate::components::{Markdown, PageHead};
use crate::i18n::{Lang, lang};
use crate::page::{DashboardPage, Section};

/// The records of processing and the measures, in Markdown and the reader's language, filled in from how the instance is
/// set.
pub fn records_text(records: &Records, lang: Lang) -> String {
    let template = match lang {
        Lang::En => include_str!("../../../../locales/en/records.md"),
        Lang::De => include_str!("../../../../locales/de/records.md"),
    };
    let imprint = match records.imprint.trim() {
        "" => t!("records-no-imprint"),
        text => text.to_owned(),
    };
    let tls = if records.public_url.starts_with("https://") {
        t!("records-tls")
    } else {
        t!("records-no-tls")
    };
    template
        .replace("{instance}", &records.public_url)
        .replace("{version}", records.version)
        .replace("{engine}", records.engine)
        .replace("{tls}", &tls)
        .replace("{audit_days}", &records.retention.audit_days.to_string())
        .replace("{address_days}", &records.retention.address_days.to_string())
        .replace("{contest_days}", &records.retention.contest_days.to_string())
        // Last: it is somebody's own text.
        .replace("{imprint}", &imprint)
}

/// The records of processing and the measures.
pub fn records(records: Records) -> impl IntoView {
    let (text, lang) = (records_text(&records, lang()), lang().code());
    view! {
        <DashboardPage title=t!("nav-operator") section=Section::Operator>
            <PageHead title=t!("nav-operator") lead=t!("records-lead")>
                <a class="button" href=format!("{HERE}/records.md") download="">
                    {t!("records-download")}
                </a>
            </PageHead>
            {tabs(Part::Records)}
            <div class="document records" tabindex="0" role="region" aria-label=t!("records-title")>
                <Markdown text lang/>
            </div>
        </DashboardPage>
    }
}
