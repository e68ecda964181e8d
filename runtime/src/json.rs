//! JSON, as far as mappings need it: a validating reader, texts without escapes, a writer of canonical text.

pub mod element;
pub mod out;
pub(crate) mod plain;
pub mod reader;
pub mod text;
pub mod writer;
