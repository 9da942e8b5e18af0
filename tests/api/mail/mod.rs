//! Mail as its readers get it: from a real server to a real mail server.

mod devices;
mod invited;
mod letters;
pub mod lockout;
pub mod members;
pub mod receiver;
mod recovery;
mod registration;

use serde_json::json;
use service::Settings;

use crate::world::{Account, Answer, World};
use receiver::{Mailbox, Received};

pub const PASSWORD: &str = "correct horse battery";

/// Sends mail to this mailbox.
pub fn mailing(mailbox: &Mailbox) -> impl FnOnce(&mut Settings) + use<> {
    mailing_by(format!("smtp://127.0.0.1:{}", mailbox.port))
}

/// Sends mail by this URL.
pub fn mailing_by(url: String) -> impl FnOnce(&mut Settings) {
    move |settings| {
        settings.mail = Some(service::MailSettings {
            server: url.parse().unwrap(),
            from: "Surety <surety@example.com>".parse().unwrap(),
            render: app::mails::render,
        });
    }
}

/// A server that sends mail, and where it goes.
pub async fn world_with_mail() -> (World, Mailbox) {
    let mailbox = Mailbox::open().await;
    let world = World::with(mailing(&mailbox)).await;
    (world, mailbox)
}

impl World {
    /// The mails that are sent now.
    pub async fn mails(&self, mailbox: &Mailbox) -> Vec<Received> {
        self.services.send_due_mails().await.unwrap();
        mailbox.take()
    }

    /// The one mail that is sent now.
    pub async fn mail(&self, mailbox: &Mailbox) -> Received {
        let mut mails = self.mails(mailbox).await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails.remove(0)
    }

    pub async fn log_in(&self, email: &str, password: &str) -> Answer {
        self.post("/v1/auth/login", &[], json!({ "email": email, "password": password })).await
    }

    /// An account whose address is proved.
    pub async fn verified(&self, mailbox: &Mailbox, email: &str) -> Account {
        let account = self.register(email).await;
        let token = self.mail(mailbox).await.token();
        self.post("/v1/auth/verify", &[], json!({ "token": token })).await.expect(200);
        account
    }
}
