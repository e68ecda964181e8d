//! 01: names that mean nothing, or two things.

use super::{WithHelp, counted};
use crate::suggest::{foreign_constant, foreign_type, meant, nearest};
use tenon_dsl::edit::Edit;
use tenon_dsl::report::Report;
use tenon_dsl::source::{Name, Span};

/// E0101; `what` is `source record`, `binding`, ..
pub(crate) fn unknown_field(field: &Name, what: &str, record: &str, fields: &[&str]) -> Report {
    let help = match nearest(&field.value, fields.iter().copied()) {
        Some(near) if fields.len() > 1 => {
            let more = counted(fields.len() - 1, "more field");
            format!("did you mean `{near}`?  {more}: tenon show {record}")
        }
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}: tenon show {record}", counted(fields.len(), "field")),
    };
    Report::error("E0101", format!("`{record}` has no field `{}`", field.value))
        .label(field.span, format!("not a field of the {what} {record}"))
        .help(help)
        .edit(meant(field.span, &field.value, fields.iter().copied()))
}

/// E0101: a part of a record that is declared where it is handed over.
pub(crate) fn unknown_part(part: &Name, parts: &[&str]) -> Report {
    let help = match nearest(&part.value, parts.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has: {}", parts.join(", ")),
    };
    Report::error("E0101", format!("this record has no field `{}`", part.value))
        .label(part.span, "not a field of its type")
        .help(help)
        .edit(meant(part.span, &part.value, parts.iter().copied()))
}

/// E0102; `binding_rule` is the rule as it would be written for the binding.
pub(crate) fn unknown_target(target: &Name, model: &str, fields: &[&str], binding_rule: Option<&str>) -> Report {
    let closest = nearest(&target.value, fields.iter().copied());
    let hint = match (binding_rule, closest) {
        (Some(rule), Some(near)) => {
            format!("closest: {near}. A field that only this shop knows belongs to the binding: {rule}")
        }
        (Some(rule), None) => format!("a field that only this shop knows belongs to the binding: {rule}"),
        (None, Some(near)) => format!("closest: {near}"),
        (None, None) => {
            let count = counted(fields.len(), "field");
            format!("declare it in `{model}`; it has {count}: tenon show {model}")
        }
    };
    Report::error("E0102", format!("`{model}` has no field `{}`", target.value))
        .label(target.span, "unknown target field")
        .help(hint)
        .edit(meant(target.span, &target.value, fields.iter().copied()))
}

/// Whether the help of a report about an unknown name knows a similar one.
pub(crate) fn suggests(report: &Report) -> bool {
    let help = report.help.as_deref().unwrap_or_default();
    help.starts_with("did you mean") || help.starts_with("closest: ")
}

/// The record that a report about an unknown field names.
pub(crate) fn owner_in(message: &str) -> Option<&str> {
    let (owner, _) = message.strip_prefix('`')?.split_once("` has no field `")?;
    Some(owner.strip_prefix("binding ").unwrap_or(owner))
}

/// E0103
pub(crate) fn unknown_model(name: &Name, models: &[&str]) -> Report {
    unknown_type(
        name,
        "model",
        models,
        &format!("declare it: internal {} {{ .. }}", name.value),
    )
}

/// E0103
pub(crate) fn model_as_type(name: &Name) -> Report {
    let name_of = &name.value;
    Report::error("E0103", format!("`{name_of}` is a model, and no type by itself"))
        .label(name.span, "a field holds a reference to a record of it")
        .help(format!(
            "write ref {name_of}; for several: [ref {name_of}], or [{name_of}] by FIELD"
        ))
}

/// E0103
pub(crate) fn unknown_external(name: &Name, externals: &[&str]) -> Report {
    let declare = format!("declare it: external {} key .. {{ .. }}", name.value);
    unknown_type(name, "external record", externals, &declare)
}

/// E0103
pub(crate) fn unknown_type(name: &Name, kind: &str, known: &[&str], otherwise: &str) -> Report {
    let help = match nearest(&name.value, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise.to_owned(),
    };
    if let Some(ours) = foreign_type(&name.value).filter(|_| !known.contains(&name.value.as_str())) {
        return Report::error("E0103", format!("there is no type `{}`", name.value))
            .label(name.span, "not a type of the language")
            .help(format!("did you mean `{ours}`?"));
    }
    Report::error("E0103", format!("there is no {kind} `{}`", name.value))
        .label(name.span, format!("unknown {kind}"))
        .help(help)
        .edit(meant(name.span, &name.value, known.iter().copied()))
}

/// E0103: names of values of an enum without quotes.
pub(crate) fn words_without_quotes(span: Span, words: &[&str], declare: &str) -> Report {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let names: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let names = crate::suggest::listed(&names, "and");
    Report::error("E0103", format!("there are no {declare}s {names}"))
        .label(span, "the values of an enum stand in quotes")
        .help(format!("for an enum write {}", quoted.join(" | ")))
}

/// E0103: a test of a mapping that is not there.
pub(crate) fn nothing_to_test(span: Span, mapping: &str, near: Option<&str>) -> Report {
    Report::error("E0103", format!("there is no `{mapping}`"))
        .label(span, "no such mapping to test")
        .help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write it: {mapping} {{ .. }}"),
        })
}

/// E0103: `via`, `test` and the like name a mapping that is not there.
pub(crate) fn unknown_mapping(span: Span, mapping: &str, here: &str) -> Report {
    Report::error("E0103", format!("there is no `{mapping}`"))
        .label(span, here)
        .help(format!("write it: {mapping} {{ .. }}"))
}

/// E0104
pub(crate) fn unknown_name(span: Span, name: &str, known: &[&str]) -> Report {
    let help = match (foreign_constant(name), nearest(name, known.iter().copied())) {
        (Some(ours), _) => format!("write {ours}"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("for the text itself write \"{name}\""),
    };
    Report::error("E0104", format!("nothing here is called `{name}`"))
        .label(span, "neither a `let`, a parameter, an alias nor a field")
        .help(help)
        .edit(meant(span, name, known.iter().copied()))
}

/// E0104: a name that means something, but not here.
pub(crate) fn not_here(span: Span, name: &str, why: &str, help: Option<String>) -> Report {
    Report::error("E0104", format!("`{name}` means nothing here"))
        .label(span, why)
        .maybe_help(help)
}

/// E0104
pub(crate) fn circular_let(name: &Name) -> Report {
    Report::error("E0104", format!("`{}` is made of itself", name.value))
        .label(name.span, "needs its own value")
        .help("write one let of this circle from the source alone")
}

/// E0105; `near` is the signature of the nearest.
pub(crate) fn unknown_function(name: &Name, known: &[&str], near: Option<&str>) -> Report {
    Report::error("E0105", format!("no function `{}`", name.value))
        .label(name.span, "unknown function")
        .help(match near {
            Some(near) => format!("did you mean `{near}`? Your own functions are declared with `extern fn`"),
            None => "your own functions are declared with `extern fn`".to_owned(),
        })
        .edit(meant(name.span, &name.value, known.iter().copied()))
}

/// E0105: a function where a field stands.
pub(crate) fn method(span: Span, last: &str, written: &str) -> Report {
    Report::error("E0105", format!("`{last}` is not reached by a dot"))
        .label(span, "a function stands behind a pipe, a field behind a dot")
        .help(format!("write  {written}"))
}

/// E0104: a record that the mapping calls otherwise.
pub(crate) fn called_otherwise(span: Span, name: &str, record: &str, written: &str) -> Report {
    let alias = written.split('.').next().unwrap_or(written);
    Report::error("E0104", format!("nothing here is called `{name}`"))
        .label(span, format!("{record} is called `{alias}` here"))
        .help(format!("write {written}"))
}

/// E0104: a name before a dot.
pub(crate) fn unknown_record(span: Span, name: &str, known: &[&str]) -> Report {
    let shown: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
    Report::error("E0104", format!("nothing here is called `{name}`"))
        .label(span, "neither a `let`, a parameter nor an alias")
        .help(match (nearest(name, known.iter().copied()), shown.is_empty()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, false) => format!("the names here are {}", shown.join(", ")),
            (None, true) => "give the record a name in the head of the mapping: as x".to_owned(),
        })
}

/// E0104: `given NAME = ..` of a record that nothing joins.
pub(crate) fn given_of_nothing(alias: &Name, joined: &[&str]) -> Report {
    let shown: Vec<String> = joined.iter().map(|name| format!("`{name}`")).collect();
    Report::error("E0104", format!("this mapping joins no record `{}`", alias.value))
        .label(alias.span, "`given NAME = ..` gives a joined record, or a parameter")
        .help(
            match (nearest(&alias.value, joined.iter().copied()), shown.is_empty()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, false) => format!("the joined records are {}", shown.join(", ")),
                (None, true) => format!("the record that comes in is one: given {{ {}: .. }}", alias.value),
            },
        )
}

/// E0102: a target of an export, or of the left side of a `sync`, that begins with the name of the record.
pub(crate) fn target_through_alias(span: Span, alias: &str, record: &str, written: &str) -> Report {
    Report::error("E0102", format!("`{record}` has no field `{alias}`"))
        .label(
            span,
            format!("`{alias}` names the {record} that is read, not the one that is written"),
        )
        .help(format!("write  {written}"))
}

/// E0106
pub(crate) fn unknown_setting(name: &Name, connector: &str, settings: &[&str]) -> Report {
    Report::error(
        "E0106",
        format!("the backend of {connector} has no value `{}`", name.value),
    )
    .label(name.span, "not declared in `backend`")
    .help(match nearest(&name.value, settings.iter().copied()) {
        Some(near) => format!("did you mean `backend.{near}`?"),
        None => format!("declare it in `backend`: {}: text", name.value),
    })
    .edit(meant(name.span, &name.value, settings.iter().copied()))
}

/// E0107
pub(crate) fn two_meanings(first: (Span, &str), second: (Span, &str), name: &str, help: &str) -> Report {
    Report::error("E0107", format!("`{name}` has two meanings here"))
        .label(second.0, format!("{} ..", second.1))
        .label(first.0, format!(".. and {}", first.1))
        .help(help)
}

/// E0107
pub(crate) fn declared_twice(first: Span, second: Span, what: &str, name: &str) -> Report {
    Report::error("E0107", format!("{what} `{name}` is declared twice"))
        .label(second, "declared again")
        .label(first, "first declaration")
        .help("remove one of them, or give it another name")
}

/// E0108
pub(crate) fn unknown_version(span: Span, name: &str, known: &[String]) -> Report {
    Report::error("E0108", format!("there is no connector {name}"))
        .label(span, "no file begins with it")
        .help(match known.is_empty() {
            true => "a file that begins with it declares it".to_owned(),
            false => format!("there are: {}", known.join(", ")),
        })
}

/// E0109
pub(crate) fn bare_field(span: Span, field: &str, alias: &str, record: &str) -> Report {
    Report::error("E0109", format!("`{field}` is reached only through `{alias}`"))
        .label(span, format!("a field of {record}, which is called `{alias}` here"))
        .help(format!("write {alias}.{field}"))
        .edit(Some(Edit::new(span, field, format!("{alias}.{field}"))))
}

/// E0107: a clause, modifier or statement that may stand once.
pub(crate) fn stands_twice(first: Span, second: Span, word: &str) -> Report {
    Report::error("E0107", format!("`{word}` stands twice"))
        .label(second, "second one")
        .label(first, "first one")
        .help("keep one of them")
}

/// The code of a path that leads too far.
pub(crate) const TOO_FAR: &str = "E1114";

/// E1114
pub(crate) fn too_far(span: Span, hops: usize) -> Report {
    Report::error(
        TOO_FAR,
        format!("this path crosses more than {hops} references and lists"),
    )
    .label(span, "each of them is one more question to the store, for every record")
    .help("keep the value nearer: in a field of the model, which an import or an `extern effect fn` fills")
}
