//! Keys and sessions: kept apart from ordinary text, so that none is printed by accident; and the masking of what others print.

use std::collections::VecDeque;
use std::fmt;

/// What stands where a secret stood.
const MASK: &str = "***";

/// Users shorter than this are not masked: most of an ordinary text would vanish with them.
const SHORTEST_USER: usize = 3;

/// Excerpts may be cut inside of a key; so many characters of its beginning are masked at a cut.
const TELLING: usize = 3;

/// What stands at a cut.
pub(super) const CUT: &str = "..";

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
    /// Hides a key.
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
        let secrets = || self.keys.iter().chain(&self.sessions).chain(&self.users);
        let whole = secrets().fold(text.to_owned(), |text, secret| text.replace(secret.expose(), MASK));
        secrets().fold(whole, |text, secret| mask_cuts(&text, secret.expose()))
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

/// Masks the beginning of a secret where the text was cut, and where it ends.
fn mask_cuts(text: &str, secret: &str) -> String {
    let parts: Vec<String> = text.split(CUT).map(|part| mask_end(part, secret)).collect();
    parts.join(CUT)
}

fn mask_end(text: &str, secret: &str) -> String {
    let beginnings = secret.char_indices().rev().map(|(end, _)| &secret[..end]);
    let mut telling = beginnings.filter(|beginning| beginning.chars().count() >= TELLING);
    match telling.find_map(|beginning| text.strip_suffix(beginning)) {
        Some(before) => format!("{before}{MASK}"),
        None => text.to_owned(),
    }
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
        assert_eq!(redactor.redact("at the end: k<y &"), "at the end: ***");
        assert_eq!(redactor.redact("cut: `k<y &..`, then k<"), "cut: `***..`, then k<");
        assert_eq!(redactor.redact("k<y is no key"), "k<y is no key");
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
