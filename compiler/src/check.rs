//! Names to checked programs. The order of the checks, and what holds after each:
//!
//! 1. models of the inside. After this point: every stored field has a type, or is known as a mistake.
//! 2. per connector: settings, external records, bindings, operations, tables, functions.
//!    After this point: every field of a payload has a type, every operation its template.
//! 3. two-way mappings: split into an import and an export. After this point: there are only mappings of one direction.
//! 4. headers of mappings. After this point: it is known which model a key leads to and what `via` may name.
//! 5. bodies of mappings: joins, lets and rules, completeness. After this point: every expression has a type.
//! 6. tests. After this point: every name in them is a field or mapping.
//! 7. over all mappings: strata of children, reads, fields that nothing reads, imports that need each other.
//!
//! A mistake is said once; what follows from it is silent, because its type is `wrong`.

mod adapter;
mod body;
mod calls;
mod circle;
mod come_back;
mod expression;
mod external_fn;
pub(crate) mod fixture;
mod given;
mod handed;
mod language;
mod mapping;
pub(crate) mod moment;
mod narrow;
mod parts;
pub(crate) mod rust;
mod schema;
mod sent;
mod table;
mod test;
mod two_way;
mod usage;
mod world;

use crate::error::{Reports, name, wire};
use crate::flow;
use crate::ident::ident;
use crate::ir::mapping::Direction;
use crate::ir::{Adapter, Connector, Program};
use crate::place::Places;
use crate::resolve::{Items, Names};
use crate::slots;
pub(crate) use schema::written::SCALARS;
use schema::{binding, external, internal, setting, view};
use two_way::Halves;
use world::{Inside, Outside, World};

/// Checks everything. Absent where there is a mistake.
pub(crate) fn program(names: &Names<'_>, places: &Places<'_>, reports: &mut Reports) -> Option<Program> {
    let inside = internal::inside(&names.models, places, reports);
    let mut connectors: Vec<Option<Connector>> = names.connectors.iter().map(|_| None).collect();
    // What a version without its parent would inherit is unknown, so nothing is said about it.
    // Parents first: what they do wrong is theirs, not the mistake of who inherits it.
    for at in names
        .parents_first
        .iter()
        .copied()
        .filter(|at| !names.connectors[*at].is_orphan)
    {
        let version = &names.connectors[at];
        let (made, own) = with_paths(|hops, own| connector((names, at), hops, &inside, places, own));
        connectors[at] = made;
        reports.take(own, &version.items.changes, places, &version.title());
    }
    let connectors: Vec<Connector> = connectors.into_iter().flatten().collect();
    external_fn::one_signature(&connectors, reports);
    external_fn::types_have_one_name(&connectors, reports);
    (!reports.has_errors()).then_some(Program {
        models: inside.models,
        connectors,
    })
}

/// Checks a connector with views as deep as its paths need.
fn with_paths(mut check: impl FnMut(usize, &mut Reports) -> Option<Connector>) -> (Option<Connector>, Reports) {
    let mut hops = view::HOPS.iter().copied().peekable();
    loop {
        let mut own = Reports::default();
        let made = check(hops.next().unwrap_or(view::MOST_HOPS), &mut own);
        if hops.peek().is_none() || !own.has(name::TOO_FAR) {
            return (made, own);
        }
    }
}

fn connector(
    (names, at): (&Names<'_>, usize),
    hops: usize,
    inside: &Inside,
    places: &Places<'_>,
    reports: &mut Reports,
) -> Option<Connector> {
    let halves = Halves::of(&names.connectors[at], inside, places, reports);
    let version = &halves.effective(&names.connectors[at]);
    let parent = version.parent.map(|parent| &names.connectors[parent]);
    let mut outside = outside((version, parent), (&halves, hops), inside, places, reports);
    mapping::lead(&mut outside);
    binding::columns_are_of_the_model(&version.items, &outside.ir.externals, inside, reports);
    language::languages(&mut outside, &version.items, inside, reports);
    let world = World {
        inside,
        outside: &outside,
        places,
    };
    let made = two_way::bodies(world, reports);
    // Those of a version above were tried with what it has.
    let own = |origin: Option<crate::resolve::Version<'_>>| {
        origin.is_some_and(|origin| (origin.family, origin.version) == (version.family, version.version))
    };
    let tests = version.items.tests.iter().filter(|declared| own(declared.origin));
    for declared in tests.clone() {
        test::test(world, declared.item, reports);
    }
    let Outside {
        ir: mut connector,
        heads,
        wrong_keys,
        changes,
        ..
    } = outside;
    let made = made?;
    let known: Vec<bool> = made.iter().map(|one| !one.reads_unknown).collect();
    connector.mappings = made.into_iter().map(|one| one.mapping).collect();
    connector.two_way = halves.rules(&connector, places);
    if !reports.has_errors() {
        come_back::known_again(&mut connector, &inside.models, reports);
    }
    finish(&mut connector);
    for declared in tests.clone() {
        test::lacking(&connector, &inside.models, declared.item)
            .into_iter()
            .for_each(|report| reports.push(report));
    }
    let tests = tests.filter_map(|declared| test::lower(&connector, &inside.models, declared.item, places));
    connector.tests = tests.collect();
    let inner = usage::inner_reads(&connector);
    let mappings = connector.mappings.iter().zip(&heads).zip(known);
    for ((mapping, head), _) in mappings.filter(|(_, reads_known)| *reads_known) {
        if mapping.direction == Direction::Import && !wrong_keys.contains(&mapping.external) {
            usage::usage(&connector, (&changes, &inner), mapping, head, reports);
        }
    }
    for (mapping, external) in slots::too_wide(&connector) {
        let record = &connector.externals[external.0].name.text;
        reports.push(wire::too_many_fields(
            connector.mappings[mapping.0].place.span,
            record,
            connector.externals[external.0].place.span,
        ));
    }
    sent::sent(&connector, &version.items, reports);
    calls::callers_agree(&connector, inside, reports);
    circle::imports_need_each_other(&connector, inside, reports);
    parts::without(&mut connector);
    Some(connector)
}

/// The schema of one connector and the headers of its mappings.
fn outside<'a>(
    (version, parent): (&crate::resolve::Connector<'a>, Option<&crate::resolve::Connector<'a>>),
    (halves, hops): (&'a Halves, usize),
    inside: &Inside,
    places: &Places<'a>,
    reports: &mut Reports,
) -> Outside<'a> {
    let (items, title) = (&version.items, version.title());
    let made_settings = setting::settings(items, places, reports);
    let settings = made_settings.list;
    let protocol = setting::protocol(items, &settings, &title, reports);
    let made = external::externals(items, places, reports);
    let mut externals = made.list;
    let wrong_bindings = binding::bindings(items, &mut externals, &made.wrong_keys, inside, places, reports);
    let adapters = adapter::adapters(items, (&externals, &made.index), &settings, &title, places, reports);
    let loses_adapter = loses_adapter(items, &adapters);
    let mut wrong = made.wrong;
    let made_externs = external_fn::externs(items, (inside, &made.index), places, reports);
    let mut heads = mapping::heads(version, inside, &made.index, reports);
    let views = view::views(&mapping::exported(&heads), hops, inside, &mut externals);
    mapping::enclosing(&mut heads, &views.of, inside, reports);
    wrong.extend(views.wrong);
    Outside {
        ir: Connector {
            name: ident(version.family),
            version: version.version.map(str::to_owned),
            parent: parent.map(|parent| (parent.family.to_owned(), parent.version.map(str::to_owned))),
            serves: version.serves.map(str::to_owned),
            module: ident(&title).rust,
            wire: setting::wire(items, reports),
            settings,
            protocol,
            externals,
            adapters,
            tables: table::tables(items, places, reports),
            externs: made_externs.list,
            mappings: Vec::new(),
            parts: None,
            two_way: Vec::new(),
            tests: Vec::new(),
            history: crate::resolve::history(version),
        },
        title,
        index: made.index,
        wrong,
        wrong_bindings,
        wrong_settings: made_settings.wrong,
        wrong_keys: made.wrong_keys,
        loses_adapter,
        wrong_externs: made_externs.wrong,
        externs: items.externs.values().map(|declared| declared.item).collect(),
        heads,
        halves,
        changes: items.changes.clone(),
        views: views.of,
    }
}

/// Whether operations are missing because of a mistake.
fn loses_adapter(items: &Items<'_>, made: &[Adapter]) -> bool {
    let written: usize = items
        .adapters
        .values()
        .map(|declared| declared.item.operations.len())
        .sum();
    let known: usize = made.iter().map(|adapter| adapter.operations.len()).sum();
    written != known
}

/// What needs all mappings: strata of children, reads of sources and rules.
fn finish(connector: &mut Connector) {
    flow::child_strata(connector);
    flow::fill_reads(connector);
    for at in 0..connector.mappings.len() {
        for rule in 0..connector.mappings[at].rules.len() {
            let reads = flow::leaves_of_rule(connector, &connector.mappings[at], rule);
            connector.mappings[at].rules[rule].reads = reads;
        }
    }
}
