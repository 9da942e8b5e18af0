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
        sends_mail: false,
        now_ms: 1_791_979_920_000,
        time_zone: service::Zone::default(),
    }
}

#[test]
fn a_public_page_is_a_document_without_script() {
    let html = app::render(cx(Lang::En), || app::pages::accounts::login(None, false));
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{}", &html[..200]);
    assert!(html.contains("<title>Sign in · Surety</title>"), "{html}");
    assert!(!html.contains("<script"));
    assert!(!html.contains("style=\""));
    let german = app::render(cx(Lang::De), || app::pages::accounts::login(None, false));
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
    let html = app::render(cx, || app::pages::registration::register(Default::default(), true));
    assert!(html.contains("value=\"a&quot;b@example.com\""), "{html}");
    assert!(html.contains("aria-invalid=\"true\""));
    assert!(html.contains("aria-describedby=\"register-email-hint register-email-error\""));
    assert!(html.contains("Taken &lt;b&gt;"));
}

#[test]
fn the_file_of_a_chart_says_what_its_table_says() {
    let zone = service::Zone::named("Europe/Berlin").unwrap();
    let range = service::ChartRange::of("7d", "", "");
    let buckets = service::Buckets::of(range, service::Compare::Previous, &zone, 1_793_098_800_000);
    let huge = 123_456_789_012_345_678_901_234_500_000_i128;
    let spans = buckets.spans.iter().zip(&buckets.before);
    let chart = service::MoneyChart {
        range,
        compare: service::Compare::Previous,
        zone,
        unit: buckets.unit,
        currency: model::Currency::EUR,
        currencies: vec![model::Currency::EUR],
        buckets: spans
            .zip(1..)
            .map(|((span, _), n)| service::Bucket {
                span: *span,
                received: huge * n,
                sent: n * 1_250_000,
                before: Some((n, 0)),
            })
            .collect(),
        by_status: Vec::new(),
    };
    let csv = app::page::with_cx(cx(Lang::En), || app::charts::csv(&chart));
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "Period,Received (EUR),Spent (EUR),Received before (EUR),Spent before (EUR)",
            "2026-10-21,123456789012345678901234.5,1.25,0.000001,0",
        ]
    );
    assert_eq!(lines.len(), 8);
    assert!(lines[5].starts_with("2026-10-25,"), "the day of 25 hours is one line: {csv}");

    let html = app::render(cx(Lang::En), || {
        app::charts::MoneyFigure(app::charts::MoneyFigureProps { chart })
    });
    let table = &html[html.find("<table").unwrap()..html.find("</table>").unwrap()];
    assert_eq!(table.matches("<tr").count(), lines.len());
    let cells = |part: &str, tag: &str| -> Vec<String> {
        let open = format!("<{tag} ");
        part.split(&open).skip(1).map(|c| c.split(['>', '<']).nth(1).unwrap().to_owned()).collect()
    };
    let plain = |text: String| text.trim_end_matches('0').trim_end_matches('.').replace(',', "");
    let numbers: Vec<_> = cells(table, "td").into_iter().map(plain).collect();
    let same: Vec<_> = lines[1..].iter().flat_map(|line| line.split(',').skip(1)).collect();
    let same: Vec<_> = same.into_iter().map(|text| plain(format!("{text}.0"))).collect();
    assert_eq!(numbers, same);
    assert!(html.contains("Europe/Berlin") && html.contains("<title>"), "{html}");
    assert!(!html.contains("style=\""));
}
