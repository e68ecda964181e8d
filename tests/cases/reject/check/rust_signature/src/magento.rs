//! What mappings call, each otherwise than declared.

pub fn split_street(street: &str) -> (String, String) {
    (street.to_owned(), String::new())
}

pub fn rank(tags: &[&str], note: &str) -> i64 {
    i64::from(tags.contains(&note))
}

pub mod words {
    use std::borrow::Cow;

    /// Should be able to fail.
    pub fn shout(name: &str) -> Cow<'_, str> {
        name.to_uppercase().into()
    }
}
