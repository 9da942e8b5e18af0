use service::{Clock, Entropy, NewContest, Services};

use super::{DAY_MS, PASSWORD, furnished};
use crate::world::{World, settings};

#[tokio::test]
async fn another_master_key_opens_what_the_first_one_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let first = settings(&folder);
    let open = |master_key: [u8; 32]| {
        let settings = service::Settings { master_key, ..settings(&folder) };
        Services::open(settings, Clock::system(), Entropy::system())
    };
    let services = open([7; 32]).await.unwrap();
    let keys = services.certificate_keys().await.unwrap();
    services.close().await;
    let entropy = Entropy::system();
    let rotate = |old: [u8; 32], new: [u8; 32]| {
        let (store, entropy) = (first.store.clone(), entropy.clone());
        async move { service::rotate_master_key(&store, &entropy, (&old, &new)).await }
    };
    assert!(rotate([8; 32], [9; 32]).await.is_err(), "only who has the key in force");
    assert_eq!(rotate([7; 32], [9; 32]).await.unwrap(), 2);
    assert!(!Services::master_key_fits(&first.store, &[7; 32]).await.unwrap());
    assert!(open([7; 32]).await.is_err());
    let services = open([9; 32]).await.unwrap();
    let text = |keys: &[service::PublicKey]| format!("{keys:?}");
    assert_eq!(text(&services.certificate_keys().await.unwrap()), text(&keys));
    services.close().await;
}

#[tokio::test]
async fn what_is_older_than_it_may_be_goes() {
    let world = World::with(|settings| settings.retention.audit_days = 30).await;
    furnished(&world, "mara@example.com", "Mara").await;
    let entries = || -> i64 {
        let conn = rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap();
        conn.query_row("SELECT COUNT(*) FROM audit", [], |row| row.get(0)).unwrap()
    };
    let before = entries();
    assert!(before > 3);
    world.services.enforce_retention().await.unwrap();
    assert_eq!(entries(), before);
    world.tamper("UPDATE audit SET at_ms = 0 WHERE action = 'agent.created'");
    world.wait_ms(3_599_999);
    world.services.enforce_retention().await.unwrap();
    assert_eq!(entries(), before, "once an hour");
    world.wait_ms(1);
    world.services.enforce_retention().await.unwrap();
    assert_eq!(entries(), before - 1);
    world.wait_ms(30 * DAY_MS);
    world.services.enforce_retention().await.unwrap();
    assert_eq!(entries(), 0);
}

#[tokio::test]
async fn anybody_can_contest_a_score_and_a_person_answers_once() {
    let world = World::new().await;
    let operator = world.register("operator@example.com").await;
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let stranger = world.register("jon@example.com").await;
    let services = &world.services;
    let gopi_id = agent["gopi_id"].as_str().unwrap();
    let contest = |message: &str| NewContest {
        name: "Ada".to_owned(),
        email: "ADA@example.com".to_owned(),
        message: message.to_owned(),
    };
    assert!(services.create_contest(gopi_id, contest(" ")).await.is_err());
    assert!(services.create_contest("gopi_lch_00000000", contest("Wrong")).await.is_err());
    let made = services.create_contest(gopi_id, contest("Wrong.\nPaid.")).await.unwrap();
    let (id, owner) = (made.id.as_str(), world.actor(&account).await);
    let (operator, stranger) = (world.actor(&operator).await, world.actor(&stranger).await);
    assert_eq!(services.list_contests(&owner).await.unwrap(), std::slice::from_ref(&made));
    assert_eq!(services.list_open_contests(&operator).await.unwrap(), std::slice::from_ref(&made));
    assert!(services.list_open_contests(&owner).await.is_err());
    assert!(services.list_contests(&stranger).await.unwrap().is_empty());
    assert!(services.get_contest(&stranger, id).await.is_err());
    assert!(services.answer_contest(&stranger, id, "No").await.is_err());
    assert!(services.answer_contest(&owner, id, " ").await.is_err());
    let answered = services.answer_contest(&operator, id, "Corrected").await.unwrap();
    assert_eq!(answered.answer.as_deref(), Some("Corrected"));
    assert!(services.answer_contest(&owner, id, "Again").await.is_err());
    assert!(services.list_open_contests(&operator).await.unwrap().is_empty());
    let export = world.get("/v1/auth/export-data", &[account.bearer()]).await.expect(200);
    assert_eq!(export["data"]["contests"][0]["message"], "Wrong.\nPaid.");
    world.delete(&account, PASSWORD).await.expect(200);
    assert!(services.get_contest(&operator, id).await.is_err());
}

#[tokio::test]
async fn an_owner_can_ask_search_engines_to_leave_an_agent_out() {
    let world = World::new().await;
    let (account, agent) = furnished(&world, "mara@example.com", "Mara").await;
    let owner = world.actor(&account).await;
    let path = format!("/a/{}", agent["gopi_id"].as_str().unwrap());
    let noindex = async || world.get(&path, &[]).await.text.contains(r#"content="noindex""#);
    assert!(!noindex().await);
    let id = agent["id"].as_str().unwrap();
    world.services.set_agent_unlisted(&owner, id, true).await.unwrap();
    assert!(noindex().await);
    world.services.set_agent_unlisted(&owner, id, false).await.unwrap();
    assert!(!noindex().await);
    for page in ["contest", "contest/sent"] {
        assert_eq!(world.get(&format!("{path}/{page}"), &[]).await.status, 200);
    }
    assert_eq!(world.get("/a/gopi_lch_00000000/contest", &[]).await.status, 404);
}
