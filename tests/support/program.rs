//! Random well-formed trees: every construct of the language, with names, texts and numbers that are easily printed wrong.

mod amend;
mod comment;
mod expr;
mod mapping;
mod once;
mod schema;
mod test;

pub use comment::{Commented, owners};

use fastrand::Rng;
use tenon_dsl::ast::{Document, Duration, DurationUnit, Extends, Header, Item};
use tenon_dsl::source::{Name, Span, Spanned};

/// Makes trees out of a seed.
#[derive(Debug)]
pub struct Program {
    rng: Rng,
}

/// Names of every kind: plain, reserved, words of the language, and such as must stand in backticks.
const NAMES: [&str; 34] = [
    "a",
    "b",
    "name",
    "order_id",
    "x1",
    "_private",
    "Customer",
    "trim",
    "in",
    "or",
    "match",
    "null",
    "true",
    "let",
    "when",
    "via",
    "only",
    "with",
    "as",
    "from",
    "drop",
    "override",
    "copy",
    "by",
    "where",
    "text",
    "ref",
    "key",
    "import",
    "all",
    "first-name",
    "@id",
    "a b",
    "ä",
];

/// Texts of every kind.
const TEXTS: [&str; 16] = [
    "",
    "a",
    "new",
    "two words",
    "it's",
    "say \"hi\"",
    "back\\slash",
    "{brace}",
    "}",
    "line\nbreak",
    "tab\t",
    "# no comment",
    "ä€",
    "'",
    "%Y-%m-%d",
    "## neither",
];

impl Program {
    /// A source of trees; the same seed gives the same ones.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
        }
    }

    /// A file.
    pub fn document(&mut self) -> Document {
        let header = self.often().then(|| self.header());
        let inside = header.is_none();
        let items = (0..self.upto(4)).map(|_| match inside {
            true => self.inside_item(),
            false => self.item(),
        });
        Document {
            items: items.collect(),
            language: self.seldom().then(|| at(1)),
            header,
        }
    }

    fn header(&mut self) -> Header {
        let plain = |program: &mut Self| program.sometimes().then(|| program.text());
        Header {
            connector: self.name(),
            version: plain(self),
            extends: self.seldom().then(|| self.extends()),
            serves: plain(self),
            span: span(),
        }
    }

    fn extends(&mut self) -> Extends {
        let connector = self.sometimes().then(|| self.name());
        let version = (connector.is_none() || self.sometimes()).then(|| self.text());
        Extends {
            connector,
            version,
            span: span(),
        }
    }

    fn item(&mut self) -> Item {
        match self.upto(12) {
            0 => Item::Backend(self.backend()),
            1 => Item::External(self.external()),
            2 => Item::Binding(self.binding()),
            3 => Item::Adapter(self.adapter()),
            4..=6 => Item::Mapping(self.mapping()),
            7 => Item::Test(self.test()),
            8 => Item::Amend(self.amend()),
            9 => Item::Override(self.override_item()),
            10 => Item::Drop(self.drop_item()),
            _ => self.inside_item(),
        }
    }

    fn inside_item(&mut self) -> Item {
        match self.upto(3) {
            0 => Item::Internal(self.internal()),
            1 => Item::Table(self.table()),
            _ => Item::Extern(self.extern_fn()),
        }
    }

    /// Below a number.
    fn upto(&mut self, number: usize) -> usize {
        self.rng.usize(..number)
    }

    fn seldom(&mut self) -> bool {
        self.rng.u8(..8) == 0
    }

    fn sometimes(&mut self) -> bool {
        self.rng.u8(..3) == 0
    }

    fn often(&mut self) -> bool {
        self.rng.u8(..8) != 0
    }

    fn one_of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.upto(list.len())]
    }

    /// Up to so many of something.
    fn some<T>(&mut self, most: usize, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.upto(most + 1)).map(|_| make(self)).collect()
    }

    /// One to so many of something.
    fn several<T>(&mut self, most: usize, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..=self.upto(most)).map(|_| make(self)).collect()
    }

    fn maybe<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Option<T> {
        self.sometimes().then(|| make(self))
    }

    fn name(&mut self) -> Name {
        at((*self.one_of(&NAMES)).to_owned())
    }

    fn dotted(&mut self) -> Name {
        let names = self.several(2, |program| program.name().value);
        at(names.join("."))
    }

    /// A text that nothing is put into.
    fn text(&mut self) -> Name {
        at((*self.one_of(&TEXTS)).to_owned())
    }

    fn number(&mut self) -> Spanned<u32> {
        at(self.rng.u32(..200))
    }

    fn duration(&mut self) -> Spanned<Duration> {
        use DurationUnit::{Day, Hour, Millisecond, Minute, Second};
        let unit = *self.one_of(&[Millisecond, Second, Minute, Hour, Day]);
        let amount = self.number().value;
        at(Duration { amount, unit })
    }

    fn doc(&mut self) -> Option<String> {
        self.seldom().then(|| {
            let line =
                |program: &mut Self| *program.one_of(&["A thing.", "", "  Indented: `x`.", "# marked", "a \"b\" {c}"]);
            self.several(2, line).join("\n")
        })
    }
}

fn span() -> Span {
    Span::default()
}

fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, span())
}
