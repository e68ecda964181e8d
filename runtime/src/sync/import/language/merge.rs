//! One payload over another: only fields `per language` are taken from the upper one. Texts are kept as they were sent.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::shape::Shape;

type Fields = BTreeMap<String, Box<RawValue>>;

/// The lower payload with what the upper one says in fields per language, also in those of nested records.
pub(super) fn over(shape: &'static Shape, lower: &str, upper: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let (mut merged, upper) = (
        serde_json::from_str::<Fields>(lower)?,
        serde_json::from_slice::<Fields>(upper)?,
    );
    lay_over(shape, &mut merged, &upper)?;
    serde_json::to_vec(&merged)
}

fn lay_over(shape: &'static Shape, lower: &mut Fields, upper: &Fields) -> Result<(), serde_json::Error> {
    for field in shape.fields {
        let Some(above) = upper.get(field.name) else { continue };
        if field.per_language {
            lower.insert(field.name.to_owned(), above.clone());
            continue;
        }
        let (Some(inner), Some(below)) = (field.kind.nested(), lower.get(field.name)) else {
            continue;
        };
        // An empty record may be sent as a list or not at all: then there is nothing to lay over or under.
        let (Ok(mut below), Ok(above)) = (
            serde_json::from_str::<Fields>(below.get()),
            serde_json::from_str::<Fields>(above.get()),
        ) else {
            continue;
        };
        lay_over(inner, &mut below, &above)?;
        lower.insert(field.name.to_owned(), serde_json::value::to_raw_value(&below)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::over;
    use crate::shape::{Field, Kind, Shape, Wire};

    static SEO: Shape = Shape {
        name: "Seo",
        wire: Wire::Php,
        slots: 2,
        fields: &[
            Field {
                per_language: true,
                ..Field::new("title", Kind::Text, 0)
            },
            Field::new("robots", Kind::Text, 1),
        ],
    };
    static PRODUCT: Shape = Shape {
        name: "Product",
        wire: Wire::Php,
        slots: 5,
        fields: &[
            Field {
                per_language: true,
                ..Field::new("name", Kind::Text, 0)
            },
            Field::new("price", Kind::Decimal(None), 1),
            Field::new("seo", Kind::Record(&SEO), 2),
        ],
    };

    fn merged(lower: &str, upper: &str) -> String {
        let bytes = over(&PRODUCT, lower, upper.as_bytes()).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }

    #[test]
    fn only_fields_per_language_are_laid_over() {
        assert_eq!(
            merged(
                r#"{"name": "Tea", "price": 1.10, "seo": {"title": "T", "robots": "all"}}"#,
                r#"{"name": "Tee", "price": 2, "seo": {"title": "Tee!", "robots": "none"}}"#,
            ),
            r#"{"name":"Tee","price":1.10,"seo":{"robots":"all","title":"Tee!"}}"#
        );
    }

    #[test]
    fn what_a_language_does_not_say_is_that_of_the_base() {
        assert_eq!(
            merged(r#"{"name": "Tea", "seo": []}"#, r#"{"seo": {"title": "x"}}"#),
            r#"{"name":"Tea","seo":[]}"#
        );
    }
}
