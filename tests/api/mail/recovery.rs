use axum::http::Method;
use serde_json::json;

use super::members::world_workspace;
use super::{PASSWORD, mailing, mailing_by, receiver::Mailbox, world_with_mail};
use crate::browser::Browser;
use crate::world::World;

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn an_address_is_proved_by_the_link_that_was_mailed_to_it() {
    let (world, mailbox) = world_with_mail().await;
    let german = [("accept-language", "de".to_owned())];
    let body = json!({ "email": "mara@example.com", "password": PASSWORD });
    let made = world.post("/v1/auth/register", &german, body).await.expect(201);
    assert_eq!(made["verification_required"], true);
    let bearer = ("authorization", format!("Bearer {}", made["token"].as_str().unwrap()));
    let account = crate::world::Account {
        token: made["token"].as_str().unwrap().to_owned(),
        key: made["api_key"].as_str().unwrap().to_owned(),
    };
    let mail = world.mail(&mailbox).await;
    assert_eq!(mail.to, "mara@example.com");
    assert!(
        mail.has("multipart/alternative") && mail.has("https://trust.example.com/verify?token=")
    );
    assert!(mail.has("From: Surety <surety@example.com>") && mail.has("Message-ID: <mal_"));
    assert!(mail.has("angelegt"), "in the language of the request: {}", mail.text);

    let agent = world.agent(&account, "Bot").await;
    world.pay_times(&account, &agent, 3).await;
    let certify = format!("/v1/agents/{}/certify", agent["id"].as_str().unwrap());
    let refused = world.post(&certify, std::slice::from_ref(&bearer), json!({})).await;
    assert_eq!(refused.code(403), "EMAIL_NOT_VERIFIED");
    assert!(refused.text.contains("not verified"), "{}", refused.text);
    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    assert!(browser.page("/dashboard", 200).await.contains("resend_verification"));

    for wrong in ["", "abc", &mail.token()[1..]] {
        let answer = world.post("/v1/auth/verify", &[], json!({ "token": wrong })).await;
        assert_eq!(answer.code(422), "VALIDATION_ERROR");
        assert_eq!(answer.json()["field"], "token");
    }
    let page = world.get(&format!("/verify?token={}", mail.token()), &[]).await;
    assert!(page.text.contains("/fn/verify_email"), "a mail program that looks proves nothing");
    let verify = json!({ "token": mail.token() });
    let done = world.post("/v1/auth/verify", &[], verify.clone()).await.expect(200);
    assert_eq!(done, json!({ "verified": true }));
    assert_eq!(world.post("/v1/auth/verify", &[], verify).await.code(422), "VALIDATION_ERROR");
    world.post(&certify, &[bearer], json!({})).await.expect(201);
    assert!(!browser.page("/dashboard", 200).await.contains("resend_verification"));
}

#[tokio::test]
async fn the_link_is_sent_again_three_times_an_hour() {
    let (world, mailbox) = world_with_mail().await;
    let account = world.register("mara@example.com").await;
    let first = world.mail(&mailbox).await.token();
    let actor = world.actor(&account).await;
    for _ in 0..2 {
        world.services.resend_verification(&actor).await.unwrap();
    }
    let error = world.services.resend_verification(&actor).await.unwrap_err();
    assert!(matches!(error, service::Error::TooManyAttempts { retry_after_s: 3_600 }), "{error:?}");
    assert_eq!(world.mails(&mailbox).await.len(), 2);
    world.wait_ms(HOUR_MS);
    let actor =
        world.services.authenticate_session(&actor.workspace_id, actor.user_id().unwrap(), None);
    let actor = actor.await.unwrap().unwrap();
    world.services.resend_verification(&actor).await.unwrap();
    // Each of the links works, until it is three days old.
    world.post("/v1/auth/verify", &[], json!({ "token": first })).await.expect(200);
    world.services.resend_verification(&actor).await.unwrap();
    assert_eq!(world.mails(&mailbox).await.len(), 1, "not to one who proved it");
    world.wait_ms(72 * HOUR_MS);
    world.services.sweep().await.unwrap();
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_a_mailed_link() {
    let (world, mailbox) = world_with_mail().await;
    let account = world.register("mara@example.com").await;
    world.mail(&mailbox).await;
    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    // Somebody guesses until the account is shut.
    for _ in 0..5 {
        world.log_in("mara@example.com", "wrong horse battery").await.code(401);
    }
    assert_eq!(world.log_in("mara@example.com", PASSWORD).await.code(429), "TOO_MANY_ATTEMPTS");

    let mut stranger = Browser::new(&world);
    let mut told = Vec::new();
    for email in ["nobody@example.com", "Mara@example.com "] {
        let fields = [("email", email), ("back", "/forgot-password")];
        let answer = stranger.post("forgot_password", &fields).await;
        assert_eq!(answer.header("location"), "/login");
        told.push(stranger.page("/login", 200).await);
    }
    assert_eq!(told[0], told[1], "the same answer");
    assert!(told[0].contains("If there is an account"));
    world.services.forget_password("mara@example.com").await.unwrap();
    // Each after a pause of its own.
    let mut mails = world.mails(&mailbox).await;
    while mails.len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        mails.extend(world.mails(&mailbox).await);
    }
    assert!(mails.iter().all(|mail| mail.to == "mara@example.com"));
    let token = mails[0].token();
    assert!(mails[0].has(&format!("https://trust.example.com/reset-password?token={token}")));

    let choose = |password: &'static str| {
        [("token", token.clone()), ("password", password.to_owned()), ("back", "/x".to_owned())]
    };
    let path = format!("/reset-password?token={token}");
    assert!(stranger.page(&path, 200).await.contains("/fn/reset_password"));
    let fields = choose("password123");
    let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(stranger.post("reset_password", &fields).await.header("location"), "/x");
    let fields = choose("another horse battery");
    let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    // Others go on guessing.
    let guess = world.log_in("mara@example.com", "wrong horse battery").await;
    assert_eq!(guess.code(429), "TOO_MANY_ATTEMPTS");
    let to = stranger.post("reset_password", &fields).await;
    assert_eq!(to.header("location"), "/dashboard", "the link gets past them");
    assert!(stranger.page("/dashboard", 200).await.contains("Your password is changed"));

    assert_eq!(browser.get("/dashboard").await.status, 302, "all sessions end");
    assert_eq!(world.get("/v1/auth/me", &[account.bearer()]).await.code(401), "UNAUTHORIZED");
    world.log_in("mara@example.com", "another horse battery").await.expect(200);
    assert!(world.mail(&mailbox).await.has("was changed"), "a notice");
    let again = world.services.reset_password(&token, "a third horse battery").await;
    assert!(again.unwrap_err().to_string().contains("used already"));
    assert!(stranger.page(&path, 200).await.contains("does not work any more"));
    let me = world.log_in("mara@example.com", "another horse battery").await.expect(200);
    let bearer = ("authorization", format!("Bearer {}", me["token"].as_str().unwrap()));
    let export = world.get("/v1/auth/export-data", &[bearer]).await;
    assert!(!export.text.contains(&token), "no secret leaves");
    let export = export.expect(200);
    assert!(export["instance_data"]["mails"].as_array().unwrap().len() >= 3, "{export}");
    assert!(export["instance_data"]["users"][0]["verified_at_ms"].is_i64(), "the link proves it");
}

#[tokio::test]
async fn links_to_choose_a_password_end_after_an_hour_and_are_rare() {
    let (world, mailbox) = world_with_mail().await;
    world.verified(&mailbox, "mara@example.com").await;
    for _ in 0..5 {
        world.services.forget_password("mara@example.com").await.unwrap();
    }
    let mails = world.mails(&mailbox).await;
    assert_eq!(mails.len(), 3);
    world.wait_ms(HOUR_MS - 1);
    world.services.check_reset(&mails[0].token()).await.unwrap();
    world.wait_ms(1);
    assert!(world.services.check_reset(&mails[0].token()).await.is_err());
    assert!(
        world.services.reset_password(&mails[1].token(), "another horse battery").await.is_err()
    );
    // Too late to be sent at all.
    world.services.forget_password("mara@example.com").await.unwrap();
    world.wait_ms(HOUR_MS);
    assert!(world.mails(&mailbox).await.is_empty());
}

#[tokio::test]
async fn without_mail_the_page_names_the_operator_who_has_a_link() {
    let world = World::new().await;
    world.register("mara@example.com").await;
    let page = world.get("/forgot-password", &[]).await.text;
    assert!(page.contains("sends no e-mail") && !page.contains("/fn/forgot_password"));
    world.services.forget_password("mara@example.com").await.unwrap();
    let link = world.services.reset_link("MARA@example.com").await.unwrap();
    let (start, token) = link.split_once("token=").unwrap();
    assert_eq!(start, "https://trust.example.com/reset-password?");
    world.services.reset_password(token, "another horse battery").await.unwrap();
    world.log_in("mara@example.com", "another horse battery").await.expect(200);
    assert!(world.services.reset_link("nobody@example.com").await.is_err());
    let count: i64 = rusqlite::Connection::open(world.folder.path().join("surety.db"))
        .unwrap()
        .query_row("SELECT COUNT(*) FROM mails", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 0, "nothing waits for a server that will never be");
}

#[tokio::test]
async fn mails_are_tried_again_and_given_up_when_that_is_no_use() {
    let (world, mailbox) = world_with_mail().await;
    let account = world.register("mara@example.com").await;
    mailbox.refuse(2, "451 try later");
    assert!(world.mails(&mailbox).await.is_empty());
    assert!(world.mails(&mailbox).await.is_empty(), "not at once");
    world.wait_ms(60_000);
    assert!(world.mails(&mailbox).await.is_empty());
    world.wait_ms(300_000);
    let mail = world.mail(&mailbox).await;
    let verify = json!({ "token": mail.token() });
    world.post("/v1/auth/verify", &[], verify).await.expect(200);

    mailbox.refuse(1, "550 no such mailbox");
    world.services.forget_password("mara@example.com").await.unwrap();
    assert!(world.mails(&mailbox).await.is_empty());
    world.wait_ms(24 * HOUR_MS);
    assert!(world.mails(&mailbox).await.is_empty(), "for good");
    let (workspace, user) = (world_workspace(&world).await, world.user(&account).await.unwrap());
    let actor =
        world.services.authenticate_session(&workspace, &user, None).await.unwrap().unwrap();
    let mail = world.services.instance_health(&actor).await.unwrap().mail.unwrap();
    assert_eq!(mail.waiting, 0);
    assert!(mail.last_failure.unwrap().1.contains("550"));
}

#[tokio::test]
async fn where_tls_is_required_nothing_is_said_to_a_server_without_it() {
    let mailbox = Mailbox::open().await;
    let url = |tls: &str| format!("smtp://127.0.0.1:{}{tls}", mailbox.port);
    let world = World::with(mailing_by(url("?tls=required"))).await;
    let account = world.register("mara@example.com").await;
    assert!(world.mails(&mailbox).await.is_empty());
    let (workspace, user) = (world_workspace(&world).await, world.user(&account).await.unwrap());
    let actor =
        world.services.authenticate_session(&workspace, &user, None).await.unwrap().unwrap();
    let mail = world.services.instance_health(&actor).await.unwrap().mail.unwrap();
    assert_eq!(mail.waiting, 1, "it is tried again");
    assert!(mail.last_failure.unwrap().1.contains("STARTTLS"));
    for plain in ["", "?tls=none", "?tls=opportunistic"] {
        let world = World::with(mailing_by(url(plain))).await;
        world.register("mara@example.com").await;
        assert_eq!(world.mails(&mailbox).await.len(), 1, "{plain}: this machine, or on purpose");
    }
}

#[tokio::test]
async fn what_waits_survives_a_restart_and_nobody_else_reads_it() {
    let mailbox = Mailbox::open().await;
    let world = World::with(mailing(&mailbox)).await;
    world.register("mara@example.com").await;
    let read = |name: &str| std::fs::read(world.folder.path().join(name)).unwrap();
    let raw = [read("surety.db"), read("surety.db-wal")].concat();
    let raw = String::from_utf8_lossy(&raw).into_owned();
    assert!(raw.contains("verify_email") && !raw.contains("secret\":\""), "what it says is sealed");
    let world = world.restarted_with(mailing(&mailbox)).await;
    assert_eq!(world.mail(&mailbox).await.to, "mara@example.com");
    assert!(world.mails(&mailbox).await.is_empty(), "once");
}

#[tokio::test]
async fn two_processes_send_a_mail_once() {
    let (world, mailbox) = world_with_mail().await;
    for n in 0..5 {
        world.register(&format!("mara{n}@example.com")).await;
    }
    let (one, two) = tokio::join!(world.services.send_due_mails(), world.services.send_due_mails());
    assert_eq!(one.unwrap() + two.unwrap(), 5);
    assert_eq!(mailbox.take().len(), 5);
}

#[tokio::test]
async fn the_account_takes_its_mails_along_when_it_ends() {
    let (world, mailbox) = world_with_mail().await;
    let account = world.register("mara@example.com").await;
    world.services.forget_password("mara@example.com").await.unwrap();
    let body = json!({ "password": PASSWORD });
    let path = "/v1/auth/delete-account";
    world.call(Method::DELETE, path, &[account.bearer()], Some(&body)).await.expect(200);
    assert!(world.mails(&mailbox).await.is_empty());
    let conn = rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap();
    for table in ["users", "tokens", "mails", "invitations", "memberships"] {
        let count: i64 =
            conn.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0, "{table}");
    }
}
