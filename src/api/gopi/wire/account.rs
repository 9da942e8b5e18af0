use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::super::schema;

/// Everything that is held about an account. The lists are named for what is in them; each row has the fields of the version
/// that `version` names.
#[derive(Serialize, ToSchema)]
pub struct ExportedData {
    #[schema(example = "surety-export")]
    pub format: String,
    #[schema(example = 1)]
    pub version: u32,
    #[schema(example = "https://trust.example.com")]
    pub instance: String,
    #[schema(schema_with = schema::time)]
    pub exported_at: String,
    #[schema(example = "usr_01kcmwpe4r0000000000000000")]
    pub user_id: String,
    #[schema(example = "wsp_01kcmwpe4r0000000000000000")]
    pub workspace_id: String,
    /// Lists that another instance can read in.
    #[schema(value_type = Object, example = json!({ "users": [{ "id": "usr_01kcmwpe4r0000000000000000", "email": "mara@example.com", "name": "Mara" }] }))]
    pub data: Value,
    /// Lists that mean nothing elsewhere, such as sessions, and the score of each agent with its breakdown.
    #[schema(value_type = Object, example = json!({ "sessions": [{ "kind": "browser" }] }))]
    pub instance_data: Value,
}

#[derive(Deserialize, ToSchema)]
pub struct DeleteAccount {
    #[schema(value_type = String, format = Password, required = true, example = "correct horse battery")]
    pub password: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct DeletedAccount {
    #[schema(example = true)]
    pub deleted: bool,
}
