//! Schemas that a type alone does not tell: the spellings that are allowed, the rules of texts, times and amounts.
//! Fields name them by `schema_with`.

use serde_json::{Value, json};
use utoipa::openapi::schema::{
    AnyOfBuilder, ArrayBuilder, KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat,
    SchemaType, Type,
};

/// No control characters: what `service` asks of every text of one line.
const ONE_LINE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";
/// The same, and not only blanks.
const NAME: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$";
/// No control characters but tabs and line ends.
const LINES: &str = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$";

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// A text that may also be left out by `null`.
fn optional() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

fn choice(texts: &[&str]) -> ObjectBuilder {
    text().enum_values(Some(texts.iter().copied()))
}

/// The spellings of a field that may be left out, and what it is then.
fn optional_choice(texts: &[&str], default: Option<&str>) -> ObjectBuilder {
    let texts = texts.iter().map(|t| json!(t)).chain([Value::Null]);
    optional().enum_values(Some(texts)).default(default.map(Into::into))
}

/// An instant as answers spell it.
pub fn time() -> Schema {
    date_time(text()).examples(["2026-10-14T11:52:00.000Z"]).into()
}

/// An instant that answers may leave out.
pub fn optional_time() -> Schema {
    date_time(optional()).examples(["2027-01-12T11:52:00.000Z"]).into()
}

fn date_time(text: ObjectBuilder) -> ObjectBuilder {
    text.format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

/// When a payment happened.
pub fn happened_at() -> Schema {
    let description = "When it happened; default: when it was due if that is past, else now. Since 1970, and at most \
        5 minutes ahead. Without a time zone it is UTC";
    date_time(optional()).description(Some(description)).examples(["2026-10-14T11:52:00Z"]).into()
}

/// When a payment was due.
pub fn due_at() -> Schema {
    let description = "When it was due, since 1970; may lie ahead. Shown, not scored";
    date_time(optional()).description(Some(description)).examples(["2026-10-14T00:00:00Z"]).into()
}

/// What an account is registered under.
pub fn email() -> Schema {
    text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
        .max_length(Some(254))
        .examples(["mara@example.com"])
        .into()
}

/// A new password.
pub fn new_password() -> Schema {
    text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .description(Some("10 to 256 characters that are hard to guess"))
        .min_length(Some(10))
        .max_length(Some(256))
        .examples(["correct horse battery"])
        .into()
}

/// What a person is called.
pub fn person() -> Schema {
    optional().max_length(Some(200)).pattern(Some(ONE_LINE)).examples(["Mara"]).into()
}

/// What a new agent is called.
pub fn agent_name() -> Schema {
    name(text()).into()
}

/// What an agent is called from now on.
pub fn new_agent_name() -> Schema {
    name(optional()).into()
}

fn name(text: ObjectBuilder) -> ObjectBuilder {
    text.min_length(Some(1)).max_length(Some(200)).pattern(Some(NAME)).examples(["My Finance Bot"])
}

/// What an agent is for.
pub fn description() -> Schema {
    optional()
        .max_length(Some(2000))
        .pattern(Some(LINES))
        .examples(["Pays supplier invoices before they are due."])
        .into()
}

/// What an agent is built with.
pub fn framework() -> Schema {
    choice(model::Framework::TEXTS).examples(["langchain"]).into()
}

/// What a new agent is built with.
pub fn new_framework() -> Schema {
    optional_choice(model::Framework::TEXTS, Some("custom")).examples(["langchain"]).into()
}

/// What an agent is built with, where that changes.
pub fn changed_framework() -> Schema {
    optional_choice(model::Framework::TEXTS, None).into()
}

/// Which agents are listed.
pub fn listed() -> Schema {
    choice(&["active", "archived", "all"])
        .description(Some("Which of them: `all` are all that are not deleted"))
        .default(Some("active".into()))
        .into()
}

/// Who sees an agent.
pub fn visibility() -> Schema {
    choice(model::Visibility::TEXTS).examples(["public"]).into()
}

/// Who sees a new agent.
pub fn new_visibility() -> Schema {
    optional_choice(model::Visibility::TEXTS, Some("public")).into()
}

/// Who sees an agent, where that changes.
pub fn changed_visibility() -> Schema {
    optional_choice(model::Visibility::TEXTS, None).into()
}

/// Whether an agent is in use.
pub fn agent_status() -> Schema {
    choice(model::AgentStatus::TEXTS).examples(["active"]).into()
}

/// What a workspace may do.
pub fn plan() -> Schema {
    choice(model::Plan::TEXTS).examples(["professional"]).into()
}

/// What a key may do.
pub fn permissions() -> Schema {
    ArrayBuilder::new()
        .items(Object::from(choice(model::Permission::TEXTS)))
        .examples([json!(["read", "write"])])
        .into()
}

/// What a certificate is worth now.
pub fn certificate_state() -> Schema {
    choice(model::CertificateState::TEXTS).examples(["valid"]).into()
}

/// The letter of a score.
pub fn grade() -> Schema {
    choice(model::score::Grade::TEXTS).examples(["B"]).into()
}

/// How many payments stand behind a score.
pub fn confidence() -> Schema {
    choice(model::score::Confidence::TEXTS).examples(["high"]).into()
}

/// 0 to 100.
pub fn score() -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(0))
        .maximum(Some(100))
        .examples([87])
        .into()
}

/// The rule that a line of the breakdown is about.
pub fn line() -> Schema {
    choice(model::score::Line::TEXTS).examples(["history"]).into()
}

/// The agent that paid.
pub fn paying_agent() -> Schema {
    text()
        .description(Some("The agent, by its `external_id`, `id` or `gopi_id`"))
        .max_length(Some(255))
        .pattern(Some(ONE_LINE))
        .examples(["my-finance-bot-4f9a21c7"])
        .into()
}

/// How much a payment was.
pub fn amount() -> Schema {
    let number = ObjectBuilder::new()
        .schema_type(Type::Number)
        .minimum(Some(0.000_001))
        .maximum(Some(1_000_000_000));
    // Up to nine digits before the point and six behind it, of which one is not 0.
    let decimal = text().pattern(Some(
        "^(0*[1-9][0-9]{0,8}([.][0-9]{1,6})?|0+[.][0-9]{0,5}[1-9]0{0,5}|0*1000000000([.]0{1,6})?)$",
    ));
    AnyOfBuilder::new()
        .item(Object::from(number))
        .item(Object::from(decimal.max_length(Some(40))))
        .description(Some(
            "How much: a number, or a decimal string of at most 6 decimals. Kept exactly",
        ))
        .examples([json!(12.5), json!("0.031700")])
        .into()
}

/// What a payment was paid in.
pub fn currency() -> Schema {
    let codes = model::Currency::all().map(|c| json!(c.as_str())).chain([Value::Null]);
    optional()
        .description(Some("ISO 4217 code, or USDC, USDT, DAI, EURC; in either case"))
        .enum_values(Some(codes))
        .default(Some("EUR".into()))
        .examples(["EUR"])
        .into()
}

/// How a payment went.
pub fn status() -> Schema {
    choice(model::PaymentStatus::TEXTS).examples(["on_time"]).into()
}

/// How a payment went that is reported now.
pub fn new_status() -> Schema {
    optional_choice(model::PaymentStatus::TEXTS, Some("paid")).examples(["on_time"]).into()
}

/// How a payment went after all.
pub fn amended_status() -> Schema {
    choice(model::PaymentStatus::TEXTS).examples(["late"]).into()
}

/// What was found out about a dispute.
pub fn resolution() -> Schema {
    optional()
        .description(Some("What was found out, where a dispute is resolved"))
        .max_length(Some(2000))
        .pattern(Some(LINES))
        .into()
}

/// Where the money came from.
pub fn source() -> Schema {
    choice(model::PaymentSource::TEXTS).examples(["agent_wallet"]).into()
}

/// Where the money of a payment that is reported now came from.
pub fn new_source() -> Schema {
    optional_choice(model::PaymentSource::TEXTS, Some("agent_wallet")).into()
}

/// Sent or received.
pub fn direction() -> Schema {
    choice(model::Direction::TEXTS).examples(["sent"]).into()
}

/// Sent or received, where it is reported.
pub fn new_direction() -> Schema {
    optional_choice(model::Direction::TEXTS, Some("sent"))
        .description(Some("Received payments are revenue and never scored"))
        .into()
}

/// The caller's own id.
pub fn reference() -> Schema {
    optional()
        .description(Some("Your own id: the same agent and reference again is the same event"))
        .max_length(Some(200))
        .pattern(Some(ONE_LINE))
        .examples(["RE-2026-0117"])
        .into()
}

/// Who was paid or paid.
pub fn counterparty() -> Schema {
    optional()
        .description(Some("Payee or payer: an agent's id or a wallet"))
        .max_length(Some(255))
        .pattern(Some(ONE_LINE))
        .into()
}
