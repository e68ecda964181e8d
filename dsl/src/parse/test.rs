//! Leaves of tests.

use super::expr::{expr, operand, record};
use super::item::{plain, plain_in};
use super::mapping::directed_name;
use super::{Node, Piece, Read, Rule};
use crate::ast::mapping::MappingName;
use crate::ast::{Context, Ending, Expect, Given, GivenValue};
use crate::source::{Name, Spanned};

/// `"a private customer" import res.partner from Customer`
pub(crate) fn test_head(piece: &Piece<'_>) -> Read<(Name, MappingName)> {
    let node = piece.read(Rule::test_rest)?;
    let name = plain(&node.need(Rule::plain)?)?;
    Ok((name, directed_name(&node.need(Rule::test_mapping)?)?))
}

/// `{ .. }`, `file ".."`, `book = [..]`
pub(crate) fn given(piece: &Piece<'_>) -> Read<Given> {
    let node = piece.read(Rule::given_rest)?;
    let value = match plain_in(&node)? {
        Some(file) => GivenValue::File(file),
        None => GivenValue::Inline(expr(&node.need(Rule::expr)?)?),
    };
    Ok(Given {
        source: node.find(Rule::any_name).map(|name| name.name()),
        value,
    })
}

/// `{ load StoreView 1 = null, backend.multi_company = true }`
pub(crate) fn context(piece: &Piece<'_>) -> Read<Vec<Context>> {
    piece
        .read(Rule::context_rest)?
        .all(Rule::context_entry)
        .map(|part| entry(&part.first()?))
        .collect()
}

/// `load StoreView 1 = null`
pub(crate) fn context_entry(piece: &Piece<'_>) -> Read<Context> {
    entry(&piece.read(Rule::entry_rest)?.need(Rule::context_entry)?.first()?)
}

fn entry(node: &Node<'_>) -> Read<Context> {
    let answer = expr(&node.need(Rule::expr)?)?;
    Ok(match node.rule() {
        Rule::find_entry => Context::Find {
            model: node.need(Rule::dotted)?.name(),
            criteria: record(&node.need(Rule::record)?)?,
            answer,
        },
        Rule::backend_entry => Context::Backend {
            name: node.need(Rule::name)?.name(),
            value: answer,
        },
        Rule::fn_entry => Context::Function {
            name: node.need(Rule::name)?.name(),
            args: node
                .all(Rule::fn_value)
                .map(|value| expr(&value.need(Rule::expr)?))
                .collect::<Read<_>>()?,
            answer,
        },
        _ => Context::Lookup {
            function: node.need(Rule::name)?.name(),
            external: node.need(Rule::dotted)?.name(),
            key: operand(&node.need(Rule::operand)?)?,
            answer,
        },
    })
}

/// `{ .. }`, `exactly { .. }`, `error KIND at TARGET`, `skip because ".."`, `retry`
pub(crate) fn expect(piece: &Piece<'_>) -> Read<Expect> {
    let node = piece.read(Rule::expect_rest)?;
    let ending = |rule, ending| node.find(rule).map(|word| Spanned::new(ending, word.span()));
    if let Some(how) = ending(Rule::kw_skip, Ending::Skip).or_else(|| ending(Rule::kw_retry, Ending::Retry)) {
        let because = plain_in(&node)?;
        return Ok(Expect::Stop { how, because });
    }
    match node.find(Rule::expr) {
        Some(record) => {
            let exactly = node.find(Rule::kw_exactly).map(|word| word.span());
            Ok(Expect::Fields {
                record: expr(&record)?,
                exactly,
            })
        }
        None => Ok(Expect::Error {
            kind: node.need(Rule::name)?.name(),
            at: node.find(Rule::dotted).map(|target| target.name()),
        }),
    }
}
