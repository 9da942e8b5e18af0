use leptos::prelude::*;
use model::{Certificate, CertificateState};

use super::{Band, Dial, Microprint, Rosette, Tone};
use crate::i18n::format;

/// The colour of what a certificate is worth now.
pub fn certificate_tone(state: CertificateState) -> Tone {
    match state {
        CertificateState::Valid => Tone::Good,
        CertificateState::Suspended | CertificateState::Revoked => Tone::Bad,
        CertificateState::Expired | CertificateState::Superseded => Tone::Neutral,
    }
}

/// A certificate, engraved. Without its ink when it does not hold.
#[component]
pub fn CertificateCard(
    /// The certificate.
    certificate: Certificate,
    /// What it is worth now.
    state: CertificateState,
    /// The agent's name.
    #[prop(into)]
    name: String,
    /// What it says of the agent, in one sentence.
    #[prop(into)]
    sentence: String,
    /// How it is signed, where that is told.
    #[prop(default = None)]
    signature: Option<String>,
) -> impl IntoView {
    let class = if state == CertificateState::Valid { "certificate" } else { "certificate void" };
    let number = certificate.id.as_str().to_owned();
    let print = format!("Surety · {} · {number}", certificate.algorithm);
    let label = t!("certificate-named", name = name.as_str());
    view! {
        <div class="certificate-box">
            <article class=class aria-label=label>
                <Band id="band-top"/>
                <div class="certificate-body">
                    <div class="stack">
                        <div class="certificate-title">
                            <p class="eyebrow">{t!("certificate-title")}</p>
                            <h2>{name}</h2>
                            <p>{sentence}</p>
                        </div>
                        <dl class="facts start">
                            <dt>{t!("certificate-number")}</dt>
                            <dd class="id">{number}</dd>
                            <dt>{t!("certificate-issued")}</dt>
                            <dd>{format::long_date(certificate.issued_at_ms)}</dd>
                            <dt>{t!("certificate-until")}</dt>
                            <dd>{format::long_date(certificate.valid_until_ms)}</dd>
                            {signature
                                .map(|text| {
                                    view! {
                                        <dt>{t!("certificate-signature")}</dt>
                                        <dd class="id">{text}</dd>
                                    }
                                })}
                        </dl>
                    </div>
                    <div class="seal">
                        <Rosette/>
                        <Dial
                            id="certificate-dial"
                            score=certificate.score
                            grade=certificate.grade
                            confidence=certificate.confidence
                        />
                    </div>
                </div>
                <Microprint text=print/>
                <Band id="band-bottom"/>
            </article>
        </div>
    }
}
