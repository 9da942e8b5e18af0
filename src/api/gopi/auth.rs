use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use service::NewUser;

use super::{ApiError, Caller, Json, wire};
use crate::state::AppState;

pub async fn register(
    State(state): State<AppState>,
    Json { value: body, .. }: Json<wire::Register>,
) -> Result<(StatusCode, Answer<wire::Registered>), ApiError> {
    let new = NewUser {
        email: body.email.unwrap_or_default(),
        password: body.password.unwrap_or_default(),
        name: body.name.unwrap_or_default(),
        operator_token: body.operator_token,
    };
    let (registered, token) = state.services.register_with_token(new).await?;
    let answer = wire::Registered {
        user_id: registered.user.id.to_string(),
        email: registered.user.email,
        plan: registered.workspace.plan.as_str(),
        api_key: registered.key.secret,
        token: token.token,
        verification_required: false,
    };
    Ok((StatusCode::CREATED, Answer(answer)))
}

pub async fn login(
    State(state): State<AppState>,
    Json { value: body, .. }: Json<wire::Login>,
) -> Result<Answer<wire::LoggedIn>, ApiError> {
    let (email, password) = (body.email.unwrap_or_default(), body.password.unwrap_or_default());
    let token = state.services.log_in_with_token(&email, &password).await?;
    Ok(Answer(wire::LoggedIn {
        token: token.token,
        token_type: "bearer",
        expires_in: token.expires_in,
    }))
}

pub async fn me(
    State(state): State<AppState>,
    Caller(actor): Caller,
) -> Result<Answer<wire::Account>, ApiError> {
    Ok(Answer(state.services.me(&actor).await?.into()))
}
