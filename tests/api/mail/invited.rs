use serde_json::json;
use service::Registration;

use super::{PASSWORD, world_with_mail};
use crate::browser::Browser;
use crate::world::World;

async fn register(world: &World, email: &str, invitation: Option<&str>) -> crate::world::Answer {
    let body = json!({ "email": email, "password": PASSWORD, "invitation": invitation });
    world.post("/v1/auth/register", &[], body).await
}

fn token(link: &str) -> String {
    link.split_once("token=").unwrap().1.to_owned()
}

#[tokio::test]
async fn by_invitation_only_whoever_has_one_makes_an_account_once() {
    let world = World::with(|s| s.registration = Registration::Invite).await;
    register(&world, "mara@example.com", None).await.expect(201);
    let refused = register(&world, "jon@example.com", None).await;
    assert_eq!(refused.code(403), "REGISTRATION_CLOSED");
    assert!(refused.text.contains("needs an invitation"));
    assert!(world.get("/register", &[]).await.text.contains("only whoever was invited"));
    let wrong = register(&world, "jon@example.com", Some("abc")).await;
    assert_eq!(
        (wrong.code(422).as_str(), &wrong.json()["field"]),
        ("VALIDATION_ERROR", &json!("invitation"))
    );

    let link = world.services.invitation_link("Jon@example.com").await.unwrap();
    let page = world.get(&format!("/register?invitation={}", token(&link)), &[]).await.text;
    assert!(page.contains("jon@example.com") && page.contains("/fn/register"));
    let other = register(&world, "eve@example.com", Some(&token(&link))).await;
    assert_eq!(
        (other.code(422).as_str(), &other.json()["field"]),
        ("VALIDATION_ERROR", &json!("email"))
    );
    register(&world, "jon@example.com", Some(&token(&link))).await.expect(201);
    let again = register(&world, "jon2@example.com", Some(&token(&link))).await;
    assert_eq!(again.code(422), "VALIDATION_ERROR");

    // On the operator's page, without an address: for whoever has it, within a week.
    let mut operator = Browser::signed_in(&world, "mara@example.com").await;
    operator.post("invite_user", &[("email", ""), ("back", "/dashboard/operator")]).await;
    let page = operator.page("/dashboard/operator", 200).await;
    let shown = page.split_once("/invite?token=").unwrap().1;
    let shown: String = shown.chars().take(43).collect();
    assert!(!operator.page("/dashboard/operator", 200).await.contains(&shown), "shown once");
    world.wait_ms(7 * 86_400_000 - 1);
    register(&world, "ada@example.com", Some(&shown)).await.expect(201);
    let late = token(&world.services.invitation_link("").await.unwrap());
    world.wait_ms(7 * 86_400_000);
    assert_eq!(
        register(&world, "tom@example.com", Some(&late)).await.code(422),
        "VALIDATION_ERROR"
    );
    let mut member = Browser::signed_in(&world, "ada@example.com").await;
    member.post("invite_user", &[("email", ""), ("back", "/dashboard")]).await;
    assert!(!member.page("/dashboard", 200).await.contains("/invite?token="));
}

#[tokio::test]
async fn closed_is_closed_but_for_the_first() {
    let world = World::with(|s| s.registration = Registration::Closed).await;
    assert!(world.get("/register", &[]).await.text.contains("/fn/register"));
    register(&world, "mara@example.com", None).await.expect(201);
    let link = world.services.invitation_link("").await.unwrap();
    for invitation in [None, Some(token(&link))] {
        let refused = register(&world, "jon@example.com", invitation.as_deref()).await;
        assert_eq!(refused.code(403), "REGISTRATION_CLOSED");
    }
    assert!(world.get("/register", &[]).await.text.contains("nobody can make an account"));
}

#[tokio::test]
async fn a_mailed_invitation_proves_the_address_and_joins_the_workspace() {
    let (world, mailbox) = world_with_mail().await;
    let account = world.verified(&mailbox, "mara@example.com").await;
    let owner = world.actor(&account).await;
    let issued = world.services.invite_member(&owner, "jon@example.com", "admin").await.unwrap();
    assert!(issued.link.is_none() && issued.invitation.mailed);
    let mail = world.mail(&mailbox).await;
    assert!(mail.to == "jon@example.com" && mail.has("/invite?token="));
    let page = world.get(&format!("/invite?token={}", mail.token()), &[]).await.text;
    assert!(page.contains("Mara invites you") && page.contains("/register?invitation="), "{page}");
    world.wait_ms(1);
    let made = register(&world, "jon@example.com", Some(&mail.token())).await.expect(201);
    assert_eq!(made["verification_required"], false);
    assert!(world.mails(&mailbox).await.is_empty(), "nothing left to prove");
    let members = world.services.list_members(&owner).await.unwrap();
    let members: Vec<_> =
        members.iter().map(|m| (m.user.email.as_str(), m.role.as_str())).collect();
    assert_eq!(members, [("mara@example.com", "owner"), ("jon@example.com", "admin")]);

    // Who has not proved the own address invites nobody.
    let eve = world.register("eve@example.com").await;
    let eve = world.actor(&eve).await;
    let error = world.services.invite_member(&eve, "x@example.com", "member").await.unwrap_err();
    assert!(matches!(error, service::Error::Unverified), "{error:?}");
}

#[tokio::test]
async fn nobody_has_more_than_thirty_invitations_mailed_in_an_hour() {
    let (world, mailbox) = world_with_mail().await;
    let account = world.verified(&mailbox, "mara@example.com").await;
    let owner = world.actor(&account).await;
    let invite = async || world.services.invite_member(&owner, "jon@example.com", "member").await;
    for _ in 0..30 {
        let issued = invite().await.unwrap();
        let id = issued.invitation.id.as_str().to_owned();
        world.services.revoke_invitation(&owner, &id).await.unwrap();
        world.wait_ms(1_000);
    }
    let error = invite().await.unwrap_err();
    let service::Error::TooManyAttempts { retry_after_s } = error else { panic!("{error:?}") };
    assert!((3_565..=3_575).contains(&retry_after_s), "{retry_after_s}");
    assert!(world.services.list_invitations(&owner).await.unwrap().is_empty());
    world.wait_ms(i64::from(retry_after_s) * 1_000);
    assert!(invite().await.is_ok());
}
