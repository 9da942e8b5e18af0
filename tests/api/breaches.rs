//! Passwords that got out elsewhere are refused wherever one chooses a password, if there is whom to ask.

use std::time::Duration;

use serde_json::json;
use service::{Error, FieldError, Rule, Settings};
use tokio::time::Instant;

use crate::browser::Browser;
use crate::mail::mailing;
use crate::mail::receiver::Mailbox;
use crate::webhooks::receiver::{Behaviour, Receiver};
use crate::world::{Answer, World};

/// Its SHA-1 is CFC86F317CA0DA9FF0706AB8CDAA7373E9153604.
const LEAKED: &str = "Quetzalcoatl sang at 7";
const LINES: &str = "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\nF317CA0DA9FF0706AB8CDAA7373E9153604:12\r\n\
                     FFF983A91443AE72BD98E59ADAB93B31974:0";
const OTHER: &str = "another horse battery";

fn lines(lines: &str) -> Behaviour {
    let length = lines.len();
    Behaviour::Answer(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{lines}"))
}

fn asking(receiver: &Receiver) -> impl FnOnce(&mut Settings) + use<> {
    let url = receiver.url.clone();
    // The operator named this machine: what holds for webhooks does not matter.
    move |settings| {
        settings.webhooks.allow_loopback = false;
        settings.breached_passwords = Some(url.parse().unwrap());
    }
}

impl World {
    async fn choose(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        self.post("/v1/auth/register", &[], body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_got_out_is_refused_and_hardly_anything_is_told() {
    let receiver = Receiver::start(lines(LINES)).await;
    let world = World::with(asking(&receiver)).await;
    let refused = world.choose("mara@example.com", LEAKED).await;
    assert_eq!(refused.code(422), "VALIDATION_ERROR");
    assert_eq!(refused.json()["field"], "password");
    assert!(refused.json()["message"].as_str().unwrap().contains("got out"), "{}", refused.text);
    let seen = receiver.seen();
    assert_eq!((seen.len(), seen[0].path.as_str()), (1, "/hook/CFC86"));
    assert_eq!((seen[0].headers["add-padding"].as_str(), seen[0].body.as_str()), ("true", ""));
    let told = format!("{seen:?}");
    assert!(!told.contains("F317CA") && !told.contains("mara") && !told.contains(LEAKED), "{told}");

    world.choose("mara@example.com", OTHER).await.expect(201);
    assert_eq!(receiver.seen().len(), 2);
    for password in ["short", "password123"] {
        assert_eq!(world.choose("jon@example.com", password).await.code(422), "VALIDATION_ERROR");
    }
    assert_eq!(receiver.seen().len(), 2, "what is refused anyway is not looked up");
    world.log_in("mara@example.com", OTHER).await.expect(200);
    world.log_in("mara@example.com", LEAKED).await.code(401);
    assert_eq!(receiver.seen().len(), 2, "nobody is asked at signing in");

    let taken = world.choose("mara@example.com", LEAKED).await;
    let free = world.choose("jon@example.com", LEAKED).await;
    assert_eq!(taken.json()["message"], free.json()["message"], "before the address matters");

    receiver.behave(lines("F317CA0DA9FF0706AB8CDAA7373E9153604:0"));
    world.choose("lene@example.com", LEAKED).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_refused_by_every_way_to_choose_one_beside_its_field() {
    let (receiver, mailbox) = (Receiver::start(lines(LINES)).await, Mailbox::open().await);
    let (mail, ask) = (mailing(&mailbox), asking(&receiver));
    let world = World::with(|settings| {
        mail(settings);
        ask(settings);
    })
    .await;
    let mut browser = Browser::new(&world);
    let fields = [("email", "mara@example.com"), ("password", LEAKED), ("back", "/register")];
    browser.post("register", &fields).await;
    assert!(browser.page("/register", 200).await.contains("lists of passwords that got out"));
    world.register("mara@example.com").await;

    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    let page = "/dashboard/settings";
    let change = |new: &'static str| {
        [("current_password", "correct horse battery"), ("password", new), ("back", page)]
    };
    browser.post("change_password", &change(LEAKED)).await;
    let html = browser.page(page, 200).await;
    assert!(html.contains("lists of passwords that got out"), "{html}");
    assert!(html.contains("change_password-password-error"), "{html}");
    browser.post("change_password", &change(OTHER)).await;
    world.log_in("mara@example.com", OTHER).await.expect(200);

    let breached = |refused: Result<(), Error>| match refused {
        Err(Error::Invalid(errors)) => {
            assert_eq!(errors, [FieldError { field: "password", rule: Rule::Breached }]);
        }
        other => panic!("{other:?}"),
    };
    let link = world.services.reset_link("mara@example.com").await.unwrap();
    let token = link.split_once("token=").unwrap().1;
    breached(world.services.reset_password(token, LEAKED).await.map(drop));
    world.services.reset_password(token, "a third horse battery").await.unwrap();

    mailbox.take();
    world.mails(&mailbox).await;
    let new = service::NewRegistration {
        email: "jon@example.com".to_owned(),
        ..service::NewRegistration::default()
    };
    world.services.begin_registration(new).await.unwrap().await.unwrap();
    let token = world.mail(&mailbox).await.token();
    breached(world.services.finish_registration(&token, LEAKED).await.map(drop));
    world.services.finish_registration(&token, OTHER).await.unwrap();

    let link = world.services.invitation_link("lene@example.com").await.unwrap();
    let invitation = link.split_once("token=").unwrap().1;
    let new = |password: &str| service::NewUser {
        email: "lene@example.com".to_owned(),
        password: password.to_owned(),
        invitation: Some(invitation.to_owned()),
        ..service::NewUser::default()
    };
    breached(world.services.register(new(LEAKED)).await.map(drop));
    world.services.register(new(OTHER)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_taken_where_nobody_answers_in_time() {
    let receiver = Receiver::start(Behaviour::Hang).await;
    let world = World::with(asking(&receiver)).await;
    let begin = Instant::now();
    world.choose("mara@example.com", LEAKED).await.expect(201);
    let took = begin.elapsed();
    assert!(took > Duration::from_secs(2) && took < Duration::from_secs(5), "{took:?}");
    let inner = Receiver::start(lines(LINES)).await;
    let location = format!("location: {}", inner.url);
    for (n, behaviour) in
        [Behaviour::status(503), Behaviour::Cut, Behaviour::with_header(302, &location)]
            .into_iter()
            .enumerate()
    {
        receiver.behave(behaviour);
        world.choose(&format!("jon{n}@example.com"), LEAKED).await.expect(201);
    }
    assert_eq!(receiver.seen().len(), 4);
    assert!(inner.seen().is_empty(), "a redirect is not followed");
}
