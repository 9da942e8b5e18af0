use serde::Serialize;
use service::{ImportResult, RowError};
use utoipa::ToSchema;

/// The form that a file is uploaded with.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what the handler streams")]
pub struct HistoryForm {
    /// Comma-separated values with a header row: `date` (or `due_at`) and `amount`, and if you like `currency`,
    /// `status`, `payment_source`, `is_autonomous` and `reference`, in any order. Up to 50 MB.
    #[schema(value_type = String, content_media_type = "text/csv", example = "date,amount,status\n2026-10-14,12.50,on_time\n")]
    file: String,
}

#[derive(Serialize, ToSchema)]
pub struct Imported {
    /// Rows that are new.
    #[schema(example = 120)]
    pub imported: i64,
    /// Rows that were there already.
    #[schema(example = 3)]
    pub skipped: i64,
    /// Of the new ones, those that count toward the score.
    #[schema(example = 118)]
    pub counted: i64,
}

impl From<ImportResult> for Imported {
    fn from(ImportResult { imported, skipped, counted }: ImportResult) -> Self {
        Self { imported, skipped, counted }
    }
}

/// One mistake in a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrongRow {
    /// The line in the file; the header is 1.
    #[schema(example = 7)]
    pub row: i64,
    #[schema(example = "amount")]
    pub column: Option<String>,
    #[schema(example = "must be greater than 0")]
    pub message: String,
}

impl From<RowError> for WrongRow {
    fn from(error: RowError) -> Self {
        Self { message: error.rule.to_string(), row: error.row, column: error.column }
    }
}
