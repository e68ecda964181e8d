//! What a mapping reads: the fields that an adapter has to ask for, and whether a change concerns it.

use crate::mapper::MapperInfo;
use crate::shape::{Kind, Shape};

impl MapperInfo {
    /// The fields of a source that the mapping reads, those of nested records by path: what an adapter has to ask for, no more.
    pub fn reads(&self, source: usize) -> Vec<String> {
        let mut names = Vec::new();
        if let Some(source) = self.sources.get(source) {
            leaves(source.shape, "", &mut names);
        }
        names
    }

    /// Whether a change of one of these fields of the main record can change what is made of it: what is not read decides nothing.
    pub fn reads_any(&self, names: &[String]) -> bool {
        let is_read = |name: &String| {
            let first = name.split('.').next().unwrap_or(name);
            let mut fields = self.shape().into_iter().flat_map(|shape| shape.fields);
            fields.any(|field| field.name.trim_end_matches('.') == first)
        };
        names.iter().any(is_read)
    }
}

/// Fields of a shape by path. A list or map is one: nobody can ask for parts of it.
fn leaves(shape: &'static Shape, within: &str, out: &mut Vec<String>) {
    for field in shape.fields {
        let path = format!("{within}{}", field.name.trim_end_matches('.'));
        match field.kind {
            Kind::Record(shape) if !shape.fields.is_empty() => leaves(shape, &format!("{path}."), out),
            Kind::Record(_)
            | Kind::List(_)
            | Kind::Map(_)
            | Kind::Text
            | Kind::Int
            | Kind::Decimal(_)
            | Kind::Float
            | Kind::Bool
            | Kind::Date
            | Kind::Time
            | Kind::Duration
            | Kind::DateTime
            | Kind::Uuid
            | Kind::Bytes
            | Kind::Json
            | Kind::Enum { .. }
            | Kind::Key(_)
            | Kind::Ref => out.push(path),
        }
    }
}
