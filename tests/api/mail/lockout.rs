use std::net::IpAddr;

use serde_json::json;

use super::PASSWORD;
use crate::world::World;

const MINUTE_MS: i64 = 60_000;

#[tokio::test]
async fn ten_thousand_guesses_are_stopped_for_known_and_unknown_addresses_alike() {
    let world = World::new().await;
    world.register("mara@example.com").await;
    let services = &world.services;
    let nowhere = IpAddr::from([0, 0, 0, 0]);
    let mut looked_at = [0_u32; 2];
    for (at, email) in ["mara@example.com", "nobody@example.com"].into_iter().enumerate() {
        for guess in 0..5_000 {
            match services.log_in(email, &format!("guess {guess}"), nowhere).await {
                Err(service::Error::Unauthenticated { .. }) => looked_at[at] += 1,
                Err(service::Error::TooManyAttempts { .. }) => {}
                Err(error) => panic!("{error:?}"),
                Ok(_) => panic!("{guess} is not the password"),
            }
            // An hour and a half in all.
            world.wait_ms(1_000);
        }
    }
    assert_eq!(looked_at[0], looked_at[1]);
    // Five at first, and after 30 seconds, one minute, two, ... one more each time.
    assert!((10..15).contains(&looked_at[0]), "{looked_at:?}");
}

#[tokio::test]
async fn guesses_that_come_at_once_are_counted_too() {
    let world = std::sync::Arc::new(World::new().await);
    world.register("mara@example.com").await;
    let guesses: Vec<_> = (0..50)
        .map(|n| {
            let world = std::sync::Arc::clone(&world);
            tokio::spawn(async move {
                let answer = world.log_in("mara@example.com", &format!("guess number {n}")).await;
                answer.status.as_u16()
            })
        })
        .collect();
    let mut looked_at = 0;
    for guess in guesses {
        let status = guess.await.unwrap();
        assert!([401, 429].contains(&status));
        looked_at += u32::from(status == 401);
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn an_account_opens_again_and_a_right_password_begins_anew() {
    let world = World::new().await;
    world.register("mara@example.com").await;
    let wrong = || world.log_in("mara@example.com", "wrong horse battery");
    for _ in 0..4 {
        wrong().await.code(401);
    }
    world.log_in("mara@example.com", PASSWORD).await.expect(200);
    for _ in 0..5 {
        wrong().await.code(401);
    }
    let shut = world.log_in("MARA@example.com", PASSWORD).await;
    assert_eq!(shut.code(429), "TOO_MANY_ATTEMPTS");
    assert_eq!(shut.header("retry-after"), "30");
    // Another process knows it, too.
    let world = world.restarted().await;
    world.log_in("mara@example.com", PASSWORD).await.code(429);
    world.wait_ms(30_000);
    world.log_in("mara@example.com", "wrong horse battery").await.code(401);
    let shut = world.log_in("mara@example.com", PASSWORD).await;
    assert_eq!(shut.header("retry-after"), "60", "twice as long");
    world.wait_ms(MINUTE_MS);
    world.log_in("mara@example.com", PASSWORD).await.expect(200);
    world.log_in("mara@example.com", "wrong horse battery").await.code(401);
    world.log_in("mara@example.com", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_network_that_guesses_at_many_accounts_is_shut() {
    let world = World::new().await;
    world.register("mara@example.com").await;
    let from = async |address: &str, email: String, password: &str| {
        let body = json!({ "email": email, "password": password });
        world.post_from(address, "/v1/auth/login", body).await.status.as_u16()
    };
    for n in 0..30 {
        let address = format!("2001:db8:1:2::{n:x}");
        assert_eq!(from(&address, format!("user{n}@example.com"), "a guess of mine").await, 401);
        // Its own account does not buy it more.
        if n % 10 == 0 {
            assert_eq!(from(&address, "mara@example.com".to_owned(), PASSWORD).await, 200);
        }
    }
    let mara = || "mara@example.com".to_owned();
    assert_eq!(from("2001:db8:1:2::ffff", mara(), PASSWORD).await, 429);
    assert_eq!(from("2001:db8:1:3::1", mara(), PASSWORD).await, 200, "others get in");
}

#[tokio::test]
async fn a_hash_of_earlier_parameters_is_made_anew() {
    // argon2id of `correct horse battery` with 8 MiB, one pass.
    let world = World::new().await;
    world.register("mara@example.com").await;
    let path = world.folder.path().join("surety.db");
    let stored = || -> String {
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.query_row("SELECT password_hash FROM users", [], |row| row.get(0)).unwrap()
    };
    let today = stored();
    assert!(today.contains("m=19456,t=2,p=1"), "{today}");
    world.log_in("mara@example.com", PASSWORD).await.expect(200);
    assert_eq!(stored(), today, "not without need");
    let weak = weaker(PASSWORD);
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute("UPDATE users SET password_hash = ?1", [&weak]).unwrap();
    drop(conn);
    world.log_in("mara@example.com", "wrong horse battery").await.code(401);
    assert_eq!(stored(), weak, "only with the right password");
    world.log_in("mara@example.com", PASSWORD).await.expect(200);
    assert!(stored().contains("m=19456,t=2,p=1"), "{}", stored());
    world.log_in("mara@example.com", PASSWORD).await.expect(200);
}

/// The hash of a password with the parameters of earlier days.
pub fn weaker(password: &str) -> String {
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password_with_salt(password.as_bytes(), &[7; 16]).unwrap().to_string()
}
