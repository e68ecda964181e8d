//! `sync M <-> X { .. }`: one block becomes an import and an export, before any of its names is looked up. From there on nothing
//! knows that they were one, but for the order and the words of their reports: what is wrong with a line is said once.
//!
//! Every place in the halves is a place in what the author wrote.

mod chain;
mod facing;
mod inverse;
mod iso;
mod names;
mod schema;
mod several;
mod split;
mod table;

use crate::check::mapping::{self, Made};
use crate::check::world::{Inside, World};
use crate::error::{Reports, join};
use crate::ir;
use crate::place::Places;
use crate::resolve::{Connector, Declared, mapping_title, same_mapping};
use tenon_dsl::ast::ExternFn;
use tenon_dsl::ast::mapping::{Direction, Mapping};
use tenon_dsl::report::{Report, Severity};
use tenon_dsl::source::Span;

/// The two-way mappings of a connector, split, and the functions that lead back.
#[derive(Debug, Default)]
pub(crate) struct Halves {
    splits: Vec<Split>,
    externs: Vec<ExternFn>,
}

/// A two-way mapping.
#[derive(Debug)]
struct Split {
    /// Its position among the mappings.
    at: usize,
    import: Half,
    export: Half,
    /// Rules that stand in both halves.
    rules: Vec<TwoWay>,
}

/// One direction of a two-way mapping.
#[derive(Debug)]
struct Half {
    mapping: Mapping,
    /// Whether rules are left out because of a mistake.
    is_partial: bool,
}

impl Half {
    /// Where its records are named.
    fn places(&self) -> Vec<Span> {
        let further = self.mapping.outputs.iter().map(|output| output.span);
        std::iter::once(self.mapping.name.model.span).chain(further).collect()
    }
}

/// A rule that stands in both halves.
#[derive(Clone, Debug)]
struct TwoWay {
    /// All of it.
    span: Span,
    /// `<->`
    sign: Span,
    /// Its two sides as they were written.
    inside: String,
    outside: String,
    /// The record of the outside that it is sent in.
    record: Option<String>,
    /// The field of the outside alone.
    path: String,
    /// The record that has it.
    external: String,
    /// Its names, as this version calls them.
    names: Vec<String>,
    /// Whether every step is one-to-one.
    exact: bool,
    /// Names of tables whose mark may be needed in one direction only.
    marks: Vec<Span>,
}

impl Halves {
    /// Splits all two-way mappings of a connector.
    pub(crate) fn of(version: &Connector<'_>, inside: &Inside, places: &Places<'_>, reports: &mut Reports) -> Self {
        let externs = iso::inverses(&version.items, reports);
        let mut splits = Vec::new();
        for (at, declared) in version.items.mappings.iter().enumerate() {
            if declared.item.name.direction.value == Direction::Sync {
                splits.push(split::split(
                    at,
                    declared.item,
                    (version, &externs),
                    (inside, places),
                    reports,
                ));
            }
        }
        for split in &splits {
            for half in [&split.import, &split.export] {
                let others = version.items.mappings.iter();
                let other = others
                    .map(|other| &other.item.name)
                    .find(|other| same_mapping(other, &half.mapping.name));
                if let Some(other) = other {
                    let mut spans = [other.model.span, half.mapping.name.model.span];
                    spans.sort_by_key(|span| places.rank(*span));
                    reports.push(join::mapped_twice(spans[0], spans[1], &mapping_title(other)));
                }
            }
        }
        Self { splits, externs }
    }

    /// The connector with halves in place of what they are halves of.
    pub(crate) fn effective<'h>(&'h self, of: &Connector<'h>) -> Connector<'h> {
        let mut items = of.items.clone();
        items.mappings = Vec::new();
        for (at, declared) in of.items.mappings.iter().enumerate() {
            let Some(split) = self.splits.iter().find(|split| split.at == at) else {
                items.mappings.push(*declared);
                continue;
            };
            for half in [&split.import, &split.export] {
                items.mappings.push(Declared {
                    item: &half.mapping,
                    origin: declared.origin,
                });
            }
        }
        for function in &self.externs {
            let declared = Declared {
                item: function,
                origin: None,
            };
            items.externs.entry(&function.name.value).or_insert(declared);
        }
        Connector {
            family: of.family,
            version: of.version,
            parent: of.parent,
            serves: of.serves,
            is_orphan: of.is_orphan,
            items,
        }
    }

    /// The rules that go both ways, as far as both halves have them.
    pub(crate) fn rules(&self, connector: &ir::Connector, places: &Places<'_>) -> Vec<ir::TwoWay> {
        let half = |split: &Split, direction, external: Option<&str>| {
            let place = split.import.mapping.name.model.span;
            let mut mappings = connector.mappings.iter();
            let same = |mapping: &ir::mapping::Mapping| {
                let name = &connector.externals[mapping.external.0].name.text;
                let is_here = match external {
                    Some(external) => external == name && split.export.places().contains(&mapping.place.span),
                    None => mapping.place.span == place,
                };
                is_here && mapping.direction == direction
            };
            mappings.position(same).map(ir::MappingId)
        };
        let rules = self.splits.iter().flat_map(|split| {
            let import = half(split, ir::mapping::Direction::Import, None);
            split.rules.iter().filter_map(move |rule| {
                let export = half(split, ir::mapping::Direction::Export, Some(&rule.external));
                Some(ir::TwoWay {
                    import: import?,
                    export: export?,
                    inside: rule.inside.clone(),
                    outside: rule.names.clone(),
                    exact: rule.exact,
                    place: places.place(rule.span),
                })
            })
        });
        rules.collect()
    }

    /// The other half of a two-way mapping, and the half itself.
    fn half(&self, mapping: &Mapping) -> Option<(&Split, &Half)> {
        self.splits.iter().find_map(|split| {
            let halves = [&split.import, &split.export];
            let half = halves
                .into_iter()
                .find(|half| std::ptr::eq(&raw const half.mapping, mapping))?;
            Some((split, half))
        })
    }

    /// Whether a mapping is a half that lacks rules because of a mistake.
    pub(crate) fn is_partial(&self, mapping: &Mapping) -> bool {
        self.half(mapping).is_some_and(|(_, half)| half.is_partial)
    }

    /// Whether the mark of a step may be needed in the other direction only.
    pub(crate) fn shares_mark(&self, mapping: &Mapping, step: Span) -> bool {
        let split = self.half(mapping).map(|(split, _)| split);
        split.is_some_and(|split| split.rules.iter().any(|rule| rule.marks.contains(&step)))
    }
}

/// Checks the bodies of all mappings. Of a line that goes both ways a mistake is said once.
pub(crate) fn bodies(world: World<'_, '_>, reports: &mut Reports) -> Option<Vec<Made>> {
    let mut all: Option<Vec<Made>> = Some(Vec::new());
    let mut spare: Vec<Report> = Vec::new();
    for (at, head) in world.outside.heads.iter().enumerate() {
        let Some((split, half)) = world.outside.halves.half(head.written) else {
            keep(&mut all, mapping::mapping(world, at, reports));
            continue;
        };
        let mut own = Reports::default();
        let mut made = mapping::mapping(world, at, &mut own);
        let marks = made
            .as_mut()
            .map(|made| std::mem::take(&mut made.spare_marks))
            .unwrap_or_default();
        match half.mapping.name.direction.value {
            Direction::Export => {
                // A mark that neither half needs is one too many.
                let needless = marks
                    .into_iter()
                    .filter(|mark| spare.iter().any(|other| other.span() == mark.span()));
                needless.for_each(|report| reports.push(report));
                say_of_the_way_back(split, own, reports);
            }
            Direction::Import | Direction::Sync => {
                spare = marks;
                reports.uses.extend(std::mem::take(&mut own.uses));
                own.into_list().into_iter().for_each(|report| reports.push(report));
            }
        }
        keep(&mut all, made);
    }
    all
}

fn keep(all: &mut Option<Vec<Made>>, made: Option<Made>) {
    match (all.as_mut(), made) {
        (Some(all), Some(made)) => all.push(made),
        (_, None) => *all = None,
        (None, Some(_)) => {}
    }
}

/// What is wrong on the way back, where nothing is said of the line yet.
fn say_of_the_way_back(split: &Split, own: Reports, reports: &mut Reports) {
    let holds = |rule: &&TwoWay, place: Span| {
        rule.span.file == place.file && rule.span.start <= place.start && place.end <= rule.span.end
    };
    let mut own = own;
    reports.uses.extend(std::mem::take(&mut own.uses));
    for report in own.into_list() {
        let place = report.span();
        let rule = place.and_then(|place| split.rules.iter().find(|rule| holds(rule, place)));
        let Some(rule) = rule else {
            reports.push(report);
            continue;
        };
        // Fields of one record are sent as one, so what is wrong with one of them is wrong with all.
        let with = split
            .rules
            .iter()
            .filter(|other| other.record == rule.record && rule.record.is_some());
        if with.chain([rule]).any(|rule| reports.has_error_in(rule.span)) {
            continue;
        }
        reports.push(match report.severity {
            Severity::Error => on_the_way_back(report, rule),
            Severity::Warning => report,
        });
    }
}

fn on_the_way_back(report: Report, rule: &TwoWay) -> Report {
    let TwoWay {
        inside, outside, path, ..
    } = rule;
    let help = match report.code {
        // What holds sometimes is said of its own: no other type mends it.
        "E0401" if report.labels.iter().any(|label| label.text.contains("`when`")) => {
            return report.label(rule.sign, "on the way back, from left to right");
        }
        // A mark serves both ways.
        "E0501" => return report.label(rule.sign, "on the way back, from left to right"),
        "E0401" | "E0404" => format!(
            "declare `{path}` with `| null` where the other side takes it; or split it:  import {inside} = {outside}   and   export {path} = {inside} ?? .."
        ),
        _ if inside.contains(',') => format!("split it:  import {inside} = {outside}   and   export {path} = .."),
        _ => format!("split it:  import {inside} = {outside}   and   export {path} = {inside} | .."),
    };
    report
        .label(rule.sign, "on the way back, from left to right")
        .help(help)
}
