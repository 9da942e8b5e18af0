//! What everybody may know of an agent.

use leptos::prelude::*;
use model::badge::{Style, image_url};
use model::{Certificate, CertificateState};
use service::PublicProfile;

use crate::components::{
    CodeBlock, Dial, Glyph, Icon, Pill, ScoreCell, Table, Time, Tone, Waterfall,
    certificate_state_label, certificate_tone, framework_label,
};
use crate::i18n::format;
use crate::page::{PageCx, PublicPage};

/// The public profile. `certificates` are the agent's, newest first.
pub fn show(profile: &PublicProfile, certificates: Vec<Certificate>) -> impl IntoView + use<> {
    let agent = profile.agent.clone();
    let cx = PageCx::current();
    let (now_ms, newest) = (cx.now_ms, profile.certificate.clone());
    let state = newest.as_ref().map(|c| c.state(now_ms));
    let pill = match (state, &newest) {
        (Some(CertificateState::Valid), Some(c)) => {
            (Tone::Good, t!("profile-certified", date = format::long_date(c.valid_until_ms)))
        }
        (Some(state), _) => (certificate_tone(state), certificate_state_label(state)),
        (None, _) => (Tone::Neutral, t!("agents-not-certified")),
    };
    let since = t!(
        "agent-since",
        framework = framework_label(agent.framework),
        date = format::long_date(agent.created_at_ms)
    );
    let badge = image_url("", &agent.gopi_id, Style::Flat, model::badge::DEFAULT_LABEL);
    let to_certificate = newest.as_ref().map(|c| {
        view! {
            <a class="button" href=format!("/c/{}", c.id)>
                <Icon of=Glyph::CERTIFICATE/>
                {t!("profile-see-certificate")}
            </a>
        }
    });
    // A score that is not vouched for now is not shown as if it were.
    let valid = newest.filter(|_| state == Some(CertificateState::Valid));
    let dial = valid.as_ref().map(|c| {
        view! { <Dial id="profile-dial" score=c.score grade=c.grade confidence=c.confidence/> }
    });
    let contest = format!("/a/{}/contest", agent.gopi_id);
    let self_issued = certificates.first().is_some_and(|c| c.self_issued);
    let alt = t!("badge-alt", name = agent.name.as_str());
    let about = t!("profile-about", name = agent.name.as_str());
    view! {
        <PublicPage title=agent.name.clone() description=about indexed=!profile.unlisted>
            <div class="profile">
                <div class="split split-aside">
                    <div class="stack">
                        <div class="row">
                            <Pill tone=pill.0 label=pill.1/>
                        </div>
                        <h1>{agent.name.clone()}</h1>
                        {(!agent.description.is_empty())
                            .then(|| view! { <p class="lead">{agent.description.clone()}</p> })}
                        <div class="row">
                            <code>{agent.gopi_id.clone()}</code>
                            <span class="muted small">{since}</span>
                        </div>
                        <div class="row">{to_certificate} <img src=badge alt=alt.clone()/></div>
                    </div>
                    {dial}
                </div>
            </div>
            {figures(agent.stats)}
            {valid.map(|c| breakdown(&c))}
            {(!certificates.is_empty()).then(|| history(certificates, now_ms))}
            {badge_code(&cx, &agent.gopi_id, &alt)}
            <p class="muted small mt-5">
                {self_issued.then(|| format!("{} ", t!("profile-self-issued")))}
                {t!("profile-what")} " " {t!("contest-not-alone")} " "
                <a href=contest>{t!("contest-title")}</a>
            </p>
        </PublicPage>
    }
}

fn figures(stats: model::PaymentStats) -> impl IntoView {
    view! {
        <dl class="stats">
            <div>
                <dt>{t!("profile-autonomous")}</dt>
                <dd>{format::number(stats.autonomous)}</dd>
                <dd class="note">{t!("profile-of-all", total = stats.total)}</dd>
            </div>
            <div>
                <dt>{t!("profile-on-time")}</dt>
                <dd>{format::percent(stats.on_time, stats.autonomous)}</dd>
                <dd class="note">{t!("profile-on-time-of", right = stats.on_time)}</dd>
            </div>
        </dl>
    }
}

fn breakdown(c: &Certificate) -> impl IntoView + use<> {
    view! {
        <section class="section" aria-labelledby="h-how">
            <h2 id="h-how">{t!("score-how", score = c.score)}</h2>
            <Waterfall
                breakdown=c.breakdown.clone()
                score=c.score
                grade=c.grade
                ceiling=c.ceiling
            />
        </section>
    }
}

fn history(certificates: Vec<Certificate>, now_ms: i64) -> impl IntoView {
    let rows = certificates
        .into_iter()
        .map(|c| {
            let state = c.state(now_ms);
            view! {
                <tr>
                    <th scope="row">
                        <a class="cell-link id" href=format!("/c/{}", c.id)>
                            {c.id.to_string()}
                        </a>
                    </th>
                    <td>
                        <ScoreCell score=c.score grade=c.grade/>
                    </td>
                    <td class="num p1 soft">
                        <Time at_ms=c.issued_at_ms day=true/>
                    </td>
                    <td class="num p1 soft">
                        <Time at_ms=c.valid_until_ms day=true/>
                    </td>
                    <td>
                        <Pill tone=certificate_tone(state) label=certificate_state_label(state)/>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="h-certificates">
            <h2 id="h-certificates">{t!("agent-certificates")}</h2>
            <Table label=t!("agent-certificates")>
                <thead>
                    <tr>
                        <th scope="col">{t!("certificate-number")}</th>
                        <th scope="col">{t!("certificates-certified")}</th>
                        <th scope="col" class="num p1">{t!("certificate-issued")}</th>
                        <th scope="col" class="num p1">{t!("certificate-until")}</th>
                        <th scope="col">{t!("certificates-state")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </section>
    }
}

fn badge_code(cx: &PageCx, gopi_id: &str, alt: &str) -> impl IntoView + use<> {
    let image = image_url(&cx.public_url, gopi_id, Style::Flat, model::badge::DEFAULT_LABEL);
    let page = format!("{}/a/{gopi_id}", cx.public_url);
    let code = model::badge::Markup::Markdown.image_link(&image, &page, alt);
    view! {
        <section class="section" aria-labelledby="h-badge">
            <h2 id="h-badge">{t!("agent-badge")}</h2>
            <CodeBlock title="Markdown" code plain=true/>
        </section>
    }
}
