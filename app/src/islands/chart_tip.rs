use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

/// The view box of the drawing, in both directions.
const SIZE: i32 = 1000;

/// A reading glass over a chart: by pointer and by arrow keys it says what one place of the chart stands for. It reads
/// the table that stands under the chart, so that both say the same. Without script there is only the table.
#[island]
pub fn ChartTip(
    /// The id of the element that holds the table: a row for each place.
    table: String,
    /// Whether the last place has the first row.
    newest_first: bool,
    /// What the columns of the table are called here, without the first one.
    names: Vec<String>,
    /// How far below the top each line passes each place, in thousandths; lines divided by commas (no number where the
    /// line has a gap), places by semicolons.
    heights: String,
    /// What it is, for those who cannot see it.
    label: String,
) -> impl IntoView {
    let heights: Vec<Vec<Option<i32>>> = heights
        .split(';')
        .map(|place| place.split(',').map(|height| height.parse().ok()).collect())
        .collect();
    let last = heights.len() - 1;
    let lines = heights.first().map_or(0, Vec::len);
    let heights = StoredValue::new(heights);
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let place = RwSignal::new(None::<usize>);
    let words = Memo::new(move |_| {
        let row = place.get().map(|at| if newest_first { last - at } else { at });
        row.map(|row| read(&table, row)).unwrap_or_default()
    });
    // Set by keys alone: a pointer passes more places than one wants to hear of.
    let spoken = RwSignal::new(String::new());
    let spoken_names = names.clone();
    let speak = move || {
        let values = words.with_untracked(|words| {
            let values = spoken_names.iter().zip(words.iter().skip(1));
            values.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
        });
        spoken.set(values);
    };
    let on_focus = {
        let speak = speak.clone();
        move |_| {
            // A pointer has chosen its place before the focus follows it.
            if place.get_untracked().is_none() {
                place.set(Some(last));
                speak();
            }
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let at = place.get_untracked().unwrap_or(last);
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => Some(at.saturating_sub(1)),
            "ArrowRight" | "ArrowUp" => Some(last.min(at + 1)),
            "Home" => Some(0),
            "End" => Some(last),
            "Escape" => None,
            _ => return,
        };
        event.prevent_default();
        place.set(to);
        speak();
    };
    let point = move |event: PointerEvent| {
        let width = target(&event).client_width().max(1);
        let span = i32::try_from(last).unwrap_or(i32::MAX);
        // Rounded to the nearest place, in whole numbers.
        let at = (2 * event.offset_x().clamp(0, width) * span + width) / (2 * width);
        place.set(usize::try_from(at).ok().map(|at| at.min(last)));
    };
    let leave = move |event: PointerEvent| {
        // A finger that is lifted has left, too, and what it pointed at should stay.
        if event.pointer_type() != "touch" {
            place.set(None);
        }
    };
    let x = move || {
        let span = i32::try_from(last.max(1)).unwrap_or(i32::MAX);
        place.get().and_then(|at| i32::try_from(at).ok()).map_or(0, |at| at * SIZE / span)
    };
    let tip = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        // Through the object model: the content security policy refuses an attribute.
        if let Some(tip) = tip.get() {
            let tip: &HtmlElement = &tip;
            let at = format!("{}.{}%", x() / 10, x() % 10);
            // It fails only for an object that is none.
            let _ = tip.style().set_property("--x", &at);
        }
    });
    let dots = (0..lines)
        .map(|line| {
            let class = if line == 0 { "s1 dot" } else { "s2 dot" };
            let path = move || {
                let y =
                    heights.with_value(|all| place.get().and_then(|at| *all.get(at)?.get(line)?));
                y.map(|y| format!("M{} {y}h0", x()))
            };
            view! { <path class=class d=path></path> }
        })
        .collect_view();
    let values = names
        .into_iter()
        .enumerate()
        .map(|(n, name)| {
            let value = move || words.with(|words| words.get(n + 1).cloned());
            view! {
                <dt>{name}</dt>
                <dd>{value}</dd>
            }
        })
        .collect_view();
    view! {
        <div
            class="chart-glass"
            hidden=move || !ready.get()
            tabindex="0"
            role="slider"
            aria-label=label
            aria-valuemin="1"
            aria-valuemax=(last + 1).to_string()
            aria-valuenow=move || (place.get().unwrap_or(last) + 1).to_string()
            aria-valuetext=move || words.with(|words| words.first().cloned())
            on:pointermove=point
            on:pointerdown=point
            on:pointerleave=leave
            on:keydown=on_key
            on:focus=on_focus
            on:blur=move |_| {
                place.set(None);
                spoken.set(String::new());
            }
        >
            <div hidden=move || place.get().is_none()>
                <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
                    <line class="cursor" x1=x x2=x y1="0" y2="1000"></line>
                    {dots}
                </svg>
                <div class="chart-tip" node_ref=tip>
                    <b>{move || words.with(|words| words.first().cloned())}</b>
                    <dl>{values}</dl>
                </div>
            </div>
        </div>
        <p class="visually-hidden" aria-live="polite">
            {spoken}
        </p>
    }
}

fn target(event: &PointerEvent) -> Element {
    event_target(event)
}

/// The cells of a row of the table, the heading first.
fn read(table: &str, row: usize) -> Vec<String> {
    let row = format!("#{table} tbody tr:nth-child({})", row + 1);
    let row = document().query_selector(&row).ok().flatten();
    let mut cell = row.and_then(|row| row.first_element_child());
    std::iter::from_fn(|| {
        let here = cell.take()?;
        cell = here.next_element_sibling();
        here.text_content()
    })
    .collect()
}
