use std::time::Duration;

use axum::http::Method;
use rusqlite::Connection;
use serde_json::json;
use service::{Error, NewRegistration, Registration};

use super::receiver::{Mailbox, Received};
use super::{PASSWORD, mailing, world_with_mail};
use crate::browser::Browser;
use crate::world::World;

const HOUR_MS: i64 = 3_600_000;
const JON: &str = "jon@example.com";

/// A server that sends mail, whose operator is Mara.
async fn with_mara() -> (World, Mailbox) {
    let (world, mailbox) = world_with_mail().await;
    world.verified(&mailbox, "mara@example.com").await;
    (world, mailbox)
}

impl World {
    /// Asks for an account and waits for what is done beside the request.
    async fn ask(&self, email: &str, name: &str, lang: &str) {
        let new = NewRegistration { email: email.into(), name: name.into(), lang: lang.to_owned() };
        self.services.begin_registration(new).await.unwrap().await.unwrap();
    }

    /// The one mail that something beside a request causes.
    async fn mail_soon(&self, mailbox: &Mailbox) -> Received {
        for _ in 0..500 {
            let mut mails = self.mails(mailbox).await;
            if let Some(mail) = mails.pop() {
                assert!(mails.is_empty(), "{mails:?}");
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no mail came");
    }

    fn database(&self) -> Connection {
        Connection::open(self.folder.path().join("surety.db")).unwrap()
    }

    fn count(&self, sql: &str) -> i64 {
        self.database().query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

async fn finish(browser: &mut Browser<'_>, token: &str, password: &str) -> String {
    let back = format!("/register/finish?token={token}");
    let fields = [("token", token), ("password", password), ("back", &back)];
    browser.post("finish_registration", &fields).await.header("location").to_owned()
}

#[tokio::test]
async fn the_form_tells_nobody_whether_an_address_has_an_account() {
    let (world, mailbox) = with_mara().await;
    let page = world.get("/register", &[]).await.text;
    assert!(page.contains("/fn/begin_registration") && !page.contains("type=\"password\""));
    // Also the one that asks for a password, which somebody has kept, or sends without a page.
    for form in ["begin_registration", "register"] {
        let mut told = Vec::new();
        for email in ["mara@example.com", "nora@example.com"] {
            let mut browser = Browser::new(&world);
            let fields = [
                ("email", email),
                ("name", "N"),
                ("password", "x"),
                ("invitation", " "),
                ("back", "/register"),
            ];
            let answer = browser.post(form, &fields).await;
            assert_eq!(answer.header("location"), "/register");
            let page = browser.page("/register", 200).await;
            assert!(page.contains(&format!("sent a mail to {email}")), "{page}");
            assert!(browser.page("/register", 200).await.contains("/fn/begin_registration"));
            let headers: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            told.push((answer.text, headers, page.replace(email, "X")));
            let mail = world.mail_soon(&mailbox).await;
            assert_eq!(mail.to, email);
            assert_eq!(mail.has("/register/finish?token="), email == "nora@example.com");
        }
        assert_eq!(told[0], told[1], "{form}");
    }
    assert_eq!(world.count("SELECT COUNT(*) FROM users"), 1);
    let mut browser = Browser::new(&world);
    for (email, name, wrong) in [("mara", "", "email"), (JON, "<b>\u{7}", "name")] {
        let fields = [("email", email), ("name", name), ("back", "/register")];
        browser.post("begin_registration", &fields).await;
        let page = browser.page("/register", 200).await;
        assert!(page.contains(&format!("id=\"begin_registration-{wrong}-error\"")), "{page}");
        assert!(!page.contains("<b>"), "{page}");
    }
    assert!(world.mails(&mailbox).await.is_empty());
}

#[tokio::test]
async fn the_link_makes_the_account_once_and_proves_its_address() {
    let (world, mailbox) = with_mara().await;
    world.ask(" Jon@Example.com ", "<i>Jon</i>", "de").await;
    let mail = world.mail(&mailbox).await;
    assert!(mail.to == JON && mail.has("Registrierung") && !mail.has("Jon</i>"), "{}", mail.text);
    let token = mail.token();
    assert!(mail.has(&format!("https://trust.example.com/register/finish?token={token}")));
    let path = format!("/register/finish?token={token}");
    let mut browser = Browser::new(&world);
    for _ in 0..2 {
        let page = browser.page(&path, 200).await;
        assert!(page.contains("/fn/finish_registration") && page.contains(JON), "{page}");
    }
    assert_eq!(finish(&mut browser, &token, "password").await, path);
    assert!(browser.page(&path, 200).await.contains("finish_registration-password-error"));
    assert_eq!(finish(&mut browser, &token, PASSWORD).await, "/dashboard/welcome");
    let welcome = browser.page("/dashboard/welcome", 200).await;
    assert!(welcome.contains("id=\"new-key\"") && welcome.contains("gopi_sk_"), "{welcome}");
    assert!(!browser.page("/dashboard/welcome", 200).await.contains("id=\"new-key\""), "once");
    assert!(welcome.contains("&lt;i&gt;Jon") && !welcome.contains("<i>Jon"), "{welcome}");
    assert!(!welcome.contains("resend_verification"));
    assert!(world.mails(&mailbox).await.is_empty(), "nothing left to prove");

    let mut other = Browser::new(&world);
    assert!(other.page(&path, 200).await.contains("does not work any more"));
    assert_eq!(finish(&mut other, &token, PASSWORD).await, path);
    assert_eq!(world.count("SELECT COUNT(*) FROM users"), 2);
    assert_eq!(world.count("SELECT COUNT(*) FROM users WHERE lang = 'de' AND NOT operator"), 1);
    assert_eq!(world.count("SELECT COUNT(*) FROM registrations"), 0);
    assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE user_id IS NULL"), 0);
    let me = world.log_in(JON, PASSWORD).await.expect(200);
    let bearer = ("authorization", format!("Bearer {}", me["token"].as_str().unwrap()));
    let export = world.get("/v1/auth/export-data", &[bearer]).await.expect(200);
    let mails = export["instance_data"]["mails"].as_array().unwrap();
    assert_eq!((mails.len(), &mails[0]["kind"]), (1, &json!("finish_registration")));
}

#[tokio::test]
async fn whoever_has_an_account_is_told_by_mail_alone() {
    let (world, mailbox) = world_with_mail().await;
    let german = [("accept-language", "de".to_owned())];
    let body = json!({ "email": "mara@example.com", "password": PASSWORD });
    world.post("/v1/auth/register", &german, body).await.expect(201);
    world.mail(&mailbox).await;
    world.ask("mara@example.com", "Somebody", "en").await;
    let mail = world.mail(&mailbox).await;
    assert!(mail.to == "mara@example.com" && mail.has("https://trust.example.com/login"));
    assert!(mail.has("schon ein Konto") && !mail.has("token=") && !mail.has("Somebody"));
    assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE user_id IS NULL"), 0);
    assert_eq!(world.count("SELECT COUNT(*) FROM registrations WHERE name <> ''"), 0);
}

#[tokio::test]
async fn links_end_after_a_day_or_with_an_account_of_their_address() {
    let (world, mailbox) = with_mara().await;
    world.ask(JON, "", "en").await;
    let late = world.mail(&mailbox).await.token();
    world.wait_ms(24 * HOUR_MS - 1);
    assert_eq!(world.services.check_registration(&late).await.unwrap(), JON);
    world.services.sweep().await.unwrap();
    assert_eq!(world.count("SELECT COUNT(*) FROM registrations"), 1);
    world.wait_ms(1);
    assert!(matches!(world.services.check_registration(&late).await, Err(Error::Invalid(_))));
    assert!(world.services.finish_registration(&late, PASSWORD).await.is_err());
    world.services.sweep().await.unwrap();
    assert_eq!(world.count("SELECT COUNT(*) FROM registrations"), 0);
    assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE address LIKE 'jon%'"), 0);

    world.ask(JON, "", "en").await;
    world.ask(JON, "", "en").await;
    let mails = world.mails(&mailbox).await;
    // By the API, which does not wait for a mail.
    world.register(JON).await;
    world.mail(&mailbox).await;
    let mut browser = Browser::new(&world);
    for token in mails.iter().map(Received::token) {
        let path = format!("/register/finish?token={token}");
        assert!(browser.page(&path, 200).await.contains("does not work any more"));
        assert_eq!(finish(&mut browser, &token, PASSWORD).await, path);
    }
    assert_eq!(world.count("SELECT COUNT(*) FROM users"), 2);
}

#[tokio::test]
async fn of_two_links_the_other_ends_with_the_first() {
    let (world, mailbox) = with_mara().await;
    world.ask(JON, "One", "en").await;
    world.ask(JON, "Two", "en").await;
    let tokens: Vec<_> = world.mails(&mailbox).await.iter().map(Received::token).collect();
    let (one, two) = tokio::join!(
        world.services.finish_registration(&tokens[0], PASSWORD),
        world.services.finish_registration(&tokens[1], PASSWORD)
    );
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1);
    for refused in [one, two].into_iter().filter_map(Result::err) {
        assert!(matches!(&refused, Error::Invalid(of) if of[0].field == "token"), "{refused:?}");
    }
    assert_eq!(world.count("SELECT COUNT(*) FROM users"), 2);
}

#[tokio::test]
async fn an_address_gets_three_mails_an_hour() {
    let (world, mailbox) = with_mara().await;
    for email in ["mara@example.com", JON] {
        for _ in 0..5 {
            world.ask(email, "", "en").await;
        }
        assert_eq!(world.mails(&mailbox).await.len(), 3, "{email}");
    }
    let mut browser = Browser::new(&world);
    browser.post("begin_registration", &[("email", JON), ("back", "/register")]).await;
    assert!(browser.page("/register", 200).await.contains("sent a mail to jon"), "silently");
    world.wait_ms(HOUR_MS);
    world.ask(JON, "", "en").await;
    assert_eq!(world.mail_soon(&mailbox).await.to, JON);
}

#[tokio::test]
async fn the_first_person_and_whoever_is_invited_choose_a_password_at_once() {
    let (world, mailbox) = world_with_mail().await;
    let page = world.get("/register", &[]).await.text;
    assert!(page.contains("/fn/register") && page.contains("type=\"password\""));
    let new = NewRegistration { email: JON.to_owned(), ..NewRegistration::default() };
    let refused = world.services.begin_registration(new).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })));
    let mut browser = Browser::new(&world);
    let fields = [("email", "mara@example.com"), ("password", PASSWORD), ("back", "/register")];
    let to = browser.post("register", &fields).await;
    assert_eq!(to.header("location"), "/dashboard/welcome");
    assert!(world.mail(&mailbox).await.has("/verify?token="));

    let link = world.services.invitation_link(JON).await.unwrap();
    let token = link.split_once("token=").unwrap().1;
    let page = world.get(&format!("/register?invitation={token}"), &[]).await.text;
    assert!(page.contains("/fn/register") && page.contains(JON));
    let mut browser = Browser::new(&world);
    let fields = [("email", JON), ("password", PASSWORD), ("invitation", token), ("back", "/x")];
    let to = browser.post("register", &fields).await;
    assert_eq!(to.header("location"), "/dashboard/welcome");
}

#[tokio::test]
async fn where_registering_is_shut_no_link_is_mailed_or_taken() {
    let (world, mailbox) = with_mara().await;
    world.ask(JON, "", "en").await;
    let token = world.mail(&mailbox).await.token();
    let send = mailing(&mailbox);
    let shut = |settings: &mut service::Settings| {
        send(settings);
        settings.registration = Registration::Invite;
    };
    let world = world.restarted_with(shut).await;
    assert!(world.get("/register", &[]).await.text.contains("only whoever was invited"));
    let new = NewRegistration { email: JON.to_owned(), ..NewRegistration::default() };
    let refused = world.services.begin_registration(new).await;
    assert!(matches!(refused, Err(Error::RegistrationShut { invitations: true })));
    let page = world.get(&format!("/register/finish?token={token}"), &[]).await.text;
    assert!(page.contains("only whoever was invited") && !page.contains("finish_registration"));
    assert!(world.services.finish_registration(&token, PASSWORD).await.is_err());
}

#[tokio::test]
async fn with_an_account_go_the_registrations_of_its_address() {
    let (world, mailbox) = with_mara().await;
    world.ask(JON, "", "en").await;
    world.ask("eve@example.com", "", "en").await;
    assert_eq!(world.mails(&mailbox).await.len(), 2);
    let account = world.register(JON).await;
    world.ask(JON, "", "en").await;
    assert_eq!(world.count("SELECT COUNT(*) FROM registrations"), 3);
    let (path, body) = ("/v1/auth/delete-account", json!({ "password": PASSWORD }));
    world.call(Method::DELETE, path, &[account.bearer()], Some(&body)).await.expect(200);
    assert_eq!(world.count("SELECT COUNT(*) FROM registrations"), 1);
    assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE address LIKE 'jon%'"), 0);
    assert_eq!(world.count("SELECT COUNT(*) FROM mails WHERE address LIKE 'eve%'"), 1);
}

#[tokio::test]
async fn without_mail_the_form_asks_for_a_password() {
    let world = World::new().await;
    world.register("mara@example.com").await;
    let page = world.get("/register", &[]).await.text;
    assert!(page.contains("/fn/register") && page.contains("type=\"password\""));
    let mut browser = Browser::new(&world);
    browser.post("begin_registration", &[("email", JON), ("back", "/register")]).await;
    assert_eq!(world.count("SELECT COUNT(*) FROM registrations"), 0);
}
