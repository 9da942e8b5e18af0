use leptos::prelude::*;
use model::score::{Evidence, WhatIf as Added, what_if};
use model::{Amount, Currency, PaymentStatus, UtcDay};

use super::props::{island, props};

/// What the island says, in the reader's language.
#[derive(Debug, Clone)]
pub struct WhatIfTexts {
    /// Above the number of payments.
    pub count: String,
    /// Above the amount of each.
    pub amount: String,
    /// Above the choice of how they go.
    pub status: String,
    /// Every status with what it is called.
    pub statuses: Vec<(PaymentStatus, String)>,
    /// Before the score that results.
    pub result: String,
    /// Instead of it, when nothing can be computed.
    pub none: String,
}
props!(WhatIfTexts { count, amount, status, statuses, result, none });

/// Most payments that can be tried; more change nothing that one could see.
const MAX_COUNT: i64 = 10_000;

island! {
    /// Recomputes the score while one adds payments that might be made today: the same code as on the server.
    WhatIf = recompute(
        /// What is scored now.
        evidence: Vec<Evidence>,
        /// Today.
        as_of_day: UtcDay,
        /// The words.
        texts: WhatIfTexts,
    )
}

fn recompute(evidence: Vec<Evidence>, as_of_day: UtcDay, texts: WhatIfTexts) -> impl IntoView {
    let count = RwSignal::new("5".to_owned());
    let amount = RwSignal::new("10".to_owned());
    let status = RwSignal::new(PaymentStatus::OnTime.as_str().to_owned());
    let none = texts.none.clone();
    let result = move || {
        let added = added(&count.get(), &amount.get(), &status.get());
        let score = added.and_then(|added| what_if(&evidence, as_of_day, &[added]).ok());
        score.map_or_else(|| none.clone(), |s| format!("{} {}", s.grade, s.score))
    };
    let options = texts
        .statuses
        .into_iter()
        .map(|(value, label)| {
            let selected = value == PaymentStatus::OnTime;
            view! { <option value=value.as_str() selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="what-if">
            <div class="field">
                <label for="what-if-count">{texts.count}</label>
                <input
                    class="input"
                    id="what-if-count"
                    inputmode="numeric"
                    value="5"
                    on:input=move |e| count.set(event_target_value(&e))
                />
            </div>
            <div class="field">
                <label for="what-if-amount">{texts.amount}</label>
                <input
                    class="input"
                    id="what-if-amount"
                    inputmode="decimal"
                    value="10"
                    on:input=move |e| amount.set(event_target_value(&e))
                />
            </div>
            <div class="field">
                <label for="what-if-status">{texts.status}</label>
                <select
                    class="input"
                    id="what-if-status"
                    on:change=move |e| status.set(event_target_value(&e))
                >
                    {options}
                </select>
            </div>
            <p class="what-if-result">
                {texts.result} " "
                <output data-testid="what-if-score" for="what-if-count what-if-amount what-if-status">
                    {result}
                </output>
            </p>
        </div>
    }
}

fn added(count: &str, amount: &str, status: &str) -> Option<Added> {
    let micros = Amount::micros_from_decimal(&amount.trim().replace(',', ".")).ok()?;
    Some(Added {
        count: count.trim().parse().ok().filter(|count| (0..=MAX_COUNT).contains(count))?,
        amount: Amount { micros, currency: Currency::EUR },
        status: status.parse().ok()?,
    })
}
