//! Which leaves expressions read, by source. A let stands for its value, a local for the elements of its list.

use crate::ir::expr::{Base, Expr, ExprKind};
use crate::ir::mapping::{ChildKey, Let, LetId, Mapping, Origin, Read, RuleKind, SourceId};
use crate::ir::{Connector, External, ExternalId, FieldId, FieldType};
use crate::walk;
use std::collections::{BTreeMap, BTreeSet};

/// A leaf: a source and the fields down to it.
pub(crate) type Leaf = (SourceId, Vec<FieldId>);

/// The reads of one mapping.
struct Reader<'m> {
    lets: &'m [Let],
    found: BTreeSet<Leaf>,
    /// Lets whose value is noted: each is noted once, however often it is named.
    noted: BTreeSet<LetId>,
    /// The same of `choosing`.
    chosen: BTreeSet<LetId>,
    /// Origins of lets; a let holds no parameter of a lambda around the place that names it.
    of_lets: BTreeMap<LetId, BTreeSet<Leaf>>,
    /// What the parameters of open lambdas stand for, the innermost last.
    locals: Vec<BTreeSet<Leaf>>,
}

impl<'m> Reader<'m> {
    fn new(mapping: &'m Mapping) -> Self {
        Self {
            lets: &mapping.lets,
            found: BTreeSet::new(),
            noted: BTreeSet::new(),
            chosen: BTreeSet::new(),
            of_lets: BTreeMap::new(),
            locals: Vec::new(),
        }
    }

    /// Notes what a value reads.
    fn value(&mut self, expr: &Expr) {
        if let ExprKind::Field { of, .. } = &expr.kind {
            let leaves = self.origins(expr);
            self.found.extend(leaves);
            self.choosing(of);
        } else if let ExprKind::Source(source) = &expr.kind {
            self.found.insert((*source, Vec::new()));
        } else if let ExprKind::Let(id) = &expr.kind {
            if let Some(item) = self.lets.get(id.0).filter(|_| self.noted.insert(*id)) {
                self.value(&item.value);
            }
        } else if let ExprKind::Builtin { args, name: _ } = &expr.kind {
            self.builtin(args);
        } else {
            walk::parts(expr, &mut |part| self.value(part));
        }
    }

    /// A lambda's parameter stands for the elements of the lists before it.
    fn builtin(&mut self, args: &[Expr]) {
        let lists = args.iter().take_while(|arg| lambda(arg).is_none());
        let elements = match args.last().and_then(lambda) {
            Some(_) => lists.flat_map(|list| self.origins(list)).collect(),
            None => BTreeSet::new(),
        };
        for arg in args {
            match lambda(arg) {
                Some(body) => self.below_lambda(&elements, |reader| reader.value(body)),
                None => self.value(arg),
            }
        }
    }

    fn below_lambda<T>(&mut self, elements: &BTreeSet<Leaf>, see: impl FnOnce(&mut Self) -> T) -> T {
        self.locals.push(elements.clone());
        let seen = see(self);
        self.locals.pop();
        seen
    }

    /// What decides which record it is: conditions and lists on the way to a field.
    fn choosing(&mut self, of: &Expr) {
        if let ExprKind::Source(_) | ExprKind::Local(_) = &of.kind {
            return;
        }
        if let ExprKind::Field { of, .. } = &of.kind {
            self.choosing(of);
        } else if let ExprKind::Let(id) = &of.kind {
            if let Some(item) = self.lets.get(id.0).filter(|_| self.chosen.insert(*id)) {
                self.choosing(&item.value);
            }
        } else {
            self.value(of);
        }
    }

    /// Which records or values of the sources an expression may be.
    fn origins(&mut self, expr: &Expr) -> BTreeSet<Leaf> {
        if let ExprKind::Source(source) = &expr.kind {
            return BTreeSet::from([(*source, Vec::new())]);
        }
        if let ExprKind::Local(outwards) = &expr.kind {
            let at = self.locals.len().checked_sub(outwards + 1);
            return at.and_then(|at| self.locals.get(at)).cloned().unwrap_or_default();
        }
        if let ExprKind::Field { of, field, external: _ } = &expr.kind {
            let below = self.origins(of).into_iter().map(|(source, mut path)| {
                path.push(*field);
                (source, path)
            });
            return below.collect();
        }
        if let ExprKind::Builtin { name, args } = &expr.kind {
            return self.origins_of_call(name, args);
        }
        if let ExprKind::Let(id) = &expr.kind
            && let Some(known) = self.of_lets.get(id)
        {
            return known.clone();
        }
        let mut origins = BTreeSet::new();
        for alternative in alternatives(expr, self.lets) {
            origins.extend(self.origins(alternative));
        }
        if let ExprKind::Let(id) = &expr.kind {
            self.of_lets.insert(*id, origins.clone());
        }
        origins
    }

    /// Functions on lists hand on the records of their lists.
    fn origins_of_call(&mut self, name: &str, args: &[Expr]) -> BTreeSet<Leaf> {
        let Some(first) = args.first() else {
            return BTreeSet::new();
        };
        let elements = self.origins(first);
        if let ("map", Some(body)) = (name, args.get(1).and_then(lambda)) {
            return self.below_lambda(&elements, |reader| reader.origins(body));
        }
        let rest = args
            .iter()
            .skip(1)
            .filter(|arg| holds_records(arg) && lambda(arg).is_none());
        let mut origins = match holds_records(first) {
            true => elements,
            false => BTreeSet::new(),
        };
        for arg in rest {
            origins.extend(self.origins(arg));
        }
        origins
    }
}

fn lambda(arg: &Expr) -> Option<&Expr> {
    if let ExprKind::Lambda(body) = &arg.kind {
        Some(body)
    } else {
        None
    }
}

/// The expressions of which one is the value.
fn alternatives<'e>(expr: &'e Expr, lets: &'e [Let]) -> Vec<&'e Expr> {
    if let ExprKind::Let(id) = &expr.kind {
        return lets.get(id.0).map(|item| &item.value).into_iter().collect();
    }
    if let ExprKind::OrMissing(inner) | ExprKind::Index { of: inner, index: _ } = &expr.kind {
        return vec![inner];
    }
    if let ExprKind::Default(a, b) | ExprKind::Catch(a, b) = &expr.kind {
        return vec![a, b];
    }
    if let ExprKind::If {
        then,
        otherwise,
        condition: _,
    } = &expr.kind
    {
        return std::iter::once(&**then).chain(otherwise.as_deref()).collect();
    }
    if let ExprKind::Match { arms, rest, subject: _ } = &expr.kind {
        return arms.iter().map(|(_, value)| value).chain(rest.as_deref()).collect();
    }
    if let ExprKind::List(items) = &expr.kind {
        return items.iter().collect();
    }
    Vec::new()
}

fn holds_records(expr: &Expr) -> bool {
    let is_record = |base: &Base| matches!(base, Base::External(_));
    is_record(&expr.ty.base) || matches!(&expr.ty.base, Base::List(element) if is_record(&element.base))
}

/// Fills what the sources of all mappings are read for: the key first where a source binds.
///
/// A record that is handed on (`in`, `via`, `within`) is read for all that is read where it arrives.
pub(crate) fn fill_reads(connector: &mut Connector) {
    for at in 0..connector.mappings.len() {
        let reads = own_reads(connector, &connector.mappings[at]);
        for (source, reads) in connector.mappings[at].sources.iter_mut().zip(reads) {
            source.reads = reads;
        }
    }
    // Each round hands reads one mapping further.
    let mut grows = true;
    while grows {
        grows = false;
        for at in 0..connector.mappings.len() {
            let added = handed_on(connector, &connector.mappings[at]);
            for (source, path) in added {
                let external = connector.mappings[at].sources[source.0].external;
                let path = &path[..without_repeats(connector, external, &path)];
                let reads = &mut connector.mappings[at].sources[source.0].reads;
                if !holds(reads, path) {
                    insert(reads, path);
                    grows = true;
                }
            }
        }
    }
}

/// How many fields of a path there are before it comes to one again: a tree that holds itself would go on for ever.
fn without_repeats(connector: &Connector, external: ExternalId, path: &[FieldId]) -> usize {
    let mut seen: BTreeSet<(ExternalId, FieldId)> = BTreeSet::new();
    let mut record = Some(external);
    for (at, field) in path.iter().enumerate() {
        let Some(here) = record else { break };
        if !seen.insert((here, *field)) {
            return at;
        }
        record = record_in(&connector.externals[here.0].fields[field.0].ty);
    }
    path.len()
}

fn holds(reads: &[Read], path: &[FieldId]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return true;
    };
    let found = reads.iter().find(|read| read.field == *first);
    found.is_some_and(|read| holds(&read.below, rest))
}

fn own_reads(connector: &Connector, mapping: &Mapping) -> Vec<Vec<Read>> {
    let mut reader = Reader::new(mapping);
    walk_mapping(mapping, &mut reader);
    for rule in &mapping.rules {
        if let RuleKind::Copy {
            source,
            field,
            target: _,
        } = &rule.kind
        {
            reader.found.insert((*source, vec![*field]));
        }
    }
    let sources = mapping.sources.iter().enumerate().map(|(at, source)| {
        let external = &connector.externals[source.external.0];
        let mut reads = Vec::new();
        if at == 0 || source.also_binds {
            external.key.iter().for_each(|field| insert(&mut reads, &[*field]));
        }
        if let Some(changes) = &source.changes {
            insert(&mut reads, &[changes.by]);
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

/// What is read of records where they arrive: in joins, in children, in the enclosing source of children.
fn handed_on(connector: &Connector, mapping: &Mapping) -> BTreeSet<Leaf> {
    let mut reader = Reader::new(mapping);
    let mut added = BTreeSet::new();
    for source in &mapping.sources {
        if let Origin::Picked { from, .. } = &source.origin {
            below(&reader.origins(from), &source.reads, &mut added);
        }
    }
    for rule in &mapping.rules {
        let RuleKind::Children {
            value,
            mapping: child,
            key,
            ..
        } = &rule.kind
        else {
            continue;
        };
        let elements = reader.origins(value);
        if let Some(ChildKey::Field(field)) = key {
            let key = Read {
                field: *field,
                below: Vec::new(),
            };
            below(&elements, &[key], &mut added);
        }
        let Some(child) = connector.mappings.get(child.0).filter(|_| !elements.is_empty()) else {
            continue;
        };
        for source in &child.sources {
            match source.origin {
                Origin::Main => below(&elements, &source.reads, &mut added),
                Origin::Enclosing => below(&BTreeSet::from([(SourceId(0), Vec::new())]), &source.reads, &mut added),
                Origin::Fetched { .. } | Origin::Picked { .. } => {}
            }
        }
    }
    added
}

fn below(origins: &BTreeSet<Leaf>, reads: &[Read], added: &mut BTreeSet<Leaf>) {
    let mut paths = Vec::new();
    paths_of(reads, &mut Vec::new(), &mut paths);
    for (source, list) in origins {
        added.extend(
            paths
                .iter()
                .map(|path| (*source, list.iter().chain(path).copied().collect())),
        );
    }
}

fn walk_mapping(mapping: &Mapping, reader: &mut Reader<'_>) {
    for (at, source) in mapping.sources.iter().enumerate() {
        match &source.origin {
            Origin::Main | Origin::Enclosing => {}
            Origin::Fetched {
                args,
                filter,
                latest_by,
                operation: _,
                mark: _,
            } => {
                args.iter().for_each(|arg| reader.value(arg));
                candidate(reader, SourceId(at), filter.iter().chain(latest_by));
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
    for stop in &mapping.stops {
        reader.value(&stop.when);
        reader.value(&stop.because);
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
    let mut reader = Reader::new(mapping);
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
            let child = connector.mappings.get(child.0).and_then(|child| child.sources.first());
            below(&elements, child.map_or(&[][..], |main| &main.reads), &mut reader.found);
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
        names.push(field.name.text.trim_end_matches('.'));
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
        FieldType::List(inner) | FieldType::Map(inner) | FieldType::Nullable(inner) => record_in(inner),
        FieldType::Scalar(_) | FieldType::Key { .. } | FieldType::Ref(_) => None,
    }
}
