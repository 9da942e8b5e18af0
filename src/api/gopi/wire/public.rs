use model::CertificateState;
use serde::Serialize;
use service::PublicProfile;
use utoipa::{IntoParams, ToSchema};

use super::super::schema;
use super::{PaymentStats, badge_url};
use crate::api::format_time;

/// Whose profile or badge a path is about.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes what `Id` reads")]
pub struct ProfilePath {
    /// The agent, by its `gopi_id` or `external_id`.
    #[param(example = "gopi_lch_4f9a21c7")]
    id: String,
}

/// What a badge looks like. What is not known looks like the default, because an error would be a broken image.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the handler reads from the raw query")]
pub struct BadgeQuery {
    /// `flat`, `flat-square`, `plastic`, `for-the-badge` or `social`; anything else looks like `flat`.
    #[param(value_type = String, required = false, example = "flat-square")]
    style: Option<String>,
    /// The text on the left.
    #[param(value_type = String, required = false, example = "trust")]
    label: Option<String>,
}

/// What a badge says.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the handler reads from the raw query")]
pub struct LabelQuery {
    /// The text on the left.
    #[param(value_type = String, required = false, example = "trust")]
    label: Option<String>,
}

/// Which version of a badge is known already.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes what the handler reads from the headers")]
pub struct KnownVersion {
    /// The `ETag` of the badge that you have; 304 where it is still that one.
    #[param(rename = "If-None-Match", value_type = String, required = false)]
    if_none_match: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Profile {
    #[schema(example = "gopi_lch_4f9a21c7")]
    pub gopi_id: String,
    #[schema(example = "My Finance Bot")]
    pub name: String,
    /// `null` unless it is valid.
    pub certificate: Option<ProfileCertificate>,
    pub payment_stats: PaymentStats,
    #[schema(example = "https://trust.example.com/v1/public/gopi_lch_4f9a21c7/badge.svg")]
    pub badge_url: String,
}

#[derive(Serialize, ToSchema)]
pub struct ProfileCertificate {
    #[schema(schema_with = schema::score)]
    pub score: u8,
    #[schema(schema_with = schema::grade)]
    pub grade: &'static str,
    #[schema(schema_with = schema::confidence)]
    pub confidence: &'static str,
    #[schema(schema_with = schema::time)]
    pub valid_until: String,
}

impl Profile {
    pub fn new(profile: &PublicProfile, public_url: &str, now_ms: i64) -> Self {
        let valid =
            profile.certificate.as_ref().filter(|c| c.state(now_ms) == CertificateState::Valid);
        Self {
            gopi_id: profile.agent.gopi_id.clone(),
            name: profile.agent.name.clone(),
            certificate: valid.map(|c| ProfileCertificate {
                score: c.score,
                grade: c.grade.as_str(),
                confidence: c.confidence.as_str(),
                valid_until: format_time(c.valid_until_ms),
            }),
            payment_stats: profile.agent.stats.into(),
            badge_url: badge_url(public_url, &profile.agent.gopi_id),
        }
    }
}

/// A badge as the endpoint badge of shields.io reads it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndpointBadge {
    #[schema(example = 1)]
    pub schema_version: u8,
    #[schema(example = "trust")]
    pub label: String,
    #[schema(example = "B 87")]
    pub message: String,
    #[schema(example = "#0b6e4f")]
    pub color: &'static str,
    #[schema(example = 300)]
    pub cache_seconds: u32,
}
