//! What was seen at one place of the samples: counted, not kept. Two of them make one, so that samples and entries of maps are merged.

use super::candidate::{CANDIDATES, Fit};
use indexmap::IndexMap;
use tenon_runtime::json::reader::Token;
use tenon_runtime::shape::Wire;

/// More names than this are keys of a map.
const MOST_NAMES: usize = 400;
/// More different texts than this are not kept.
const MOST_WORDS: usize = 12;
/// Longer texts are no words.
const LONGEST_WORD: usize = 32;

/// The values of one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// All of them, nulls included.
    pub(super) times: usize,
    pub(super) nulls: usize,
    /// It stood twice in one record, which no declaration reads.
    pub(super) twice: bool,
    pub(super) scalars: Scalars,
    pub(super) lists: Lists,
    pub(super) records: Records,
}

/// Values without parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Scalars {
    pub(super) times: usize,
    pub(super) bools: usize,
    pub(super) trues: usize,
    pub(super) numbers: usize,
    pub(super) texts: usize,
    pub(super) empty_texts: usize,
    /// Texts with a point between digits, and the fewest and most digits behind it.
    pub(super) points: Option<(usize, usize)>,
    /// Texts of digits alone.
    pub(super) digits: usize,
    /// Texts of 36 characters.
    pub(super) long_as_uuid: usize,
    /// The different texts and how often each was seen; absent: too many, or no words.
    pub(super) words: Option<IndexMap<String, usize>>,
    pub(super) fits: [Fit; CANDIDATES.len()],
}

/// Lists.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    pub(super) times: usize,
    pub(super) empty: usize,
    /// All elements of all of them.
    pub(super) element: Option<Box<Seen>>,
}

/// Records or maps.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    pub(super) times: usize,
    pub(super) fields: IndexMap<String, Seen>,
    /// All values together, where there are too many names.
    pub(super) values: Option<Box<Seen>>,
}

impl Seen {
    /// One more value without parts; `text` is its text or its digits.
    pub(super) fn scalar(&mut self, wire: Wire, token: Token, source: &str, text: &str) {
        self.times += 1;
        match token {
            Token::Null => self.nulls += 1,
            Token::Bool(_) | Token::Number(_) | Token::Text(_) | Token::Array { .. } | Token::Object => {
                self.scalars.count(wire, token, source, text);
            }
        }
    }

    /// One more list: where its elements are counted.
    pub(super) fn list(&mut self) -> &mut Lists {
        self.times += 1;
        self.lists.times += 1;
        &mut self.lists
    }

    /// One more record: where its fields are counted.
    pub(super) fn record(&mut self) -> &mut Records {
        self.times += 1;
        self.records.times += 1;
        &mut self.records
    }

    /// What was seen at another place, here.
    pub(super) fn and(&mut self, other: Self) {
        self.times += other.times;
        self.nulls += other.nulls;
        self.twice |= other.twice;
        self.scalars.and(other.scalars);
        self.lists.times += other.lists.times;
        self.lists.empty += other.lists.empty;
        if let Some(element) = other.lists.element {
            self.lists.element().and(*element);
        }
        self.records.times += other.records.times;
        for (name, field) in other.records.fields {
            self.records.field(&name).and(field);
        }
        if let Some(values) = other.records.values {
            self.records.all_values().and(*values);
        }
    }
}

impl Lists {
    /// Where elements are counted.
    pub(super) fn element(&mut self) -> &mut Seen {
        self.element.get_or_insert_default()
    }
}

impl Records {
    /// Where a field is counted.
    pub(super) fn field(&mut self, name: &str) -> &mut Seen {
        let is_known = self.fields.contains_key(name);
        if self.values.is_some() || (!is_known && self.fields.len() >= MOST_NAMES) {
            return self.all_values();
        }
        self.fields.entry(name.to_owned()).or_default()
    }

    /// Gives up the names.
    fn all_values(&mut self) -> &mut Seen {
        let fields = std::mem::take(&mut self.fields);
        let values = self.values.get_or_insert_default();
        for (_, field) in fields {
            values.and(field);
        }
        values
    }

    /// All values of a map.
    pub(super) fn merged(&self) -> Seen {
        let mut all = self.values.as_deref().cloned().unwrap_or_default();
        for field in self.fields.values() {
            all.and(field.clone());
        }
        all
    }
}

impl Scalars {
    fn count(&mut self, wire: Wire, token: Token, source: &str, text: &str) {
        if self.times == 0 {
            self.words = Some(IndexMap::new());
        }
        self.times += 1;
        match token {
            Token::Bool(flag) => {
                self.bools += 1;
                self.trues += usize::from(flag);
            }
            Token::Number(_) => self.numbers += 1,
            Token::Text(_) => self.text(text),
            Token::Null | Token::Array { .. } | Token::Object => {}
        }
        for (fit, candidate) in self.fits.iter_mut().zip(&CANDIDATES) {
            fit.offer(candidate, wire, token, (source, text));
        }
    }

    fn text(&mut self, text: &str) {
        self.texts += 1;
        self.empty_texts += usize::from(text.is_empty());
        self.long_as_uuid += usize::from(text.len() == 36);
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        self.digits += usize::from(is_digits(unsigned));
        if let Some((whole, behind)) = unsigned.split_once('.')
            && is_digits(whole)
            && is_digits(behind)
        {
            let (fewest, most) = self.points.unwrap_or((behind.len(), behind.len()));
            self.points = Some((fewest.min(behind.len()), most.max(behind.len())));
        }
        self.word(text, 1);
    }

    fn word(&mut self, text: &str, times: usize) {
        let Some(words) = &mut self.words else { return };
        let is_new = !words.contains_key(text);
        if is_new && (words.len() >= MOST_WORDS || text.len() > LONGEST_WORD) {
            self.words = None;
            return;
        }
        *words.entry(text.to_owned()).or_default() += times;
    }

    fn and(&mut self, other: Self) {
        if other.times == 0 {
            return;
        }
        if self.times == 0 {
            *self = other;
            return;
        }
        self.times += other.times;
        self.bools += other.bools;
        self.trues += other.trues;
        self.numbers += other.numbers;
        self.texts += other.texts;
        self.empty_texts += other.empty_texts;
        self.digits += other.digits;
        self.long_as_uuid += other.long_as_uuid;
        self.points = match (self.points, other.points) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (points, None) | (None, points) => points,
        };
        match other.words {
            Some(words) => words.iter().for_each(|(word, times)| self.word(word, *times)),
            None => self.words = None,
        }
        for (fit, theirs) in self.fits.iter_mut().zip(&other.fits) {
            fit.and(theirs);
        }
    }
}
