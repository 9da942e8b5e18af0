//! What an archive leaves out: secrets are made anew, leaf hashes are taken again, and what an instance decides for
//! itself is decided here.

use std::collections::HashMap;

use model::{Amendment, AmendmentId, Amount, Direction, Payment, PaymentId};
use store::holdings::{Column, Record, Table, Value};

use super::file::Manifest;
use crate::audit::leaf_hash;
use crate::secrets::{random_token, sha256_hex};
use crate::webhooks::{new_secret, seal_secret};
use crate::{Error, Services};

/// Completes rows to what the tables hold.
pub(super) struct Fill {
    workspace: model::WorkspaceId,
    password_hash: String,
    /// External ids of the agents, by id.
    agents: HashMap<String, String>,
}

impl Fill {
    pub(super) async fn new(
        services: &Services,
        manifest: &Manifest,
        password: &str,
    ) -> Result<Self, Error> {
        let passwords = &services.0.passwords;
        Ok(Self {
            workspace: manifest.workspace_id.clone(),
            password_hash: passwords.hash(services.entropy(), password).await?,
            agents: HashMap::new(),
        })
    }

    /// The whole row.
    pub(super) fn complete(
        &mut self,
        services: &Services,
        table: &'static Table,
        given: Vec<(&'static Column, Value)>,
    ) -> Result<Record, Error> {
        let mut row = Record(given);
        if table.name == "agents" {
            let (id, name) = (row.text("id").to_owned(), row.text("external_id").to_owned());
            self.agents.insert(id, name);
        }
        let made = self.made(services, table, &row)?;
        for (name, value) in made {
            let column = table.column(name);
            let column = column.ok_or_else(|| Error::internal("a column is not known"))?;
            row.0.push((column, value));
        }
        Ok(row)
    }

    fn made(
        &self,
        services: &Services,
        table: &Table,
        row: &Record,
    ) -> Result<Vec<(&'static str, Value)>, Error> {
        let entropy = services.entropy();
        let text = |text: String| Value::Text(Some(text));
        Ok(match table.name {
            "users" => vec![
                ("password_hash", text(self.password_hash.clone())),
                ("operator", Value::Flag(Some(false))),
            ],
            "workspaces" => vec![
                ("plan", text(services.0.settings.default_plan.as_str().to_owned())),
                ("operator_owned", Value::Flag(Some(false))),
            ],
            // Of a secret that nobody knows.
            "api_keys" => {
                vec![("hash", text(sha256_hex(&[random_token(entropy).as_bytes()])))]
            }
            "webhook_endpoints" => {
                let sealed = seal_secret(&services.0.vault, entropy, &new_secret(entropy))?;
                vec![("sealed_secret", text(sealed))]
            }
            "payments" => {
                let payment = self.payment(row)?;
                let kind = match payment.direction {
                    Direction::Sent => "payment.recorded",
                    Direction::Received => "payment.received",
                };
                let detail = serde_json::to_string(&payment).map_err(Error::internal)?;
                let leaf = (payment.id.as_str(), kind, payment.recorded_at_ms);
                self.leaf(services, leaf, &detail)?
            }
            "payment_amendments" => {
                let amendment = amendment(row)?;
                let detail = serde_json::to_string(&amendment).map_err(Error::internal)?;
                let leaf = (amendment.id.as_str(), "payment.amended", amendment.amended_at_ms);
                self.leaf(services, leaf, &detail)?
            }
            "audit" => {
                let leaf = (row.text("id"), row.text("action"), row.int("at_ms"));
                self.leaf(services, leaf, row.text("detail"))?
            }
            _ => Vec::new(),
        })
    }

    fn leaf(
        &self,
        services: &Services,
        (id, action, at_ms): (&str, &str, i64),
        detail: &str,
    ) -> Result<Vec<(&'static str, Value)>, Error> {
        let salt = hex::encode(services.entropy().bytes::<16>());
        let hash = leaf_hash((id, &self.workspace), action, at_ms, (&salt, detail))?;
        Ok(vec![("salt", Value::Text(Some(salt))), ("leaf_hash", Value::Text(Some(hash)))])
    }

    /// The payment as it was first recorded: that is what its leaf speaks of.
    fn payment(&self, row: &Record) -> Result<Payment, Error> {
        let first = row.text("first_status");
        let status = if first.is_empty() { row.text("status") } else { first };
        let agent_id = row.text("agent_id");
        let external_id = self.agents.get(agent_id).cloned();
        Ok(Payment {
            id: PaymentId::from_stored(row.text("id").to_owned()),
            agent_id: model::AgentId::from_stored(agent_id.to_owned()),
            agent_external_id: external_id.ok_or_else(|| unknown("agent_id"))?,
            direction: parsed(row, "direction")?,
            rail: parsed(row, "rail")?,
            status: status.parse().map_err(|_| unknown("status"))?,
            amount: Amount { micros: row.int("amount_micros"), currency: parsed(row, "currency")? },
            source: parsed(row, "source")?,
            autonomous: row.flag("autonomous"),
            self_payment: row.flag("self_payment"),
            counterparty: optional(row, "counterparty"),
            reference: optional(row, "reference"),
            happened_at_ms: row.int("happened_at_ms"),
            due_at_ms: match row.get("due_at_ms") {
                Some(Value::Int(due)) => *due,
                _ => None,
            },
            recorded_at_ms: row.int("recorded_at_ms"),
        })
    }
}

fn amendment(row: &Record) -> Result<Amendment, Error> {
    Ok(Amendment {
        id: AmendmentId::from_stored(row.text("id").to_owned()),
        payment_id: PaymentId::from_stored(row.text("payment_id").to_owned()),
        from: parsed(row, "from_status")?,
        to: parsed(row, "to_status")?,
        resolution: optional(row, "resolution"),
        party: parsed(row, "party")?,
        amended_at_ms: row.int("amended_at_ms"),
    })
}

fn unknown(column: &str) -> Error {
    let why = format!("The file cannot be imported: a value of {column} is not known.");
    Error::Conflict { field: None, why }
}

fn parsed<T: std::str::FromStr>(row: &Record, column: &str) -> Result<T, Error> {
    row.text(column).parse().map_err(|_| unknown(column))
}

fn optional(row: &Record, column: &str) -> Option<String> {
    match row.get(column) {
        Some(Value::Text(text)) => text.clone(),
        _ => None,
    }
}
