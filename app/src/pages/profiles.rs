//! What everybody may know of an agent.

use leptos::prelude::*;
use model::CertificateState;
use service::PublicProfile;

use crate::components::{
    CertificateCard, Pill, Tone, certificate_state_label, certificate_tone, framework_label,
};
use crate::i18n::format;
use crate::page::{PageCx, PublicPage};

/// The public profile.
pub fn show(profile: &PublicProfile) -> impl IntoView + use<> {
    let agent = profile.agent.clone();
    let now_ms = PageCx::current().now_ms;
    let stats = agent.stats;
    let state = profile.certificate.as_ref().map(|c| c.state(now_ms));
    let pill = match state {
        Some(state) => (certificate_tone(state), certificate_state_label(state)),
        None => (Tone::Neutral, t!("agents-not-certified")),
    };
    let since = t!(
        "agent-since",
        framework = framework_label(agent.framework),
        date = format::long_date(agent.created_at_ms)
    );
    let sentence = t!("profile-sentence", count = stats.autonomous);
    let card = profile.certificate.clone().map(|certificate| {
        let state = state.unwrap_or(CertificateState::Revoked);
        let name = agent.name.clone();
        view! { <CertificateCard certificate state name sentence/> }
    });
    let self_issued = profile.certificate.as_ref().is_some_and(|c| c.self_issued);
    view! {
        <PublicPage title=agent.name.clone()>
            <div class="profile">
                <div class="split">
                    <div class="stack">
                        <h1>{agent.name}</h1>
                        <div class="row">
                            <code>{agent.gopi_id}</code>
                            <Pill tone=pill.0 label=pill.1/>
                        </div>
                        <p class="soft small">{since}</p>
                        {(!agent.description.is_empty()).then(|| view! { <p>{agent.description}</p> })}
                        <dl class="facts">
                            <dt>{t!("profile-total")}</dt>
                            <dd>{format::number(stats.total)}</dd>
                            <dt>{t!("profile-autonomous")}</dt>
                            <dd>{format::number(stats.autonomous)}</dd>
                            <dt>{t!("profile-on-time")}</dt>
                            <dd>{format::number(stats.on_time)}</dd>
                        </dl>
                        {self_issued.then(|| view! { <p class="soft small">{t!("profile-self-issued")}</p> })}
                        <p class="soft small">{t!("profile-what")}</p>
                    </div>
                    {card}
                </div>
            </div>
        </PublicPage>
    }
}
