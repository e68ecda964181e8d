//! Values by type: one that is there, or one that may be absent.

use super::Generator;
use super::scope::Known;
use super::world::{Ty, WORDS};

/// Texts with all that is easily written wrong.
const TEXTS: [&str; 9] = [
    "\"\"",
    "\"a\"",
    "\"two words\"",
    "\"DE\"",
    "\"M-\"",
    "\"it's \\\"so\\\"\"",
    "\"ä\\n\"",
    "'raw {x}'",
    "\"12\"",
];
const FORMATS: [&str; 3] = ["'%Y-%m-%d'", "'%d.%m.%Y'", "\"%d/%m/%y\""];
const MOMENTS: [&str; 3] = ["'%Y-%m-%d %H:%M:%S'", "'%d.%m.%Y %H:%M'", "\"%H:%M\""];
const ZONES: [&str; 3] = ["\"UTC\"", "\"Europe/Paris\"", "\"America/New_York\""];

impl Generator {
    /// A value that is there.
    pub(super) fn total(&mut self, ty: &Ty, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(ty);
        }
        match self.below(12) {
            0 => self.choice(ty, depth),
            1 => self.matched(ty, depth),
            2 | 3 => {
                let maybe = self.maybe(ty, depth - 1);
                self.instead(&maybe, ty, depth)
            }
            4 => self.leaf(ty),
            _ => self.made(ty, depth),
        }
    }

    /// What stands for a value that may be absent.
    fn instead(&mut self, maybe: &str, ty: &Ty, depth: usize) -> String {
        match self.below(5) {
            0 => format!("({maybe} | need!(\"it is needed\"))"),
            _ => {
                let other = self.total(ty, depth - 1);
                format!("({maybe} ?? {other})")
            }
        }
    }

    /// A value that may be null or missing.
    pub(super) fn maybe(&mut self, ty: &Ty, depth: usize) -> String {
        if let Some(path) = self.absent_path(ty).filter(|_| depth == 0 || !self.one_in(3)) {
            return match (ty, depth) {
                (Ty::Text, 1..) => {
                    let step = self.text_step(depth);
                    format!("({path} | {step})")
                }
                _ => path,
            };
        }
        if depth == 0 {
            return self.leaf(ty);
        }
        let depth = depth - 1;
        match (self.below(8), ty) {
            (0, _) => {
                let (condition, value) = (self.condition(depth), self.total(ty, depth));
                format!("(if {condition} {{ {value} }})")
            }
            (1, Ty::Text | Ty::Int) => {
                let (value, unwanted) = (self.total(ty, depth), self.literal(ty));
                format!("({value} | null_if({unwanted}))")
            }
            (2, Ty::Text) => format!("({} | null_if_blank)", self.total(ty, depth)),
            (3, Ty::Text) => format!("({} | strip_prefix?({}))", self.total(ty, depth), self.of(&TEXTS)),
            (4, Ty::Text) if self.scope.lookups => self.loaded("name", depth),
            (2, Ty::Int) => format!("({} | int?)", self.total(&Ty::Text, depth)),
            (3, Ty::Int) => self.element("rank", depth),
            (4, Ty::Int) if self.scope.lookups => self.loaded("rank", depth),
            (5, Ty::Int) => match self.path_of(&Ty::Map(Box::new(Ty::Int))) {
                Some(map) => format!("({map} | get(\"{}\"))", self.of(&["a", "b", "z"])),
                None => "(null)".to_owned(),
            },
            (2, Ty::Dec) => format!("({} | decimal?)", self.total(&Ty::Text, depth)),
            (3, Ty::Dec) => format!(
                "({} / {} | round(4) catch null)",
                self.total(&Ty::Dec, depth),
                self.total(&Ty::Dec, depth)
            ),
            (4, Ty::Dec) => format!("({} | round(4) | half_of)", self.maybe(&Ty::Dec, depth)),
            (2, Ty::Date) => format!(
                "({} | parse_date?({}))",
                self.total(&Ty::Text, depth),
                self.of(&FORMATS)
            ),
            (5 | 6, Ty::Text | Ty::Int | Ty::Dec) => {
                let list = self.list(ty, depth);
                let end = self.of(&["first?", "last?"]);
                match self.one_in(3) {
                    true => {
                        let predicate = self.predicate(ty, depth);
                        format!("({list} | find_by?({predicate}))")
                    }
                    false => format!("({list} | {end})"),
                }
            }
            (2..=6, Ty::Ref("r.group")) if self.scope.lookups => self.found(depth),
            (1, _) => {
                let (subject, value) = (self.word(depth), self.total(ty, depth));
                format!(
                    "(match {subject} {{ \"new\" | \"done\" => {value}, _ => {} }})",
                    self.of(&["null", "missing"])
                )
            }
            _ => format!(
                "(if {} {{ {} }} else {{ null }})",
                self.condition(depth),
                self.total(ty, depth)
            ),
        }
    }

    /// A path of this type that is there, else a literal, else what comes nearest.
    pub(super) fn leaf(&mut self, ty: &Ty) -> String {
        let wants_path = !self.one_in(4);
        match self.present_path(ty) {
            Some(path) if wants_path || !has_literal(ty) => path,
            _ => self.literal(ty),
        }
    }

    /// A value of this type that needs nothing.
    pub(super) fn literal(&mut self, ty: &Ty) -> String {
        match ty {
            Ty::Text => self.of(&TEXTS).to_owned(),
            Ty::Int => self.of(&["0", "1", "7", "42", "-3"]).to_owned(),
            Ty::Dec => self.of(&["0.00", "1.5", "12.3400", "-0.25"]).to_owned(),
            Ty::Float => self.of(&["0", "1"]).to_owned(),
            Ty::Bool => self.of(&["true", "false"]).to_owned(),
            Ty::Date => "(\"2020-12-24\" | parse_date!('%Y-%m-%d'))".to_owned(),
            Ty::DateTime => self.of(&["now()", "from_epoch(1591014600)"]).to_owned(),
            Ty::Word => format!("\"{}\"", self.of(&WORDS)),
            Ty::Ref("r.group") if self.scope.lookups => "find!(r.group, code = \"fr\")".to_owned(),
            Ty::Ref(_) => "null".to_owned(),
            Ty::Key(name) => self.present_path(&Ty::Key(name)).unwrap_or_else(|| "null".to_owned()),
            Ty::List(inner) | Ty::Gaps(inner) => match has_literal(inner) {
                true => format!("[{}, {}]", self.literal(inner), self.literal(inner)),
                false => "[]".to_owned(),
            },
            Ty::Json => format!("[{}, {}]", self.literal(&Ty::Int), self.literal(&Ty::Int)),
            Ty::Time | Ty::Uuid | Ty::Bytes | Ty::Map(_) | Ty::Record(_) | Ty::Inline(_) | Ty::Children(_) => {
                "null".to_owned()
            }
        }
    }

    fn choice(&mut self, ty: &Ty, depth: usize) -> String {
        let (condition, one, other) = (
            self.condition(depth - 1),
            self.total(ty, depth - 1),
            self.total(ty, depth - 1),
        );
        match self.one_in(3) {
            true => {
                let (next, third) = (self.condition(depth - 1), self.total(ty, depth - 1));
                format!("(if {condition} {{ {one} }} else if {next} {{ {third} }} else {{ {other} }})")
            }
            false => format!("(if {condition} {{ {one} }} else {{ {other} }})"),
        }
    }

    fn matched(&mut self, ty: &Ty, depth: usize) -> String {
        let values: Vec<String> = (0..3).map(|_| self.total(ty, depth - 1)).collect();
        let [one, two, three] = [&values[0], &values[1], &values[2]];
        match self.below(4) {
            0 => {
                let subject = self.total(&Ty::Int, depth - 1);
                format!("(match {subject} {{ 0 => {one}, 1 | 7 => {two}, _ => {three} }})")
            }
            1 => {
                let subject = self.total(&Ty::Text, depth - 1);
                format!("(match {subject} {{ \"\" | \"a\" => {one}, \"DE\" => {two}, _ => {three} }})")
            }
            2 => {
                let subject = self.total(&Ty::Bool, depth - 1);
                format!("(match {subject} {{ true => {one}, false => {two} }})")
            }
            _ => {
                let subject = self.word(depth - 1);
                format!("(match {subject} {{ \"new\" => {one}, \"open\" => {two}, \"done\" => {three} }})")
            }
        }
    }

    /// A value by a step or operator.
    fn made(&mut self, ty: &Ty, depth: usize) -> String {
        let depth = depth - 1;
        match ty {
            Ty::Text => self.text(depth),
            Ty::Int => self.int(depth),
            Ty::Dec => self.decimal(depth),
            Ty::Bool => self.condition(depth + 1),
            Ty::Date => match self.below(3) {
                0 => format!(
                    "({} | parse_date!({}))",
                    self.total(&Ty::Text, depth),
                    self.of(&FORMATS)
                ),
                1 => format!("({} | date_of({}))", self.total(&Ty::DateTime, depth), self.of(&ZONES)),
                _ => self.leaf(ty),
            },
            Ty::DateTime => match self.below(4) {
                0 => format!(
                    "({} | parse_datetime!({}, {}))",
                    self.total(&Ty::Text, depth),
                    self.of(&MOMENTS[..2]),
                    self.of(&ZONES)
                ),
                1 => format!("({} | from_epoch)", self.total(&Ty::Int, depth)),
                2 => format!(
                    "newest({}, {}, {}, {})",
                    self.leaf(ty),
                    self.leaf(ty),
                    self.leaf(ty),
                    self.leaf(ty)
                ),
                _ => self.leaf(ty),
            },
            Ty::Word => match self.one_in(2) {
                true => self.word(depth),
                false => self.leaf(ty),
            },
            Ty::Ref("r.group") if self.scope.lookups => match self.below(3) {
                0 => self.key_step("Group", "ref!"),
                1 => format!(
                    "find_or_new(r.group, code = {}, new = {{ name: {} }})",
                    self.total(&Ty::Text, depth),
                    self.total(&Ty::Text, depth)
                ),
                _ => format!("({} | find!(r.group, code = fold(_)))", self.total(&Ty::Text, depth)),
            },
            Ty::List(inner) => self.list(inner, depth),
            Ty::Json => self.of_json(depth),
            Ty::Float
            | Ty::Time
            | Ty::Uuid
            | Ty::Bytes
            | Ty::Key(_)
            | Ty::Ref(_)
            | Ty::Gaps(_)
            | Ty::Map(_)
            | Ty::Record(_)
            | Ty::Inline(_)
            | Ty::Children(_) => self.leaf(ty),
        }
    }

    /// A word of which nobody knows which one it is.
    fn word(&mut self, depth: usize) -> String {
        match (
            self.present_path(&Ty::Word).filter(|_| self.rng.bool()),
            self.scope.is_export,
        ) {
            (Some(path), _) => path,
            // A table leads the other way in an export.
            (None, true) => format!(
                "(match {} {{ \"a\" | \"DE\" => \"new\", _ => \"open\" }} | next)",
                self.total(&Ty::Text, depth)
            ),
            (None, false) => match self.below(3) {
                0 => format!("({} | State!)", self.total(&Ty::Text, depth)),
                1 => format!("({} | State! | next)", self.total(&Ty::Text, depth)),
                _ => format!("({} | State! catch \"open\")", self.total(&Ty::Text, depth)),
            },
        }
    }

    fn of_json(&mut self, depth: usize) -> String {
        match self.below(3) {
            0 => self.list(&Ty::Text, depth),
            1 => self.list(&Ty::Int, depth),
            _ => format!(
                "{{ a: {}, b: {} }}",
                self.total(&Ty::Text, depth),
                self.total(&Ty::Dec, depth)
            ),
        }
    }

    fn text_step(&mut self, depth: usize) -> String {
        match self.below(14) {
            0 | 1 => "trim".to_owned(),
            2 => "lower".to_owned(),
            3 => "upper".to_owned(),
            4 => "title_case".to_owned(),
            5 => "fold".to_owned(),
            6 => format!("truncate({})", self.of(&["0", "3", "20"])),
            7 => format!(
                "replace({}, {})",
                self.of(&["\"a\"", "\",\"", "\"-\""]),
                self.of(&TEXTS)
            ),
            8 => format!("add_prefix({})", self.total(&Ty::Text, depth.min(1))),
            9 => format!("strip_prefix!({})", self.of(&TEXTS)),
            10 => "shout".to_owned(),
            11 => "split(\",\") | join(\"-\")".to_owned(),
            12 => "null_if_blank | blank_if_null".to_owned(),
            _ => "lines | join_lines".to_owned(),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        match self.below(16) {
            0..=5 => {
                let (value, step) = (self.total(&Ty::Text, depth), self.text_step(depth));
                format!("({value} | {step})")
            }
            6 => format!("({} | text)", self.total(&Ty::Int, depth)),
            7 => format!("({} | round(2) | text)", self.total(&Ty::Dec, depth)),
            8 => format!(
                "({} | format_date({}))",
                self.total(&Ty::Date, depth),
                self.of(&FORMATS)
            ),
            9 => format!(
                "({} | format_datetime({}, {}))",
                self.total(&Ty::DateTime, depth),
                self.of(&MOMENTS),
                self.of(&ZONES)
            ),
            10 => format!(
                "({} | join({}))",
                self.list(&Ty::Text, depth),
                self.of(&["\", \"", "\"\"", "\"-\""])
            ),
            11 => self.interpolated(),
            12 => format!(
                "cut({}, {}).head",
                self.total(&Ty::Text, depth),
                self.total(&Ty::Int, 0)
            ),
            13 if !self.scope.is_export => format!("({} | Number! catch \"none\")", self.total(&Ty::Int, depth)),
            14 => {
                let (one, other) = (self.total(&Ty::Text, depth), self.total(&Ty::Text, depth));
                format!("agree!({one}, {other})")
            }
            _ => match self.present_path(&Ty::Word) {
                Some(path) => format!("({path} | text)"),
                None => self.leaf(&Ty::Text),
            },
        }
    }

    /// `"a {o.x | trim} b"`
    fn interpolated(&mut self) -> String {
        let mut out = String::from("\"");
        for _ in 0..=self.below(2) {
            out.push_str(self.of(&["", "a ", "\\{", "ä-", " / "]));
            let ty = [Ty::Text, Ty::Int, Ty::Text][self.below(3)].clone();
            if let Some(path) = self.present_path(&ty) {
                let step = match (&ty, self.below(3)) {
                    (Ty::Text, 0) => " | trim",
                    (Ty::Text, 1) => " | upper | trim",
                    _ => "",
                };
                out.push_str(&format!("{{{path}{step}}}"));
            }
        }
        out + "\""
    }

    /// A path that is there.
    pub(super) fn present_path(&mut self, ty: &Ty) -> Option<String> {
        self.path(ty, false)
    }

    fn absent_path(&mut self, ty: &Ty) -> Option<String> {
        self.path(ty, true)
    }

    /// A path of a type, be it there or not.
    pub(super) fn path_of(&mut self, ty: &Ty) -> Option<String> {
        self.path(ty, false).or_else(|| self.path(ty, true))
    }

    fn path(&mut self, ty: &Ty, absent: bool) -> Option<String> {
        let fits = |known: &&Known| known.ty == *ty && known.absent == absent;
        let fitting: Vec<String> = self
            .scope
            .known
            .iter()
            .filter(fits)
            .map(|known| known.path.clone())
            .collect();
        match fitting.is_empty() {
            true => None,
            false => Some(fitting[self.below(fitting.len())].clone()),
        }
    }
}

fn has_literal(ty: &Ty) -> bool {
    matches!(
        ty,
        Ty::Text
            | Ty::Int
            | Ty::Dec
            | Ty::Bool
            | Ty::Date
            | Ty::DateTime
            | Ty::Word
            | Ty::Json
            | Ty::List(_)
            | Ty::Gaps(_)
    )
}
