//! Server functions: what forms post to, under `/fn/`. Each asks [`Request`] who is there, calls one service method and
//! redirects. They are public endpoints: nothing is guarded but by the first line of each.

mod accounts;
mod agents;
mod api_keys;
mod attempts;
mod certificates;
mod contests;
mod cookies;
mod device;
mod error;
mod factors;
mod legal;
mod members;
mod operator;
mod personal_data;
mod preferences;
mod recovery;
mod registration;
mod request;
mod settings;
mod step_up;
mod time_zone;
mod webhooks;

pub use accounts::{
    PasskeyNext, SESSION_CAME_BY, SESSION_MARK, SecondStep, begin_passkey_log_in, finish_log_in,
    log_in, log_in_with_passkey, log_out,
};
pub use agents::{
    archive_agent, create_agent, create_agents, delete_agent, unarchive_agent, update_agent,
};
pub use api_keys::{create_api_key, revoke_api_key, rotate_api_key};
pub use attempts::{Attempts, ClientIp};
pub use certificates::{issue_certificate, renew_certificate, revoke_certificate};
pub use contests::{answer_contest, create_contest, set_agent_unlisted};
pub use cookies::host_cookie;
pub(crate) use error::{messages, rule_text};
pub use factors::{
    RecoveryCodes, add_passkey, begin_passkey, begin_totp, confirm_totp, make_recovery_codes,
    remove_passkey, remove_totp, rename_passkey,
};
pub use legal::set_legal_text;
pub use members::{
    IssuedLink, accept_invitation, demote_member, hand_over_workspace, invite_member, invite_user,
    leave_workspace, promote_member, remove_member, revoke_invitation, switch_workspace,
};
pub use operator::{
    end_account_sessions, end_everybodys_sessions, set_account_plan, suspend_account,
    unsuspend_account,
};
pub use personal_data::{cancel_deletion, create_export, delete_account};
pub use preferences::{set_language, set_theme};
pub use recovery::{forgot_password, resend_verification, reset_password, verify_email};
pub use registration::{MailedTo, begin_registration, finish_registration, register};
pub use request::{
    FORM_OF, IssuedSecret, KEEP, KEEP_DRAFT, Kept, LOGIN, Request, SECOND_FACTOR, SESSION_DEVICE,
    SESSION_NETWORK, SESSION_PROVED, SESSION_USER, SESSION_WORKSPACE, STEP_UP, keep_draft, peek,
    take,
};
pub use settings::{change_password, revoke_other_sessions, revoke_session, update_profile};
pub use step_up::{Refused, StepUp, Unproved, confirm_identity, keep_step_up, step_up};
pub use time_zone::set_time_zone;
pub use webhooks::{
    EndpointSecret, create_webhook, delete_webhook, disable_webhook, enable_webhook,
    replay_failed_webhooks, replay_webhook, reveal_webhook_secret, rotate_webhook_secret,
    test_webhook, update_webhook,
};
