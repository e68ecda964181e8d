//! Leaves of mappings: headers, joins, statements, rules.

use super::expr::{args, expr, operand, path, reason};
use super::schema::params;
use super::{Node, Piece, Read, Rule};
use crate::ast::expr::Expr;
use crate::ast::mapping::{
    Adopt, Batch, Changes, Check, Clause, Copy, Direction, Ignore, Join, JoinMark, JoinSource, MappingName, Only,
    Orphans, Output, Retry, Severity, Skip, Target, Within,
};
use crate::ast::{DropKind, Dropped, Param};
use crate::source::{Name, Span, Spanned};

/// What stands right of `import`, `export` or `sync`.
#[derive(Debug)]
pub(crate) struct Head {
    /// Which mapping.
    pub(crate) name: MappingName,
    /// `as c`
    pub(crate) alias: Option<Name>,
    /// `within Order as o`
    pub(crate) within: Option<Within>,
    /// `(tax_included: bool)`
    pub(crate) params: Vec<Param>,
}

/// `res.partner from Customer as c within Order as o (tax_included: bool)`
pub(crate) fn head(piece: &Piece<'_>, direction: Spanned<Direction>) -> Read<Head> {
    let node = match direction.value {
        Direction::Import => piece.read(Rule::import_rest)?,
        Direction::Export => piece.read(Rule::export_rest)?,
        Direction::Sync => piece.read(Rule::sync_rest)?,
    };
    let tail = node.need(Rule::mapping_tail)?;
    let alias = tail.find(Rule::alias).map(|alias| alias.need(Rule::name)).transpose()?;
    let within = |within: Node<'_>| {
        Ok(Within {
            external: within.need(Rule::dotted)?.name(),
            alias: within.need(Rule::name)?.name(),
        })
    };
    Ok(Head {
        name: mapping_name(&node.first()?, direction)?,
        alias: alias.map(|alias| alias.name()),
        within: tail.find(Rule::within).map(within).transpose()?,
        params: tail
            .find(Rule::params)
            .map(|list| params(&list))
            .transpose()?
            .unwrap_or_default(),
    })
}

/// `import res.partner from Customer`
pub(super) fn directed_name(node: &Node<'_>) -> Read<MappingName> {
    let word = node.first()?;
    let direction = match word.rule() {
        Rule::kw_import => Direction::Import,
        Rule::kw_export => Direction::Export,
        _ => Direction::Sync,
    };
    let which = node.children().nth(1).ok_or_else(|| node.piece.nothing(node.span()))?;
    mapping_name(&which, Spanned::new(direction, word.span()))
}

/// `import_name`, `export_name`, `sync_name`
pub(super) fn mapping_name(node: &Node<'_>, direction: Spanned<Direction>) -> Read<MappingName> {
    let mut names = node.all(Rule::dotted).map(|name| name.name());
    let nothing = || node.piece.nothing(node.span());
    Ok(MappingName {
        direction,
        model: names.next().ok_or_else(nothing)?,
        variant: node
            .find(Rule::variant)
            .map(|part| part.need(Rule::name))
            .transpose()?
            .map(|name| name.name()),
        external: names.next().ok_or_else(nothing)?,
    })
}

/// `Address as home? in book where .. also binds`
pub(crate) fn join(piece: &Piece<'_>, span: Span) -> Read<Join> {
    let node = piece.read(Rule::join_rest)?;
    let mark = match node.find(Rule::join_mark).map(|mark| mark.text()) {
        Some("*") => JoinMark::Many,
        Some(_) => JoinMark::Optional,
        None => JoinMark::One,
    };
    let mut join = Join {
        external: node.need(Rule::dotted)?.name(),
        alias: node.need(Rule::name)?.name(),
        mark,
        source: None,
        filter: None,
        latest_by: None,
        also_binds: None,
        changes: None,
        span,
    };
    for part in node.all(Rule::join_part) {
        join_part(&part.first()?, &mut join)?;
    }
    Ok(join)
}

fn join_part(node: &Node<'_>, join: &mut Join) -> Read<()> {
    let value = || expr(&node.need(Rule::expr)?);
    match node.rule() {
        Rule::from_part => {
            let operation = node.need(Rule::name)?.name();
            join.source = Some(JoinSource::From {
                operation,
                args: args(&node.need(Rule::args)?)?,
            });
        }
        Rule::in_part => join.source = Some(JoinSource::In(value()?)),
        Rule::where_part => join.filter = Some(value()?),
        Rule::latest_part => join.latest_by = Some(value()?),
        Rule::also_part => join.also_binds = Some(node.span()),
        _ => {
            let external = node.need(Rule::dotted)?.name();
            join.changes = Some(Changes {
                external,
                by: node.need(Rule::name)?.name(),
            });
        }
    }
    Ok(())
}

/// `Address as a? when street is present`
pub(crate) fn output(piece: &Piece<'_>, span: Span) -> Read<Output> {
    let node = piece.read(Rule::output_rest)?;
    Ok(Output {
        replaces: None,
        external: node.need(Rule::dotted)?.name(),
        alias: node.need(Rule::name)?.name(),
        when: node.find(Rule::expr).map(|when| expr(&when)).transpose()?,
        span,
    })
}

/// `shared by email where customer`
pub(crate) fn adopt(piece: &Piece<'_>, span: Span) -> Read<Adopt> {
    let node = piece.read(Rule::adopt_rest)?;
    Ok(Adopt {
        shared: node.find(Rule::kw_shared).map(|word| word.span()),
        by: node.need(Rule::names)?.names(),
        filter: node.find(Rule::expr).map(|filter| expr(&filter)).transpose()?,
        span,
    })
}

/// `every 15m since updated_at overlap 30s priority 10`
pub(crate) fn batch(piece: &Piece<'_>, span: Span) -> Read<Batch> {
    let node = piece.read(Rule::batch_rest)?;
    let every = node.need(Rule::duration)?.duration()?;
    let mut batch = Batch {
        every,
        since: None,
        overlap: None,
        priority: None,
        span,
    };
    for part in node.all(Rule::batch_part) {
        let value = part.children().last().ok_or_else(|| piece.nothing(part.span()))?;
        match value.rule() {
            Rule::name => batch.since = Some(value.name()),
            Rule::duration => batch.overlap = Some(value.duration()?),
            _ => batch.priority = Some(value.number()?),
        }
    }
    Ok(batch)
}

/// `when E because ".."`
pub(crate) fn skip(piece: &Piece<'_>, span: Span) -> Read<Skip> {
    let node = piece.read(Rule::skip_rest)?;
    let when = expr(&node.need(Rule::expr)?)?;
    Ok(Skip {
        when,
        because: reason(&node.need(Rule::reason)?)?,
        span,
    })
}

/// `every 30m when E because ".."`
pub(crate) fn retry(piece: &Piece<'_>, span: Span) -> Read<Retry> {
    let node = piece.read(Rule::retry_rest)?;
    Ok(Retry {
        every: node.need(Rule::duration)?.duration()?,
        when: expr(&node.need(Rule::expr)?)?,
        because: reason(&node.need(Rule::reason)?)?,
        span,
    })
}

/// `a, b`, `all except c`
pub(crate) fn copy(piece: &Piece<'_>, span: Span) -> Read<Copy> {
    let node = piece.read(Rule::copy_rest)?;
    Ok(Copy {
        fields: node.find(Rule::names).map(|names| names.names()).unwrap_or_default(),
        all: node.find(Rule::kw_all).map(|word| word.span()),
        span,
    })
}

/// `a, c.b because ".."`
pub(crate) fn ignore(piece: &Piece<'_>, span: Span) -> Read<Ignore> {
    let node = piece.read(Rule::ignore_rest)?;
    let paths = paths_of(&node.need(Rule::paths)?)?;
    Ok(Ignore {
        paths,
        because: reason(&node.need(Rule::reason)?)?,
        span,
    })
}

/// `a, c.b`
pub(crate) fn paths(piece: &Piece<'_>) -> Read<Vec<Expr>> {
    paths_of(&piece.read(Rule::paths_rest)?.need(Rule::paths)?)
}

fn paths_of(node: &Node<'_>) -> Read<Vec<Expr>> {
    node.all(Rule::path).map(|part| path(&part)).collect()
}

/// `because ".."`
pub(crate) fn because(piece: &Piece<'_>) -> Read<Expr> {
    reason(&piece.read(Rule::because_rest)?.need(Rule::reason)?)
}

/// `E else warn because ".."`
pub(crate) fn check(piece: &Piece<'_>, span: Span) -> Read<Check> {
    let node = piece.read(Rule::check_rest)?;
    let word = node.need(Rule::severity)?;
    let severity = if word.text() == "fail" {
        Severity::Fail
    } else {
        Severity::Warn
    };
    Ok(Check {
        condition: expr(&node.need(Rule::expr)?)?,
        severity: Spanned::new(severity, word.span()),
        because: reason(&node.need(Rule::reason)?)?,
        direction: None,
        span,
    })
}

/// `street, binding.email`
pub(crate) fn targets(piece: &Piece<'_>) -> Read<Vec<Target>> {
    if let Some(name) = piece.any_word() {
        let span = name.span;
        let path = vec![name];
        return Ok(vec![Target { path, span }]);
    }
    Ok(targets_of(&piece.read(Rule::targets_rest)?))
}

fn targets_of(node: &Node<'_>) -> Vec<Target> {
    let target = |target: Node<'_>| {
        let names = target.children().filter(|part| part.rule() != Rule::dot);
        Target {
            path: names.map(|name| name.name()).collect(),
            span: target.span(),
        }
    };
    node.all(Rule::target).map(target).collect()
}

/// `vat`, `street, street2`, `let view`, `with book`, `table Visibility`: what stands right of `drop`.
pub(crate) fn dropped(piece: &Piece<'_>, span: Span) -> Read<Dropped> {
    let node = piece.read(Rule::dropped_rest)?;
    if let Some(whole) = node.find(Rule::drop_mapping) {
        return Ok(Dropped {
            kind: DropKind::Mapping,
            names: Vec::new(),
            mapping: Some(directed_name(&whole)?),
            span,
        });
    }
    let word = node.find(Rule::drop_kind).map(|kind| kind.first()).transpose()?;
    let kind = match word.map(|word| word.rule()) {
        Some(Rule::kw_let) => DropKind::Let,
        Some(Rule::kw_with) => DropKind::With,
        Some(Rule::kw_and) => DropKind::And,
        Some(Rule::kw_import) => DropKind::Import,
        Some(Rule::kw_export) => DropKind::Export,
        Some(Rule::kw_table) => DropKind::Table,
        Some(Rule::kw_external) => DropKind::External,
        Some(Rule::kw_binding) => DropKind::Binding,
        Some(Rule::kw_adapter) => DropKind::Adapter,
        Some(_) => DropKind::Extern,
        None => DropKind::Part,
    };
    Ok(Dropped {
        kind,
        names: targets_of(&node),
        mapping: None,
        span,
    })
}

/// One word that names something, whatever the word.
pub(crate) fn any_name(piece: &Piece<'_>) -> Read<Name> {
    if let Some(name) = piece.any_word() {
        return Ok(name);
    }
    Ok(piece.read(Rule::any_name_rest)?.need(Rule::any_name)?.name())
}

/// What stands right of the sign of a rule.
#[derive(Debug)]
pub(crate) struct Value {
    /// What is written.
    pub(crate) value: Expr,
    /// What stands behind it.
    pub(crate) clauses: Vec<Clause>,
}

/// `a.name | trim only create when E`
pub(crate) fn value(piece: &Piece<'_>) -> Read<Value> {
    if let Some(value) = piece.plain_path() {
        let clauses = Vec::new();
        return Ok(Value { value, clauses });
    }
    let node = piece.read(Rule::value_rest)?;
    let clauses = node
        .all(Rule::clause)
        .map(|part| clause(&part.first()?))
        .collect::<Read<_>>()?;
    Ok(Value {
        value: expr(&node.need(Rule::expr)?)?,
        clauses,
    })
}

fn clause(node: &Node<'_>) -> Read<Clause> {
    let span = node.span();
    Ok(match node.rule() {
        Rule::only_clause => Clause::Only(Spanned::new(only(node.need(Rule::only_word)?.text()), span)),
        Rule::when_clause => Clause::When {
            condition: expr(&node.need(Rule::expr)?)?,
            span,
        },
        Rule::via_clause => {
            let variant = node.find(Rule::variant).map(|part| part.need(Rule::name)).transpose()?;
            Clause::Via {
                model: node.need(Rule::dotted)?.name(),
                variant: variant.map(|name| name.name()),
                args: node
                    .find(Rule::args)
                    .map(|list| args(&list))
                    .transpose()?
                    .unwrap_or_default(),
                span,
            }
        }
        Rule::keyed_clause => Clause::KeyedBy {
            key: operand(&node.need(Rule::operand)?)?,
            span,
        },
        _ => Clause::Orphans(Spanned::new(orphans(node.need(Rule::orphans_word)?.text()), span)),
    })
}

fn only(word: &str) -> Only {
    match word {
        "create" => Only::Create,
        "update" => Only::Update,
        _ => Only::Empty,
    }
}

fn orphans(word: &str) -> Orphans {
    match word {
        "remove" => Orphans::Remove,
        "keep" => Orphans::Keep,
        "archive" => Orphans::Archive,
        _ => Orphans::Fail,
    }
}
