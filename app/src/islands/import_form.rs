use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DragEvent, Event, File, FormData, HtmlFormElement, ProgressEvent, SubmitEvent, XmlHttpRequest,
};

use super::props::{island, props};

/// What the island says, in the reader's language.
#[derive(Debug, Clone)]
pub struct ImportTexts {
    /// Names the file field.
    pub file: String,
    /// Asks for a file.
    pub drop: String,
    /// What a file may be.
    pub limit: String,
    /// The button.
    pub start: String,
    /// Above the first rows.
    pub preview: String,
    /// While the file is sent.
    pub uploading: String,
    /// Before the number of rows that were read.
    pub checking: String,
    /// Before the number of rows that were imported.
    pub publishing: String,
    /// When no answer came.
    pub failed: String,
}
props!(ImportTexts { file, drop, limit, start, preview, uploading, checking, publishing, failed });

/// How often to ask how far the import is.
const POLL: Duration = Duration::from_millis(500);
/// Bytes of the file that are looked at before it is sent.
const PEEK: f64 = 4096.0;
/// Rows that are shown of them.
const SHOWN: usize = 6;

island! {
    /// Sends a CSV file and shows its first rows, how much of it was sent, and how many rows are done. Without script
    /// it is a plain form.
    ImportForm = import_form(
        /// Where the file goes; the page that tells what became of it.
        action: String,
        /// The words.
        texts: ImportTexts,
    )
}

fn import_form(action: String, texts: ImportTexts) -> impl IntoView {
    let form = NodeRef::<leptos::html::Form>::new();
    let input = NodeRef::<leptos::html::Input>::new();
    let over = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let sent = RwSignal::new(None::<u32>);
    let status = RwSignal::new(String::new());
    let rows = RwSignal::new(Vec::<Vec<String>>::new());
    let path = action.clone();
    let words = StoredValue::new(texts.clone());

    let peek = move || {
        let file = input.get_untracked().and_then(|i| i.files()).and_then(|files| files.get(0));
        spawn_local(async move {
            let first = match file {
                Some(file) => first_rows(&file).await.unwrap_or_default(),
                None => Vec::new(),
            };
            rows.set(first);
        });
    };
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let (Some(input), Some(files)) = (input.get_untracked(), files) {
            input.set_files(Some(&files));
            peek();
        }
    };
    let on_drag = move |event: DragEvent, enters: bool| {
        event.prevent_default();
        over.set(enters);
    };
    let on_submit = move |event: SubmitEvent| {
        let Some(form) = form.get_untracked() else { return };
        let sending = Sending { path: path.clone(), sent, status, busy, words };
        if sending.start(&form).is_ok() {
            event.prevent_default();
        }
    };
    let preview = texts.preview.clone();
    view! {
        <form
            class="dropzone"
            class:over=over
            method="post"
            enctype="multipart/form-data"
            action=action
            node_ref=form
            on:submit=on_submit
            on:dragover=move |event| on_drag(event, true)
            on:dragleave=move |event| on_drag(event, false)
            on:drop=on_drop
        >
            <label for="import-file">{texts.drop}</label>
            <input
                id="import-file"
                type="file"
                name="file"
                accept=".csv,.txt,text/csv"
                required
                aria-describedby="import-limit"
                title=texts.file
                node_ref=input
                on:change=move |_| peek()
            />
            <p class="soft small" id="import-limit">
                {texts.limit}
            </p>
            <Show when=move || !rows.get().is_empty()>
                <p class="small">{preview.clone()}</p>
                <div class="table-wrap" tabindex="0" role="region" aria-label=preview.clone()>
                    <table class="table">
                        <tbody>
                            {move || {
                                rows.get()
                                    .into_iter()
                                    .map(|row| {
                                        let cells = row
                                            .into_iter()
                                            .map(|cell| view! { <td>{cell}</td> })
                                            .collect_view();
                                        view! { <tr>{cells}</tr> }
                                    })
                                    .collect_view()
                            }}
                        </tbody>
                    </table>
                </div>
            </Show>
            <Show when=move || busy.get()>
                <progress
                    max="1000"
                    value=move || sent.get().map(|part| part.to_string())
                    aria-label=words.get_value().uploading
                ></progress>
            </Show>
            <p class="small" role="status">
                {move || status.get()}
            </p>
            <button class="button button-primary" type="submit" disabled=busy>
                {texts.start}
            </button>
        </form>
    }
}

/// A file on its way.
#[derive(Clone)]
struct Sending {
    path: String,
    sent: RwSignal<Option<u32>>,
    status: RwSignal<String>,
    busy: RwSignal<bool>,
    words: StoredValue<ImportTexts>,
}

impl Sending {
    /// Sends the form; fetch cannot tell how much was sent.
    fn start(self, form: &HtmlFormElement) -> Result<(), JsValue> {
        let data = FormData::new_with_form(form)?;
        let request = XmlHttpRequest::new()?;
        request.open("POST", &self.path)?;
        request.set_request_header("Accept", "application/json")?;
        let me = self.clone();
        let upload = request.upload()?;
        on(&upload, "progress", move |event| {
            let event: ProgressEvent = event.unchecked_into();
            if event.length_computable() && event.loaded() < event.total() {
                me.sent.set(Some(thousandths(event.loaded(), event.total())));
            } else {
                me.sent.set(None);
            }
        })?;
        let me = self.clone();
        on(&request, "loadend", move |event| {
            let request = event.target().map(|t| t.unchecked_into::<XmlHttpRequest>());
            let answered =
                request.and_then(|r| r.status().ok()).is_some_and(|status| status == 204);
            if answered {
                // The page tells what became of the file.
                let _ = window().location().assign(&me.path);
            } else {
                me.busy.set(false);
                me.status.set(me.words.get_value().failed);
            }
        })?;
        request.send_with_opt_form_data(Some(&data))?;
        self.busy.set(true);
        self.status.set(self.words.get_value().uploading);
        self.poll();
        Ok(())
    }

    /// Asks from time to time how many rows are done.
    fn poll(self) {
        set_timeout(
            move || {
                if self.busy.get_untracked() {
                    let _ = self.ask();
                    self.poll();
                }
            },
            POLL,
        );
    }

    fn ask(&self) -> Result<(), JsValue> {
        let request = XmlHttpRequest::new()?;
        request.open("GET", &format!("{}/progress", self.path))?;
        let me = self.clone();
        on(&request, "load", move |event| {
            let request = event.target().map(|t| t.unchecked_into::<XmlHttpRequest>());
            let text = request.and_then(|r| r.response_text().ok().flatten()).unwrap_or_default();
            let mut numbers = text.split(' ').filter_map(|n| n.parse::<u32>().ok());
            let (Some(read), Some(done)) = (numbers.next(), numbers.next()) else { return };
            let words = me.words.get_value();
            me.status.set(if done == 0 {
                format!("{}: {read}", words.checking)
            } else {
                me.sent.set(Some(thousandths(f64::from(done), f64::from(read.max(1)))));
                format!("{}: {done} / {read}", words.publishing)
            });
        })?;
        request.send()
    }
}

/// How much of a whole, in whole numbers: to write others takes a tenth of what the browser has to load.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a bar needs no more")]
fn thousandths(part: f64, whole: f64) -> u32 {
    (part / whole * 1000.0) as u32
}

fn on(
    target: &web_sys::EventTarget,
    event: &str,
    run: impl FnMut(Event) + 'static,
) -> Result<(), JsValue> {
    let closure = Closure::<dyn FnMut(Event)>::new(run);
    target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref())?;
    // As long as the page: one upload leaves it.
    closure.forget();
    Ok(())
}

async fn first_rows(file: &File) -> Result<Vec<Vec<String>>, JsValue> {
    let part = file.slice_with_f64_and_f64(0.0, PEEK)?;
    let text = JsFuture::from(part.text()).await?.as_string().unwrap_or_default();
    Ok(split(&text))
}

/// The first rows of a file, roughly: the server reads them exactly.
fn split(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    for c in text.trim_start_matches('\u{feff}').chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
                if rows.len() == SHOWN {
                    return rows;
                }
            }
            '\r' => {}
            c => cell.push(c),
        }
    }
    if !cell.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}
