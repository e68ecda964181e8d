//! Where the value of a field comes from: the rules that write it, what they read, through lookups, tables, lists of children and
//! records that are loaded, version by version. A graph from the field back to what comes from outside.

use crate::ir::expr::{Expr, ExprKind};
use crate::ir::mapping::{Direction, LookupKind, Mapping, Rule, RuleKind, Target};
use crate::ir::outline::display_name;
use crate::ir::{Connector, Place, Program};
use crate::walk;
use std::collections::BTreeSet;

/// What a field is made of.
#[derive(Clone, Debug)]
pub struct Lineage {
    /// As it was asked for.
    pub target: String,
    /// The field in each version that writes it, then all that these lead to.
    pub nodes: Vec<Node>,
    /// From what is made to what it is made of.
    pub edges: Vec<(usize, usize)>,
    /// How many of the nodes are the field itself.
    pub roots: usize,
}

/// A part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// `res.partner.lang`, `Customer.store_id`, `load StoreView`
    pub name: String,
    /// The connector whose instances run it.
    pub connector: String,
    /// The version that wrote the line, where it is a rule.
    pub version: Option<String>,
    /// Where it was written.
    pub place: Option<Place>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A field of a model or of a record that is sent.
    Field,
    /// A rule that writes it.
    Rule,
    /// A field of what is read.
    Source,
    /// A question to the store.
    Lookup,
    /// A table.
    Table,
    /// An `extern fn`.
    Function,
    /// A value of `backend`.
    Setting,
}

impl Kind {
    /// `source`
    pub fn word(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Rule => "rule",
            Self::Source => "source",
            Self::Lookup => "lookup",
            Self::Table => "table",
            Self::Function => "function",
            Self::Setting => "backend",
        }
    }
}

/// Follows a field, `res.partner.lang` or `Board.name`, through all versions that write it. Absent where none does.
pub fn lineage(program: &Program, target: &str) -> Option<Lineage> {
    let (owner, field) = target.rsplit_once('.')?;
    let mut made = Lineage {
        target: target.to_owned(),
        nodes: Vec::new(),
        edges: Vec::new(),
        roots: 0,
    };
    let writing = |connector: &&Connector| !rules_of(program, connector, owner, field).is_empty();
    let connectors: Vec<&Connector> = program.connectors.iter().filter(writing).collect();
    for connector in &connectors {
        made.node(field_node(connector, owner, field));
    }
    made.roots = made.nodes.len();
    for connector in connectors {
        let follow = Follow { program, connector };
        let mut followed = BTreeSet::new();
        follow.field(&mut made, (owner, field), &mut followed);
    }
    (made.roots > 0).then_some(made)
}

/// What each rule of a connector reads and writes, a line each.
pub fn flow(program: &Program, connector: &Connector) -> String {
    let mut text = format!("connector {}\n", display_name(connector));
    for mapping in &connector.mappings {
        text.push_str(&format!("  {}\n", title(program, connector, mapping)));
        let follow = Follow { program, connector };
        for rule in &mapping.rules {
            let targets: Vec<String> = targets(rule)
                .map(|at| target_name(program, connector, mapping, at))
                .collect();
            let parts: Vec<String> = follow.parts(mapping, rule).into_iter().map(|node| node.name).collect();
            let from = if parts.is_empty() {
                "a constant".to_owned()
            } else {
                parts.join(", ")
            };
            text.push_str(&format!(
                "    {} <- {from}  ({})\n",
                targets.join(", "),
                rule.place.text()
            ));
        }
    }
    text
}

impl Lineage {
    fn node(&mut self, node: Node) -> usize {
        let known = self.nodes.iter().position(|known| *known == node);
        known.unwrap_or_else(|| {
            self.nodes.push(node);
            self.nodes.len() - 1
        })
    }

    fn edge(&mut self, from: usize, to: usize) {
        if !self.edges.contains(&(from, to)) {
            self.edges.push((from, to));
        }
    }

    /// What a node is made of, in order.
    pub fn parts(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        let edges = self.edges.iter().filter(move |(from, _)| *from == of);
        edges.map(|(_, to)| *to)
    }
}

/// One connector while its rules are followed.
struct Follow<'p> {
    program: &'p Program,
    connector: &'p Connector,
}

impl Follow<'_> {
    fn field(&self, made: &mut Lineage, (owner, field): (&str, &str), followed: &mut BTreeSet<String>) -> usize {
        let at = made.node(field_node(self.connector, owner, field));
        // A field that is made of itself ends here.
        if !followed.insert(format!("{owner}.{field}")) {
            return at;
        }
        for (mapping, rule) in rules_of(self.program, self.connector, owner, field) {
            let rule_at = self.rule(made, mapping, rule, followed);
            made.edge(at, rule_at);
        }
        at
    }

    fn rule(&self, made: &mut Lineage, mapping: &Mapping, rule: &Rule, followed: &mut BTreeSet<String>) -> usize {
        let version = self.connector.history.version(rule.place.span);
        let at = made.node(Node {
            version: version.map(str::to_owned),
            place: Some(rule.place.clone()),
            ..self.part(Kind::Rule, title(self.program, self.connector, mapping))
        });
        for part in self.parts(mapping, rule) {
            let to = match part.kind {
                Kind::Field => {
                    let (owner, field) = part.name.rsplit_once('.').unwrap_or((&part.name, ""));
                    self.field(made, (owner, field), followed)
                }
                Kind::Rule | Kind::Source | Kind::Lookup | Kind::Table | Kind::Function | Kind::Setting => {
                    made.node(part)
                }
            };
            made.edge(at, to);
        }
        at
    }

    /// What a rule is made of: source fields first; fields of records that are loaded, and of its children, are fields again.
    fn parts(&self, mapping: &Mapping, rule: &Rule) -> Vec<Node> {
        let reads = rule.reads.iter();
        let mut parts: Vec<Node> = reads
            .map(|leaf| self.part(Kind::Source, self.leaf(mapping, leaf)))
            .collect();
        walk::deep_rule(mapping, rule, &mut |expr| parts.extend(self.of_expr(mapping, expr)));
        if let RuleKind::Children { mapping: child, .. } = &rule.kind
            && let Some(child) = self.connector.mappings.get(child.0)
        {
            let model = &self.program.models[child.model.0].name.text;
            let fields = (0..child.targets.len()).map(|at| target_name(self.program, self.connector, child, at));
            parts.extend(fields.map(|field| self.part(Kind::Field, format!("{model}.{field}"))));
        }
        let mut known: Vec<Node> = Vec::new();
        for part in parts {
            if !known.contains(&part) {
                known.push(part);
            }
        }
        known
    }

    fn of_expr(&self, mapping: &Mapping, expr: &Expr) -> Option<Node> {
        let connector = self.connector;
        if let ExprKind::StoredField { model, field, of: _ } = &expr.kind {
            let model = &self.program.models[model.0];
            let name = format!("{}.{}", model.name.text, model.fields[field.0].name.text);
            return Some(self.part(Kind::Field, name));
        }
        if let ExprKind::Setting(id) = &expr.kind {
            return Some(self.part(Kind::Setting, format!("backend.{}", connector.settings[id.0].name.text)));
        }
        if let ExprKind::Table { table, value: _ } = &expr.kind {
            let table = &connector.tables[table.0];
            return Some(self.placed(Kind::Table, format!("table {}", table.name.text), &table.place));
        }
        if let ExprKind::Extern { function, args: _ } = &expr.kind {
            let function = &connector.externs[function.0];
            let name = format!("{}::{}", function.module, function.name.text);
            return Some(self.placed(Kind::Function, name, &function.place));
        }
        if let ExprKind::Lookup { lookup, args: _ } = &expr.kind {
            let lookup = &mapping.lookups[lookup.0];
            return Some(self.placed(Kind::Lookup, self.question(&lookup.kind), &lookup.place));
        }
        None
    }

    fn question(&self, kind: &LookupKind) -> String {
        let record = |id: &crate::ir::ExternalId| self.connector.externals[id.0].name.text.as_str();
        let model = |id: &crate::ir::ModelId| self.program.models[id.0].name.text.as_str();
        match kind {
            LookupKind::Ref { external, .. } => format!("ref {}", record(external)),
            LookupKind::Bound { external } => format!("bound {}", record(external)),
            LookupKind::Load { external, .. } => format!("load {}", record(external)),
            LookupKind::ExtOf { external, .. } => format!("ext_of {}", record(external)),
            LookupKind::Find { model: id, .. } => format!("find {}", model(id)),
            LookupKind::FindOrNew { model: id, .. } => format!("find_or_new {}", model(id)),
            LookupKind::Read { model: id, .. } => format!("load {}", model(id)),
        }
    }

    /// `c.address.city` as `Customer.address.city`
    fn leaf(&self, mapping: &Mapping, leaf: &str) -> String {
        let name = |at: usize| {
            let external = &self.connector.externals[mapping.sources[at].external.0];
            match external.stored {
                Some(model) => self.program.models[model.0].name.text.as_str(),
                None => external.name.text.as_str(),
            }
        };
        let named = leaf.split_once('.').and_then(|(alias, rest)| {
            let at = mapping.sources.iter().position(|source| source.alias.text == alias)?;
            Some(format!("{}.{rest}", name(at)))
        });
        named.unwrap_or_else(
            || match mapping.sources.iter().position(|source| source.alias.text == leaf) {
                Some(at) if at > 0 => name(at).to_owned(),
                Some(_) | None => format!("{}.{leaf}", name(0)),
            },
        )
    }

    fn part(&self, kind: Kind, name: String) -> Node {
        Node {
            kind,
            name,
            connector: display_name(self.connector),
            version: None,
            place: None,
        }
    }

    fn placed(&self, kind: Kind, name: String, place: &Place) -> Node {
        Node {
            place: Some(place.clone()),
            ..self.part(kind, name)
        }
    }
}

fn field_node(connector: &Connector, owner: &str, field: &str) -> Node {
    Node {
        kind: Kind::Field,
        name: format!("{owner}.{field}"),
        connector: display_name(connector),
        version: None,
        place: None,
    }
}

/// The rules that write a field of a model, or of a record that is sent.
fn rules_of<'c>(program: &Program, connector: &'c Connector, owner: &str, field: &str) -> Vec<(&'c Mapping, &'c Rule)> {
    let mut found = Vec::new();
    for mapping in &connector.mappings {
        let written = match mapping.direction {
            Direction::Import => &program.models[mapping.model.0].name.text,
            Direction::Export => &connector.externals[mapping.external.0].name.text,
        };
        let writes = |rule: &&Rule| targets(rule).any(|at| target_name(program, connector, mapping, at) == field);
        if written == owner {
            found.extend(mapping.rules.iter().filter(writes).map(|rule| (mapping, rule)));
        }
    }
    found
}

fn targets(rule: &Rule) -> impl Iterator<Item = usize> {
    let all = match &rule.kind {
        RuleKind::Copy { target, .. }
        | RuleKind::Set { target, .. }
        | RuleKind::Add { target, .. }
        | RuleKind::Children { target, .. } => vec![target.0],
        RuleKind::SetMany { targets, value: _ } => targets.iter().map(|(_, target)| target.0).collect(),
    };
    all.into_iter()
}

fn target_name(program: &Program, connector: &Connector, mapping: &Mapping, at: usize) -> String {
    let external = &connector.externals[mapping.external.0];
    match &mapping.targets[at] {
        Target::Field(field) => program.models[mapping.model.0].fields[field.0].name.text.clone(),
        Target::Out(field) => external.fields[field.0].name.text.clone(),
        Target::Binding(field) => {
            let fields = external.binding.as_ref().map_or(&[][..], |binding| &binding.fields);
            let name = fields.get(field.0).map_or("", |field| field.name.text.as_str());
            format!("binding.{name}")
        }
    }
}

/// `import res.partner from Customer`
fn title(program: &Program, connector: &Connector, mapping: &Mapping) -> String {
    let model = &program.models[mapping.model.0].name.text;
    let external = &connector.externals[mapping.external.0].name.text;
    match mapping.direction {
        Direction::Import => format!("import {model} from {external}"),
        Direction::Export => format!("export {model} to {external}"),
    }
}
