//! The first page.

use leptos::prelude::*;
use model::score::{ALGORITHM, Confidence, Grade};
use model::{AgentId, Certificate, CertificateId, CertificateState, DAY_MS};

use crate::components::CertificateCard;
use crate::page::{PageCx, PublicPage};

/// What Surety is, for those who come by.
pub fn show() -> impl IntoView {
    let points = [
        (t!("landing-score"), t!("landing-score-text")),
        (t!("landing-certificate"), t!("landing-certificate-text")),
        (t!("landing-ledger"), t!("landing-ledger-text")),
    ];
    let points = points
        .into_iter()
        .map(|(title, text)| view! { <div><h3>{title}</h3><p>{text}</p></div> })
        .collect_view();
    view! {
        <PublicPage title="" description=t!("landing-lead") indexed=true>
            <section class="hero">
                <div>
                    <h1>{t!("landing-title")}</h1>
                    <p class="lead">{t!("landing-lead")}</p>
                    <div class="row">
                        <a class="button button-primary button-lg" href="/register">
                            {t!("accounts-create")}
                        </a>
                        <a class="button button-lg" href="/login">
                            {t!("accounts-sign-in")}
                        </a>
                    </div>
                    <p class="hero-note">{t!("landing-note")}</p>
                </div>
                <CertificateCard
                    certificate=example()
                    state=CertificateState::Valid
                    name=t!("landing-example")
                    sentence=t!("landing-example-text")
                />
            </section>
            <section class="public-section">
                <h2 class="public-title">{t!("landing-how")}</h2>
                <div class="columns mt-5">{points}</div>
            </section>
        </PublicPage>
    }
}

/// A certificate as one looks; it is called an example on the page.
fn example() -> Certificate {
    let now_ms = PageCx::current().now_ms;
    Certificate {
        id: CertificateId::new(0, [0; 10]),
        agent_id: AgentId::new(0, [0; 10]),
        gopi_id: String::new(),
        score: 87,
        grade: Grade::B,
        confidence: Confidence::High,
        n: 412,
        s: 0.0,
        f: 0.0,
        bound: 0.87,
        ceiling: None,
        breakdown: Vec::new(),
        algorithm: ALGORITHM.to_owned(),
        as_of_ms: now_ms,
        digest: String::new(),
        self_issued: false,
        credential: String::new(),
        issued_at_ms: now_ms,
        valid_until_ms: now_ms + 90 * DAY_MS,
        superseded_at_ms: None,
        suspended_at_ms: None,
        revoked_at_ms: None,
        revoked_reason: None,
    }
}
