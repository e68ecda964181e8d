//! Imports: joins, lets, rules with their clauses, children, checks, and what stops a record.

use super::Generator;
use super::scope::Scope;
use super::world::{DOC, Field, ITEM, NOTE, PART, Record, Ty};

/// How deep values are.
const DEPTH: usize = 3;

impl Generator {
    /// A record of the outside, or, above those, a model that is read.
    pub(super) fn record(&self, number: usize) -> &Record {
        match number.checked_sub(self.world.outside.len()) {
            None => &self.world.outside[number],
            Some(model) => &self.world.inside[model],
        }
    }

    pub(super) fn imports(&mut self) {
        self.fixed("import r.group from Group as g { copy code, name, rank }");
        self.fixed("import r.tag from Tag as g { copy name }");
        self.whole();
        self.element_of(1, ("r.line", "Item", "i", ITEM), Some(("Doc", "d", DOC)));
        self.element_of(2, ("r.part", "Part", "p", PART), Some(("Item", "i", ITEM)));
    }

    pub(super) fn open(&mut self, alias: &str, record: usize) {
        self.scope = Scope::default();
        self.settings();
        let fields = self.record(record).fields.clone();
        self.scope.add_fields(alias, ".", &fields);
    }

    pub(super) fn settings(&mut self) {
        self.scope.add("backend.prefix", Ty::Text, false);
        self.scope.add("backend.limit", Ty::Int, true);
        self.scope.add("backend.flag", Ty::Bool, false);
    }

    /// The import of the record itself.
    fn whole(&mut self) {
        self.open("d", DOC);
        self.fixed("import r.doc from Doc as d");
        self.joins();
        self.fixed("{");
        let before = self.scope.known.len();
        self.lets();
        let named = self.scope.known[before..]
            .iter()
            .filter(|known| !known.path.contains('.'));
        self.named = named
            .map(|known| (known.path.clone(), known.ty.clone(), known.absent))
            .collect();
        self.stops();
        self.rules(0);
        if self.one_in(2) {
            let value = self.maybe(&Ty::Text, DEPTH);
            self.line(format!("  binding.seen = {value}"));
        }
        self.checks(0);
        self.fixed("}");
    }

    /// The import of an element of a list.
    fn element_of(&mut self, model: usize, names: (&str, &str, &str, usize), around: Option<(&str, &str, usize)>) {
        let (inside, outside, alias, record) = names;
        self.open(alias, record);
        let mut head = format!("import {inside} from {outside} as {alias}");
        if let Some((name, alias, record)) = around {
            head += &format!(" within {name} as {alias}");
            let fields = self.record(record).fields.clone();
            self.scope.add_fields(alias, ".", &fields);
        }
        if model == 1 {
            head += " (unit: text, number: int, words: [text])";
            self.scope.add("unit", Ty::Text, false);
            self.scope.add("number", Ty::Int, false);
            self.scope.add("words", Ty::List(Box::new(Ty::Text)), false);
        }
        self.scope.add("position()", Ty::Int, false);
        self.fixed(format!("{head} {{"));
        self.lets();
        self.stops();
        self.rules(model);
        if self.one_in(2) {
            self.checks(model);
        }
        self.fixed("}");
    }

    fn joins(&mut self) {
        let world = self.world.clone();
        let items = self
            .scope
            .known
            .iter()
            .find(|known| known.path == "d.items")
            .is_some_and(|known| !known.absent);
        self.scope.lookups = false;
        if self.one_in(2) {
            let condition = self.within("main", ITEM, |generator| generator.condition(1));
            if items {
                self.line(format!("  with Item as main? in d.items where {condition}"));
                self.scope.add_fields("main", "?.", &world.outside[ITEM].fields);
            }
        }
        if self.one_in(2) {
            let condition = self.within("note", NOTE, |generator| generator.condition(1));
            self.line(format!("  with Note as book* from list(doc = d.id) where {condition}"));
            self.scope.add("book", Ty::List(Box::new(Ty::Record(NOTE))), false);
            if self.one_in(2) {
                let condition = self.within("one", NOTE, |generator| generator.condition(1));
                self.line(format!(
                    "  with Note as one? in book where {condition} latest by one.at"
                ));
                self.scope.add_fields("one", "?.", &world.outside[NOTE].fields);
            }
        }
        self.scope.lookups = true;
    }

    /// Values with a name.
    pub(super) fn lets(&mut self) {
        for _ in 0..self.below(4) {
            let name = self.fresh("v");
            let ty = [Ty::Text, Ty::Int, Ty::Dec, Ty::Bool, Ty::Text][self.below(5)].clone();
            let absent = ty != Ty::Bool && self.one_in(2);
            let value = match absent {
                true => self.maybe(&ty, DEPTH),
                false => self.total(&ty, DEPTH),
            };
            self.line(format!("  let {name} = {value}"));
            self.scope.add(name, ty, absent);
        }
        if self.scope.lookups && self.one_in(3) && !self.scope.is_export {
            let name = self.fresh("v");
            let value = self.key_step("Group", "load!");
            self.line(format!("  let {name} = {value}"));
            self.scope.add(format!("{name}.code"), Ty::Text, false);
            self.scope.add(format!("{name}.rank"), Ty::Int, true);
            self.scope.add(format!("{name}.parent_id"), Ty::Ref("r.group"), true);
        }
    }

    pub(super) fn stops(&mut self) {
        if self.one_in(4) {
            let condition = format!("{} and {}", self.condition(2), self.condition(1));
            let words = self.total(&Ty::Text, 0);
            let words = if words.starts_with('"') {
                words
            } else {
                "\"it is so\"".to_owned()
            };
            self.line(format!("  skip when {condition} because {words}"));
        }
        if self.one_in(6) {
            let condition = format!("{} and {}", self.condition(1), self.condition(1));
            self.line(format!("  retry every 30m when {condition} because \"not yet\""));
        }
    }

    /// A rule for each field of a model.
    pub(super) fn rules(&mut self, model: usize) {
        let fields = self.world.inside[model].fields.clone();
        for field in &fields {
            match &field.ty {
                Ty::Children(below) => self.children(&field.name, *below),
                Ty::List(_) => self.references(field),
                _ => self.field(field),
            }
        }
        if model < 2 && self.one_in(3) {
            // Two targets by one rule.
            let texts: Vec<&Field> = fields
                .iter()
                .filter(|field| field.ty == Ty::Text && field.absent)
                .collect();
            if let [one, ..] = texts.as_slice() {
                let value = self.total(&Ty::Text, 1);
                self.line(format!("  {} = cut({value}, 3).tail", one.name));
            }
        }
    }

    fn references(&mut self, field: &Field) {
        let value = self.list(&Ty::Ref("r.tag"), 2);
        let sign = self.of(&["=", "+="]);
        self.line(format!("  {} {sign} {value}", field.name));
        if sign == "+=" && self.one_in(2) {
            let (value, condition) = (self.list(&Ty::Ref("r.tag"), 1), self.condition(1));
            self.line(format!("  {} += {value} when {condition}", field.name));
        }
    }

    fn field(&mut self, field: &Field) {
        let plain = format!("  {} = {}", field.name, self.plain_of(field));
        if field.absent && self.one_in(8) {
            return;
        }
        let value = match field.absent {
            true if self.one_in(2) => self.maybe(&field.ty, DEPTH),
            _ => self.total(&field.ty, DEPTH),
        };
        let value = fitted(field, value);
        let may_wait = field.absent || field.has_default;
        match self.below(8) {
            0 if may_wait => {
                let path = self.absent();
                let other = self.plain_of(field);
                self.line(format!("  {} = {value} when {path} is present", field.name));
                self.line(format!("  {} = {other} when {path} is absent", field.name));
            }
            1 if may_wait => {
                let condition = self.condition(2);
                self.line(format!("  {} = {value} when {condition}", field.name));
            }
            2 if may_wait => {
                let only = self.of(&["create", "update", "empty"]);
                self.line(format!("  {} = {value} only {only}", field.name));
            }
            _ if field.absent || field.has_default => self.line(format!("  {} = {value}", field.name)),
            _ => self.line_or(format!("  {} = {value}", field.name), plain),
        }
    }

    /// What always fits.
    pub(super) fn plain_of(&mut self, field: &Field) -> String {
        match &field.ty {
            Ty::Time | Ty::Uuid | Ty::Bytes | Ty::Json => match self.present_path(&field.ty) {
                Some(path) => path,
                None if field.ty == Ty::Json => "[1, 2]".to_owned(),
                // A join may go itself.
                None => match self
                    .path_of(&field.ty)
                    .filter(|path| !path.contains("one?") && !path.contains("main?"))
                {
                    Some(path) => format!("{path} | need!(\"it is not there\")"),
                    None => "missing | need!(\"there is none\")".to_owned(),
                },
            },
            Ty::Dec => "1.5".to_owned(),
            Ty::Ref(_) => "find_or_new(r.group, code = \"plain\")".to_owned(),
            // Nothing that may go itself.
            Ty::Text => "\"plain\"".to_owned(),
            Ty::Bool => "true".to_owned(),
            Ty::Int => "7".to_owned(),
            ty => self.literal(ty),
        }
    }

    fn children(&mut self, name: &str, below: usize) {
        let list = match below {
            1 => "d.items",
            _ => "i.parts",
        };
        let model = self.world.inside[below].name;
        let list = match self.one_in(3) {
            true => {
                let item = self.fresh("c");
                let record = if below == 1 { ITEM } else { PART };
                let asks = std::mem::replace(&mut self.scope.lookups, false);
                let condition = self.within(&item, record, |generator| generator.condition(1));
                self.scope.lookups = asks;
                format!("{list} | filter({item} => {condition})")
            }
            false => list.to_owned(),
        };
        let params = match below {
            1 => {
                let (unit, number, words) = (
                    self.total(&Ty::Text, 2),
                    self.total(&Ty::Int, 2),
                    self.list(&Ty::Text, 2),
                );
                format!("(unit = {unit}, number = {number}, words = {words})")
            }
            _ => String::new(),
        };
        let orphans = self.of(&["remove", "keep", "archive", "fail"]);
        let plain = match below {
            1 => "(unit = \"u\", number = 1, words = [])",
            _ => "",
        };
        let whole = if below == 1 { "d.items" } else { "i.parts" };
        self.line_or(
            format!("  {name} = {list} via {model}{params} keyed by id orphans {orphans}"),
            format!("  {name} = {whole} via {model}{plain} keyed by id orphans {orphans}"),
        );
        if below == 2 || self.one_in(2) {
            return;
        }
        let fields = self.world.inside[below].fields.clone();
        let mut record = Vec::new();
        for field in &fields {
            if !field.has_default
                && !matches!(field.ty, Ty::Children(_) | Ty::List(_))
                && (!field.absent || self.one_in(2))
            {
                let value = match field.absent {
                    true => self.maybe(&field.ty, 1),
                    false => self.total(&field.ty, 1),
                };
                record.push(format!("{}: {}", field.name, fitted(field, value)));
            }
        }
        let condition = self.condition(1);
        self.line(format!(
            "  {name} += {{ {} }} keyed by \"more\" when {condition}",
            record.join(", ")
        ));
    }

    /// Checks of what was made.
    fn checks(&mut self, model: usize) {
        let before = self.scope.clone();
        self.scope.lookups = false;
        for field in self.world.inside[model].fields.clone() {
            if matches!(field.ty, Ty::Text | Ty::Int | Ty::Dec | Ty::Bool | Ty::Date) {
                self.scope
                    .add(format!("out.{}", field.name), field.ty.clone(), field.absent);
            }
        }
        for _ in 0..self.below(3) {
            let (condition, how) = (self.condition(2), self.of(&["fail", "warn"]));
            self.line(format!("  check {condition} else {how} because \"not so\""));
        }
        self.scope = before;
    }
}

/// A value cut to what its target can hold.
pub(super) fn fitted(field: &Field, value: String) -> String {
    match (&field.ty, field.limit) {
        (Ty::Text, 1..) => format!("{value} | truncate({})", field.limit),
        (Ty::Dec, digits) if digits > 0 => format!("{value} | round({digits})"),
        _ => value,
    }
}
