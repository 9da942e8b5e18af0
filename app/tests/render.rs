//! Pages render as whole documents, without script or inline style, in both languages.

use std::sync::Arc;

use app::i18n::Lang;
use app::page::{FormState, PageCx, Theme};

fn cx(lang: Lang) -> PageCx {
    PageCx {
        lang,
        theme: Theme::System,
        assets: Arc::from("/pkg/test"),
        path: "/login?next=%2Fdashboard".to_owned(),
        public_url: Arc::from("https://trust.example.com"),
        viewer: None,
        flash: None,
        form: None,
        now_ms: 1_791_979_920_000,
        time_zone: service::Zone::default(),
    }
}

#[test]
fn a_public_page_is_a_document_without_script() {
    let html = app::render(cx(Lang::En), || app::pages::accounts::login(None));
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{}", &html[..200]);
    assert!(html.contains("<title>Sign in · Surety</title>"), "{html}");
    assert!(!html.contains("<script"));
    assert!(!html.contains("style=\""));
    let german = app::render(cx(Lang::De), || app::pages::accounts::login(None));
    assert!(german.contains("<html lang=\"de\">") && german.contains("Anmelden"));
}

#[test]
fn a_refused_form_shows_what_was_typed_and_what_was_wrong() {
    let mut cx = cx(Lang::En);
    cx.form = Some(FormState {
        form: "register".to_owned(),
        errors: vec![("email".to_owned(), "Taken <b>".to_owned())],
        typed: vec![("email".to_owned(), "a\"b@example.com".to_owned())],
    });
    let html = app::render(cx, || app::pages::accounts::register(true));
    assert!(html.contains("value=\"a&quot;b@example.com\""), "{html}");
    assert!(html.contains("aria-invalid=\"true\""));
    assert!(html.contains("aria-describedby=\"register-email-hint register-email-error\""));
    assert!(html.contains("Taken &lt;b&gt;"));
}
