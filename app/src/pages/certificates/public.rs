use leptos::prelude::*;
use model::{Certificate, CertificateState};
use service::PublicCertificate;

use crate::components::{
    CertificateCard, CodeBlock, Glyph, Icon, Tone, Waterfall, certificate_tone,
};
use crate::i18n::format;
use crate::page::{PageCx, PublicPage};

/// What a certificate says of its agent, in one sentence that is true in its state.
pub(super) fn sentence(c: &Certificate, state: CertificateState) -> String {
    if state == CertificateState::Valid {
        t!("profile-sentence", count = c.n)
    } else {
        t!("certificate-void-sentence", count = c.n)
    }
}

fn verdict(state: CertificateState) -> String {
    match state {
        CertificateState::Valid => t!("certificate-is-valid"),
        CertificateState::Expired => t!("certificate-is-expired"),
        CertificateState::Superseded => t!("certificate-is-superseded"),
        CertificateState::Suspended => t!("certificate-is-suspended"),
        CertificateState::Revoked => t!("certificate-is-revoked"),
    }
}

/// Since when a certificate is in its state, and why.
pub(super) fn explanation(c: &Certificate, state: CertificateState, cx: &PageCx) -> String {
    let day = |at_ms: Option<i64>| at_ms.map(format::long_date).unwrap_or_default();
    match state {
        CertificateState::Valid => {
            let days = (c.valid_until_ms - cx.now_ms).div_euclid(model::DAY_MS);
            t!("certificate-why-valid", date = format::long_date(c.valid_until_ms), days = days)
        }
        CertificateState::Expired => {
            t!("certificate-why-expired", date = format::long_date(c.valid_until_ms))
        }
        CertificateState::Superseded => {
            t!("certificate-why-superseded", date = day(c.superseded_at_ms))
        }
        CertificateState::Suspended => {
            t!("certificate-why-suspended", date = day(c.suspended_at_ms))
        }
        CertificateState::Revoked => {
            let date = day(c.revoked_at_ms);
            match &c.revoked_reason {
                Some(why) => t!("certificate-why-revoked", date = date, reason = why.as_str()),
                None => t!("certificate-why-withdrawn", date = date),
            }
        }
    }
}

/// How to check the signature with nothing but Node.js. A program: its words are not translated.
fn offline_check(cx: &PageCx, id: &str) -> String {
    let url = &cx.public_url;
    format!(
        r#"curl -sSo certificate.json {url}/c/{id}.json
curl -sSo jwks.json {url}/.well-known/jwks.json
node -e '
const {{ createPublicKey, verify }} = require("node:crypto");
const [head, claims, signature] = require("./certificate.json").credential.split(".");
const read = (part) => JSON.parse(Buffer.from(part, "base64url"));
const jwk = require("./jwks.json").keys.find((key) => key.kid === read(head).kid);
const key = jwk && createPublicKey({{ key: jwk, format: "jwk" }});
const good = key && verify(null, Buffer.from(head + "." + claims), key, Buffer.from(signature, "base64url"));
console.log(good ? "signature is good" : "FORGED", read(claims));
'"#
    )
}

/// A certificate as everybody may check it. No script.
pub fn public(found: &PublicCertificate) -> impl IntoView + use<> {
    let PublicCertificate { certificate: c, state, agent, signed: checked_with } = found.clone();
    let cx = PageCx::current();
    let signed = checked_with.is_some();
    let good = signed && state == CertificateState::Valid;
    let (class, glyph) = match certificate_tone(state) {
        _ if !signed => ("verdict bad", Glyph::ALERT),
        Tone::Good => ("verdict", Glyph::CERTIFICATE),
        Tone::Bad => ("verdict bad", Glyph::ALERT),
        _ => ("verdict neutral", Glyph::HISTORY),
    };
    let title = if signed { verdict(state) } else { t!("certificate-is-forged") };
    let host = cx.host().to_owned();
    let checked = if signed {
        t!("certificate-checked", time = format::date_time(cx.now_ms), host = host)
    } else {
        t!("certificate-signature-bad", host = host)
    };
    let id = c.id.to_string();
    let based = t!(
        "certificate-based",
        count = c.n,
        date = format::long_date(c.as_of_ms),
        algorithm = c.algorithm.as_str()
    );
    let signature = checked_with.map(|(_, key)| format!("Ed25519, {}", key.kid));
    let held = if good { state } else { worst(state) };
    let (json, svg) = (format!("/c/{id}.json"), format!("/c/{id}.svg"));
    let how = t!("score-how", score = c.score);
    view! {
        <PublicPage
            title=t!("certificate-named", name = agent.name.as_str())
            description=t!("certificate-about", name = agent.name.as_str())
            indexed=true
        >
            <div class=class>
                <Icon of=glyph/>
                <h1>{title}</h1>
                <p>{explanation(&c, state, &cx)}</p>
                <p>{checked}</p>
            </div>
            <CertificateCard
                certificate=c.clone()
                state=held
                name=agent.name
                sentence=sentence(&c, state)
                signature=signature
            />
            <div class="row mt-5">
                <a class="button" href=json download="">
                    <Icon of=Glyph::DOWNLOAD/>
                    {t!("certificates-signed")}
                </a>
                <a class="button" href=svg download="">
                    <Icon of=Glyph::DOWNLOAD/>
                    {t!("certificates-drawing")}
                </a>
                <a class="button" href=format!("/a/{}", agent.gopi_id)>
                    {t!("certificate-profile")}
                </a>
            </div>
            <div class="split section">
                <section aria-labelledby="h-how">
                    <h2 id="h-how">{how}</h2>
                    <Waterfall
                        breakdown=c.breakdown.clone()
                        score=c.score
                        grade=c.grade
                        ceiling=c.ceiling
                    />
                    <p class="muted small mt-3">
                        {based} " SHA-256 " <span class="id">{c.digest.clone()}</span>
                    </p>
                </section>
                {check(&cx, &id)}
            </div>
            {meaning(&c, &cx)}
        </PublicPage>
    }
}

fn check(cx: &PageCx, id: &str) -> impl IntoView + use<> {
    let code = offline_check(cx, id);
    view! {
        <section class="stack" aria-labelledby="h-check">
            <h2 id="h-check">{t!("certificate-check")}</h2>
            <p class="soft small">{t!("certificate-check-text")}</p>
            <CodeBlock title="Shell" code=code plain=true/>
            <p class="soft small">{t!("certificate-check-limits")}</p>
        </section>
    }
}

/// What a certificate is worth to somebody who does not know Surety.
fn meaning(c: &Certificate, cx: &PageCx) -> impl IntoView + use<> {
    let honesty = if c.self_issued {
        t!("certificate-self-issued", host = cx.host())
    } else {
        t!("certificate-other-issued", host = cx.host())
    };
    view! {
        <section class="public-section section">
            <div class="columns">
                <div>
                    <h3>{t!("certificate-says")}</h3>
                    <p>{t!("certificate-says-text")}</p>
                </div>
                <div>
                    <h3>{t!("certificate-says-not")}</h3>
                    <p>{t!("certificate-says-not-text")}</p>
                </div>
                <div>
                    <h3>{t!("certificate-issuer")}</h3>
                    <p>{honesty}</p>
                </div>
            </div>
        </section>
    }
}

/// A document whose signature is wrong is drawn as one that does not hold.
fn worst(state: CertificateState) -> CertificateState {
    if state == CertificateState::Valid { CertificateState::Revoked } else { state }
}
