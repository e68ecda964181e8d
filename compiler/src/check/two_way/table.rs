//! Whether a table leads back: each value of its two-way rows once on either side.

use crate::check::schema::literal::{literal, show};
use crate::error::{Reports, two_way};
use tenon_dsl::ast::{Arrow, Table, TableCell, TableRow};

/// Says E0902.
pub(super) fn leads_back(table: &Table, reports: &mut Reports) -> bool {
    let rows: Vec<&TableRow> = table.rows.iter().filter(|row| row.arrow == Arrow::Both).collect();
    let sides: [(Side, &str); 2] = [
        (|row| (&row.outside, &row.inside), "->"),
        (|row| (&row.inside, &row.outside), "<-"),
    ];
    let mut is_right = true;
    for (at, row) in rows.iter().enumerate() {
        for (side, arrow) in sides {
            let same = |first: &&&TableRow| shown(side(first).0) == shown(side(row).0);
            let Some(first) = rows[..at].iter().find(same) else {
                continue;
            };
            let (from, to) = side(row);
            let (TableCell::Value(cell), TableCell::Value(known)) = (from, side(first).0) else {
                continue;
            };
            let leads = [shown(side(first).1), shown(to)];
            let said = (shown(from), [leads[0].as_str(), leads[1].as_str()]);
            let said = (said.0.as_str(), said.1);
            reports.push(two_way::not_one_to_one(
                cell.span,
                known.span,
                said,
                &one_way(row, arrow),
            ));
            is_right = false;
            break;
        }
    }
    is_right
}

/// One side of a row, and the other.
type Side = fn(&TableRow) -> (&TableCell, &TableCell);

fn one_way(row: &TableRow, arrow: &str) -> String {
    format!("{} {arrow} {}", shown(&row.inside), shown(&row.outside))
}

fn shown(cell: &TableCell) -> String {
    match cell {
        TableCell::Rest(_) => "_".to_owned(),
        TableCell::Value(value) => literal(value).as_ref().map_or_else(|| "..".to_owned(), show),
    }
}
