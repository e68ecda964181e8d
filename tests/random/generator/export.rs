//! The export of what the import stored, and a two-way mapping beside it.

use super::Generator;
use super::import::fitted;
use super::scope::Scope;
use super::world::{Field, Ty};

const DEPTH: usize = 2;

impl Generator {
    pub(super) fn exports(&mut self) {
        if self.one_in(4) {
            return;
        }
        self.sends = true;
        self.inside(0, "");
        self.fixed("export r.doc to Sent as s {");
        self.lets();
        if self.one_in(4) {
            let condition = format!("{} and {}", self.condition(1), self.condition(1));
            self.line(format!("  skip when {condition} because \"not sent\""));
        }
        for field in self.world.sent.fields.clone() {
            self.target("s", &field);
        }
        self.fixed("  s.lines = lines via r.line(unit = \"u\")");
        self.fixed("}");
        self.inside(1, "");
        self.scope.add("unit", Ty::Text, false);
        self.fixed("export r.line to SentLine as s (unit: text) {");
        if self.one_in(3) {
            let condition = format!("{} and {}", self.condition(1), self.condition(1));
            self.line(format!("  skip when {condition} because \"left out\""));
        }
        for field in self.world.sent_line.fields.clone() {
            self.target("s", &field);
        }
        self.fixed("}");
    }

    /// The fields of a model that is read.
    pub(super) fn inside(&mut self, model: usize, alias: &str) {
        self.scope = Scope {
            is_export: true,
            lookups: false,
            ..Scope::default()
        };
        self.settings();
        let world = self.world.clone();
        for field in &world.inside[model].fields {
            match &field.ty {
                Ty::Children(below) => {
                    let ty = Ty::List(Box::new(Ty::Record(world.outside.len() + below)));
                    self.scope.add(field.name.clone(), ty, false);
                }
                Ty::Ref("r.group") => {
                    let mark = if field.absent { "?." } else { "." };
                    self.scope
                        .add(format!("{}{mark}code", field.name), Ty::Text, field.absent);
                    self.scope.add(format!("{}{mark}rank", field.name), Ty::Int, true);
                    self.scope
                        .add(format!("{}{mark}amount", field.name), Ty::Dec, field.absent);
                    self.scope
                        .add(format!("({} | ext_of?)", field.name), Ty::Key("Group"), true);
                }
                Ty::List(_) => {}
                _ => self.scope.add_fields(alias, ".", std::slice::from_ref(field)),
            }
        }
    }

    pub(super) fn target(&mut self, alias: &str, field: &Field) {
        let name = format!("{alias}.{}", field.name);
        let is_whole = !self.scope.known.iter().any(|known| known.path == "unit");
        match &field.ty {
            Ty::Inline(_) => {
                let (a, b) = (self.total(&Ty::Text, DEPTH), self.total(&Ty::Int, DEPTH));
                match self.one_in(2) {
                    true => self.line_or(
                        format!("  {name} = {{ a: {a}, b: {b} }}"),
                        format!("  {name} = {{ a: \"\", b: 1 }}"),
                    ),
                    false => {
                        self.line_or(format!("  {name}.a = {a}"), format!("  {name}.a = \"\""));
                        self.line_or(format!("  {name}.b = {b}"), format!("  {name}.b = 1"));
                    }
                }
            }
            Ty::Map(_) => {
                if let Some((list, record)) = self.records() {
                    let item = self.fresh("m");
                    let (key, value) = (
                        self.within(&item, record, |generator| generator.total(&Ty::Text, 1)),
                        self.within(&item, record, |generator| generator.total(&Ty::Int, 1)),
                    );
                    self.line(format!(
                        "  {name} = {list} | map({item} => {{ key: {key}, value: {value} }}) | to_map"
                    ));
                }
            }
            Ty::List(inner) => {
                let value = self.list(inner, DEPTH);
                self.line(format!("  {name} = {value}"));
                if self.one_in(2) {
                    let (value, condition) = (self.total(&Ty::Text, 1), self.condition(1));
                    self.line(format!("  {name} += {value} when {condition}"));
                }
            }
            ty => {
                let value = match field.absent && self.one_in(2) {
                    true => self.maybe(ty, DEPTH),
                    false => self.total(ty, DEPTH),
                };
                // A null by its text is no reason to leave a field out.
                let may_miss = field.absent && !field.declared.contains(" null \"");
                let clause = match (may_miss, self.below(6)) {
                    (true, 0) => format!(" when {}", self.condition(1)),
                    (true, 1) if is_whole => " only create".to_owned(),
                    (true, 2) if is_whole => " only update".to_owned(),
                    _ => String::new(),
                };
                let value = fitted(field, value);
                let plain = self.plain_of(field);
                match field.absent {
                    true => self.line_or(format!("  {name} = {value}{clause}"), format!("  {name} = null")),
                    false => self.line_or(format!("  {name} = {value}{clause}"), format!("  {name} = {plain}")),
                }
            }
        }
    }
}
