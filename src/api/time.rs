//! Times on the wire: ISO 8601 out, ISO 8601 in.

pub use service::{format_time, parse_time};
