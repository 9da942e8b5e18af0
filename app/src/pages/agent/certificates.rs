use leptos::prelude::*;
use model::Certificate;
use service::AgentDetail;

use super::{Part, certify, frame};
use crate::components::{
    CodeBlock, EmptyState, Glyph, Pill, PostButton, ScoreCell, Table, Time,
    certificate_state_label, certificate_tone,
};
use crate::page::PageCx;

/// The agent's certificates, newest first, and the signed form of the newest.
pub fn certificates(detail: AgentDetail, certificates: Vec<Certificate>) -> impl IntoView {
    let agent = detail.agent;
    let now_ms = PageCx::current().now_ms;
    let (action, label) = certify(!certificates.is_empty());
    let button = view! {
        <PostButton action label glyph=Glyph::CERTIFICATE with=("id", agent.id.to_string())/>
    };
    let body = match certificates.first() {
        None => view! {
            <EmptyState
                glyph=Glyph::CERTIFICATE
                title=t!("certificates-none")
                text=t!("certificates-none-text")
            >
                {button}
            </EmptyState>
        }
        .into_any(),
        Some(newest) => {
            let credential = newest.credential.clone();
            let rows = certificates.into_iter().map(|c| row(&c, now_ms)).collect_view();
            view! {
                <Table label=t!("agent-certificates")>
                    <thead>
                        <tr>
                            <th scope="col">{t!("certificate-number")}</th>
                            <th scope="col">{t!("score-score")}</th>
                            <th scope="col">{t!("certificates-state")}</th>
                            <th scope="col" class="num p1">{t!("certificate-issued")}</th>
                            <th scope="col" class="num p1">{t!("certificate-until")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </Table>
                <div class="mt-5">{button}</div>
                <div class="section">
                    <CodeBlock title=t!("certificates-credential") code=credential/>
                    <p class="soft small mt-3">{t!("certificates-credential-text")}</p>
                </div>
            }
            .into_any()
        }
    };
    let body = view! { <div>{body}</div> };
    frame(agent, Part::Certificates, None, body)
}

fn row(c: &Certificate, now_ms: i64) -> impl IntoView + use<> {
    let state = c.state(now_ms);
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link id" href=format!("/dashboard/certificates/{}", c.id)>
                    {c.id.to_string()}
                </a>
            </th>
            <td>
                <ScoreCell score=c.score grade=c.grade/>
            </td>
            <td>
                <Pill tone=certificate_tone(state) label=certificate_state_label(state)/>
            </td>
            <td class="num p1 soft">
                <Time at_ms=c.issued_at_ms day=true/>
            </td>
            <td class="num p1 soft">
                <Time at_ms=c.valid_until_ms day=true/>
            </td>
        </tr>
    }
}
