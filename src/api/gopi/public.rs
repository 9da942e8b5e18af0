//! What needs no account: profile and badge.

use axum::Json as Answer;
use axum::extract::{RawQuery, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use axum::response::{IntoResponse, Response};
use model::badge::{self, DEFAULT_LABEL, Message, Style};
use model::{CertificateState, Visibility};
use service::{Actor, Error, PublicProfile};

use super::{ApiError, Caller, Id, wire};
use crate::api::etag::Tagged;
use crate::auth::signed_in_by_cookie;
use crate::state::AppState;

const SVG: &str = "image/svg+xml; charset=utf-8";
const JSON: &str = "application/json";
const PRIVATE: &str = "private, no-store";
const PROFILE: &str = "public, max-age=60";
/// Image proxies keep what they were told; a badge that says nothing yet must not stick.
const BADGE: &str = "public, max-age=300, s-maxage=300, stale-while-revalidate=600";
const BADGE_UNSETTLED: &str = "public, max-age=60";

/// Whoever asks, if they say who they are: a private agent shows itself to its own workspace only.
async fn viewer(state: &AppState, headers: &HeaderMap, extensions: &Extensions) -> Option<Actor> {
    if headers.contains_key("x-api-key") || headers.contains_key(header::AUTHORIZATION) {
        return Caller::read(state, headers, extensions).await.ok().map(|Caller(actor)| actor);
    }
    signed_in_by_cookie(state, headers).await
}

fn cache_control(profile: &PublicProfile, public: &'static str) -> &'static str {
    if profile.agent.visibility == Visibility::Private { PRIVATE } else { public }
}

/// Show a trust profile
///
/// Nothing in it tells of the owner. A private agent looks unknown.
#[utoipa::path(
    get,
    path = "/v1/public/{id}",
    operation_id = "show_profile",
    tag = "Public",
    params(wire::ProfilePath),
    responses((status = 200, description = "The profile; `certificate` is null unless it is valid", body = wire::Profile))
)]
pub async fn show(
    State(state): State<AppState>,
    Id(id): Id,
    request: Parts,
) -> Result<Response, ApiError> {
    let viewer = viewer(&state, &request.headers, &request.extensions).await;
    let profile = state.services.public_profile(&id, viewer.as_ref()).await?;
    let body = wire::Profile::new(&profile, &state.public_url, state.services.now_ms());
    let headers = [
        (header::CACHE_CONTROL, cache_control(&profile, PROFILE)),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((headers, Answer(body)).into_response())
}

/// Show a trust badge
///
/// Grade and score as an SVG picture.
#[utoipa::path(
    get,
    path = "/v1/public/{id}/badge.svg",
    operation_id = "show_badge",
    tag = "Public",
    params(wire::ProfilePath, wire::BadgeQuery, wire::KnownVersion),
    responses((status = 200, description = "The badge; an unknown id has a grey one", body = String, content_type = "image/svg+xml", headers(("ETag" = String, description = "The version, for `If-None-Match`"))), (status = 304, description = "Not changed since the `ETag` that was sent"))
)]
pub async fn badge(
    State(state): State<AppState>,
    Id(id): Id,
    RawQuery(query): RawQuery,
    request: Parts,
) -> Result<Response, ApiError> {
    let (message, cache) = says(&state, &id, &request).await?;
    let (style, label) = look(query.as_deref().unwrap_or_default());
    let badge = state.badges.get(style, label.as_deref(), message);
    Ok(badge.answer((SVG, cache), &request.headers))
}

/// shields asks for this much at least.
const CACHE_SECONDS: u32 = 300;

/// Show a trust badge for shields.io
///
/// The same in the form of shields' endpoint badge: `https://img.shields.io/endpoint?url=...` draws it.
#[utoipa::path(
    get,
    path = "/v1/public/{id}/badge.json",
    operation_id = "show_endpoint_badge",
    tag = "Public",
    params(wire::ProfilePath, wire::LabelQuery, wire::KnownVersion),
    responses((status = 200, description = "What the badge says; an unknown id has one too", body = wire::EndpointBadge, headers(("ETag" = String, description = "The version, for `If-None-Match`"))), (status = 304, description = "Not changed since the `ETag` that was sent"))
)]
pub async fn badge_json(
    State(state): State<AppState>,
    Id(id): Id,
    RawQuery(query): RawQuery,
    request: Parts,
) -> Result<Response, ApiError> {
    let (message, cache) = says(&state, &id, &request).await?;
    let (_, label) = look(query.as_deref().unwrap_or_default());
    let endpoint = wire::EndpointBadge {
        schema_version: 1,
        label: badge::clean_label(label.as_deref().unwrap_or(DEFAULT_LABEL)),
        message: message.text(),
        color: message.color(),
        cache_seconds: CACHE_SECONDS,
    };
    let body = serde_json::to_string(&endpoint).map_err(Error::internal)?;
    Ok(Tagged::new(body).answer((JSON, cache), &request.headers))
}

/// What an agent's badge says, and how long that may be kept. Unknown, deleted and private agents look the same.
async fn says(
    state: &AppState,
    id: &str,
    request: &Parts,
) -> Result<(Message, &'static str), ApiError> {
    let viewer = viewer(state, &request.headers, &request.extensions).await;
    match state.services.public_profile(id, viewer.as_ref()).await {
        Ok(profile) => {
            let message = message(&profile, state.services.now_ms());
            let certified = matches!(message, Message::Certified { .. });
            let public = if certified { BADGE } else { BADGE_UNSETTLED };
            Ok((message, cache_control(&profile, public)))
        }
        Err(Error::NotFound { .. }) => Ok((Message::NotFound, BADGE_UNSETTLED)),
        Err(error) => Err(error.into()),
    }
}

fn message(profile: &PublicProfile, now_ms: i64) -> Message {
    match &profile.certificate {
        None => Message::NotCertified,
        Some(certificate) => match certificate.state(now_ms) {
            CertificateState::Valid => {
                Message::Certified { grade: certificate.grade, score: certificate.score }
            }
            CertificateState::Expired => Message::Expired,
            CertificateState::Suspended => Message::Suspended,
            CertificateState::Superseded | CertificateState::Revoked => Message::NotCertified,
        },
    }
}

/// Style and label from the query; what is not known looks like the default, because an error would be a broken image.
fn look(query: &str) -> (Style, Option<String>) {
    let mut look = (Style::Flat, None);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "style" => look.0 = value.parse().unwrap_or(Style::Flat),
            "label" => look.1 = Some(decode(value)),
            _ => {}
        }
    }
    look
}

/// Percent-decodes a query value; bytes that are no UTF-8 become replacement characters.
fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|h| std::str::from_utf8(h).ok());
        match (first, hex.and_then(|h| u8::from_str_radix(h, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
