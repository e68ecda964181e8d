//! Leaves that belong to no construct alone: headers of files, names, functions of the author's crate.

use super::schema::{params, type_expr};
use super::text::{raw_text, text};
use super::{Node, Piece, Read, Rule};
use crate::ast::expr::TextPart;
use crate::ast::{Doc, Extends, ExternFn, ExternKind};
use crate::error::SyntaxError;
use crate::source::{Name, Span, Spanned};

/// What stands right of `connector`.
#[derive(Debug)]
pub(crate) struct ConnectorLine {
    /// The family.
    pub(crate) connector: Name,
    /// The version.
    pub(crate) version: Option<Name>,
    /// The parent.
    pub(crate) extends: Option<Extends>,
}

/// `1`
pub(crate) fn language(piece: &Piece<'_>) -> Read<Spanned<u32>> {
    piece.read(Rule::language_rest)?.need(Rule::int)?.number()
}

/// `magento "1.7" extends magento`
pub(crate) fn connector(piece: &Piece<'_>) -> Read<ConnectorLine> {
    let node = piece.read(Rule::connector_rest)?;
    let extends = match (node.find(Rule::kw_extends), node.find(Rule::extends)) {
        (Some(word), Some(parent)) => Some(Extends {
            connector: parent.find(Rule::name).map(|name| name.name()),
            version: plain_in(&parent)?,
            span: word.span().to(parent.span()),
        }),
        _ => None,
    };
    Ok(ConnectorLine {
        connector: node.need(Rule::name)?.name(),
        version: plain_in(&node)?,
        extends,
    })
}

/// `magento "1.7"`, `magento`, `"1.7"`
pub(crate) fn reference(piece: &Piece<'_>) -> Read<(Option<Name>, Option<Name>)> {
    let parent = piece.read(Rule::reference_rest)?.need(Rule::extends)?;
    Ok((parent.find(Rule::name).map(|name| name.name()), plain_in(&parent)?))
}

/// `">=1.7, <1.9.3"`
pub(crate) fn plain_text(piece: &Piece<'_>) -> Read<Name> {
    plain(&piece.read(Rule::serves_rest)?.need(Rule::plain)?)
}

/// One name.
pub(crate) fn name(piece: &Piece<'_>) -> Read<Name> {
    if let Some(name) = piece.free_word() {
        return Ok(name);
    }
    Ok(piece.read(Rule::name_rest)?.need(Rule::name)?.name())
}

/// One name with dots.
pub(crate) fn dotted(piece: &Piece<'_>) -> Read<Name> {
    if let Some(name) = piece.dotted_words() {
        return Ok(name);
    }
    Ok(piece.read(Rule::dotted_rest)?.need(Rule::dotted)?.name())
}

/// The name of a field; any word, or another name in backticks or quotes.
pub(crate) fn field_name(piece: &Piece<'_>) -> Read<Name> {
    if let Some(name) = piece.any_word() {
        return Ok(name);
    }
    Ok(piece.read(Rule::field_name_rest)?.need(Rule::field_name)?.name())
}

/// `a, b`
pub(crate) fn names(piece: &Piece<'_>) -> Read<Vec<Name>> {
    Ok(piece.read(Rule::names_rest)?.need(Rule::names)?.names())
}

/// `iso fn f(a: text) -> text! inverse g in crate::m`
pub(crate) fn extern_fn(piece: &Piece<'_>, doc: Doc, span: Span) -> Read<ExternFn> {
    let node = piece.read(Rule::extern_rest)?;
    let kind = match node.need(Rule::extern_kind)?.first()?.rule() {
        Rule::kw_iso => ExternKind::Iso,
        Rule::kw_effect => ExternKind::Effect,
        _ => ExternKind::Plain,
    };
    let result = node.find(Rule::result);
    let mut names = node.names().into_iter();
    let name = names.next().ok_or_else(|| piece.nothing(span))?;
    Ok(ExternFn {
        doc,
        kind,
        name,
        params: params(&node.need(Rule::params)?)?,
        fallible: result.as_ref().is_some_and(|result| result.find(Rule::bang).is_some()),
        result: result
            .map(|result| type_expr(&result.need(Rule::type_expr)?))
            .transpose()?,
        inverse: names.next(),
        module: node.need(Rule::module)?.name(),
        span,
    })
}

/// The text of a part that has one.
pub(super) fn plain_in(node: &Node<'_>) -> Read<Option<Name>> {
    node.find(Rule::plain).map(|part| plain(&part)).transpose()
}

/// `plain`: a text without braces, taken as it stands.
pub(super) fn plain(node: &Node<'_>) -> Read<Name> {
    let quoted = node.first()?;
    let value = match quoted.rule() {
        Rule::text => literal_text(&quoted)?,
        _ => raw_text(quoted.text()),
    };
    Ok(Spanned::new(value, node.span()))
}

fn literal_text(node: &Node<'_>) -> Read<String> {
    let mut value = String::new();
    for part in text(node)?.parts {
        match part {
            TextPart::Literal(literal) => value.push_str(&literal),
            TextPart::Value(path) => {
                return Err(SyntaxError::Unexpected {
                    span: path.span,
                    found: "{".to_owned(),
                    expected: Vec::new(),
                    help: Some("nothing is put into this text: write it as '..', or \\{ for a brace".to_owned()),
                });
            }
        }
    }
    Ok(value)
}
