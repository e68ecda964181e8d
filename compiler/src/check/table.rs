//! `table`: values of the inside beside values of the outside.

use crate::check::schema::literal::{literal, show};
use crate::error::{Reports, loss, name, typing};
use crate::ident::ident;
use crate::ir::{Literal, Table};
use crate::place::Places;
use crate::resolve::Items;
use crate::{builtin, types};
use tenon_dsl::ast::{self, Arrow, TableCell};
use tenon_dsl::source::Span;

/// The tables of a connector.
pub(crate) fn tables(items: &Items<'_>, places: &Places<'_>, reports: &mut Reports) -> Vec<Table> {
    let mut made = Vec::new();
    for declared in items.tables.values() {
        let written = declared.item;
        if builtin::find(&written.name.value).is_some() {
            let help = "give the table another name";
            let first = (written.name.span, "a built-in function");
            reports.push(name::two_meanings(
                first,
                (written.name.span, "a table"),
                &written.name.value,
                help,
            ));
        }
        if let Some(function) = items.externs.get(written.name.value.as_str()) {
            let help = "give one of them another name";
            let first = (function.item.name.span, "an `extern fn`");
            reports.push(name::two_meanings(
                first,
                (written.name.span, "a table"),
                &written.name.value,
                help,
            ));
        }
        made.push(table(written, places, reports));
    }
    made
}

fn table(written: &ast::Table, places: &Places<'_>, reports: &mut Reports) -> Table {
    let mut made = Table {
        name: ident(&written.name.value),
        to_inside: Vec::new(),
        to_outside: Vec::new(),
        rest_inside: None,
        rest_outside: None,
        place: places.place(written.name.span),
    };
    let mut seen = Seen::default();
    for row in &written.rows {
        let (Some(inside), Some(outside)) = (cell(&row.inside, reports), cell(&row.outside, reports)) else {
            continue;
        };
        if let Arrow::Both | Arrow::ToInside = row.arrow {
            let search = (outside.clone(), inside.clone());
            add(
                search,
                row,
                (&mut made.to_inside, &mut made.rest_inside),
                (&mut seen.inwards, "inside"),
                reports,
            );
        }
        if let Arrow::Both | Arrow::ToOutside = row.arrow {
            let search = (inside, outside);
            add(
                search,
                row,
                (&mut made.to_outside, &mut made.rest_outside),
                (&mut seen.outwards, "outside"),
                reports,
            );
        }
    }
    let columns = [
        made.to_inside.iter().map(|(_, inside)| inside).collect::<Vec<_>>(),
        made.to_inside.iter().map(|(outside, _)| outside).collect(),
    ];
    for column in columns {
        has_one_type(&column, written, reports);
    }
    made
}

#[derive(Default)]
struct Seen {
    inwards: Vec<(Option<Literal>, Span)>,
    outwards: Vec<(Option<Literal>, Span)>,
}

/// A value, or nothing for `_`.
#[derive(Clone)]
enum Cell {
    Value(Literal),
    Rest,
}

fn cell(written: &TableCell, reports: &mut Reports) -> Option<Cell> {
    match written {
        TableCell::Rest(_) => Some(Cell::Rest),
        TableCell::Value(value) => match literal(value) {
            Some(literal @ (Literal::Text(_) | Literal::Int(_) | Literal::Decimal(_) | Literal::Bool(_))) => {
                Some(Cell::Value(literal))
            }
            Some(Literal::Null | Literal::Missing) | None => {
                reports.push(typing::wrong_operand(value.span, "literal", "no value", "a row", None));
                None
            }
        },
    }
}

type Column<'t> = (&'t mut Vec<(Literal, Literal)>, &'t mut Option<Literal>);

fn add(
    search: (Cell, Cell),
    row: &ast::TableRow,
    column: Column<'_>,
    seen: (&mut Vec<(Option<Literal>, Span)>, &str),
    reports: &mut Reports,
) {
    let (rows, rest) = column;
    let (seen, towards) = seen;
    let Cell::Value(found) = search.1 else {
        let help = Some("write the value that the rest becomes".to_owned());
        reports.push(typing::wrong_operand(
            row.span,
            "value",
            "`_`",
            "the side that is looked up",
            help,
        ));
        return;
    };
    let key = match &search.0 {
        Cell::Value(literal) => Some(literal.clone()),
        Cell::Rest => None,
    };
    if let Some((_, first)) = seen.iter().find(|(known, _)| *known == key) {
        // Of a table that is used both ways it is said so already.
        if reports.has_error_in(row.span) {
            return;
        }
        let shown = key.as_ref().map_or_else(|| "`_`".to_owned(), show);
        reports.push(loss::row_twice(*first, row.span, &shown, towards));
        return;
    }
    seen.push((key, row.span));
    match search.0 {
        Cell::Value(literal) => rows.push((literal, found)),
        Cell::Rest => *rest = Some(found),
    }
}

fn has_one_type(column: &[&Literal], written: &ast::Table, reports: &mut Reports) {
    let joined = column
        .iter()
        .try_fold(types::present(crate::ir::expr::Base::Nothing), |ty, value| {
            types::join(&ty, &types::of_literal(value), &[])
        });
    if joined.is_none() {
        let help = Some("all values of a column have one type".to_owned());
        let (needed, found) = ("column of one type", "column of several");
        reports.push(typing::wrong_operand(written.name.span, needed, found, "a table", help));
    }
}
