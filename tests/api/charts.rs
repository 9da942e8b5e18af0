use model::{DAY_MS, Permission};
use serde_json::{Value, json};
use service::NewApiKey;

use crate::browser::Browser;
use crate::world::{Account, World};

async fn pay(world: &World, account: &Account, agent: &Value, (amount, date): (&str, &str)) {
    let body = json!({ "agent_id": agent["id"], "amount": amount, "status": "paid", "date": date });
    world.pay(account, body).await.expect(201);
}

async fn move_to_berlin(browser: &mut Browser<'_>) {
    browser.post("set_time_zone", &[("time_zone", "Europe/Berlin")]).await;
}

#[tokio::test]
async fn the_overview_and_its_file_follow_the_time_zone_of_the_workspace() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let agent = world.agent(&mara, "Bot").await;
    for (amount, status, date) in [
        ("10.50", "on_time", "2026-10-12T10:00:00Z"),
        // In Berlin this is the next day.
        ("7.00", "paid", "2026-10-12T22:30:00Z"),
        ("99.00", "missed", "2026-10-13T10:00:00Z"),
        // Before the seven days.
        ("2.00", "late", "2026-10-05T10:00:00Z"),
    ] {
        let id = &agent["id"];
        let body = json!({ "agent_id": id, "amount": amount, "status": status, "date": date });
        world.pay(&mara, body).await.expect(201);
    }
    let path = "/dashboard/overview.csv?range=7d";
    let anonymous = world.get(path, &[]).await;
    assert_ne!(anonymous.status, 200);

    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    let utc = browser.get(path).await;
    assert_eq!(utc.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<_> = utc.text.lines().collect();
    assert_eq!((lines.len(), lines[5]), (8, "2026-10-12,0,17.5,0,2"), "{}", utc.text);

    move_to_berlin(&mut browser).await;
    let berlin = browser.page(path, 200).await;
    let lines: Vec<_> = berlin.lines().collect();
    assert_eq!(lines[5..7], ["2026-10-12,0,10.5,0,2", "2026-10-13,0,7,0,0"], "{berlin}");
    // What comes after the move is counted in the new zone at once.
    pay(&world, &mara, &agent, ("1", "2026-10-12T22:45:00Z")).await;
    let page = browser.page("/dashboard?range=7d", 200).await;
    for part in ["Europe/Berlin", "18.50", "class=\"s1\"", "75.0"] {
        assert!(page.contains(part), "{part}: {page}");
    }

    // Another workspace sees none of it, not even by the agent's id.
    world.register("jon@example.com").await;
    let mut jon = Browser::signed_in(&world, "jon@example.com").await;
    let other = jon.page(path, 200).await;
    assert!(!other.contains("17.5"), "{other}");
    let foreign = format!("{path}&agent={}", agent["id"].as_str().unwrap());
    jon.page(&foreign, 404).await;
}

#[tokio::test]
async fn a_day_of_23_hours_and_the_end_of_a_month_lose_and_double_nothing() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let agent = world.agent(&mara, "Bot").await;
    // The last hour of a month in Berlin, and the first of the next one.
    pay(&world, &mara, &agent, ("1", "2026-03-31T21:59:59Z")).await;
    pay(&world, &mara, &agent, ("2", "2026-03-31T22:00:00Z")).await;
    // The day on which the clocks go forward: its first and its last quarter of an hour, and those beside it.
    pay(&world, &mara, &agent, ("4", "2026-03-28T22:59:00Z")).await;
    pay(&world, &mara, &agent, ("8", "2026-03-28T23:00:00Z")).await;
    pay(&world, &mara, &agent, ("16", "2026-03-29T21:59:00Z")).await;
    pay(&world, &mara, &agent, ("32", "2026-03-29T22:00:00Z")).await;
    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    move_to_berlin(&mut browser).await;

    let spent = |csv: &str| -> Vec<(String, String)> {
        let cells = csv.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        cells.filter(|c| c[2] != "0").map(|c| (c[0].to_owned(), c[2].to_owned())).collect()
    };
    let is = |found: Vec<(String, String)>, expected: &[(&str, &str)]| {
        let found: Vec<_> = found.iter().map(|(at, sum)| (at.as_str(), sum.as_str())).collect();
        assert_eq!(found, expected);
    };
    let path = "/dashboard/overview.csv?compare=off";
    let days = browser.page(&format!("{path}&from=2026-03-28&to=2026-04-01"), 200).await;
    is(
        spent(&days),
        &[
            ("2026-03-28", "4"),
            ("2026-03-29", "24"),
            ("2026-03-30", "32"),
            ("2026-03-31", "1"),
            ("2026-04-01", "2"),
        ],
    );
    let months = browser.page(&format!("{path}&range=12m"), 200).await;
    is(spent(&months), &[("2026-03", "61"), ("2026-04", "2")]);
    let hours = browser.page(&format!("{path}&from=2026-03-29&to=2026-03-29"), 200).await;
    assert_eq!(hours.lines().count(), 1 + 23, "{hours}");
    let (first, last) = ("2026-03-29T00:00:00+01:00", "2026-03-29T23:00:00+02:00");
    is(spent(&hours), &[(first, "8"), (last, "16")]);
    assert!(!hours.contains("T02:00"), "an hour that did not exist: {hours}");
    let autumn = browser.page(&format!("{path}&from=2025-10-26&to=2025-10-26"), 200).await;
    assert_eq!(autumn.matches("T02:00").count(), 2, "{autumn}");
    assert_eq!(autumn.lines().count(), 1 + 25, "{autumn}");
}

#[tokio::test]
async fn the_payments_page_and_its_file_filter_by_the_days_that_they_show() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let agent = world.agent(&mara, "Bot").await;
    for dated in [
        ("1.11", "2026-10-11T21:59:00Z"),
        ("2.22", "2026-10-11T22:00:00Z"),
        ("3.33", "2026-10-12T21:59:00Z"),
        ("4.44", "2026-10-12T22:00:00Z"),
    ] {
        pay(&world, &mara, &agent, dated).await;
    }
    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    move_to_berlin(&mut browser).await;
    let day = "from=2026-10-12&until=2026-10-12";
    let page = browser.page(&format!("/dashboard/payments?{day}"), 200).await;
    let file = browser.page(&format!("/dashboard/payments.csv?{day}"), 200).await;
    for (amount, there) in [("1.11", false), ("2.22", true), ("3.33", true), ("4.44", false)] {
        assert_eq!(page.contains(&format!("{amount}<")), there, "{amount}: {page}");
        assert_eq!(file.contains(&format!(",{amount},")), there, "{amount}: {file}");
    }
    assert!(file.contains(",2026-10-12T23:59:00+02:00,3.33,"), "{file}");
    // The filter that is set is named by the day that was chosen, not by the one behind it.
    assert!(page.contains("12 Oct 2026") && !page.contains("13 Oct 2026"), "{page}");
    // The audit log, too: two hours before midnight in UTC it is the next day in Berlin.
    world.wait_ms(10 * 3_600_000);
    let late = [("name", "Late"), ("framework", "langchain"), ("visibility", "public")];
    browser.post("create_agent", &late).await;
    let entry = "href=\"/dashboard/audit-log/aud_";
    let first = browser.page("/dashboard/audit-log?to=2026-10-14", 200).await;
    let second = browser.page("/dashboard/audit-log?from=2026-10-15&to=2026-10-15", 200).await;
    assert!(first.matches(entry).count() > 1, "{first}");
    assert_eq!(second.matches(entry).count(), 1, "{second}");
}

#[tokio::test]
async fn what_needs_attention_is_named_with_a_way_to_it() {
    let world = World::new().await;
    let mara = world.register("mara@example.com").await;
    let agent = world.agent(&mara, "Bot <b>").await;
    world.pay_times(&mara, &agent, 5).await;
    let actor = world.services.authenticate_token(&mara.token).await.unwrap();
    let id = agent["id"].as_str().unwrap();
    world.services.issue_certificate(&actor, id, None).await.unwrap();
    let key = |name: &str, days| NewApiKey {
        name: name.to_owned(),
        permissions: [Permission::Read].into_iter().collect(),
        expires_in_days: Some(days),
        ..NewApiKey::default()
    };
    let soon = world.services.create_api_key(&actor, key("Soon", 90), None).await.unwrap().key.id;
    let later =
        world.services.create_api_key(&actor, key("Later", 200), None).await.unwrap().key.id;

    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    let calm = browser.page("/dashboard", 200).await;
    assert!(!calm.contains("h-attention"), "{calm}");
    world.wait_ms(80 * DAY_MS);
    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    let page = browser.page("/dashboard", 200).await;
    assert!(page.contains("The certificate of Bot &lt;b&gt; ends on 12 Jan 2027"), "{page}");
    assert!(page.contains(&format!("href=\"/dashboard/agents/{id}/certificates\"")), "{page}");
    assert!(page.contains(&format!("href=\"/dashboard/api-keys/{soon}\"")), "{page}");
    assert!(!page.contains(&format!("/dashboard/api-keys/{later}")), "{page}");
    world.wait_ms(20 * DAY_MS);
    let mut browser = Browser::signed_in(&world, "mara@example.com").await;
    let page = browser.page("/dashboard", 200).await;
    assert!(page.contains("The certificate of Bot &lt;b&gt; ended on 12 Jan 2027"), "{page}");
    assert!(!page.contains(soon.as_str()), "it has ended already: {page}");
}
