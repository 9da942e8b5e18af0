//! Everything that is held about an account as one JSON document, piece by piece.

use serde_json::json;

use super::rows::{Pages, Part};
use super::{FORMAT, VERSION};
use crate::time::format_time;
use crate::{Actor, Capability, Error, Services};

/// A JSON document that is still being made.
pub struct JsonExport {
    pages: Pages,
    state: State,
    /// What is written first.
    head: Vec<u8>,
}

#[derive(PartialEq, Eq)]
enum State {
    Head,
    /// After an entity of a part.
    Between(Part),
    /// Within an entity; whether a row of it was written before.
    Within(bool),
    End,
}

impl Services {
    /// Everything that is held about the account of the signed-in person: a document that is read piece by piece.
    pub async fn export_json(&self, actor: &Actor) -> Result<JsonExport, Error> {
        let user = actor.require_person()?;
        actor.require(Capability::Own)?;
        self.require_proof(actor)?;
        let head = json!({
            "format": FORMAT,
            "version": VERSION,
            "instance": self.public_url(),
            "exported_at": format_time(self.now_ms()),
            "user_id": user,
            "workspace_id": actor.workspace_id,
        });
        let mut head = serde_json::to_vec(&head).map_err(Error::internal)?;
        head.pop();
        head.extend_from_slice(b",\"data\":{");
        let pages = Pages::new(self, &actor.workspace_id, user);
        Ok(JsonExport { pages, state: State::Head, head })
    }
}

impl JsonExport {
    /// The next piece; `None` after the last one.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.state == State::End {
            return Ok(None);
        }
        let mut out = std::mem::take(&mut self.head);
        let Some(page) = self.pages.next().await? else {
            self.state = State::End;
            out.extend_from_slice(b"}}\n");
            return Ok(Some(out));
        };
        let mut written = match self.state {
            State::Within(written) => written,
            State::Between(part) if part == page.part => {
                open(&mut out, page.entity, true);
                false
            }
            State::Between(_) => {
                out.extend_from_slice(b"},\"instance_data\":{");
                open(&mut out, page.entity, false);
                false
            }
            State::Head | State::End => {
                open(&mut out, page.entity, false);
                false
            }
        };
        page.write_json(&mut out, written)?;
        written |= !page.rows.is_empty();
        self.state = if page.last {
            out.push(b']');
            State::Between(page.part)
        } else {
            State::Within(written)
        };
        Ok(Some(out))
    }
}

/// The name of an entity and the beginning of its list. Names are ours: nothing in them needs escaping.
fn open(out: &mut Vec<u8>, entity: &str, before: bool) {
    if before {
        out.push(b',');
    }
    out.extend_from_slice(format!("\n\"{entity}\":[").as_bytes());
}
