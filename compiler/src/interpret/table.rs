//! Value tables of a connector, one direction of each.

use super::leak::leak_all;
use super::model::literal;
use crate::ir::Connector;
use crate::ir::mapping::Direction;
use tenon_runtime::generated as rt;

/// All tables, in order, as a mapping of this direction looks them up.
pub(super) fn value_tables(connector: &'static Connector, direction: Direction) -> Vec<rt::Table> {
    let tables = connector.tables.iter().map(|table| {
        let (rows, rest) = match direction {
            Direction::Import => (&table.to_inside, &table.rest_inside),
            Direction::Export => (&table.to_outside, &table.rest_outside),
        };
        let rows = leak_all(rows.iter().map(|(from, to)| (literal(from), literal(to))));
        rt::Table::new(&table.name.text, rows, rest.as_ref().map(literal))
    });
    tables.collect()
}
