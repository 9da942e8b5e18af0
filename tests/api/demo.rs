//! `surety demo` on an empty database: every grade and every state occurs.

use std::collections::BTreeSet;

use service::{Clock, Entropy, FirstStep, PageRequest, Services};
use surety::demo;

use crate::world::settings;

#[tokio::test]
async fn the_demo_tells_of_every_grade_and_refuses_to_run_twice() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&folder);
    let log_in = demo::fill(settings.clone()).await.unwrap();
    let again = demo::fill(settings.clone()).await.err().unwrap().to_string();
    assert!(again.contains("holds accounts already"), "{again}");

    let services = Services::open(settings, Clock::system(), Entropy::system()).await.unwrap();
    let from = [0, 0, 0, 0].into();
    let first = services.log_in(log_in.email, &log_in.password, from).await.unwrap();
    let FirstStep::Done(who) = first else { panic!("the demo has no second factor") };
    let (workspace, user) = (&who.workspace.id, &who.user.id);
    let actor = services.authenticate_session(workspace, user, None).await.unwrap().unwrap();
    let agents = services.list_agents(&actor, &PageRequest::first(100)).await.unwrap().items;
    let (mut grades, mut states, mut scores) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for detail in &agents {
        let id = detail.agent.id.as_str();
        if let Ok(score) = services.agent_score(&actor, id).await.unwrap().score {
            grades.insert(score.grade.as_str());
            scores.push((detail.agent.name.clone(), score.score));
        }
        for certificate in services.list_certificates(&actor, id).await.unwrap() {
            states.insert(certificate.state(services.now_ms()).as_str());
        }
    }
    assert_eq!(grades, BTreeSet::from(["A", "A+", "B", "C", "D", "F"]), "{scores:?}");
    assert!(
        states.is_superset(&BTreeSet::from(["valid", "expired", "superseded", "suspended"])),
        "{states:?}"
    );
    let overview = services.overview(&actor, &service::ChartQuery::default()).await.unwrap();
    assert!(overview.chart.currencies.len() >= 4, "several currencies");
    let (received, sent) = overview.chart.sums();
    assert!(received > 0 && sent > 0, "both lines of the chart have something to show");
    let attention: BTreeSet<_> = overview
        .attention
        .iter()
        .map(|item| match item {
            service::Attention::Certificate { state, .. } => state.as_str(),
            service::Attention::KeyExpires { .. } => "key",
            service::Attention::Webhook { .. } => "webhook",
        })
        .collect();
    assert_eq!(attention, BTreeSet::from(["suspended", "expired", "valid", "key", "webhook"]));
    let endpoints = services.list_endpoints(&actor, &PageRequest::first(9)).await.unwrap().items;
    assert_eq!(endpoints.len(), 2);
    let mut far = BTreeSet::new();
    for endpoint in &endpoints {
        let all = service::DeliveryFilter::default();
        let (id, page) = (endpoint.id.as_str(), PageRequest::first(100));
        let log = services.list_deliveries(&actor, id, &all, &page).await.unwrap();
        far.extend(log.items.iter().map(|delivery| delivery.state.as_str()));
    }
    assert_eq!(far, BTreeSet::from(["delivered", "failed", "pending"]));
}
