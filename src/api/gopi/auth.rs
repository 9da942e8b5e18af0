use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use service::NewUser;

use super::{ApiError, Caller, Json, wire};
use crate::client_address::{ClientAddress, client};
use crate::state::AppState;

/// Register
///
/// Makes an account with a workspace, a token and a first API key with the permissions `read` and `write`. Where
/// `verification_required` is true, a mail with a link went to the address; until it is opened, no certificates are issued
/// and nobody is invited. An instance can ask for an invitation (403 `REGISTRATION_CLOSED`).
#[utoipa::path(
    post,
    path = "/v1/auth/register",
    operation_id = "register",
    tag = "Account",
    request_body = wire::Register,
    responses((status = 201, description = "The account, its token and its first API key, which is shown only here", body = wire::Registered))
)]
pub async fn register(
    State(state): State<AppState>,
    address: ClientAddress,
    headers: HeaderMap,
    Json { value: body, .. }: Json<wire::Register>,
) -> Result<(StatusCode, Answer<wire::Registered>), ApiError> {
    state.limits.check_account(address.0, body.email.as_deref().unwrap_or_default())?;
    let new = NewUser {
        email: body.email.unwrap_or_default(),
        password: body.password.unwrap_or_default(),
        name: body.name.unwrap_or_default(),
        operator_token: body.operator_token,
        invitation: body.invitation,
        lang: app::i18n::Lang::of(&headers).code().to_owned(),
    };
    let (registered, token) =
        state.services.register_with_token(new, &client(address, &headers)).await?;
    let verification_required = state.services.verification_required(&registered.user);
    let answer = wire::Registered {
        user_id: registered.user.id.to_string(),
        email: registered.user.email,
        plan: registered.workspace.plan.as_str(),
        api_key: registered.key.secret,
        token: token.token,
        verification_required,
    };
    Ok((StatusCode::CREATED, Answer(answer)))
}

/// Log in
///
/// Checks e-mail address and password and signs a token for `Authorization: Bearer`. Whoever has a second factor sends
/// a code of the app, or a recovery code, as `totp`; without it the answer is 401 `TOTP_REQUIRED`. An instance can ask
/// for a second factor: whoever has none then sets one up in a browser first (403 `SECOND_FACTOR_REQUIRED`). After a
/// few wrong passwords the account is shut for a while (429 `TOO_MANY_ATTEMPTS`), longer each time, whether or not
/// there is one.
#[utoipa::path(
    post,
    path = "/v1/auth/login",
    operation_id = "log_in",
    tag = "Account",
    request_body = wire::Login,
    responses((status = 200, description = "A token for an hour", body = wire::LoggedIn), (status = 401, description = "E-mail address, password or code is wrong, or a code is needed (`TOTP_REQUIRED`)", body = wire::Problem), (status = 403, description = "A second factor has to be set up first (`SECOND_FACTOR_REQUIRED`)", body = wire::Problem))
)]
pub async fn login(
    State(state): State<AppState>,
    address: ClientAddress,
    headers: HeaderMap,
    Json { value: body, .. }: Json<wire::Login>,
) -> Result<Answer<wire::LoggedIn>, ApiError> {
    let (email, password) = (body.email.unwrap_or_default(), body.password.unwrap_or_default());
    state.limits.check_account(address.0, &email)?;
    let client = client(address, &headers);
    let token = state
        .services
        .log_in_with_token((&email, &password), body.totp.as_deref(), (address.0, &client))
        .await?;
    Ok(Answer(wire::LoggedIn {
        token: token.token,
        token_type: "bearer",
        expires_in: token.expires_in,
    }))
}

/// Verify an e-mail address
///
/// Takes the token of the link that was mailed to the address. It works once, for three days.
#[utoipa::path(
    post,
    path = "/v1/auth/verify",
    operation_id = "verify_email",
    tag = "Account",
    request_body = wire::Verify,
    responses((status = 200, description = "The address is verified", body = wire::Verified))
)]
pub async fn verify(
    State(state): State<AppState>,
    Json { value: body, .. }: Json<wire::Verify>,
) -> Result<Answer<wire::Verified>, ApiError> {
    state.services.verify_email(&body.token.unwrap_or_default()).await?;
    Ok(Answer(wire::Verified { verified: true }))
}

/// Show the account
///
/// Keys are stored hashed: `api_key` shows the first characters only.
#[utoipa::path(
    get,
    path = "/v1/auth/me",
    operation_id = "show_account",
    tag = "Account",
    security(("token" = [])),
    responses((status = 200, description = "The account and its API keys, masked", body = wire::Account))
)]
pub async fn me(
    State(state): State<AppState>,
    Caller(actor): Caller,
) -> Result<Answer<wire::Account>, ApiError> {
    Ok(Answer(state.services.me(&actor).await?.into()))
}
