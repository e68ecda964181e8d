//! Keys and sessions: kept apart from ordinary text, so that none is printed by accident; and the masking of what others print.

use std::collections::VecDeque;
use std::fmt;

/// What stands where a secret stood.
const MASK: &str = "***";

/// Users shorter than this are not masked: most of an ordinary text would vanish with them.
const SHORTEST_USER: usize = 3;

/// So many bytes of the beginning of a key are masked too, because excerpts may be cut inside of one.
const TELLING: usize = 4;

/// How many sessions are masked: the newest, because a connector may open one an hour for years.
const SESSIONS: usize = 8;

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: for what is sent, never for what is shown.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Masks what must not be read in texts that come from outside: answers, errors of libraries.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    keys: Vec<Secret>,
    users: Vec<Secret>,
    // Invariant: newest first.
    sessions: VecDeque<Secret>,
}

impl Redactor {
    /// Hides a key, also where only its beginning is left.
    pub fn hide(&mut self, key: &str) {
        self.keys.extend(spellings(key));
    }

    /// Hides a user name, unless it is so short that it says nothing.
    pub fn hide_user(&mut self, user: &str) {
        if user.chars().count() >= SHORTEST_USER {
            self.users.extend(spellings(user));
        }
    }

    /// Hides a session, and forgets the oldest one.
    pub fn hide_session(&mut self, session: &Secret) {
        self.sessions.truncate(SESSIONS - 1);
        self.sessions.push_front(session.clone());
    }

    /// The text without what is hidden.
    pub fn redact(&self, text: &str) -> String {
        let text = self
            .keys
            .iter()
            .chain(&self.sessions)
            .fold(text.to_owned(), |text, secret| mask(&text, secret.expose()));
        self.users
            .iter()
            .fold(text, |text, user| text.replace(user.expose(), MASK))
    }
}

/// As it is, and as XML writes it.
fn spellings(secret: &str) -> Vec<Secret> {
    let mut spellings = vec![secret.to_owned(), quick_xml::escape::escape(secret).into_owned()];
    spellings.dedup();
    spellings
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(Secret)
        .collect()
}

/// Masks a secret and every longer beginning of it.
fn mask(text: &str, secret: &str) -> String {
    let head = secret
        .char_indices()
        .nth(TELLING)
        .map_or(secret, |(end, _)| &secret[..end]);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(head).filter(|_| !head.is_empty()) {
        masked.push_str(before);
        masked.push_str(MASK);
        rest = after;
        for character in secret[head.len()..].chars() {
            match rest.strip_prefix(character) {
                Some(shorter) => rest = shorter,
                None => break,
            }
        }
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor() -> Redactor {
        let mut redactor = Redactor::default();
        redactor.hide("k<y & 1");
        redactor.hide_user("anna");
        redactor.hide_user("x");
        redactor
    }

    #[test]
    fn a_key_is_masked_in_every_spelling_and_where_it_is_cut() {
        let redactor = redactor();
        assert_eq!(redactor.redact("key k<y & 1 is wrong"), "key *** is wrong");
        assert_eq!(
            redactor.redact("<string>k&lt;y &amp; 1</string>"),
            "<string>***</string>"
        );
        assert_eq!(redactor.redact("cut: k<y &"), "cut: ***");
        assert_eq!(redactor.redact("k<y & 1k<y & 1"), "******");
        assert_eq!(redactor.redact("susanna, x"), "sus***, x");
    }

    #[test]
    fn the_newest_sessions_are_masked() {
        let mut redactor = redactor();
        for number in 0..100 {
            redactor.hide_session(&Secret::new(format!("s{number:02}session")));
        }
        assert_eq!(redactor.redact("s99session s93session"), "*** ***");
        assert_eq!(redactor.sessions.len(), SESSIONS);
    }

    #[test]
    fn secrets_do_not_print() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "***");
        assert!(!format!("{:?}", redactor()).contains("k<y"));
    }
}
