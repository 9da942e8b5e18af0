//! What a row of a file says, and what is wrong with it.

use std::fmt;

use model::{
    AgentId, Amount, Currency, Direction, Payment, PaymentId, PaymentSource, PaymentStatus, Rail,
};
use serde::{Deserialize, Serialize};
use store::imports::StagedRow;

use super::csv::Record;
use crate::payments::{END_OF_TIME_MS, FUTURE_MINUTES};
use crate::secrets::sha256_hex;
use crate::{Error, Rule, parse_time, text};

/// Something wrong with a row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// The line in the file; the header is 1.
    pub row: i64,
    /// The column, where it is one column's fault.
    pub column: Option<String>,
    /// What is wrong; in English, the end of the sentence that the column's name begins.
    pub rule: RowRule,
}

/// A rule that a row can break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowRule {
    /// A value is missing.
    Required,
    /// The header lacks a column that every file needs.
    MissingColumn,
    /// The header has a column twice.
    DuplicateColumn,
    /// The file has no header.
    Empty,
    /// The file has a header and nothing else.
    NoRows,
    /// The row has another number of fields than the header.
    Fields {
        /// What it has.
        found: i64,
        /// What the header has.
        expected: i64,
    },
    /// It is not UTF-8.
    NotText,
    /// It is longer than any row: a quote is not closed.
    OpenQuote,
    /// It is not an ISO 8601 date.
    NotADate,
    /// It lies outside of the years 1970 to 9999.
    OutOfRange,
    /// It lies more than this many minutes in the future.
    InFuture(i64),
    /// It is not a decimal number.
    NotANumber,
    /// It is zero or less.
    NotPositive,
    /// It is more than 1000000000.
    TooLarge,
    /// It has more than 6 decimals.
    TooManyDecimals,
    /// It is no currency we know.
    UnknownCurrency,
    /// It is none of these, separated by commas.
    OneOf(String),
    /// It has more characters than this.
    TooLong(i64),
    /// It holds control characters.
    ControlCharacters,
    /// An earlier row has the same reference and other content.
    OtherContent,
}

impl fmt::Display for RowRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("is required"),
            Self::MissingColumn => f.write_str("is missing in the header"),
            Self::DuplicateColumn => f.write_str("stands twice in the header"),
            Self::Empty => f.write_str("the file is empty; the first row names the columns"),
            Self::NoRows => f.write_str("the file has no rows below its header"),
            Self::Fields { found, expected } => {
                write!(f, "the row has {found} fields, and the header has {expected}")
            }
            Self::NotText => f.write_str("is not UTF-8"),
            Self::OpenQuote => f.write_str("the row does not end; a quote may not be closed"),
            Self::NotADate => {
                f.write_str("must be an ISO 8601 date such as 2026-10-14 or 2026-10-14T11:52:00Z")
            }
            Self::OutOfRange => Rule::OutOfRange.fmt(f),
            Self::InFuture(minutes) => Rule::InFuture(*minutes).fmt(f),
            Self::NotANumber => model::AmountError::NotANumber.fmt(f),
            Self::NotPositive => model::AmountError::NotPositive.fmt(f),
            Self::TooLarge => model::AmountError::TooLarge.fmt(f),
            Self::TooManyDecimals => model::AmountError::TooManyDecimals.fmt(f),
            Self::UnknownCurrency => Rule::UnknownCurrency.fmt(f),
            Self::OneOf(allowed) => write!(f, "must be one of {allowed}"),
            Self::TooLong(max) => write!(f, "must have at most {max} characters"),
            Self::ControlCharacters => Rule::ControlCharacters.fmt(f),
            Self::OtherContent => f.write_str("stands in an earlier row with other content"),
        }
    }
}

impl From<model::AmountError> for RowRule {
    fn from(error: model::AmountError) -> Self {
        match error {
            model::AmountError::NotANumber => Self::NotANumber,
            model::AmountError::NotPositive => Self::NotPositive,
            model::AmountError::TooLarge => Self::TooLarge,
            model::AmountError::TooManyDecimals => Self::TooManyDecimals,
        }
    }
}

/// The columns that are read, by the names that a header gives them.
const COLUMNS: [&str; 10] = [
    "date",
    "due_at",
    "amount",
    "currency",
    "status",
    "payment_source",
    "is_autonomous",
    "reference",
    "direction",
    "counterparty",
];

/// Where the columns stand in a file.
pub(super) struct Header {
    places: [Option<usize>; COLUMNS.len()],
    fields: usize,
}

impl Header {
    /// Reads the first row. Columns that are not ours are left alone.
    pub fn read(record: &Record<'_>) -> Result<Self, Vec<RowError>> {
        let mut header = Self { places: [None; COLUMNS.len()], fields: record.len() };
        let mut errors = Vec::new();
        let mut wrong = |column: &str, rule| {
            errors.push(RowError { row: record.line, column: Some(column.to_owned()), rule });
        };
        for at in 0..record.len() {
            let name = record.field(at).unwrap_or_default().trim_start_matches('\u{feff}');
            let name = name.trim().trim_matches('"').to_ascii_lowercase();
            let Some(column) = COLUMNS.iter().position(|c| *c == name) else { continue };
            if header.places[column].replace(at).is_some() {
                wrong(COLUMNS[column], RowRule::DuplicateColumn);
            }
        }
        if header.place("date").or(header.place("due_at")).is_none() {
            wrong("date", RowRule::MissingColumn);
        }
        if header.place("amount").is_none() {
            wrong("amount", RowRule::MissingColumn);
        }
        if errors.is_empty() { Ok(header) } else { Err(errors) }
    }

    fn place(&self, column: &str) -> Option<usize> {
        COLUMNS.iter().position(|c| *c == column).and_then(|at| self.places[at])
    }

    /// Reads a row; every column's fault is listed.
    pub fn row(&self, record: &Record<'_>, now_ms: i64) -> Result<Row, Vec<RowError>> {
        if record.len() != self.fields {
            let count = |n| i64::try_from(n).unwrap_or(i64::MAX);
            let (found, expected) = (count(record.len()), count(self.fields));
            let rule = RowRule::Fields { found, expected };
            return Err(vec![RowError { row: record.line, column: None, rule }]);
        }
        let mut cells = Cells { header: self, record, errors: Vec::new() };
        let row = cells.row(now_ms);
        match row {
            Some(row) if cells.errors.is_empty() => Ok(row),
            _ => Err(cells.errors),
        }
    }
}

/// The cells of one row, and what was wrong with those that were read.
struct Cells<'a> {
    header: &'a Header,
    record: &'a Record<'a>,
    errors: Vec<RowError>,
}

impl<'a> Cells<'a> {
    fn row(&mut self, now_ms: i64) -> Option<Row> {
        let due_at_ms = self.time("due_at");
        let date = self.time("date");
        let happened_at_ms = date.or(due_at_ms);
        match happened_at_ms {
            None if self.errors.is_empty() => self.wrong("date", RowRule::Required),
            Some(at) if at > now_ms + FUTURE_MINUTES * 60_000 => {
                let column = if date.is_some() { "date" } else { "due_at" };
                self.wrong(column, RowRule::InFuture(FUTURE_MINUTES));
            }
            _ => {}
        }
        let amount = match self.text("amount") {
            None => {
                if !self.errors.iter().any(|e| e.column.as_deref() == Some("amount")) {
                    self.wrong("amount", RowRule::Required);
                }
                None
            }
            Some(text) => self.checked("amount", Amount::micros_from_decimal(text)),
        };
        let currency = match self.text("currency") {
            None => Some(Currency::EUR),
            Some(code) => self.checked(
                "currency",
                code.parse::<Currency>().map_err(|_| RowRule::UnknownCurrency),
            ),
        };
        let status = self.one_of("status", PaymentStatus::Paid, PaymentStatus::ALL);
        let source = self.one_of("payment_source", PaymentSource::AgentWallet, PaymentSource::ALL);
        let direction = self.one_of("direction", Direction::Sent, Direction::ALL);
        let autonomous = match self.text("is_autonomous").map(str::to_ascii_lowercase).as_deref() {
            None | Some("true" | "1" | "yes") => true,
            Some("false" | "0" | "no") => false,
            Some(_) => {
                self.wrong("is_autonomous", RowRule::OneOf("true, false".to_owned()));
                true
            }
        };
        let reference = self.limited("reference", text::MAX_REFERENCE);
        let counterparty = self.limited("counterparty", text::MAX_ID);
        Some(Row {
            micros: amount?,
            currency: currency?,
            status,
            source,
            autonomous,
            direction,
            counterparty,
            reference,
            happened_at_ms: happened_at_ms?,
            due_at_ms,
        })
    }

    fn wrong(&mut self, column: &str, rule: RowRule) {
        let column = Some(column.to_owned());
        self.errors.push(RowError { row: self.record.line, column, rule });
    }

    fn checked<T, E: Into<RowRule>>(&mut self, column: &str, read: Result<T, E>) -> Option<T> {
        read.map_err(|error| self.wrong(column, error.into())).ok()
    }

    /// The text of a cell; nothing when it is empty, or when the file has no such column.
    fn text(&mut self, column: &str) -> Option<&'a str> {
        let at = self.header.place(column)?;
        match self.record.field(at) {
            Some("") => None,
            Some(text) => Some(text),
            None => {
                self.wrong(column, RowRule::NotText);
                None
            }
        }
    }

    fn time(&mut self, column: &str) -> Option<i64> {
        let text = self.text(column)?;
        let read = parse_time(text).ok_or(RowRule::NotADate);
        let at = self.checked(column, read)?;
        let inside = (0..END_OF_TIME_MS).contains(&at);
        self.checked(column, if inside { Ok(at) } else { Err(RowRule::OutOfRange) })
    }

    fn one_of<T: std::str::FromStr + Copy + fmt::Display>(
        &mut self,
        column: &str,
        default: T,
        all: &[T],
    ) -> T {
        let Some(text) = self.text(column) else { return default };
        text.to_ascii_lowercase().parse().unwrap_or_else(|_| {
            let allowed: Vec<_> = all.iter().map(T::to_string).collect();
            self.wrong(column, RowRule::OneOf(allowed.join(", ")));
            default
        })
    }

    fn limited(&mut self, column: &'static str, max: usize) -> Option<String> {
        let text = self.text(column)?;
        match text::optional(column, Some(text), max) {
            Ok(text) => text,
            Err(error) => {
                let long = matches!(
                    &error,
                    Error::Invalid(all) if all.iter().any(|e| matches!(e.rule, Rule::TooLong(_)))
                );
                let max = i64::try_from(max).unwrap_or(i64::MAX);
                let rule = if long { RowRule::TooLong(max) } else { RowRule::ControlCharacters };
                self.wrong(column, rule);
                None
            }
        }
    }
}

/// A good row, as it waits to be published. The names are short because millions of them may wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    #[serde(rename = "m")]
    micros: i64,
    #[serde(rename = "c")]
    currency: Currency,
    #[serde(rename = "s")]
    status: PaymentStatus,
    #[serde(rename = "p")]
    source: PaymentSource,
    #[serde(rename = "a")]
    autonomous: bool,
    #[serde(rename = "d")]
    direction: Direction,
    #[serde(rename = "w", skip_serializing_if = "Option::is_none", default)]
    pub(super) counterparty: Option<String>,
    #[serde(skip)]
    reference: Option<String>,
    #[serde(rename = "h")]
    happened_at_ms: i64,
    #[serde(rename = "u", skip_serializing_if = "Option::is_none", default)]
    due_at_ms: Option<i64>,
}

impl Row {
    /// The row as it waits.
    pub fn stage(self, line: i64) -> Result<StagedRow, Error> {
        let payment = serde_json::to_string(&self).map_err(Error::internal)?;
        // 128 bits: two rows that differ are never taken for the same. The time before them keeps rows that a file holds
        // in order near each other in the index, which otherwise touches a page for each row.
        let mut content = format!("{:012x}", self.happened_at_ms);
        content.push_str(&sha256_hex(&[payment.as_bytes()]));
        content.truncate(12 + 32);
        Ok(StagedRow { line, reference: self.reference, content, payment })
    }

    /// The row that waited.
    pub fn of_staged(staged: &StagedRow) -> Result<Self, Error> {
        let row: Self = serde_json::from_str(&staged.payment).map_err(Error::internal)?;
        Ok(Self { reference: staged.reference.clone(), ..row })
    }

    /// The payment that it speaks of.
    pub fn into_payment(self, agent_id: AgentId, external_id: String) -> Payment {
        Payment {
            // Id, time of recording and self-payment are decided when it is written.
            id: PaymentId::from_stored(String::new()),
            recorded_at_ms: 0,
            self_payment: false,
            agent_id,
            agent_external_id: external_id,
            direction: self.direction,
            rail: Rail::Tracked,
            status: self.status,
            amount: Amount { micros: self.micros, currency: self.currency },
            source: self.source,
            autonomous: self.autonomous,
            counterparty: self.counterparty,
            reference: self.reference,
            happened_at_ms: self.happened_at_ms,
            due_at_ms: self.due_at_ms,
        }
    }
}
