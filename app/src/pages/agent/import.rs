use leptos::prelude::*;
use model::AmountError;
use serde::{Deserialize, Serialize};
use service::{AgentDetail, ImportError, ImportResult, RowError, RowRule, Rule};

use super::{Part, frame};
use crate::components::{Banner, SectionHead, Table, Tone};
use crate::islands::{ImportForm, ImportTexts};
use crate::server::{Kept, messages, rule_text};

/// What became of an uploaded file, kept in the session for the page that follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// The file's name.
    pub file: String,
    /// What was imported, if it was.
    pub result: Option<ImportResult>,
    /// What is wrong with its rows.
    pub errors: Vec<RowError>,
    /// What else stood in the way, in the reader's language.
    pub message: Option<String>,
}

impl Kept for ImportReport {
    const KEY: &'static str = "import";
}

impl ImportReport {
    /// The report on a file of this name.
    pub fn new(file: String, outcome: Result<ImportResult, ImportError>) -> Self {
        let mut report = Self { file, result: None, errors: Vec::new(), message: None };
        match outcome {
            Ok(result) => report.result = Some(result),
            Err(ImportError::Rows(errors)) => report.errors = errors,
            Err(ImportError::TooLarge) => report.message = Some(t!("imports-too-large")),
            Err(ImportError::Incomplete) => report.message = Some(t!("imports-incomplete")),
            Err(ImportError::WrongName) => report.message = Some(t!("imports-wrong-name")),
            Err(ImportError::Refused(service::Error::Conflict { .. })) => {
                report.message = Some(t!("imports-running"));
            }
            Err(ImportError::Refused(error)) => {
                report.message = messages(error).into_iter().map(|(_, text)| text).next();
            }
        }
        report
    }
}

/// The agent's import: the form, what became of the last file, and what a file holds.
pub fn import(detail: AgentDetail, report: Option<ImportReport>) -> impl IntoView {
    let agent = detail.agent;
    let action = format!("/dashboard/agents/{}/import", agent.id);
    let payments = format!("/dashboard/payments?agent={}", agent.id);
    let texts = ImportTexts {
        file: t!("imports-file"),
        drop: t!("imports-drop"),
        limit: t!("imports-limit"),
        start: t!("imports-start"),
        preview: t!("imports-preview"),
        uploading: t!("imports-uploading"),
        checking: t!("imports-checking"),
        publishing: t!("imports-publishing"),
        failed: t!("imports-failed"),
    };
    let body = view! {
        <section aria-labelledby="h-import">
            <SectionHead id="h-import" title=t!("imports-title") lead=t!("imports-lead")/>
            <div class="stack">
                {report.map(|report| outcome(report, payments))} <ImportForm action texts/>
            </div>
        </section>
        <section class="section" aria-labelledby="h-format">
            <SectionHead id="h-format" title=t!("imports-format") lead=t!("imports-format-text")/>
            {columns()}
        </section>
    };
    frame(agent, Part::Import, None, body)
}

fn outcome(report: ImportReport, payments: String) -> impl IntoView {
    let ImportReport { file, result, errors, message } = report;
    if let Some(done) = result {
        let title = t!("imports-done", imported = done.imported, file = file);
        let text = t!("imports-done-text", counted = done.counted, skipped = done.skipped);
        return view! {
            <Banner tone=Tone::Good title text alert=true>
                <a class="button button-sm" href=payments>
                    {t!("imports-to-payments")}
                </a>
            </Banner>
        }
        .into_any();
    }
    let count = i64::try_from(errors.len()).unwrap_or(i64::MAX);
    let text = match message {
        Some(text) => text,
        None if count >= 100 => t!("imports-refused-many", count = count),
        None => t!("imports-refused-text", count = count),
    };
    let table = (!errors.is_empty()).then(|| error_table(errors));
    view! {
        <Banner tone=Tone::Bad title=t!("imports-refused", file = file) text alert=true/>
        {table}
    }
    .into_any()
}

fn error_table(errors: Vec<RowError>) -> impl IntoView {
    let rows = errors
        .into_iter()
        .map(|error| {
            let column = match error.column {
                Some(column) => view! { <code>{column}</code> }.into_any(),
                None => t!("imports-all-columns").into_any(),
            };
            view! {
                <tr>
                    <th scope="row" class="num fit">
                        {error.row}
                    </th>
                    <td class="fit">{column}</td>
                    <td>{row_text(&error.rule)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label=t!("imports-errors")>
            <thead>
                <tr>
                    <th scope="col" class="num">
                        {t!("imports-row")}
                    </th>
                    <th scope="col">{t!("imports-column")}</th>
                    <th scope="col">{t!("imports-error")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

fn row_text(rule: &RowRule) -> String {
    match rule {
        RowRule::Required => rule_text(&Rule::Required),
        RowRule::MissingColumn => t!("row-missing-column"),
        RowRule::DuplicateColumn => t!("row-duplicate-column"),
        RowRule::Empty => t!("row-empty"),
        RowRule::NoRows => t!("row-no-rows"),
        RowRule::Fields { found, expected } => {
            t!("row-fields", found = *found, expected = *expected)
        }
        RowRule::NotText => t!("row-not-text"),
        RowRule::OpenQuote => t!("row-open-quote"),
        RowRule::NotADate => t!("row-not-a-date"),
        RowRule::OutOfRange => rule_text(&Rule::OutOfRange),
        RowRule::InFuture(minutes) => rule_text(&Rule::InFuture(*minutes)),
        RowRule::NotANumber => rule_text(&Rule::Amount(AmountError::NotANumber)),
        RowRule::NotPositive => rule_text(&Rule::Amount(AmountError::NotPositive)),
        RowRule::TooLarge => rule_text(&Rule::Amount(AmountError::TooLarge)),
        RowRule::TooManyDecimals => rule_text(&Rule::Amount(AmountError::TooManyDecimals)),
        RowRule::UnknownCurrency => rule_text(&Rule::UnknownCurrency),
        RowRule::OneOf(allowed) => t!("row-one-of", allowed = allowed.as_str()),
        RowRule::TooLong(max) => rule_text(&Rule::TooLong(usize::try_from(*max).unwrap_or(0))),
        RowRule::ControlCharacters => rule_text(&Rule::ControlCharacters),
        RowRule::OtherContent => t!("row-other-content"),
    }
}

fn columns() -> impl IntoView {
    let rows = [
        ("date", t!("imports-date")),
        ("amount", t!("imports-amount")),
        ("due_at", t!("imports-due")),
        ("currency", t!("imports-currency")),
        ("status", t!("imports-status")),
        ("payment_source", t!("imports-source")),
        ("is_autonomous", t!("imports-autonomous")),
        ("reference", t!("imports-reference")),
        ("direction", t!("imports-direction")),
        ("counterparty", t!("imports-counterparty")),
    ]
    .map(|(column, meaning)| {
        view! {
            <tr>
                <th scope="row" class="fit">
                    <code>{column}</code>
                </th>
                <td>{meaning}</td>
            </tr>
        }
    });
    view! {
        <Table label=t!("imports-format")>
            <thead>
                <tr>
                    <th scope="col">{t!("imports-column")}</th>
                    <th scope="col">{t!("imports-meaning")}</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().collect_view()}</tbody>
        </Table>
    }
}
