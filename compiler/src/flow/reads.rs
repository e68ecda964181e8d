//! Which leaves expressions read, by source. A let stands for its value, a local for the elements of its list.

use crate::ir::expr::{Base, Expr, ExprKind};
use crate::ir::mapping::{Let, Mapping, Origin, Read, RuleKind, SourceId};
use crate::ir::{Connector, External, ExternalId, FieldId, FieldType, MappingId};
use crate::walk;
use std::collections::BTreeSet;
use tenon_dsl::source::Span;

/// A leaf: a source and the fields down to it.
pub(crate) type Leaf = (SourceId, Vec<FieldId>);

/// Fields of the main source that an expression names, and where.
pub(crate) fn main_fields(expr: &Expr, used: &mut Vec<(FieldId, Span)>) {
    walk::deep(expr, &mut |part| {
        if let ExprKind::Field { of, field, external: _ } = &part.kind
            && let ExprKind::Source(SourceId(0)) = of.kind
        {
            used.push((*field, part.place.span));
        }
    });
}

/// The reads of one mapping.
struct Reader<'m> {
    lets: &'m [Let],
    found: BTreeSet<Leaf>,
    /// What the parameters of open lambdas stand for, the innermost last.
    locals: Vec<BTreeSet<Leaf>>,
}

impl Reader<'_> {
    /// Notes what a value reads.
    fn value(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Field { of, .. } => {
                let leaves = self.origins(expr);
                match leaves.is_empty() {
                    true => self.value(of),
                    false => {
                        self.found.extend(leaves);
                        self.choosing(of);
                    }
                }
            }
            ExprKind::Source(source) => {
                self.found.insert((*source, Vec::new()));
            }
            ExprKind::Let(id) => {
                if let Some(item) = self.lets.get(id.0) {
                    self.value(&item.value.clone());
                }
            }
            ExprKind::Builtin { args, name: _ } => self.builtin(args),
            _ => walk::parts(expr, &mut |part| self.value_of_part(part)),
        }
    }

    fn value_of_part(&mut self, part: &Expr) {
        self.value(part);
    }

    /// A lambda's parameter stands for the elements of the first argument.
    fn builtin(&mut self, args: &[Expr]) {
        let elements = args.first().map(|list| self.origins(list)).unwrap_or_default();
        for arg in args {
            match &arg.kind {
                ExprKind::Lambda(body) => {
                    self.locals.push(elements.clone());
                    self.value(body);
                    self.locals.pop();
                }
                _ => self.value(arg),
            }
        }
    }

    /// What decides which record it is: conditions and lists on the way to a field.
    fn choosing(&mut self, of: &Expr) {
        match &of.kind {
            ExprKind::Source(_) | ExprKind::Local(_) => {}
            ExprKind::Field { of, .. } => self.choosing(of),
            ExprKind::Let(id) => {
                if let Some(item) = self.lets.get(id.0) {
                    self.choosing(&item.value.clone());
                }
            }
            _ => self.value(of),
        }
    }

    /// Which records or values of the sources an expression may be.
    fn origins(&self, expr: &Expr) -> BTreeSet<Leaf> {
        match &expr.kind {
            ExprKind::Source(source) => BTreeSet::from([(*source, Vec::new())]),
            ExprKind::Local(outwards) => {
                let at = self.locals.len().checked_sub(outwards + 1);
                at.and_then(|at| self.locals.get(at)).cloned().unwrap_or_default()
            }
            ExprKind::Field { of, field, external: _ } => {
                let below = self.origins(of).into_iter().map(|(source, mut path)| {
                    path.push(*field);
                    (source, path)
                });
                below.collect()
            }
            ExprKind::Let(id) => match self.lets.get(id.0) {
                Some(item) => self.origins(&item.value),
                None => BTreeSet::new(),
            },
            ExprKind::Index { of, index: _ } => self.origins(of),
            ExprKind::OrMissing(inner) => self.origins(inner),
            ExprKind::Default(a, b) | ExprKind::Catch(a, b) => self.both(a, b),
            ExprKind::If {
                then,
                otherwise,
                condition: _,
            } => match otherwise {
                Some(otherwise) => self.both(then, otherwise),
                None => self.origins(then),
            },
            ExprKind::Match { arms, rest, subject: _ } => {
                let values = arms.iter().map(|(_, value)| value).chain(rest.as_deref());
                values.flat_map(|value| self.origins(value)).collect()
            }
            ExprKind::List(items) => items.iter().flat_map(|item| self.origins(item)).collect(),
            ExprKind::Builtin { name, args } => self.origins_of_call(name, args),
            _ => BTreeSet::new(),
        }
    }

    fn both(&self, a: &Expr, b: &Expr) -> BTreeSet<Leaf> {
        let mut origins = self.origins(a);
        origins.extend(self.origins(b));
        origins
    }

    /// Functions on lists hand on the records of their lists.
    fn origins_of_call(&self, name: &str, args: &[Expr]) -> BTreeSet<Leaf> {
        let of_list = args.first().filter(|list| holds_records(list));
        match (name, of_list) {
            ("union" | "agree" | "newest", _) => args.iter().flat_map(|arg| self.origins(arg)).collect(),
            ("map", _) => BTreeSet::new(),
            (_, Some(list)) => self.origins(list),
            (_, None) => BTreeSet::new(),
        }
    }
}

fn holds_records(expr: &Expr) -> bool {
    match &expr.ty.base {
        Base::List(element) => matches!(element.base, Base::External(_)),
        Base::External(_) => true,
        _ => false,
    }
}

/// What a source of a mapping is read for: the key first where it binds.
pub(crate) fn source_reads(connector: &Connector, mapping: &Mapping) -> Vec<Vec<Read>> {
    let mut reader = Reader {
        lets: &mapping.lets,
        found: BTreeSet::new(),
        locals: Vec::new(),
    };
    walk_mapping(mapping, &mut reader);
    for rule in &mapping.rules {
        match &rule.kind {
            RuleKind::Copy {
                source,
                field,
                target: _,
            } => {
                reader.found.insert((*source, vec![*field]));
            }
            RuleKind::Children {
                value,
                key: Some(crate::ir::mapping::ChildKey::Field(field)),
                ..
            } => {
                let keys = reader.origins(value).into_iter().map(|(source, mut path)| {
                    path.push(*field);
                    (source, path)
                });
                let keys: Vec<Leaf> = keys.collect();
                reader.found.extend(keys);
            }
            RuleKind::Children { .. } | RuleKind::Set { .. } | RuleKind::SetMany { .. } | RuleKind::Add { .. } => {}
        }
    }
    let sources = mapping.sources.iter().enumerate().map(|(at, source)| {
        let external = &connector.externals[source.external.0];
        let binds = at == 0 || source.also_binds;
        let mut reads = Vec::new();
        if binds {
            external.key.iter().for_each(|field| insert(&mut reads, &[*field]));
        }
        if let (0, Some(revision), true) = (at, external.revision, mapping.batch.is_some()) {
            insert(&mut reads, &[revision]);
        }
        let paths = reader.found.iter().filter(|(id, path)| id.0 == at && !path.is_empty());
        paths.for_each(|(_, path)| insert(&mut reads, path));
        reads
    });
    sources.collect()
}

fn walk_mapping(mapping: &Mapping, reader: &mut Reader<'_>) {
    for (at, source) in mapping.sources.iter().enumerate() {
        match &source.origin {
            Origin::Main | Origin::Enclosing => {}
            Origin::Fetched { args, filter, .. } => {
                args.iter().for_each(|arg| reader.value(arg));
                candidate(reader, SourceId(at), filter.iter());
            }
            Origin::Picked {
                from,
                filter,
                latest_by,
                mark: _,
            } => {
                reader.value(from);
                candidate(reader, SourceId(at), filter.iter().chain(latest_by));
            }
        }
    }
    for rule in &mapping.rules {
        rule.when.iter().for_each(|when| reader.value(when));
        match &rule.kind {
            RuleKind::Copy { .. } => {}
            RuleKind::Set { value, .. } | RuleKind::SetMany { value, .. } | RuleKind::Add { value, .. } => {
                reader.value(value);
            }
            RuleKind::Children { value, args, .. } => {
                reader.value(value);
                args.iter().for_each(|arg| reader.value(arg));
            }
        }
    }
    for check in &mapping.checks {
        reader.value(&check.condition);
        reader.value(&check.because);
    }
}

/// The candidate of a join is what becomes the source.
fn candidate<'e>(reader: &mut Reader<'_>, source: SourceId, exprs: impl Iterator<Item = &'e Expr>) {
    reader.locals.push(BTreeSet::from([(source, Vec::new())]));
    exprs.for_each(|expr| reader.value(expr));
    reader.locals.pop();
}

fn insert(reads: &mut Vec<Read>, path: &[FieldId]) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    let at = match reads.iter().position(|read| read.field == *first) {
        Some(at) => at,
        None => {
            reads.push(Read {
                field: *first,
                below: Vec::new(),
            });
            reads.len() - 1
        }
    };
    insert(&mut reads[at].below, rest);
}

/// The leaves that a rule reads, as the author writes them: `c.firstname`.
pub(crate) fn leaves_of_rule(connector: &Connector, mapping: &Mapping, rule: usize) -> Vec<String> {
    let mut reader = Reader {
        lets: &mapping.lets,
        found: BTreeSet::new(),
        locals: Vec::new(),
    };
    let rule = &mapping.rules[rule];
    rule.when.iter().for_each(|when| reader.value(when));
    match &rule.kind {
        RuleKind::Copy {
            source,
            field,
            target: _,
        } => {
            reader.found.insert((*source, vec![*field]));
        }
        RuleKind::Set { value, .. } | RuleKind::SetMany { value, .. } | RuleKind::Add { value, .. } => {
            reader.value(value)
        }
        RuleKind::Children {
            value,
            args,
            mapping: child,
            ..
        } => {
            reader.value(value);
            args.iter().for_each(|arg| reader.value(arg));
            let elements = reader.origins(value);
            child_leaves(connector, *child, &elements, &mut reader.found);
        }
    }
    let mut shown: Vec<String> = Vec::new();
    for (source, path) in &reader.found {
        let is_inner = reader
            .found
            .iter()
            .any(|(other, longer)| other == source && longer.len() > path.len() && longer.starts_with(path));
        if !is_inner {
            shown.push(show_leaf(connector, mapping, *source, path));
        }
    }
    shown
}

/// What the mapping of the elements reads, below the list.
fn child_leaves(connector: &Connector, child: MappingId, elements: &BTreeSet<Leaf>, found: &mut BTreeSet<Leaf>) {
    let Some(child) = connector.mappings.get(child.0) else {
        return;
    };
    let Some(main) = child.sources.first() else { return };
    let mut paths = Vec::new();
    paths_of(&main.reads, &mut Vec::new(), &mut paths);
    for (source, list) in elements {
        for path in &paths {
            let whole = list.iter().chain(path).copied().collect();
            found.insert((*source, whole));
        }
    }
}

fn paths_of(reads: &[Read], above: &mut Vec<FieldId>, paths: &mut Vec<Vec<FieldId>>) {
    for read in reads {
        above.push(read.field);
        match read.below.is_empty() {
            true => paths.push(above.clone()),
            false => paths_of(&read.below, above, paths),
        }
        above.pop();
    }
}

fn show_leaf(connector: &Connector, mapping: &Mapping, source: SourceId, path: &[FieldId]) -> String {
    let source = &mapping.sources[source.0];
    let mut names: Vec<&str> = Vec::new();
    let mut external = Some(source.external);
    for field in path {
        let Some(declared) = external.and_then(|id| connector.externals.get(id.0)) else {
            break;
        };
        let field = &declared.fields[field.0];
        names.push(&field.name.text);
        external = record_in(&field.ty);
    }
    let bare = source.alias.text == type_name(&connector.externals, source.external);
    if !bare || names.is_empty() {
        names.insert(0, &source.alias.text);
    }
    names.join(".")
}

fn type_name(externals: &[External], id: ExternalId) -> &str {
    externals.get(id.0).map_or("", |external| external.name.text.as_str())
}

fn record_in(ty: &FieldType) -> Option<ExternalId> {
    match ty {
        FieldType::Record(external) => Some(*external),
        FieldType::List(inner) | FieldType::Map(inner) => record_in(inner),
        FieldType::Scalar(_) | FieldType::Key { .. } => None,
    }
}
