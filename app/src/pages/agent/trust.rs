use leptos::prelude::*;
use model::score::{Grade, Line, NextGrade, Score};
use model::{PaymentStatus, day_of};
use service::{AgentDetail, AgentScore, HistorySpan, ScoreFacts};

use super::{Part, certify, frame};
use crate::charts::ScoreFigure;
use crate::components::{
    Banner, CodeBlock, Dial, EmptyDial, Glyph, Icon, SectionHead, Tone, Waterfall, ceiling_text,
    payment_status_label, plan_label,
};
use crate::i18n::format;
use crate::islands::{WhatIf, WhatIfTexts};
use crate::page::PageCx;
use crate::pages::overview::sample_call;

/// Reasons that are shown at most.
const REASONS: usize = 4;

/// How far the agent can be trusted, and why.
pub fn trust(detail: AgentDetail, scored: AgentScore, span: HistorySpan) -> impl IntoView {
    let plan = PageCx::current().viewer.map(|v| v.plan);
    let allowed = plan.is_some_and(|p| p.allows_certificates());
    let certified = detail.certificate.is_some();
    let primary = (allowed && scored.score.is_ok()).then(|| certify(certified));
    let external_id = detail.agent.external_id.clone();
    let island = what_if(&scored);
    let history = history(detail.agent.id.as_str(), &scored, span);
    let upgrade = (!allowed).then(|| {
        let needed = plan_label(model::Plan::Basic);
        view! { <Banner tone=Tone::Neutral text=t!("agent-plan", plan = needed)/> }
    });
    let body = match scored.score {
        Ok(ref score) => explained(score.clone(), &scored).into_any(),
        Err(short) => view! {
            <div class="split split-dial">
                <EmptyDial n=short.n needed=short.needed/>
                <div class="stack">
                    <p>{t!("agent-too-few", missing = short.needed - short.n)}</p>
                    <CodeBlock title=t!("payments-report") code=sample_call(&external_id)/>
                </div>
            </div>
        }
        .into_any(),
    };
    frame(detail.agent, Part::Trust, primary, view! { {upgrade} {body} {history} {island} })
}

fn explained(score: Score, scored: &AgentScore) -> impl IntoView {
    let next = scored.next_grade.map(next_sentence);
    let reasons = reasons(&score);
    let title = score
        .grade
        .next()
        .map_or_else(|| t!("agent-keep"), |grade: Grade| t!("agent-next", grade = grade.as_str()));
    view! {
        <div class="split split-dial">
            <section class="stack" aria-labelledby="h-score">
                <h2 id="h-score" class="visually-hidden">{t!("score-score")}</h2>
                <Dial id="score" score=score.score grade=score.grade confidence=score.confidence/>
                {facts(&scored.facts)}
            </section>
            <div class="stack stack-lg">
                <section aria-labelledby="h-how">
                    <SectionHead id="h-how" title=t!("score-how", score = score.score)/>
                    <Waterfall
                        breakdown=score.breakdown.clone()
                        score=score.score
                        grade=score.grade
                        ceiling=score.ceiling
                    />
                    <p class="soft small mt-3">
                        {t!("agent-computed", time = format::date_time(scored.as_of_ms), zone = format::zone_name())}
                    </p>
                </section>
                <section aria-labelledby="h-next">
                    <SectionHead id="h-next" title=title lead=next.unwrap_or_default()/>
                    <ul class="tasks">{reasons}</ul>
                </section>
            </div>
        </div>
    }
}

/// How the score came to be what it is; nothing before there was a first one.
fn history(id: &str, scored: &AgentScore, span: HistorySpan) -> impl IntoView + use<> {
    let csv = format!("/dashboard/agents/{id}/score.csv?history={}", span.as_str());
    let points = scored.history(span);
    let known = points.iter().any(|point| point.score.is_some());
    known.then(|| {
        let links = HistorySpan::ALL
            .into_iter()
            .map(|one| {
                let href = format!("?history={}", one.as_str());
                let current = (one == span).then_some("true");
                let label = match one {
                    HistorySpan::Weeks => t!("charts-score-weeks"),
                    HistorySpan::Days => t!("charts-score-days"),
                };
                view! {
                    <a href=href aria-current=current>
                        {label}
                    </a>
                }
            })
            .collect_view();
        view! {
            <section class="section" aria-labelledby="h-history">
                <SectionHead id="h-history" title=t!("charts-score")>
                    <div class="row">
                        <nav class="segmented" aria-label=t!("charts-score")>
                            {links}
                        </nav>
                        <a class="button button-sm" href=csv download="">
                            <Icon of=Glyph::DOWNLOAD/>
                            {t!("charts-csv")}
                        </a>
                    </div>
                </SectionHead>
                <ScoreFigure points/>
            </section>
        }
    })
}

fn next_sentence(next: NextGrade) -> String {
    t!("agent-next-text", payments = next.payments, days = next.days)
}

/// The largest losses first, each with one thing to do.
fn reasons(score: &Score) -> impl IntoView + use<> {
    let mut losses: Vec<_> =
        score.breakdown.iter().filter(|l| l.points <= -0.05).copied().collect();
    losses.sort_by(|a, b| a.points.total_cmp(&b.points));
    let ceiling = score.ceiling;
    losses
        .into_iter()
        .filter(|l| l.line != Line::Ceiling || ceiling.is_some())
        .take(REASONS)
        .map(|loss| {
            let (glyph, title, advice) = match loss.line {
                Line::Missed => (Glyph::ALERT, t!("reason-missed"), t!("reason-missed-text")),
                Line::Disputed => (Glyph::ALERT, t!("reason-disputed"), t!("reason-disputed-text")),
                Line::Late => (Glyph::CLOCK, t!("reason-late"), t!("reason-late-text")),
                Line::Age => (Glyph::HISTORY, t!("reason-age"), t!("reason-age-text")),
                Line::DailyLimit => (Glyph::LIMIT, t!("reason-daily"), t!("reason-daily-text")),
                Line::Ceiling | Line::Start | Line::History => (
                    Glyph::LIMIT,
                    t!("line-ceiling"),
                    ceiling.map_or_else(String::new, ceiling_text),
                ),
            };
            view! {
                <li>
                    <Icon of=glyph/>
                    <div>
                        <b>{title}</b>
                        <p>{advice}</p>
                    </div>
                    <span class="num">{format::signed_points(loss.points)}</span>
                </li>
            }
        })
        .collect_view()
}

fn facts(facts: &ScoreFacts) -> impl IntoView + use<> {
    let newest = facts.newest_recorded_day.map(format::day);
    let of = t!(
        "agent-right-of",
        right = format::number(facts.went_right),
        counted = format::number(facts.counted)
    );
    view! {
        <dl class="facts">
            <dt>{t!("agent-right")}</dt>
            <dd>{of}</dd>
            <dt>{t!("agent-success")}</dt>
            <dd>{format::percent(facts.went_right, facts.counted)}</dd>
            <dt>{t!("agent-active-days")}</dt>
            <dd>{format::number(facts.active_days)}</dd>
            <dt>{t!("agent-newest")}</dt>
            <dd>{newest}</dd>
        </dl>
    }
}

fn what_if(scored: &AgentScore) -> impl IntoView + use<> {
    let statuses = PaymentStatus::ALL.iter().map(|s| (*s, payment_status_label(*s))).collect();
    let texts = WhatIfTexts {
        count: t!("what-if-count"),
        amount: t!("what-if-amount"),
        status: t!("what-if-status"),
        statuses,
        result: t!("what-if-result"),
        none: "–".to_owned(),
    };
    let evidence = scored.evidence.clone();
    let as_of_day = day_of(scored.as_of_ms);
    view! {
        <section class="section" aria-labelledby="h-what-if">
            <SectionHead id="h-what-if" title=t!("what-if-title") lead=t!("what-if-lead")/>
            <WhatIf evidence as_of_day texts/>
        </section>
    }
}
