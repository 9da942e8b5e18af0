//! Pages and forms as a browser without script sees them.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Request};

use crate::world::{Answer, World};

/// A browser: the cookies that it was given.
pub struct Browser<'w> {
    pub world: &'w World,
    pub cookies: BTreeMap<String, String>,
}

/// A form as a browser sends it.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect()
    };
    let pairs: Vec<_> = fields.iter().map(|(n, v)| format!("{n}={}", encode(v))).collect();
    pairs.join("&")
}

impl<'w> Browser<'w> {
    pub fn new(world: &'w World) -> Self {
        Self { world, cookies: BTreeMap::new() }
    }

    pub async fn signed_in(world: &'w World, email: &str) -> Self {
        let mut browser = Self::new(world);
        let to = browser.log_in(email, "correct horse battery").await;
        assert_eq!(to.header("location"), "/dashboard", "{}", to.text);
        browser
    }

    pub async fn log_in(&mut self, email: &str, password: &str) -> Answer {
        self.post("log_in", &[("email", email), ("password", password), ("back", "/login")]).await
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    fn cookie(&self) -> String {
        let pairs: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        pairs.join("; ")
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.world.get(path, &[("cookie", self.cookie())]).await;
        self.keep(&answer);
        answer
    }

    /// A page with this status.
    pub async fn page(&mut self, path: &str, status: u16) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        answer.text
    }

    pub async fn post(&mut self, name: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.try_post(name, fields).await;
        assert_eq!(answer.status.as_u16(), 302, "{name}: {}", answer.text);
        answer
    }

    /// A form that may not get as far as its server function.
    pub async fn try_post(&mut self, name: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/fn/{name}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html")
            .header("cookie", self.cookie())
            .body(Body::from(form(fields)))
            .unwrap();
        let answer = self.world.send(request).await;
        self.keep(&answer);
        answer
    }
}
