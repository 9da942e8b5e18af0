//! Proving anew who one is, before what cannot be taken back.

use leptos::prelude::*;

use super::factors::{PasskeyButton, SCRIPT};
use crate::components::{FieldError, PageHead};
use crate::page::{DashboardPage, PageCx};
use crate::server::{Refused, StepUp};

/// What the proof is asked for, as it stands behind "You want to". Never what was sent: only words of ours.
fn action(step: &StepUp) -> Option<String> {
    Some(match step.form.as_str() {
        "create_api_key" => t!("confirm-create-api-key"),
        "rotate_api_key" => t!("confirm-rotate-api-key"),
        "begin_totp" => t!("confirm-set-up-app"),
        "remove_totp" => t!("confirm-remove-app"),
        "begin_passkey" => t!("confirm-add-passkey"),
        "remove_passkey" => t!("confirm-remove-passkey"),
        "make_recovery_codes" => t!("confirm-recovery-codes"),
        "change_password" => t!("confirm-change-password"),
        "revoke_session" => t!("confirm-end-session"),
        "revoke_other_sessions" => t!("confirm-end-sessions"),
        "update_profile" => t!("confirm-change-profile"),
        "invite_member" | "invite_user" => t!("confirm-invite"),
        "promote_member" | "demote_member" => t!("confirm-change-role"),
        "remove_member" => t!("confirm-remove-member"),
        "hand_over_workspace" => t!("confirm-hand-over"),
        "set_account_plan" => t!("confirm-change-plan"),
        "suspend_account" => t!("confirm-suspend"),
        "end_account_sessions" => t!("confirm-end-account-sessions"),
        "end_everybodys_sessions" => t!("confirm-end-everybodys-sessions"),
        "create_webhook" => t!("confirm-create-webhook"),
        "update_webhook" => t!("confirm-change-webhook"),
        "rotate_webhook_secret" => t!("confirm-rotate-webhook"),
        "reveal_webhook_secret" => t!("confirm-reveal-webhook"),
        "create_export" => t!("confirm-create-export"),
        "delete_account" => t!("confirm-delete-account"),
        "confirm_identity" => return page(step),
        _ => return None,
    })
}

/// The same, of a page that asks for a proof, or that a form too long to keep is filled in on again.
fn page(step: &StepUp) -> Option<String> {
    let (_, path) = step.fields.iter().find(|(name, _)| name == "next")?;
    let part = path.strip_prefix("/dashboard/")?;
    if part.starts_with("settings/data/exports/") {
        return Some(t!("confirm-open-export"));
    }
    let title = match part.split(['/', '?', '#']).next()? {
        "api-keys" => t!("nav-api-keys"),
        "webhooks" => t!("nav-webhooks"),
        "operator" => t!("nav-operator"),
        "settings" => t!("nav-settings"),
        _ => return None,
    };
    Some(t!("confirm-page", title = title))
}

/// Asks for a proof and sends the form that waits for it along: a factor where there is one, with the question about a
/// passkey in `challenge`, and the password otherwise.
pub fn show(step: StepUp, factor: bool, challenge: Option<String>) -> impl IntoView {
    let email = PageCx::current().viewer.map(|viewer| viewer.email);
    let script = challenge.as_ref().and(SCRIPT);
    let wait = match step.refused {
        Some(Refused::Wait(seconds)) => {
            Some(t!("factors-confirm-wait", minutes = seconds.div_ceil(60)))
        }
        Some(Refused::Passkey) => Some(t!("rule-wrong-passkey")),
        _ => None,
    };
    let wrong = |of: Refused, text: fn() -> String| (step.refused == Some(of)).then(text);
    let wrong_password = wrong(Refused::Password, || t!("rule-mismatch"));
    let wrong_code = wrong(Refused::Code, || t!("rule-wrong-code"));
    let action = action(&step).map(|action| t!("confirm-action", action = action));
    let hidden = step.fields.into_iter().map(|(name, value)| {
        view! { <input type="hidden" name=name value=value/> }
    });
    let hidden = hidden.collect_view();
    let with_passkey = challenge.is_some().then(|| {
        view! { <PasskeyButton label=t!("accounts-use-passkey") name="step_up_passkey"/> }
    });
    let field = if factor {
        // Neither a code nor a passkey was given.
        let none = wrong_password.map(|_| t!("rule-required"));
        let label = t!("factors-confirm-code");
        let code = proof_field("step_up_code", label, "one-time-code", wrong_code.or(none));
        // By this field whoever takes the form tells that there is a proof in it.
        view! { <input type="hidden" name="step_up_password" value=""/> {code} }.into_any()
    } else {
        let label = t!("factors-confirm-password");
        proof_field("step_up_password", label, "current-password", wrong_password).into_any()
    };
    view! {
        <DashboardPage title=t!("factors-confirm") section=None script>
            <PageHead title=t!("factors-confirm") lead=t!("factors-confirm-text")/>
            <form
                class="form measure"
                method="post"
                action=format!("/fn/{}", step.form)
                novalidate
                data-passkey=challenge
            >
                {hidden}
                {action.map(|text| view! { <p>{text}</p> })}
                // For password managers: whose password is asked for.
                <input type="hidden" name="username" value=email autocomplete="username"/>
                {wait.map(|text| view! { <p class="error" role="alert">{text}</p> })}
                {field}
                <div class="submit">
                    <button class="button button-primary" type="submit">
                        {t!("factors-confirm-go")}
                    </button>
                </div>
                {with_passkey}
            </form>
        </DashboardPage>
    }
}

fn proof_field(
    name: &'static str,
    label: String,
    autocomplete: &'static str,
    wrong: Option<String>,
) -> impl IntoView {
    let error_id = format!("{name}-error");
    let kind = if autocomplete == "current-password" { "password" } else { "text" };
    let invalid = wrong.is_some().then_some("true");
    let described_by = wrong.is_some().then(|| error_id.clone());
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                class="input"
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                autofocus=wrong.is_some()
                aria-invalid=invalid
                aria-describedby=described_by
            />
            {wrong.map(|text| view! { <FieldError id=error_id text/> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn in_english(step: &StepUp) -> Option<String> {
        let owner = Owner::new();
        owner.with(|| {
            provide_context(Lang::En);
            action(step)
        })
    }

    #[test]
    fn a_page_is_called_by_its_name_and_never_by_its_address() {
        let of = |path| in_english(&StepUp::page(path));
        let export = of("/dashboard/settings/data/exports/exp_1");
        assert_eq!(export.as_deref(), Some("download the archive of your data"));
        assert_eq!(of("/dashboard/api-keys/key_1?x=y").as_deref(), Some("go on to “API keys”"));
        assert_eq!(of("/dashboard/<b>x"), None);
        assert_eq!(of("//evil.example"), None);
    }
}
