//! What mails say, in the language of their readers: plain text, and the same with its link as a button.

use leptos::prelude::*;
use model::DisabledReason;
use service::{Letter, MailText, SignInChange};

use crate::i18n::{Lang, format, with_lang};

/// A mail before it is laid out.
struct Draft {
    subject: String,
    paragraphs: Vec<String>,
    /// What the link does, and where it leads.
    link: Option<(String, String)>,
    /// Why one gets the mail, or what to do if one did not ask for it.
    foot: String,
}

/// Words a letter for a reader of this language; links lead to the instance at `public_url`.
pub fn render(letter: &Letter, lang: &str, public_url: &str) -> MailText {
    let lang = Lang::from_code(lang).unwrap_or_default();
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    with_lang(lang, || {
        let draft = draft(letter, host, public_url);
        MailText {
            // A name with a line break must not become a header.
            subject: draft.subject.replace(char::is_control, " "),
            plain: plain(&draft),
            html: html(lang, draft),
        }
    })
}

fn draft(letter: &Letter, host: &str, base: &str) -> Draft {
    match letter {
        Letter::VerifyEmail { secret } => Draft {
            subject: t!("mail-verify-subject", host = host),
            paragraphs: vec![t!("mail-verify-text", host = host)],
            link: Some((t!("mail-verify-link"), format!("{base}/verify?token={secret}"))),
            foot: t!("mail-not-asked"),
        },
        Letter::ResetPassword { secret } => Draft {
            subject: t!("mail-reset-subject", host = host),
            paragraphs: vec![t!("mail-reset-text", host = host)],
            link: Some((t!("mail-reset-link"), format!("{base}/reset-password?token={secret}"))),
            foot: t!("mail-reset-not-asked"),
        },
        Letter::PasswordWasReset => Draft {
            subject: t!("mail-was-reset-subject", host = host),
            paragraphs: vec![t!("mail-was-reset-text", host = host)],
            link: Some((t!("mail-was-reset-link"), format!("{base}/forgot-password"))),
            foot: t!("mail-was-reset-not-you"),
        },
        Letter::SignInChanged { change } => Draft {
            subject: t!("mail-changed-subject", host = host),
            paragraphs: vec![changed(*change, host)],
            link: Some((t!("mail-changed-link"), format!("{base}/forgot-password"))),
            foot: t!("mail-was-reset-not-you"),
        },
        Letter::FinishRegistration { secret } => Draft {
            subject: t!("mail-finish-subject", host = host),
            paragraphs: vec![t!("mail-finish-text", host = host)],
            link: Some((t!("mail-finish-link"), format!("{base}/register/finish?token={secret}"))),
            foot: t!("mail-finish-not-asked"),
        },
        Letter::AlreadyRegistered => Draft {
            subject: t!("mail-already-subject", host = host),
            paragraphs: vec![t!("mail-already-text", host = host), t!("mail-already-forgotten")],
            link: Some((t!("accounts-sign-in"), format!("{base}/login"))),
            foot: t!("mail-already-not-you"),
        },
        Letter::Invitation { secret, workspace, inviter } => invitation(
            (inviter.as_str(), workspace.as_deref()),
            format!("{base}/invite?token={secret}"),
            host,
        ),
        Letter::CertificateExpiring { certificate_id, agent, days_left, valid_until_ms } => Draft {
            subject: t!("mail-expiring-subject", agent = agent.as_str(), days = *days_left),
            paragraphs: vec![t!(
                "mail-expiring-text",
                agent = agent.as_str(),
                date = format::long_date(*valid_until_ms)
            )],
            link: Some((
                t!("mail-expiring-link"),
                format!("{base}/dashboard/certificates/{certificate_id}"),
            )),
            foot: t!("mail-why-owner", host = host),
        },
        Letter::ScoreContested { contest_id, agent } => Draft {
            subject: t!("mail-contested-subject", agent = agent.as_str()),
            paragraphs: vec![t!("mail-contested-text", agent = agent.as_str())],
            link: Some((
                t!("mail-contested-link"),
                format!("{base}/dashboard/contests/{contest_id}"),
            )),
            foot: t!("mail-why-contest", host = host),
        },
        Letter::WebhookOff { endpoint_id, url, reason } => Draft {
            subject: t!("mail-webhook-subject"),
            paragraphs: vec![
                t!("mail-webhook-text", url = url.as_str()),
                match reason {
                    DisabledReason::Gone => t!("mail-webhook-gone"),
                    _ => t!("mail-webhook-failing"),
                },
            ],
            link: Some((
                t!("mail-webhook-link"),
                format!("{base}/dashboard/webhooks/{endpoint_id}"),
            )),
            foot: t!("mail-why-owner", host = host),
        },
    }
}

fn changed(change: SignInChange, host: &str) -> String {
    match change {
        SignInChange::Password => t!("mail-changed-password", host = host),
        SignInChange::AppAdded => t!("mail-changed-app-added", host = host),
        SignInChange::AppRemoved => t!("mail-changed-app-removed", host = host),
        SignInChange::PasskeyAdded => t!("mail-changed-passkey-added", host = host),
        SignInChange::PasskeyRemoved => t!("mail-changed-passkey-removed", host = host),
        SignInChange::CodesMade => t!("mail-changed-codes-made", host = host),
        SignInChange::FactorsRemoved => t!("mail-changed-factors-removed", host = host),
    }
}

fn invitation((inviter, workspace): (&str, Option<&str>), link: String, host: &str) -> Draft {
    let (subject, text, label) = match workspace {
        Some(workspace) => (
            t!("mail-invite-subject", workspace = workspace),
            t!("mail-invite-text", inviter = inviter, workspace = workspace, host = host),
            t!("mail-invite-link"),
        ),
        None => (
            t!("mail-invite-account-subject", host = host),
            t!("mail-invite-account-text", inviter = inviter, host = host),
            t!("mail-invite-account-link"),
        ),
    };
    let foot = t!("mail-invite-not-known");
    Draft { subject, paragraphs: vec![text], link: Some((label, link)), foot }
}

fn plain(draft: &Draft) -> String {
    let link = draft.link.as_ref().map(|(label, href)| format!("{label}:\n{href}"));
    let parts = draft.paragraphs.iter().cloned().chain(link);
    let parts: Vec<_> = parts.chain([format!("-- \n{}", draft.foot)]).collect();
    format!("{}\n", parts.join("\n\n"))
}

fn html(lang: Lang, draft: Draft) -> String {
    let paragraphs = draft
        .paragraphs
        .into_iter()
        .map(|text| view! { <p style="margin:0 0 16px">{text}</p> })
        .collect_view();
    let link = draft.link.map(|(label, href)| {
        view! {
            <p style="margin:24px 0">
                <a
                    href=href.clone()
                    style="display:inline-block;padding:10px 18px;border-radius:6px;background:#0b5c4a;color:#ffffff;text-decoration:none"
                >
                    {label}
                </a>
            </p>
            <p style="margin:0 0 16px;font-size:13px;color:#57606a;overflow-wrap:anywhere">{href}</p>
        }
    });
    let page = view! {
        <html lang=lang.code()>
            <head>
                <meta charset="utf-8"/>
                <title>{draft.subject}</title>
            </head>
            <body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1f2328;background:#ffffff">
                <div style="max-width:36rem">
                    {paragraphs} {link}
                    <p style="margin:24px 0 0;font-size:13px;color:#57606a">{draft.foot}</p>
                </div>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://trust.example.com";

    #[test]
    fn a_mail_says_the_same_twice_in_its_readers_language() {
        let letter = Letter::ResetPassword { secret: "abc".to_owned() };
        let (en, de) = (render(&letter, "en", URL), render(&letter, "de", URL));
        for mail in [&en, &de] {
            let link = "https://trust.example.com/reset-password?token=abc";
            assert!(mail.plain.contains(link) && mail.html.contains(link), "{mail:?}");
            assert!(mail.subject.contains("trust.example.com"), "{mail:?}");
        }
        assert!(en.html.contains("<html lang=\"en\">") && de.html.contains("<html lang=\"de\">"));
        assert!(en.subject.contains("password") && de.subject.contains("Passwort"));
    }

    #[test]
    fn what_others_typed_stays_text() {
        let letter = Letter::Invitation {
            secret: "abc".to_owned(),
            workspace: Some("<b>Evil</b>\r\nBcc: x@example.com".to_owned()),
            inviter: "Mara <script>".to_owned(),
        };
        let mail = render(&letter, "en", URL);
        assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
        assert!(!mail.html.contains("<b>") && !mail.html.contains("<script"), "{}", mail.html);
        assert!(mail.plain.contains("<b>Evil</b>"));
    }

    #[test]
    fn every_letter_is_worded_in_both_languages() {
        let text = |text: &str| text.to_owned();
        let letters = [
            Letter::VerifyEmail { secret: text("s") },
            Letter::PasswordWasReset,
            Letter::SignInChanged { change: SignInChange::Password },
            Letter::SignInChanged { change: SignInChange::AppAdded },
            Letter::SignInChanged { change: SignInChange::AppRemoved },
            Letter::SignInChanged { change: SignInChange::PasskeyAdded },
            Letter::SignInChanged { change: SignInChange::PasskeyRemoved },
            Letter::SignInChanged { change: SignInChange::CodesMade },
            Letter::SignInChanged { change: SignInChange::FactorsRemoved },
            Letter::FinishRegistration { secret: text("s") },
            Letter::AlreadyRegistered,
            Letter::Invitation { secret: text("s"), workspace: None, inviter: text("Mara") },
            Letter::CertificateExpiring {
                certificate_id: text("crt_1"),
                agent: text("Bot"),
                days_left: 3,
                valid_until_ms: 1_791_979_920_000,
            },
            Letter::ScoreContested { contest_id: text("cts_1"), agent: text("Bot") },
            Letter::WebhookOff {
                endpoint_id: text("whk_1"),
                url: text("https://example.com"),
                reason: DisabledReason::Failing,
            },
        ];
        for letter in &letters {
            let (en, de) = (render(letter, "en", URL), render(letter, "de", URL));
            assert_ne!(en.subject, de.subject, "{letter:?}");
            for mail in [en, de] {
                assert!(!mail.plain.contains("mail-"), "a key without a text: {}", mail.plain);
            }
        }
    }
}
