use app::page::{Flash, FormState, PageCx, Theme, Viewer};
use app::server::{Kept, SECOND_FACTOR, STEP_UP, peek, take};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use leptos::IntoView;
use service::{Actor, Error, Who, Zone};
use tower_sessions::Session;

use crate::assets;
use crate::auth::{MaybeActor, encode};
use crate::state::AppState;

/// A page that is about to be answered: what it knows of its request, and the session.
pub struct Page {
    /// What the view knows.
    pub cx: PageCx,
    /// Who is signed in.
    pub actor: Option<Actor>,
    session: Session,
    /// The time zone of who is signed in.
    zone: Zone,
    /// Asked for before anybody clicked: what is told once must wait for the page that is looked at.
    ahead: bool,
    /// Whether it shows what nobody may find in a cache.
    secret: bool,
}

/// A page of the dashboard: somebody is signed in.
pub struct DashboardPage {
    /// The page.
    pub page: Page,
    /// Who is signed in.
    pub actor: Actor,
}

/// Why there is no page: a ready answer.
pub struct NoPage(Response);

impl IntoResponse for NoPage {
    fn into_response(self) -> Response {
        self.0
    }
}

fn broken(error: impl std::fmt::Display) -> NoPage {
    tracing::error!(%error, "a page could not be prepared");
    NoPage(StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

impl FromRequestParts<AppState> for Page {
    type Rejection = NoPage;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, NoPage> {
        let session = parts.extensions.get::<Session>().cloned();
        let session = session.ok_or_else(|| broken("there is no session layer"))?;
        let MaybeActor(actor) =
            MaybeActor::from_request_parts(parts, state).await.unwrap_or_else(|e| match e {});
        let (viewer, zone) = match &actor {
            Some(actor) => {
                viewer(state, actor).await.map(|(v, zone)| (Some(v), zone)).map_err(broken)?
            }
            None => (None, Zone::default()),
        };
        let cx = PageCx { viewer, ..context(state, &parts.headers, &parts.uri) };
        let ahead = parts.headers.get("purpose").is_some_and(|purpose| purpose == "prefetch");
        let mut page = Self { cx, actor, session, zone, ahead, secret: false };
        if !ahead {
            page.cx.flash = page.take::<Flash>().await?;
            page.cx.form = page.take::<FormState>().await?;
        }
        Ok(page)
    }
}

impl FromRequestParts<AppState> for DashboardPage {
    type Rejection = NoPage;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, NoPage> {
        let mut page = Page::from_request_parts(parts, state).await?;
        // The guard has sent everybody else away; this is the second lock.
        let actor = page.actor.clone().ok_or_else(|| {
            NoPage((StatusCode::FOUND, [(header::LOCATION, "/login")]).into_response())
        })?;
        page.cx.time_zone = page.zone.clone();
        Ok(Self { page, actor })
    }
}

/// What a page knows of a request before anybody asked who sent it.
pub(super) fn context(state: &AppState, headers: &HeaderMap, uri: &Uri) -> PageCx {
    PageCx {
        lang: app::i18n::Lang::of(headers),
        theme: Theme::of(headers),
        assets: assets::folder(),
        path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        public_url: state.public_url.clone(),
        viewer: None,
        flash: None,
        form: None,
        sends_mail: state.services.sends_mail(),
        now_ms: state.services.now_ms(),
        time_zone: Zone::default(),
    }
}

/// A page as an answer.
pub(super) fn html<V: IntoView + 'static>(
    status: StatusCode,
    cx: PageCx,
    view: impl FnOnce() -> V,
) -> Response {
    let vary = (header::VARY, "Accept-Language, Cookie");
    let lang = (header::CONTENT_LANGUAGE, cx.lang.code());
    let headers: [(HeaderName, &str); 2] = [vary, lang];
    (status, headers, Html(app::render(cx, view))).into_response()
}

/// A finished file of comma-separated values; the name holds letters, digits, `-` and `_`.
pub(super) fn csv_file(name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, text).into_response()
}

async fn viewer(state: &AppState, actor: &Actor) -> Result<(Viewer, Zone), Error> {
    let services = &state.services;
    let wants_factor = async {
        // Whoever runs the instance is asked to set one up.
        Ok(actor.operator() && !services.second_factors(actor).await?.any())
    };
    let agents =
        async { if actor.factor_missing { Ok(0) } else { services.count_agents(actor).await } };
    let (me, agents, deletion, wants_factor) = tokio::try_join!(
        services.me(actor),
        agents,
        services.planned_deletion(actor),
        wants_factor
    )?;
    let role = match &actor.who {
        Who::User { role, .. } => *role,
        Who::Key { .. } | Who::Console | Who::System => model::Role::Member,
    };
    let (zone, unverified) = (me.time_zone(), services.verification_required(&me.user));
    let viewer = Viewer {
        id: me.user.id,
        name: me.user.name,
        email: me.user.email,
        plan: me.workspace.plan,
        role,
        operator: me.user.operator,
        unverified,
        workspace: me.workspace.id,
        workspaces: me.workspaces.into_iter().map(|w| (w.id, w.name)).collect(),
        agents,
        deletion_due_ms: deletion.map(|deletion| deletion.due_at_ms),
        wants_factor,
    };
    Ok((viewer, zone))
}

impl Page {
    /// Takes what an earlier request left in the session for this page.
    pub async fn take<T: Kept>(&mut self) -> Result<Option<T>, NoPage> {
        let found = take(&self.session).await.map_err(broken)?;
        self.secret |= T::SECRET && found.is_some();
        Ok(found)
    }

    /// As [`Page::take`], but only for a page that somebody looks at: one that is asked for ahead leaves it there.
    pub async fn take_once_seen<T: Kept>(&mut self) -> Result<Option<T>, NoPage> {
        if self.ahead { Ok(None) } else { self.take().await }
    }

    /// What an earlier request left in the session, which stays there.
    pub async fn peek<T: Kept>(&mut self) -> Result<Option<T>, NoPage> {
        let found = peek(&self.session).await.map_err(broken)?;
        self.secret |= T::SECRET && found.is_some();
        Ok(found)
    }

    /// Leaves something in the session for the form of this page.
    pub async fn keep<T: Kept>(&self, value: &T) -> Result<(), NoPage> {
        self.session.insert(T::KEY, value).await.map_err(broken)
    }

    /// The id of the browser's session, once it has one.
    pub fn session_id(&self) -> Option<String> {
        self.session.id().map(|id| id.to_string())
    }

    /// The page as HTML.
    pub fn html<V: IntoView + 'static>(self, view: impl FnOnce() -> V) -> Response {
        self.html_with(StatusCode::OK, view)
    }

    /// The page as HTML, with a status.
    pub fn html_with<V: IntoView + 'static>(
        self,
        status: StatusCode,
        view: impl FnOnce() -> V,
    ) -> Response {
        let mut response = html(status, self.cx, view);
        if self.secret {
            let cache = HeaderValue::from_static("private, no-store");
            response.headers_mut().insert(header::CACHE_CONTROL, cache);
        } else if self.ahead {
            // `Vary: Cookie` drops it when a form is posted meanwhile: each post changes a cookie.
            let cache = HeaderValue::from_static("private, max-age=10");
            response.headers_mut().insert(header::CACHE_CONTROL, cache);
        }
        response
    }

    /// The page that says what went wrong instead.
    pub fn failed(self, error: Error) -> Response {
        match error {
            Error::NotFound { .. } => {
                self.html_with(StatusCode::NOT_FOUND, app::pages::errors::not_found)
            }
            Error::ProofNeeded => {
                let to = format!("{STEP_UP}?next={}", encode(&self.cx.path));
                (StatusCode::FOUND, [(header::LOCATION, to)]).into_response()
            }
            Error::FactorMissing => {
                (StatusCode::FOUND, [(header::LOCATION, SECOND_FACTOR)]).into_response()
            }
            Error::Forbidden { .. } => {
                self.html_with(StatusCode::FORBIDDEN, app::pages::errors::forbidden)
            }
            // A page has nothing that one types but its address.
            Error::Invalid(_) => {
                self.html_with(StatusCode::BAD_REQUEST, app::pages::errors::refused)
            }
            other => {
                // Without the query: links from mails have their secret there.
                let path = self.cx.path.split('?').next().unwrap_or_default();
                tracing::error!(error = %cause(&other), path, "a page failed");
                self.html_with(StatusCode::INTERNAL_SERVER_ERROR, app::pages::errors::broken)
            }
        }
    }
}

/// What goes to the log: the cause, not the sentence for users.
fn cause(error: &Error) -> String {
    match error {
        Error::Internal(cause) => cause.to_string(),
        other => other.to_string(),
    }
}
