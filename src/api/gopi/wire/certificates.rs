use model::Certificate;
use model::score::BreakdownLine;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::schema;
use crate::api::format_time;

#[derive(Serialize, ToSchema)]
pub struct AgentCertificate {
    #[schema(example = "crt_01kcmwpe4r0000000000000000")]
    pub certificate_id: String,
    #[schema(schema_with = schema::certificate_state)]
    pub state: &'static str,
    #[schema(schema_with = schema::score)]
    pub score: u8,
    #[schema(schema_with = schema::grade)]
    pub grade: &'static str,
    #[schema(schema_with = schema::confidence)]
    pub confidence: &'static str,
    #[schema(schema_with = schema::time)]
    pub issued_at: String,
    #[schema(schema_with = schema::time)]
    pub valid_until: String,
}

impl AgentCertificate {
    pub fn new(c: &Certificate, now_ms: i64) -> Self {
        Self {
            state: c.state(now_ms).as_str(),
            certificate_id: c.id.to_string(),
            score: c.score,
            grade: c.grade.as_str(),
            confidence: c.confidence.as_str(),
            issued_at: format_time(c.issued_at_ms),
            valid_until: format_time(c.valid_until_ms),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Certified {
    #[schema(example = "crt_01kcmwpe4r0000000000000000")]
    pub certificate_id: String,
    #[schema(example = "gopi_lch_4f9a21c7")]
    pub gopi_id: String,
    #[schema(schema_with = schema::score)]
    pub score: u8,
    #[schema(schema_with = schema::grade)]
    pub grade: &'static str,
    #[schema(schema_with = schema::confidence)]
    pub confidence: &'static str,
    #[schema(schema_with = schema::time)]
    pub issued_at: String,
    #[schema(schema_with = schema::time)]
    pub valid_until: String,
    /// Whether the operator vouches for an agent of their own.
    pub self_issued: bool,
    /// What the score is made of; the points add up to it.
    pub factors: Vec<Factor>,
    /// The signed form, a compact JWS, for `/.well-known/jwks.json` to verify.
    #[schema(example = "eyJhbGciOiJFZERTQSIsInR5cCI6Li4uIn0.eyJpc3MiOi4uLn0.c2lnbmVk")]
    pub credential: String,
}

/// One line of the score's breakdown.
#[derive(Serialize, ToSchema)]
pub struct Factor {
    #[schema(schema_with = schema::line)]
    pub line: &'static str,
    #[schema(example = 12.4)]
    pub points: f64,
}

impl From<BreakdownLine> for Factor {
    fn from(line: BreakdownLine) -> Self {
        Self { line: line.line.as_str(), points: line.points }
    }
}

impl From<Certificate> for Certified {
    fn from(c: Certificate) -> Self {
        Self {
            certificate_id: c.id.to_string(),
            gopi_id: c.gopi_id,
            score: c.score,
            grade: c.grade.as_str(),
            confidence: c.confidence.as_str(),
            issued_at: format_time(c.issued_at_ms),
            valid_until: format_time(c.valid_until_ms),
            self_issued: c.self_issued,
            factors: c.breakdown.into_iter().map(Into::into).collect(),
            credential: c.credential,
        }
    }
}
