use std::sync::Arc;

use http::HeaderMap;
use leptos::prelude::*;
use model::{Plan, Role, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

use super::FormState;
use crate::i18n::Lang;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Always light.
    Light,
    /// Always dark.
    Dark,
    /// As the visitor's system says.
    #[default]
    System,
}

impl Theme {
    /// Every theme, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];
    /// The cookie that holds the choice.
    pub const COOKIE: &'static str = "theme";

    /// The spelling in the cookie and the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }

    /// The theme with this spelling.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text)
    }

    /// The theme that a request's cookie names.
    pub fn of(headers: &HeaderMap) -> Self {
        crate::i18n::cookie(headers, Self::COOKIE).and_then(Self::from_text).unwrap_or_default()
    }
}

/// The signed-in person, as far as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Who it is.
    pub id: UserId,
    /// What the person wants to be called; may be empty.
    pub name: String,
    /// The address that the person signs in with.
    pub email: String,
    /// The workspace's plan.
    pub plan: Plan,
    /// What the person may do in it.
    pub role: Role,
    /// Whether the person runs the instance.
    pub operator: bool,
    /// Whether the person must prove the address first.
    pub unverified: bool,
    /// The workspace that is acted on.
    pub workspace: WorkspaceId,
    /// All workspaces of the person, with what they are called.
    pub workspaces: Vec<(WorkspaceId, String)>,
    /// How many active agents the workspace has.
    pub agents: i64,
    /// When the account will be erased, if it will (Unix milliseconds).
    pub deletion_due_ms: Option<i64>,
    /// Whether the person should set up a second factor: whoever runs the instance, and has none.
    pub wants_factor: bool,
}

impl Viewer {
    /// The name, or the address of those who gave none.
    pub fn display_name(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }

    /// One or two letters that stand for the person.
    pub fn initials(&self) -> String {
        let words = self.display_name().split(|c: char| !c.is_alphanumeric());
        words.filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
    }
}

/// What just happened, told once on the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Whether it went well.
    pub good: bool,
    /// One sentence.
    pub text: String,
    /// Whether the plan did not permit it: the plans are then a link away.
    #[serde(default)]
    pub plans: bool,
}

/// What a page knows of its request. In Leptos context while the page renders.
#[derive(Debug, Clone)]
pub struct PageCx {
    /// The language.
    pub lang: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// Where the assets of this build are, such as `/pkg/1f2e3d4c`.
    pub assets: Arc<str>,
    /// Path and query of this page, to come back to.
    pub path: String,
    /// Where the instance is reached, without a slash at the end.
    pub public_url: Arc<str>,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// What just happened.
    pub flash: Option<Flash>,
    /// What a form of this page was refused for.
    pub form: Option<FormState>,
    /// Whether the instance sends mail.
    pub sends_mail: bool,
    /// When the request came (Unix milliseconds).
    pub now_ms: i64,
    /// The zone that times are shown in: the workspace's in the dashboard, UTC elsewhere.
    pub time_zone: service::Zone,
}

impl PageCx {
    /// The context of the page that is being rendered.
    pub fn current() -> Self {
        expect_context()
    }

    /// The instance's host name, as people call it.
    pub fn host(&self) -> &str {
        self.public_url.split_once("://").map_or(&*self.public_url, |(_, host)| host)
    }
}
