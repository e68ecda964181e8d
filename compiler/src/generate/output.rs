//! What an export sends: one static table of the fields it writes, whose codecs make the record of the other side.

use super::context::Context;
use super::shape;
use crate::ir::FieldId;
use crate::ir::mapping::{Direction, Target};
use crate::slots::{Layouts, written};
use proc_macro2::TokenStream;
use quote::quote;

/// `static OUTPUT`; nothing for imports.
pub(super) fn output(ctx: &Context<'_>) -> TokenStream {
    match ctx.mapping.direction {
        Direction::Import => TokenStream::new(),
        Direction::Export => {
            let table = shape::written_table(ctx.connector, ctx.mapping.external, &layouts(ctx));
            quote!(static OUTPUT: Shape = #table;)
        }
    }
}

/// The method that hands it out.
pub(super) fn method(ctx: &Context<'_>) -> TokenStream {
    match ctx.mapping.direction {
        Direction::Import => TokenStream::new(),
        Direction::Export => quote! {
            fn output(&self) -> Option<&'static Shape> { Some(&OUTPUT) }
        },
    }
}

/// The position of a written field in the table.
pub(crate) fn position(ctx: &Context<'_>, field: FieldId) -> usize {
    let layouts = layouts(ctx);
    let layout = layouts.get(&ctx.mapping.external);
    let position = layout.and_then(|layout| layout.fields.iter().position(|(id, _)| *id == field));
    match position {
        Some(position) => position,
        None => unreachable!("the table has every field that is a target"),
    }
}

/// The layouts of what is written.
pub(crate) fn layouts(ctx: &Context<'_>) -> Layouts {
    let fields = ctx.mapping.targets.iter().filter_map(|target| match target {
        Target::Out(field) => Some(*field),
        Target::Field(_) | Target::Binding(_) => None,
    });
    written(ctx.connector, ctx.mapping.external, fields.collect())
}
