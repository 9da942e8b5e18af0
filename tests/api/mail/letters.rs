use model::Plan;
use serde_json::json;
use service::NewContest;

use super::world_with_mail;

const DAY_MS: i64 = 86_400_000;

#[tokio::test]
async fn owners_are_reminded_of_a_certificate_twice_and_told_of_a_contest_with_the_operator() {
    let (world, mailbox) = world_with_mail().await;
    world.verified(&mailbox, "operator@example.com").await;
    let mara = world.verified(&mailbox, "mara@example.com").await;
    world.services.set_language(&world.actor(&mara).await, "de").await.unwrap();
    world.services.set_plan("mara@example.com", Plan::Basic).await.unwrap();
    let agent = world.agent(&mara, "Rechnungsbot").await;
    world.pay_times(&mara, &agent, 3).await;
    let path = format!("/v1/agents/{}/certify", agent["id"].as_str().unwrap());
    let certificate = world.post(&path, &[mara.bearer()], json!({})).await.expect(201);

    let contest = NewContest {
        name: "Eve".to_owned(),
        email: "eve@example.com".to_owned(),
        message: "The secret word is xyzzy.".to_owned(),
    };
    let gopi_id = agent["gopi_id"].as_str().unwrap();
    let made = world.services.create_contest(gopi_id, contest).await.unwrap();
    let mut mails = world.mails(&mailbox).await;
    mails.sort_by(|a, b| a.to.cmp(&b.to));
    let to: Vec<_> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["mara@example.com", "operator@example.com"]);
    for mail in &mails {
        assert!(mail.has(&format!("/dashboard/contests/{}", made.id)) && !mail.has("xyzzy"));
    }
    assert!(mails[0].has("Einspruch") && mails[1].has("contested"));

    for (days, left) in [(75, 0), (1, 1), (1, 0), (9, 0), (1, 1), (3, 0), (2, 0)] {
        world.wait_ms(days * DAY_MS);
        world.services.notify_of_ends().await.unwrap();
        world.services.notify_of_ends().await.unwrap();
        let mails = world.mails(&mailbox).await;
        assert_eq!(mails.len(), left, "after {days} more days: {mails:?}");
        for mail in mails {
            let id = certificate["certificate_id"].as_str().unwrap();
            assert!(mail.has(&format!("/dashboard/certificates/{id}")), "{}", mail.text);
            assert!(mail.has("Rechnungsbot") && mail.has("Zertifikat"));
        }
    }
}

#[tokio::test]
async fn what_is_only_news_does_not_go_to_an_address_that_nobody_proved() {
    let (world, mailbox) = world_with_mail().await;
    let account = world.register("somebody.else@example.com").await;
    assert_eq!(world.mails(&mailbox).await.len(), 1, "but for the link to prove it");
    let agent = world.agent(&account, "Bot").await;
    let contest = NewContest {
        name: "Eve".to_owned(),
        email: "eve@example.com".to_owned(),
        message: "Wrong".to_owned(),
    };
    world.services.create_contest(agent["gopi_id"].as_str().unwrap(), contest).await.unwrap();
    assert!(world.mails(&mailbox).await.is_empty());
}
