//! Operations: all callers of one pass arguments of the same types.

use crate::check::world::Inside;
use crate::error::{Reports, adapter};
use crate::ir::Connector;
use crate::ir::expr::Expr;
use crate::ir::mapping::Origin;
use crate::types::{self, TypeNames};

/// Says E1202 of callers that disagree.
pub(crate) fn callers_agree(connector: &Connector, inside: &Inside, reports: &mut Reports) {
    let names = TypeNames {
        models: &inside.models,
        externals: &connector.externals,
    };
    let sources = connector.mappings.iter().flat_map(|mapping| &mapping.sources);
    let calls = sources.filter_map(|source| match &source.origin {
        Origin::Fetched { operation, args, .. } => Some(((source.external, operation.as_str()), args)),
        Origin::Main | Origin::Enclosing | Origin::Picked { .. } => None,
    });
    let calls: Vec<_> = calls.collect();
    for (at, (called, args)) in calls.iter().enumerate() {
        let Some((_, first)) = calls[..at].iter().find(|(other, _)| other == called) else {
            continue;
        };
        for (position, (first, second)) in first.iter().zip(args.iter()).enumerate() {
            if types::join(&first.ty, &second.ty, &connector.externals).is_none() {
                let shown = |expr: &Expr| names.show(&expr.ty);
                let sides = (shown(first), shown(second));
                let adapter = connector.adapters.iter().find(|adapter| adapter.external == called.0);
                let operations = adapter.map_or(&[][..], |adapter| &adapter.operations);
                let operation = operations.iter().find(|operation| operation.name.text == called.1);
                let param = operation.and_then(|operation| operation.params.get(position));
                let param = param.map_or("", |param| param.text.as_str());
                let (first, second) = (
                    (first.place.span, sides.0.as_str()),
                    (second.place.span, sides.1.as_str()),
                );
                reports.push(adapter::callers_disagree(first, second, param));
            }
        }
    }
}
