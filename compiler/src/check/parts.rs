//! Exports of records without key, that no operation sends, or that take parameters or stand `within` another record: they are parts of
//! the requests of others, which have taken in what they say. No job runs them, so nothing is generated for them; their tests run them
//! as they stand.

use crate::ir::mapping::{Direction, Mapping, Origin, RuleKind, Source};
use crate::ir::{Adapter, Connector, MappingId};

/// Takes them out of a connector whose checks are done. Where they have tests, they are kept for these.
pub(crate) fn without(connector: &mut Connector) {
    let is_part: Vec<bool> = connector
        .mappings
        .iter()
        .map(|mapping| is_part(mapping, connector))
        .collect();
    if !is_part.contains(&true) {
        return;
    }
    connector.parts = alone(connector, &is_part);
    connector.tests.retain(|test| !is_part[test.mapping.0]);
    let now = |id: &mut MappingId| id.0 -= is_part[..id.0].iter().filter(|part| **part).count();
    connector.tests.iter_mut().for_each(|test| now(&mut test.mapping));
    // What an element is made of is tried with the list that it stands in.
    connector.two_way.retain(|rule| !is_part[rule.export.0]);
    for rule in &mut connector.two_way {
        now(&mut rule.import);
        now(&mut rule.export);
    }
    let mut at = 0;
    connector.mappings.retain(|_| {
        at += 1;
        !is_part[at - 1]
    });
    for rule in connector.mappings.iter_mut().flat_map(|mapping| &mut mapping.rules) {
        if let RuleKind::Children { mapping, .. } = &mut rule.kind {
            now(mapping);
        }
    }
}

/// The connector with its parts as its only mappings; absent where they have no tests.
fn alone(connector: &Connector, is_part: &[bool]) -> Option<Box<Connector>> {
    let mut parts = connector.clone();
    parts.tests.retain(|test| is_part[test.mapping.0]);
    if parts.tests.is_empty() {
        return None;
    }
    let position = |id: MappingId| is_part[..id.0].iter().filter(|part| **part).count();
    parts
        .tests
        .iter_mut()
        .for_each(|test| test.mapping.0 = position(test.mapping));
    parts.two_way.clear();
    let mut at = 0;
    parts.mappings.retain(|_| {
        at += 1;
        is_part[at - 1]
    });
    Some(Box::new(parts))
}

fn is_part(mapping: &Mapping, connector: &Connector) -> bool {
    let sends = |adapter: &Adapter| {
        let mut operations = adapter.operations.iter();
        adapter.external == mapping.external
            && operations.any(|operation| matches!(operation.name.text.as_str(), "create" | "write"))
    };
    let is_enclosed = |source: &Source| matches!(source.origin, Origin::Enclosing);
    let runs_alone = mapping.params.is_empty() && !mapping.sources.iter().any(is_enclosed);
    let is_keyless = connector.externals[mapping.external.0].key.is_empty();
    let is_sent = connector.adapters.iter().any(sends);
    mapping.direction == Direction::Export && (is_keyless || !runs_alone || !is_sent)
}
