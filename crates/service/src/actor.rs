use model::{
    AgentId, ApiKeyId, Permission, Permissions, Plan, Role, UserId, Workspace, WorkspaceId,
};

use crate::{Error, security_log};

pub(crate) const A_PERSON: &str = "a signed-in person, not an API key";

/// Who is asking, for which workspace, how that is known and what it permits. First argument of every use case.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The person or key.
    pub who: Who,
    /// The workspace that is acted on; nothing outside it can be reached.
    pub workspace_id: WorkspaceId,
    /// The workspace's plan when the request was authenticated.
    pub plan: Plan,
    /// How the caller proved who it is.
    pub via: Via,
    /// When the person behind a browser's session last gave the password or a factor (Unix milliseconds); `None` for
    /// everybody else, and where that is not known.
    pub proved_at_ms: Option<i64>,
    /// Whether the person must have a second factor and has none: nothing is open but to set one up.
    pub factor_missing: bool,
}

/// A person or an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A person, with the role in the workspace.
    User {
        /// The person.
        id: UserId,
        /// What the membership permits.
        role: Role,
        /// Whether the person runs the instance.
        operator: bool,
    },
    /// An API key.
    Key {
        /// The key.
        id: ApiKeyId,
        /// What the key permits.
        permissions: Permissions,
        /// The one agent that it can act for; `None` for all of its workspace.
        agent: Option<AgentId>,
    },
    /// The command line of the server.
    Console,
    /// The instance itself, at its own times.
    System,
}

/// How a caller proved who it is; kept with every audit entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A browser session.
    Session,
    /// A signed token.
    Token,
    /// An API key.
    ApiKey,
    /// `surety admin`.
    Console,
    /// A worker of the instance.
    System,
}

impl Via {
    /// The spelling in the audit trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Token => "token",
            Self::ApiKey => "api_key",
            Self::Console => "console",
            Self::System => "system",
        }
    }
}

/// Something that not every caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// Read everything of the workspace.
    Read,
    /// Record payments and issue certificates.
    Write,
    /// Create, change and delete agents.
    ManageAgents,
    /// Create and revoke API keys.
    ManageKeys,
    /// Create, change, test and delete webhook endpoints, and send again.
    ManageWebhooks,
    /// Change what holds for the whole workspace.
    ManageWorkspace,
    /// Invite people, change their roles and take them out.
    ManageMembers,
    /// Take everything along, and hand the workspace over.
    Own,
}

impl Capability {
    /// What it takes: the least role of a person, and the permission of a key (`None`: no key may). The one place where
    /// that stands.
    const fn takes(self) -> (Role, Option<Permission>) {
        match self {
            Self::Read => (Role::Member, Some(Permission::Read)),
            Self::Write => (Role::Member, Some(Permission::Write)),
            Self::ManageAgents => (Role::Member, Some(Permission::Manage)),
            Self::ManageKeys | Self::ManageWebhooks | Self::ManageWorkspace => {
                (Role::Admin, Some(Permission::Manage))
            }
            Self::ManageMembers => (Role::Admin, None),
            Self::Own => (Role::Owner, None),
        }
    }

    /// Whether a key that is held to one agent may not: it must not make itself a freer one.
    fn for_all_agents(self) -> bool {
        self.takes().0 > Role::Member
    }
}

impl Actor {
    /// Whoever types on the machine itself, for a workspace.
    pub(crate) fn console(workspace: &Workspace) -> Self {
        Self {
            who: Who::Console,
            workspace_id: workspace.id.clone(),
            plan: workspace.plan,
            via: Via::Console,
            proved_at_ms: None,
            factor_missing: false,
        }
    }

    /// Whether the caller may do this.
    pub fn may(&self, capability: Capability) -> bool {
        let (least, permission) = capability.takes();
        match &self.who {
            Who::User { role, .. } => *role >= least && !self.factor_missing,
            Who::Key { permissions, .. } => permission.is_some_and(|p| permissions.has(p)),
            Who::Console | Who::System => true,
        }
    }

    /// Refuses with [`Error::Forbidden`] what the caller may not do.
    pub fn require(&self, capability: Capability) -> Result<(), Error> {
        if self.may(capability) {
            return if capability.for_all_agents() { self.require_all_agents() } else { Ok(()) };
        }
        self.require_set_up()?;
        let needed = match (&self.who, capability.takes()) {
            (Who::Key { .. }, (_, Some(permission))) => format!("the permission \"{permission}\""),
            (Who::Key { .. }, (_, None)) => A_PERSON.to_owned(),
            (_, (Role::Owner, _)) => "the role owner".to_owned(),
            (_, _) => "the role admin or owner".to_owned(),
        };
        Err(self.forbidden(needed))
    }

    /// The refusal of what takes more than the caller has.
    pub(crate) fn forbidden(&self, needed: impl Into<String>) -> Error {
        let needed = needed.into();
        security_log::forbidden(self.audit_id(), &needed);
        Error::Forbidden { needed }
    }

    /// The one agent that the caller is held to, if it is. Every other one looks unknown to it.
    pub fn only_agent(&self) -> Option<&AgentId> {
        match &self.who {
            Who::Key { agent, .. } => agent.as_ref(),
            Who::User { .. } | Who::Console | Who::System => None,
        }
    }

    /// Whether the caller can see this agent of its workspace.
    pub fn sees(&self, agent: &AgentId) -> bool {
        self.only_agent().is_none_or(|only| only == agent) && !self.factor_missing
    }

    /// Refuses a caller that is held to one agent.
    pub fn require_all_agents(&self) -> Result<(), Error> {
        match self.only_agent() {
            None => Ok(()),
            Some(_) => Err(self.forbidden("an API key for all agents")),
        }
    }

    /// The person, where the caller is one.
    pub fn user_id(&self) -> Option<&UserId> {
        match &self.who {
            Who::User { id, .. } => Some(id),
            Who::Key { .. } | Who::Console | Who::System => None,
        }
    }

    /// The person; refuses keys with [`Error::Forbidden`].
    pub(crate) fn require_person(&self) -> Result<&UserId, Error> {
        self.require_set_up()?;
        self.require_anybody()
    }

    /// Refuses with [`Error::FactorMissing`] whoever has yet to set up a second factor.
    pub(crate) fn require_set_up(&self) -> Result<(), Error> {
        if self.factor_missing { Err(Error::FactorMissing) } else { Ok(()) }
    }

    /// Whether the caller is a person who runs the instance.
    pub fn operator(&self) -> bool {
        matches!(self.who, Who::User { operator: true, .. })
    }

    /// What the audit trail says of the caller: who, and how that is known.
    pub(crate) fn audited(&self) -> (&str, &str) {
        (self.audit_id(), self.via.as_str())
    }

    pub(crate) fn audit_id(&self) -> &str {
        match &self.who {
            Who::User { id, .. } => id.as_str(),
            Who::Key { id, .. } => id.as_str(),
            Who::Console => "console",
            Who::System => "system",
        }
    }
}
