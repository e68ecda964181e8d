//! Leaves of schemas: types, fields, keys, bindings, operations, table rows.

use super::expr::{args, expr, literal, operand};
use super::item::{plain, plain_in};
use super::text::{interpolated, text};
use super::{Node, Piece, Read, Rule};
use crate::ast::expr::{Expr, Text};
use crate::ast::{
    Arrow, Auth, Constraint, Field, InlineBinding, ItemsForm, LanguageSource, Limit, Modifier, OperationClause, Param,
    Protocol, Request, TableCell, TableRow, Type, TypeKind,
};
use crate::source::{Name, Span, Spanned};

/// `text max 128`: a type and what stands behind it.
pub(crate) fn field(piece: &Piece<'_>) -> Read<(Type, Vec<Modifier>)> {
    if let Some(plain) = piece.plain_type() {
        return Ok((plain, Vec::new()));
    }
    type_and_modifiers(&piece.read(Rule::field_rest)?)
}

/// A type alone.
pub(crate) fn ty(piece: &Piece<'_>) -> Read<Type> {
    if let Some(plain) = piece.plain_type() {
        return Ok(plain);
    }
    type_expr(&piece.read(Rule::type_rest)?.need(Rule::type_expr)?)
}

fn type_and_modifiers(node: &Node<'_>) -> Read<(Type, Vec<Modifier>)> {
    let modifiers = node
        .all(Rule::modifier)
        .map(|part| modifier(&part))
        .collect::<Read<_>>()?;
    Ok((type_expr(&node.need(Rule::type_expr)?)?, modifiers))
}

/// `type_expr`
pub(super) fn type_expr(node: &Node<'_>) -> Read<Type> {
    let mut units = node
        .all(Rule::type_unit)
        .map(|unit| type_unit(&unit))
        .collect::<Read<Vec<_>>>()?;
    match units.len() {
        1 => Ok(units.remove(0)),
        _ => Ok(Type {
            kind: TypeKind::Union(units),
            span: node.span(),
        }),
    }
}

fn type_unit(node: &Node<'_>) -> Read<Type> {
    let unit = node.first()?;
    let inner = || type_expr(&unit.need(Rule::type_expr)?).map(Box::new);
    let kind = match unit.rule() {
        Rule::decimal_type => TypeKind::Decimal {
            scale: unit.need(Rule::int)?.number()?,
        },
        Rule::ref_type => TypeKind::Ref(unit.need(Rule::dotted)?.name()),
        Rule::ext_type => TypeKind::Ext(unit.need(Rule::dotted)?.name()),
        Rule::plain => TypeKind::Word(plain(&unit)?),
        Rule::kw_null => TypeKind::Null,
        Rule::list_type => TypeKind::List(inner()?),
        Rule::map_type => TypeKind::Map(inner()?),
        Rule::record_type => TypeKind::Record(
            unit.all(Rule::field)
                .map(|field| nested_field(&field))
                .collect::<Read<_>>()?,
        ),
        _ => TypeKind::Named(unit.name()),
    };
    Ok(Type {
        kind,
        span: node.span(),
    })
}

fn nested_field(node: &Node<'_>) -> Read<Field> {
    let (ty, modifiers) = type_and_modifiers(node)?;
    Ok(Field {
        doc: node.doc(),
        name: node.need(Rule::field_name)?.name(),
        optional: node.need(Rule::field_sign)?.text() == "?:",
        ty,
        modifiers,
        span: node.span(),
    })
}

fn modifier(node: &Node<'_>) -> Read<Modifier> {
    let part = node.first()?;
    let name = || Ok(part.need(Rule::name)?.name());
    Ok(match part.rule() {
        Rule::max_modifier => Modifier::Max(part.need(Rule::int)?.number()?),
        Rule::as_modifier => match plain_in(&part)? {
            Some(format) => Modifier::AsFormat(format),
            None => Modifier::As(name()?),
        },
        Rule::zone_modifier => Modifier::Zone(plain(&part.need(Rule::plain)?)?),
        Rule::null_modifier => {
            Modifier::NullTexts(part.all(Rule::plain).map(|text| plain(&text)).collect::<Read<_>>()?)
        }
        Rule::kw_sensitive => Modifier::Sensitive(part.span()),
        Rule::kw_readonly => Modifier::Readonly(part.span()),
        Rule::per_language => Modifier::PerLanguage(part.span()),
        Rule::default_modifier => Modifier::Default(operand(&part.need(Rule::operand)?)?),
        Rule::fill_modifier => Modifier::Fill(operand(&part.need(Rule::operand)?)?),
        Rule::renamed_modifier => Modifier::RenamedFrom(name()?),
        Rule::delete_modifier => Modifier::OnDelete(name()?),
        _ => Modifier::By(name()?),
    })
}

/// `params`: `(a: text, b: int)`
pub(super) fn params(node: &Node<'_>) -> Read<Vec<Param>> {
    let param = |param: Node<'_>| {
        Ok(Param {
            name: param.need(Rule::any_name)?.name(),
            ty: type_expr(&param.need(Rule::type_expr)?)?,
        })
    };
    node.all(Rule::param).map(param).collect()
}

/// `xml_rpc "{backend.url}/api" auth login(a, b) limit 20 per 1s`
pub(crate) fn protocol(piece: &Piece<'_>, span: Span) -> Read<Protocol> {
    let node = piece.read(Rule::protocol_rest)?;
    let endpoint = node.need(Rule::text)?;
    let auth = |auth: Node<'_>| {
        let args = auth
            .find(Rule::args)
            .map(|list| args(&list))
            .transpose()?
            .unwrap_or_default();
        Ok(Auth {
            scheme: auth.need(Rule::name)?.name(),
            args,
        })
    };
    let limit = |limit: Node<'_>| {
        Ok(Limit {
            count: limit.need(Rule::int)?.number()?,
            per: limit.need(Rule::duration)?.duration()?,
        })
    };
    Ok(Protocol {
        name: node.need(Rule::name)?.name(),
        endpoint: Spanned::new(text(&endpoint)?, endpoint.span()),
        auth: node.find(Rule::auth).map(auth).transpose()?,
        limits: node.all(Rule::limit).map(limit).collect::<Read<_>>()?,
        span,
    })
}

/// `Customer key a, b`
pub(crate) fn external(piece: &Piece<'_>) -> Read<(Name, Vec<Name>)> {
    let node = piece.read(Rule::external_rest)?;
    let key = node.find(Rule::names).map(|names| names.names()).unwrap_or_default();
    Ok((node.need(Rule::name)?.name(), key))
}

/// `a, b fold where E`
pub(crate) fn key(piece: &Piece<'_>, span: Span) -> Read<Constraint> {
    let node = piece.read(Rule::key_rest)?;
    Ok(Constraint::Key {
        fields: node.need(Rule::names)?.names(),
        fold: node.find(Rule::kw_fold).map(|word| word.span()),
        filter: node.find(Rule::expr).map(|filter| expr(&filter)).transpose()?,
        span,
    })
}

/// `(a, b)`
pub(crate) fn columns(piece: &Piece<'_>) -> Read<Vec<Name>> {
    Ok(piece.read(Rule::columns_rest)?.need(Rule::names)?.names())
}

/// `Board in project.project (key a, synced b)`
pub(crate) fn binding(piece: &Piece<'_>) -> Read<(Name, Option<InlineBinding>)> {
    let node = piece.read(Rule::binding_rest)?;
    let inline = node.find(Rule::inline_binding).map(|part| inline(&part)).transpose()?;
    Ok((node.need(Rule::name)?.name(), inline))
}

/// `project.project (key a, synced b)`
pub(crate) fn inline_binding(piece: &Piece<'_>) -> Read<InlineBinding> {
    inline(&piece.read(Rule::inline_rest)?.need(Rule::inline_binding)?)
}

fn inline(node: &Node<'_>) -> Read<InlineBinding> {
    let mut names = node.names().into_iter();
    let key = names.next().ok_or_else(|| node.piece.nothing(node.span()))?;
    Ok(InlineBinding {
        model: node.need(Rule::dotted)?.name(),
        key,
        synced: names.next(),
    })
}

/// `to one`, behind `one`
pub(crate) fn one_to_one(piece: &Piece<'_>) -> Read<Span> {
    Ok(piece.read(Rule::one_rest)?.span())
}

/// `list(since)`
#[derive(Debug)]
pub(crate) struct OperationHead {
    /// The operation.
    pub(crate) name: Name,
    /// Its arguments.
    pub(crate) params: Vec<Name>,
}

/// `list(since)`
pub(crate) fn operation_head(piece: &Piece<'_>) -> Read<OperationHead> {
    let node = piece.read(Rule::operation_head)?;
    let params = node.find(Rule::names).map(|names| names.names()).unwrap_or_default();
    Ok(OperationHead {
        name: node.need(Rule::any_name)?.name(),
        params,
    })
}

/// `call customer.info(id) items FIELD`, `GET /boards/{id}`
pub(crate) fn operation(piece: &Piece<'_>) -> Read<(Request, Vec<OperationClause>)> {
    let node = piece.read(Rule::operation_rest)?;
    let request = match (node.find(Rule::call_request), node.find(Rule::http_request)) {
        (Some(call), _) => Request::Call {
            method: call.need(Rule::dotted)?.name(),
            args: call.all(Rule::expr).map(|arg| expr(&arg)).collect::<Read<_>>()?,
        },
        (None, Some(http)) => {
            let url = http.need(Rule::url)?;
            Request::Http {
                verb: http.need(Rule::verb)?.name(),
                path: Spanned::new(path_text(&url)?, url.span()),
            }
        }
        (None, None) => return Err(piece.nothing(piece.span())),
    };
    let clauses = node
        .all(Rule::operation_clause)
        .map(|part| operation_clause(&part))
        .collect::<Read<_>>()?;
    Ok((request, clauses))
}

fn path_text(url: &Node<'_>) -> Read<Text> {
    interpolated(url, 0..url.text().len())
}

fn operation_clause(node: &Node<'_>) -> Read<OperationClause> {
    let part = node.first()?;
    Ok(match part.rule() {
        Rule::items_clause => {
            let (form, holder) = match (part.find(Rule::nested_items), part.find(Rule::key_items)) {
                (Some(nested), _) => (ItemsForm::Nested, nested),
                (None, Some(keys)) => (ItemsForm::Keys, keys),
                (None, None) => (ItemsForm::Field, part),
            };
            OperationClause::Items {
                form,
                field: holder.need(Rule::dotted)?.name(),
            }
        }
        Rule::pages_clause => OperationClause::Pages {
            strategy: part.need(Rule::name)?.name(),
            args: part
                .find(Rule::args)
                .map(|list| args(&list))
                .transpose()?
                .unwrap_or_default(),
        },
        Rule::language_clause => language_clause(&part)?,
        Rule::returns_clause => OperationClause::Returns(part.need(Rule::name)?.name()),
        _ => once(&part)?,
    })
}

fn language_clause(node: &Node<'_>) -> Read<OperationClause> {
    let Some(source) = node.find(Rule::language_source) else {
        let span = node.span();
        return Ok(OperationClause::PerLanguage { span, source: None });
    };
    let mut names = source.all(Rule::name);
    let mut name = || names.next().ok_or_else(|| node.piece.nothing(node.span()));
    let (argument, field) = (name()?.name(), name()?.name());
    let external = source.need(Rule::dotted)?.name();
    let span = Span {
        end: argument.span.start,
        ..node.span()
    };
    Ok(OperationClause::PerLanguage {
        span,
        source: Some(LanguageSource {
            argument,
            external,
            field,
        }),
    })
}

fn once(node: &Node<'_>) -> Read<OperationClause> {
    let kind = node.children().nth(2).ok_or_else(|| node.piece.nothing(node.span()))?;
    let field = node.find(Rule::name).or_else(|| node.find(Rule::header_name));
    Ok(OperationClause::OnceBy {
        kind: kind.name(),
        field: field.map(|field| field.name()),
        after: node.find(Rule::duration).map(|wait| wait.duration()).transpose()?,
    })
}

/// `"inside" <-> "outside"`
pub(crate) fn row(piece: &Piece<'_>) -> Read<TableRow> {
    let node = piece.read(Rule::row_rest)?;
    let mut cells = node.all(Rule::cell).map(|part| cell(&part));
    let nothing = || piece.nothing(piece.span());
    Ok(TableRow {
        inside: cells.next().ok_or_else(nothing)??,
        arrow: arrow(&node.need(Rule::two_way)?),
        outside: cells.next().ok_or_else(nothing)??,
        span: piece.span(),
    })
}

fn arrow(node: &Node<'_>) -> Arrow {
    match node.text() {
        "->" => Arrow::ToOutside,
        "<-" => Arrow::ToInside,
        _ => Arrow::Both,
    }
}

fn cell(node: &Node<'_>) -> Read<TableCell> {
    let value: Option<Expr> = node.find(Rule::literal).map(|value| literal(&value)).transpose()?;
    Ok(value.map_or(TableCell::Rest(node.span()), TableCell::Value))
}
