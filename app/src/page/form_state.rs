use serde::{Deserialize, Serialize};

/// What a form was refused for and what was typed into it, kept in the session between the post and the next page.
/// Never holds a password or another secret.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FormState {
    /// The form: the name of its server function.
    pub form: String,
    /// Fields with what is wrong with them, in the reader's language; the field `""` is the form as a whole.
    pub errors: Vec<(String, String)>,
    /// Fields with what was typed.
    pub typed: Vec<(String, String)>,
}

impl FormState {
    /// What is wrong with a field.
    pub fn error(&self, field: &str) -> Option<&str> {
        find(&self.errors, field)
    }

    /// What was typed into a field.
    pub fn typed(&self, field: &str) -> Option<&str> {
        find(&self.typed, field)
    }

    /// The first field that something is wrong with.
    pub fn first_wrong(&self) -> Option<&str> {
        self.errors.iter().map(|(field, _)| field.as_str()).find(|field| !field.is_empty())
    }
}

fn find<'a>(pairs: &'a [(String, String)], field: &str) -> Option<&'a str> {
    pairs.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
}
