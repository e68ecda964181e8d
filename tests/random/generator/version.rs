//! Versions: a second one that amends the first, and now and then a third that changes little.

use super::Generator;
use super::import::fitted;
use super::world::{DOC, Field, ITEM, Ty};

const DEPTH: usize = 2;

impl Generator {
    pub(super) fn versions(&mut self) {
        if self.one_in(2) {
            return;
        }
        self.file = 1;
        self.fixed("connector random \"2\" extends \"1\"");
        self.amended_declarations();
        self.amended_import("import r.doc from Doc as d", ("d", DOC), 0);
        if self.one_in(2) {
            self.amended_import("import r.line from Item as i within Doc as d", ("i", ITEM), 1);
        }
        if self.sends && self.one_in(2) {
            self.amended_export();
        }
        if self.one_in(2) {
            self.amended_ways();
        }
        if self.one_in(3) {
            self.file = 2;
            self.fixed("connector random \"3\" extends \"2\"");
            self.fixed("serves \">=3\"");
            match self.one_in(2) {
                true => self.amended_import("import r.doc from Doc as d", ("d", DOC), 0),
                false => self.block("amend adapter Tag", &["override read = call tag.info_of(id)"]),
            }
        }
    }

    /// Another wire, another table; fields that are new, have other names, or are gone.
    fn amended_declarations(&mut self) {
        if self.world.wire != "xml" && self.one_in(3) {
            let other = if self.world.wire == "json" { "php" } else { "json" };
            self.fixed("amend backend {");
            self.line(format!("  wire {other}"));
            self.fixed("}");
        }
        if self.one_in(3) {
            self.block(
                "override table Number",
                &["\"one\" <-> 7", "\"two\" <-> 1", "\"many\" <- _"],
            );
        }
        self.fixed("amend external Doc {");
        let fields = self.world.outside[DOC].fields.clone();
        let mut amended = Vec::new();
        for mut field in fields {
            let is_plain = !matches!(field.ty, Ty::List(_) | Ty::Gaps(_) | Ty::Inline(_) | Ty::Key(_));
            if is_plain && field.name.starts_with('f') && self.one_in(5) {
                if self.one_in(3) {
                    self.line(format!("  drop {}", field.name));
                    continue;
                }
                let name = format!("h{}", &field.name[1..]);
                let mark = if field.absent && !field.declared.contains(" null \"") {
                    "?"
                } else {
                    ""
                };
                self.line(format!(
                    "  {name}{mark}: {} renamed from {}",
                    field.declared, field.name
                ));
                field.name = name;
            }
            amended.push(field);
        }
        if self.one_in(2) {
            self.line("  n1?: text | null");
            amended.push(new_field("n1", Ty::Text, true));
        }
        if self.one_in(2) {
            self.line("  n2: decimal(2)");
            amended.push(new_field("n2", Ty::Dec, false));
        }
        self.fixed("}");
        self.world.outside[DOC].fields = amended;
    }

    fn amended_import(&mut self, head: &str, (alias, record): (&str, usize), model: usize) {
        self.open(alias, record);
        if model == 0 {
            for (name, ty, absent) in self.named.clone() {
                self.scope.add(name, ty, absent);
            }
        }
        self.fixed(format!("amend {head} {{"));
        for field in self.world.inside[model].fields.clone() {
            if matches!(field.ty, Ty::Children(_) | Ty::List(_)) {
                continue;
            }
            match self.below(6) {
                0 | 1 => {
                    let value = self.overriding(&field);
                    let clause = match field.absent && self.one_in(3) {
                        true => self.of(&[" only create", " only update", " only empty"]),
                        false => "",
                    };
                    self.line(format!("  override {} = {value}{clause}", field.name));
                }
                2 if field.absent || field.has_default => self.line(format!("  drop {}", field.name)),
                _ => {}
            }
        }
        if model == 0 && self.one_in(2) {
            for (name, ty, _) in self.named.clone().into_iter().take(1) {
                let value = self.total(&ty, 1);
                self.line(format!("  override let {name} = {value}"));
            }
        }
        self.fixed("}");
    }

    /// The value of the parent, changed, or another one.
    fn overriding(&mut self, field: &Field) -> String {
        let value = match (&field.ty, self.below(4)) {
            (Ty::Text, 0) => "inherited | trim".to_owned(),
            (Ty::Text, 1) => "\"{inherited}!\"".to_owned(),
            (Ty::Int, 0) => "inherited + 1".to_owned(),
            (Ty::Dec, 0) => "inherited * 2".to_owned(),
            (ty, 2) if field.absent => format!("inherited ?? {}", self.total(ty, 1)),
            (ty, _) => self.total(ty, DEPTH),
        };
        fitted(field, value)
    }

    fn amended_export(&mut self) {
        self.inside(0, "");
        self.fixed("amend export r.doc to Sent as s {");
        for field in self.world.sent.fields.clone() {
            if matches!(field.ty, Ty::List(_) | Ty::Map(_) | Ty::Inline(_)) {
                continue;
            }
            match self.below(5) {
                0 | 1 => {
                    let value = self.overriding(&field);
                    self.line(format!("  override s.{} = {value}", field.name));
                }
                // A null by its text is no reason to leave a field out.
                2 if field.absent && !field.declared.contains(" null \"") => {
                    self.line(format!("  drop s.{}", field.name));
                }
                _ => {}
            }
        }
        self.fixed("}");
    }

    fn amended_ways(&mut self) {
        if self.both.is_empty() {
            return;
        }
        self.fixed("amend sync r.both <-> Both as b {");
        for (at, steps, is_required) in self.both.clone() {
            match self.below(5) {
                0 | 1 => {
                    let step = steps[self.below(steps.len())].clone();
                    let clause = match is_required {
                        true => "",
                        false => self.of(&["", "", " when b.on"]),
                    };
                    self.line(format!("  override i{at} <-> b.o{at}{step}{clause}"));
                }
                2 if !is_required => self.line(format!("  drop i{at}")),
                _ => {}
            }
        }
        self.fixed("}");
    }
}

fn new_field(name: &str, ty: Ty, absent: bool) -> Field {
    Field {
        name: name.to_owned(),
        ty,
        absent,
        has_default: false,
        declared: String::new(),
        limit: 0,
    }
}
