//! Value tables: one static per direction that a mapping uses.

use super::tokens::{doc, model_literal, option, shouted};
use crate::ir::expr::ExprKind;
use crate::ir::mapping::Direction;
use crate::ir::{Connector, TableId};
use crate::walk;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// Name of the static of a table for one direction.
pub(super) fn table_name(connector: &Connector, table: TableId, direction: Direction) -> Ident {
    let name = shouted(&connector.tables[table.0].name);
    match direction {
        Direction::Import => format_ident!("{name}_TO_INSIDE"),
        Direction::Export => format_ident!("{name}_TO_OUTSIDE"),
    }
}

/// The statics of the tables that the mappings of a connector use.
pub(super) fn tables(connector: &Connector) -> TokenStream {
    let mut used = BTreeSet::new();
    for mapping in &connector.mappings {
        walk::roots(mapping, &mut |root| {
            walk::deep(root, &mut |expr| {
                if let ExprKind::Table { table, value: _ } = &expr.kind {
                    used.insert((*table, mapping.direction == Direction::Export));
                }
            });
        });
    }
    let statics = used.into_iter().map(|(table, exports)| match exports {
        true => table_static(connector, table, Direction::Export),
        false => table_static(connector, table, Direction::Import),
    });
    statics.collect()
}

fn table_static(connector: &Connector, id: TableId, direction: Direction) -> TokenStream {
    let table = &connector.tables[id.0];
    let constant = table_name(connector, id, direction);
    let name = &table.name.text;
    let (rows, rest, says) = match direction {
        Direction::Import => (&table.to_inside, &table.rest_inside, "outside to inside"),
        Direction::Export => (&table.to_outside, &table.rest_outside, "inside to outside"),
    };
    let doc = doc(&format!("`{name}`, {says}."));
    let rows = rows.iter().map(|(from, to)| {
        let (from, to) = (model_literal(from), model_literal(to));
        quote!((#from, #to))
    });
    let rest = option(rest.as_ref().map(model_literal));
    quote! {
        #doc
        static #constant: Table = Table::new(#name, &[#(#rows),*], #rest);
    }
}
