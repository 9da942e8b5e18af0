use axum::http::Method;
use model::Role;
use serde_json::json;
use service::{Actor, Capability, DeletionRequest, Error, Via, Who};

use super::PASSWORD;
use crate::browser::Browser;
use crate::world::{Account, World};

impl World {
    /// The id of the person behind an account's token.
    pub async fn user(&self, account: &Account) -> Option<model::UserId> {
        let me = self.get("/v1/auth/me", &[account.bearer()]).await;
        match me.status.as_u16() {
            200 => me.json()["user_id"].as_str().unwrap().parse().ok(),
            // The token has ended: the only account there is.
            _ => {
                let conn =
                    rusqlite::Connection::open(self.folder.path().join("surety.db")).unwrap();
                let id: String = conn.query_row("SELECT id FROM users", [], |r| r.get(0)).unwrap();
                id.parse().ok()
            }
        }
    }

    /// The person as somebody of this workspace.
    async fn inside(&self, of: &Actor, account: &Account) -> Option<Actor> {
        let user = self.user(account).await.unwrap();
        let proved_at_ms = Some(self.services.now_ms());
        self.services.authenticate_session(&of.workspace_id, &user, proved_at_ms).await.unwrap()
    }

    /// Lets somebody join by a link that is handed over.
    pub async fn join(&self, owner: &Actor, account: &Account, role: &str) -> Actor {
        let issued = self.services.invite_member(owner, "", role).await.unwrap();
        let link = issued.link.unwrap();
        let secret = link.split_once("token=").unwrap().1;
        // So that the one who was there first is listed first.
        self.wait_ms(1);
        let joiner = self.actor(account).await;
        self.services.accept_invitation(&joiner, secret).await.unwrap();
        self.inside(owner, account).await.unwrap()
    }
}

/// The only workspace that there is.
pub async fn world_workspace(world: &World) -> model::WorkspaceId {
    let conn = rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap();
    let id: String = conn.query_row("SELECT id FROM workspaces", [], |row| row.get(0)).unwrap();
    id.parse().unwrap()
}

#[tokio::test]
async fn each_role_may_what_the_table_says() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let (jon, ada) =
        (world.register("jon@example.com").await, world.register("ada@example.com").await);
    let owner = world.actor(&mara).await;
    let admin = world.join(&owner, &jon, "admin").await;
    let member = world.join(&owner, &ada, "member").await;
    let capabilities = [
        Capability::Read,
        Capability::Write,
        Capability::ManageAgents,
        Capability::ManageKeys,
        Capability::ManageWebhooks,
        Capability::ManageWorkspace,
        Capability::ManageMembers,
        Capability::Own,
    ];
    let may = |actor: &Actor| capabilities.map(|c| u8::from(actor.may(c)));
    assert_eq!(may(&member), [1, 1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(may(&admin), [1, 1, 1, 1, 1, 1, 1, 0]);
    assert_eq!(may(&owner), [1; 8]);

    let services = &world.services;
    let refused = |error: Error| assert!(matches!(error, Error::Forbidden { .. }), "{error:?}");
    let ada_id = world.user(&ada).await.unwrap();
    let jon_id = world.user(&jon).await.unwrap();
    refused(services.invite_member(&member, "x@example.com", "member").await.unwrap_err());
    refused(services.list_invitations(&member).await.unwrap_err());
    refused(services.remove_member(&member, jon_id.as_str()).await.unwrap_err());
    refused(services.set_member_role(&member, ada_id.as_str(), "admin").await.unwrap_err());
    refused(
        services.create_api_key(&member, service::NewApiKey::default(), None).await.err().unwrap(),
    );
    refused(services.export_json(&admin).await.err().unwrap());
    refused(services.create_export(&admin).await.unwrap_err());
    refused(services.hand_over_workspace(&admin, ada_id.as_str()).await.unwrap_err());
    services.list_members(&member).await.unwrap();
    // A key is nobody.
    let key = Actor {
        who: Who::Key {
            id: model::ApiKeyId::new(0, [1; 10]),
            permissions: "read,write,manage".split(',').map(|p| p.parse().unwrap()).collect(),
            agent: None,
        },
        ..owner.clone()
    };
    refused(services.invite_member(&key, "", "member").await.unwrap_err());
    refused(services.list_members(&key).await.unwrap_err());
    // Nobody touches the owner but the owner.
    let mara_id = world.user(&mara).await.unwrap();
    for error in [
        services.remove_member(&admin, mara_id.as_str()).await.unwrap_err(),
        services.set_member_role(&admin, mara_id.as_str(), "member").await.unwrap_err(),
        services.leave_workspace(&owner, None).await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
    }
    for role in ["owner", "boss", ""] {
        assert!(services.invite_member(&owner, "", role).await.is_err());
        assert!(services.set_member_role(&owner, jon_id.as_str(), role).await.is_err());
    }
    // Foreign people are unknown.
    let eve = world.register("eve@example.com").await;
    let (eve_id, stranger) = (world.user(&eve).await.unwrap(), world.actor(&eve).await);
    for id in [eve_id.as_str(), "usr_1", ""] {
        let error = services.remove_member(&owner, id).await.unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
    }
    let error = services.remove_member(&stranger, ada_id.as_str()).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
    let error = services.enter_workspace(&stranger, owner.workspace_id.as_str()).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
    let invitation = services.invite_member(&owner, "", "member").await.unwrap().invitation;
    let error = services.revoke_invitation(&stranger, invitation.id.as_str()).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn people_come_change_and_go_and_the_trail_says_so() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let jon = world.register("jon@example.com").await;
    world.agent(&mara, "Marabot").await;
    let mut owner = Browser::signed_in(&world, "mara@example.com").await;
    let mut joining = Browser::signed_in(&world, "jon@example.com").await;
    let here = "/dashboard/settings/members";
    let link = async |owner: &mut Browser<'_>, email: &str| {
        let fields = [("email", email), ("role", "member"), ("back", here)];
        assert_eq!(owner.post("invite_member", &fields).await.header("location"), here);
        let page = owner.page(here, 200).await;
        let (_, rest) = page.split_once("https://trust.example.com/invite?token=").unwrap();
        rest.chars().take(43).collect::<String>()
    };
    let withdrawn = link(&mut owner, "jon@example.com").await;
    let page = owner.page(here, 200).await;
    assert!(!page.contains(&withdrawn), "shown once");
    let id = page.split_once("inv_").map(|(_, rest)| format!("inv_{}", &rest[..26])).unwrap();
    owner.post("revoke_invitation", &[("id", &id), ("back", here)]).await;
    joining.post("accept_invitation", &[("token", &withdrawn), ("back", "/x")]).await;
    let other = link(&mut owner, "ada@example.com").await;
    let page = joining.page(&format!("/invite?token={other}"), 200).await;
    assert!(page.contains("for another address"), "{page}");
    joining.post("accept_invitation", &[("token", &other), ("back", "/x")]).await;
    assert!(!joining.page("/dashboard/agents", 200).await.contains("Marabot"));

    let token = link(&mut owner, " JON@example.com").await;
    assert!(joining.page(&format!("/invite?token={token}"), 200).await.contains("Member"));
    let to = joining.post("accept_invitation", &[("token", &token), ("back", "/x")]).await;
    assert_eq!(to.header("location"), "/dashboard");
    assert!(joining.page("/dashboard/agents", 200).await.contains("Marabot"), "goes on there");
    assert!(!joining.page(here, 200).await.contains("/fn/invite_member"));
    let twice = [("email", "jon@example.com"), ("role", "member"), ("back", here)];
    owner.post("invite_member", &twice).await;
    assert!(owner.page(here, 200).await.contains("a member already"));

    // To the own workspace and back.
    let actor = world.actor(&jon).await;
    let own = actor.workspace_id.to_string();
    joining.post("switch_workspace", &[("workspace", &own)]).await;
    assert!(!joining.page("/dashboard/agents", 200).await.contains("Marabot"));
    let shared = world.actor(&mara).await.workspace_id.to_string();
    joining.post("switch_workspace", &[("workspace", &shared)]).await;
    assert!(joining.page("/dashboard/agents", 200).await.contains("Marabot"));

    let jon_id = actor.user_id().unwrap().to_string();
    owner.post("promote_member", &[("id", &jon_id), ("back", here)]).await;
    assert!(joining.page(here, 200).await.contains("/fn/invite_member"), "at once");
    owner.post("demote_member", &[("id", &jon_id), ("back", here)]).await;
    owner.post("remove_member", &[("id", &jon_id), ("back", here)]).await;
    assert_eq!(joining.get("/dashboard/agents").await.status, 302, "the session in it ends");
    let mut again = Browser::signed_in(&world, "jon@example.com").await;
    assert!(!again.page("/dashboard/agents", 200).await.contains("Marabot"));
    world.get("/v1/auth/me", &[jon.bearer()]).await.expect(200);

    let trail = owner.page("/dashboard/audit-log", 200).await;
    for entry in [
        "Invitation made",
        "Invitation withdrawn",
        "Invitation used",
        "Member joined",
        "Member&#x27;s role changed",
        "Member removed",
    ] {
        let plain = entry.replace("&#x27;", "'");
        assert!(trail.contains(entry) || trail.contains(&plain), "{entry}");
    }
}

#[tokio::test]
async fn a_workspace_is_handed_over_and_its_former_owner_has_somewhere_to_be() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let jon = world.register("jon@example.com").await;
    let services = &world.services;
    let owner = world.actor(&mara).await;
    let member = world.join(&owner, &jon, "member").await;
    let jon_id = member.user_id().unwrap().to_string();
    let unproved = Actor { via: Via::Session, proved_at_ms: None, ..owner.clone() };
    for error in [
        services.hand_over_workspace(&unproved, &jon_id).await.unwrap_err(),
        services.set_member_role(&unproved, &jon_id, "admin").await.unwrap_err(),
        services.remove_member(&unproved, &jon_id).await.unwrap_err(),
        services.invite_member(&unproved, "", "member").await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::ProofNeeded), "{error:?}");
    }
    services.hand_over_workspace(&owner, &jon_id).await.unwrap();
    let roles: Vec<_> =
        services.list_members(&owner).await.unwrap().iter().map(|m| m.role).collect();
    assert_eq!(roles, [Role::Admin, Role::Owner]);
    let workspaces = services.me(&owner).await.unwrap().workspaces;
    assert_eq!(workspaces.len(), 2, "one of her own");
    assert!(!workspaces[0].operator_owned, "its new owner runs nothing");
    let former = world.inside(&owner, &mara).await.unwrap();
    let home = services.leave_workspace(&former, None).await.unwrap();
    assert_eq!(home.id, workspaces[1].id);
    assert!(world.inside(&owner, &mara).await.is_none());
    let back = world.log_in("mara@example.com", PASSWORD).await.expect(200);
    let bearer = ("authorization", format!("Bearer {}", back["token"].as_str().unwrap()));
    world.get("/v1/agents", &[bearer]).await.expect(200);
}

#[tokio::test]
async fn who_goes_takes_what_they_own_and_leaves_what_others_own() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let jon = world.register("jon@example.com").await;
    let ada = world.register("ada@example.com").await;
    let services = &world.services;
    let (owner, second) = (world.actor(&mara).await, world.actor(&jon).await);
    world.join(&owner, &jon, "admin").await;
    let guest = world.join(&second, &ada, "member").await;
    let agent = world.agent(&jon, "Jonbot").await;
    // Jon owns two by now.
    let ada_own = world.actor(&ada).await;
    let inside = world.join(&ada_own, &jon, "member").await;
    services.hand_over_workspace(&ada_own, inside.user_id().unwrap().as_str()).await.unwrap();
    let end = services.account_end(&second).await.unwrap();
    let others: Vec<_> = end.workspaces.iter().map(|(_, others)| *others).collect();
    assert_eq!(others, [1, 1], "who loses access is said");

    // From within somebody else's workspace, too: it is the person that goes.
    let jon_in_maras = world.inside(&owner, &jon).await.unwrap();
    let wish =
        DeletionRequest { email: None, password: Some(PASSWORD), at_once: false, session: None };
    services.delete_account(&jon_in_maras, wish).await.unwrap();
    let error = services.invite_member(&second, "", "member").await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
    assert!(services.planned_deletion(&second).await.unwrap().is_some());
    assert!(services.planned_deletion(&owner).await.unwrap().is_none(), "Mara's goes on");
    services.cancel_deletion(&second).await.unwrap();
    services.invite_member(&second, "", "member").await.unwrap();

    let back = world.log_in("jon@example.com", PASSWORD).await.expect(200);
    let token = back["token"].as_str().unwrap().to_owned();
    let body = json!({ "password": PASSWORD });
    let path = "/v1/auth/delete-account";
    let jon = Account { token, key: jon.key };
    world.call(Method::DELETE, path, &[jon.bearer()], Some(&body)).await.expect(200);
    assert_eq!(world.log_in("jon@example.com", PASSWORD).await.code(401), "UNAUTHORIZED");
    assert_eq!(services.list_members(&owner).await.unwrap().len(), 1);
    let gopi = agent["gopi_id"].as_str().unwrap();
    assert_eq!(world.get(&format!("/v1/public/{gopi}"), &[]).await.code(404), "NOT_FOUND");
    assert!(services.list_members(&guest).await.unwrap().is_empty());
    // Ada got one of her own when she handed hers over, and signs in there.
    world.log_in("ada@example.com", PASSWORD).await.expect(200);
    let conn = rusqlite::Connection::open(world.folder.path().join("surety.db")).unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT COUNT(*) FROM users"), 2);
    assert_eq!(count("SELECT COUNT(*) FROM workspaces"), 2);
    assert_eq!(count("SELECT COUNT(*) FROM erasures"), 2);
}
