//! A mapping that goes both ways: a rule for each way in which a value can be led back.

use super::Generator;
use super::scope::Scope;
use super::world::{Field, Ty};

/// A value on both sides.
struct Way {
    /// How the model holds it.
    inside: &'static str,
    /// How the record holds it; with `?` in front where it may be missing.
    outside: &'static str,
    /// What leads from the record to the model.
    steps: &'static [&'static str],
    /// What is sent where the compiler refuses the rule; nothing where nothing has to be.
    plain: &'static str,
}

const fn way(inside: &'static str, outside: &'static str, steps: &'static [&'static str]) -> Way {
    Way {
        inside,
        outside,
        steps,
        plain: "",
    }
}

const fn sent(inside: &'static str, outside: &'static str, steps: &'static [&'static str], plain: &'static str) -> Way {
    Way {
        inside,
        outside,
        steps,
        plain,
    }
}

const WAYS: [Way; 21] = [
    way(
        "text | null",
        "?text | null",
        &[
            "",
            " | trim",
            " | lower",
            " | add_prefix!(\"M-\")",
            " | strip_prefix!(\"M-\")",
            " | turn",
        ],
    ),
    way("text | null", "?text | null max 40", &[" | trim", ""]),
    sent("text | null", "text", &[" | null_if_blank", " | trim"], "\"x\""),
    sent("bool default false", "bool", &["", " | not"], "true"),
    sent("bool default true", "bool as flag", &["", " | not"], "true"),
    sent(
        "\"new\" | \"open\" | \"done\" default \"new\"",
        "\"n\" | \"o\" | \"d\" | text",
        &[" | Mood!"],
        "\"n\"",
    ),
    way("decimal(2) | null", "?decimal(4) | null", &[" | round(2)"]),
    way("decimal(2) | null", "?decimal | null", &[" | round(2)"]),
    way("decimal(4) | null", "?decimal(4) | null as text", &[""]),
    way("int | null", "?int | null", &[""]),
    way("int | null", "?text | null", &[" | int!"]),
    way("text | null", "?int | null", &[" | text!"]),
    way("text | null", "?decimal | null", &[" | text!"]),
    way("ref r.group | null", "?ext Group | null", &[" | ref!"]),
    way("datetime | null", "?datetime | null", &[""]),
    way("datetime | null", "?int | null", &[" | from_epoch"]),
    way(
        "datetime | null",
        "?text | null",
        &[" | parse_datetime!('%Y-%m-%d %H:%M', \"UTC\")"],
    ),
    way("date | null", "?text | null", &[" | parse_date!('%d.%m.%Y')"]),
    way("date | null", "?date | null as \"%d.%m.%Y\"", &[""]),
    way("uuid | null", "?uuid | null", &[""]),
    sent("text | null", "[text]", &[" | join_lines"], "[\"x\"]"),
];

impl Generator {
    pub(super) fn both_ways(&mut self) {
        if self.one_in(3) {
            return;
        }
        let ways: Vec<&Way> = (0..3 + self.below(8)).map(|_| &WAYS[self.below(WAYS.len())]).collect();
        self.declared_both_ways(&ways);
        let mut scope = Scope::default();
        scope.add("b.on", Ty::Bool, false);
        self.fixed("sync r.both <-> Both as b {");
        self.fixed("  is_on <-> b.on");
        for (at, way) in ways.iter().enumerate() {
            self.two_way_rule(at, way);
            let steps = way.steps.iter().map(|step| (*step).to_owned()).collect();
            self.both.push((at, steps, !way.plain.is_empty()));
            if way.outside == "?text | null" {
                scope.add(format!("b.o{at}"), Ty::Text, true);
            }
        }
        scope.lookups = false;
        self.scope = scope;
        self.settings();
        if self.one_in(2) {
            let value = self.maybe(&Ty::Text, 2);
            self.line(format!("  import extra = {value}"));
        }
        if self.one_in(2) {
            let clause = self.of(&["", " only create", " only update"]);
            self.line(format!("  export sender = backend.prefix{clause}"));
        }
        self.fixed("}");
    }

    fn declared_both_ways(&mut self, ways: &[&Way]) {
        let mut inside = "is_on: bool default false, extra: text | null".to_owned();
        let mut outside = "id: int, on: bool, sender?: text".to_owned();
        for (at, way) in ways.iter().enumerate() {
            inside += &format!(", i{at}: {}", way.inside);
            let (mark, declared) = match way.outside.strip_prefix('?') {
                Some(declared) => ("?", declared),
                None => ("", way.outside),
            };
            outside += &format!(", o{at}{mark}: {declared}");
        }
        self.fixed(format!("internal r.both {{ {inside} }}"));
        self.fixed(format!("external Both key id {{ {outside} }}"));
        let lines = [
            "read = call both.info(id)",
            "create = call both.create(record) once by review",
            "write = call both.update(id, record)",
        ];
        self.block("adapter Both", &lines);
        self.block(
            "table Mood",
            &["\"new\" <-> \"n\"", "\"open\" <-> \"o\"", "\"done\" <-> \"d\""],
        );
    }

    fn two_way_rule(&mut self, at: usize, way: &Way) {
        let step = self.of(way.steps);
        let arrow = match (way.plain, self.below(8)) {
            (_, 0) => "<-",
            ("", 1) => "->",
            _ => "<->",
        };
        // What must be sent takes no clause.
        let clause = match (way.plain, self.below(6)) {
            _ if arrow == "->" => "",
            ("", 0) => " when b.on",
            ("", 1) => " when not b.on",
            ("", 2) => " only create",
            ("", 3) => " only update",
            _ => "",
        };
        let rule = format!("  i{at} {arrow} b.o{at}{step}{clause}");
        match way.plain {
            "" => self.line(rule),
            plain if arrow == "<-" => {
                self.line(rule);
                self.fixed(format!("  export o{at} = {plain}"));
            }
            plain => self.line_or(rule, format!("  export o{at} = {plain}")),
        }
    }

    /// Two records out of one of the inside.
    pub(super) fn outputs(&mut self) {
        if self.one_in(2) {
            return;
        }
        let (memo, extra) = (self.world.memo.fields.clone(), self.world.extra.fields.clone());
        self.inside(0, "");
        self.fixed("export r.doc to Memo as m");
        let condition = self.condition(1);
        self.line(format!("  and Extra as x? when {condition}"));
        self.fixed("{");
        self.lets();
        for (alias, fields) in [("m", memo), ("x", extra)] {
            if alias == "x" {
                self.line("  x.memo = m.id");
            }
            for field in &fields {
                self.output(alias, field);
            }
        }
        self.fixed("}");
    }

    fn output(&mut self, alias: &str, field: &Field) {
        match alias {
            "m" => self.target("m", field),
            // A record that is left out as a whole leaves out its fields.
            alias => {
                let value = self.total(&field.ty, 1);
                let value = super::import::fitted(field, value);
                self.line(format!("  {alias}.{} = {value}", field.name));
            }
        }
    }
}
