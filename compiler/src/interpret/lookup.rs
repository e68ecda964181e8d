//! What a lookup asks about: the key, or the list of criteria.

use super::eval::Scope;
use crate::ir::mapping::{Lookup, LookupKind};
use tenon_runtime::generated::{Out, Val};

/// The argument of a lookup, as `Eval::got` takes it.
pub(super) fn argument<'s>(scope: &Scope<'_, '_, 's>, lookup: &'static Lookup) -> Out<'s> {
    match (&lookup.kind, lookup.args.as_slice()) {
        (
            LookupKind::Ref { .. }
            | LookupKind::Bound { .. }
            | LookupKind::Load { .. }
            | LookupKind::Read { .. }
            | LookupKind::ExtOf { .. },
            [one],
        ) => scope.val(one),
        (
            LookupKind::Ref { .. }
            | LookupKind::Bound { .. }
            | LookupKind::Load { .. }
            | LookupKind::ExtOf { .. }
            | LookupKind::Read { .. }
            | LookupKind::Find { .. }
            | LookupKind::FindOrNew { .. },
            args,
        ) => scope.vals(args).map(Val::List),
    }
}
