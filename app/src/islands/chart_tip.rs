use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::props::island;

/// The drawing's own width and height.
const SIZE: usize = 1000;

/// What the glass knows. It changes the page by hand: a signal for each attribute would weigh three times as much.
struct Glass {
    table: String,
    newest_first: bool,
    heights: String,
    last: usize,
    /// Where it is.
    place: Option<usize>,
}

island! {
    /// A reading glass over a chart: by pointer and by arrow keys it says what one place of the chart stands for. It
    /// reads the table that stands under the chart, so that both say the same. Without script there is only the table.
    ChartTip = chart_tip(
        /// The id of the element that holds the table: a row for each place.
        table: String,
        /// Whether the last place has the first row.
        newest_first: bool,
        /// What the columns of the table are called here, without the first one.
        names: Vec<String>,
        /// How far below the top each line passes each place, in thousandths; lines divided by commas (no number where
        /// the line has a gap), places by semicolons.
        heights: String,
        /// What it is, for those who cannot see it.
        label: String,
    )
}

fn chart_tip(
    table: String,
    newest_first: bool,
    names: Vec<String>,
    heights: String,
    label: String,
) -> impl IntoView {
    let last = heights.matches(';').count();
    let lines = heights.split(';').next().map_or(0, |place| place.split(',').count());
    let glass = StoredValue::new(Glass { table, newest_first, heights, last, place: None });
    let waiting = RwSignal::new(true);
    Effect::new(move |_| waiting.set(false));
    let point = move |event: PointerEvent| {
        let root: Element = event_target(&event);
        glass.update_value(|glass| {
            let width = usize::try_from(root.client_width()).unwrap_or(0).max(1);
            let x = usize::try_from(event.offset_x()).unwrap_or(0);
            // Rounded to the nearest place, in whole numbers.
            let place = (2 * x * glass.last + width) / (2 * width);
            glass.show(&root, Some(place.min(glass.last)), false);
        });
    };
    let leave = move |event: PointerEvent| {
        // A finger that is lifted has left, too, and what it pointed at should stay.
        if event.pointer_type() != "touch" {
            glass.update_value(|glass| glass.show(&event_target(&event), None, false));
        }
    };
    let press = move |event: KeyboardEvent| {
        glass.update_value(|glass| {
            if let Some(place) = glass.after(&event.key()) {
                event.prevent_default();
                glass.show(&event_target(&event), place, true);
            }
        });
    };
    let dots = (0..lines)
        .map(|line| view! { <path class=if line == 0 { "s1 dot" } else { "s2 dot" }></path> })
        .collect_view();
    let values = names
        .into_iter()
        .map(|name| {
            view! {
                <dt>{name}</dt>
                <dd></dd>
            }
        })
        .collect_view();
    view! {
        <div
            class="chart-glass"
            hidden=waiting
            tabindex="0"
            role="slider"
            aria-label=label
            aria-valuemin="1"
            aria-valuemax=(last + 1).to_string()
            aria-valuenow=(last + 1).to_string()
            on:pointermove=point
            on:pointerdown=point
            on:pointerleave=leave
            on:keydown=press
            on:focus=move |event| {
                glass
                    .update_value(|glass| {
                        // A pointer has chosen its place before the focus follows it.
                        if glass.place.is_none() {
                            glass.show(&event_target(&event), Some(glass.last), true);
                        }
                    });
            }
            on:blur=move |event| {
                glass.update_value(|glass| glass.show(&event_target(&event), None, false));
            }
        >
            <div hidden>
                <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
                    <line class="cursor" y1="0" y2="1000"></line>
                    {dots}
                </svg>
                <div class="chart-tip">
                    <b></b>
                    <dl>{values}</dl>
                </div>
            </div>
        </div>
        <p class="visually-hidden" aria-live="polite"></p>
    }
}

impl Glass {
    /// Where a key leads to; nothing if the key is none of its own.
    fn after(&self, key: &str) -> Option<Option<usize>> {
        let at = self.place.unwrap_or(self.last);
        match key {
            "ArrowLeft" | "ArrowDown" => Some(Some(at.saturating_sub(1))),
            "ArrowRight" | "ArrowUp" => Some(Some(self.last.min(at + 1))),
            "Home" => Some(Some(0)),
            "End" => Some(Some(self.last)),
            "Escape" => Some(None),
            _ => None,
        }
    }

    /// Moves to a place, or away; keys speak, because a pointer passes more places than one wants to hear of.
    fn show(&mut self, root: &Element, place: Option<usize>, speak: bool) {
        self.place = place;
        let spoken = place.and_then(|place| self.fill(root, place)).filter(|_| speak);
        if let Some(inner) = root.first_element_child() {
            set(&inner, "hidden", place.is_none().then_some(""));
        }
        if let Some(live) = root.next_element_sibling() {
            live.set_text_content(spoken.as_deref());
        }
    }

    /// Draws the place and writes its values; returns them as a sentence.
    fn fill(&self, root: &Element, place: usize) -> Option<String> {
        let svg = root.query_selector("svg").ok()??;
        let x = (place * SIZE / self.last.max(1)).to_string();
        let cursor = svg.first_element_child()?;
        set(&cursor, "x1", Some(&x));
        set(&cursor, "x2", Some(&x));
        let mut dot = cursor.next_element_sibling();
        for y in self.heights.split(';').nth(place)?.split(',') {
            let here = dot?;
            let path = ["M", &x, " ", y, "h0"].concat();
            set(&here, "d", (!y.is_empty()).then_some(path.as_str()));
            dot = here.next_element_sibling();
        }
        let tip = svg.next_element_sibling()?;
        // Through the object model: the content security policy refuses an attribute. In thousandths of the width.
        let _ = tip.unchecked_ref::<HtmlElement>().style().set_property("--x", &x);
        let mut cell = self.row(place)?.first_element_child()?;
        let title = tip.first_element_child()?;
        title.set_text_content(cell.text_content().as_deref());
        set(root, "aria-valuenow", Some(&(place + 1).to_string()));
        set(root, "aria-valuetext", cell.text_content().as_deref());
        let mut spoken = String::new();
        let mut name = title.next_element_sibling()?.first_element_child();
        while let Some(here) = name {
            cell = cell.next_element_sibling()?;
            let value = here.next_element_sibling()?;
            let text = cell.text_content()?;
            value.set_text_content(Some(&text));
            spoken.push_str(if spoken.is_empty() { "" } else { ", " });
            spoken.push_str(&here.text_content()?);
            spoken.push(' ');
            spoken.push_str(&text);
            name = value.next_element_sibling();
        }
        Some(spoken)
    }

    fn row(&self, place: usize) -> Option<Element> {
        let row = if self.newest_first { self.last - place } else { place };
        let row = (row + 1).to_string();
        let selector = ["#", &self.table, " tbody tr:nth-child(", &row, ")"].concat();
        document().query_selector(&selector).ok()?
    }
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    // Both fail only for names that no attribute can have.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}
