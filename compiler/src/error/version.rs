//! 08: versions that inherit from each other.

use super::WithHelp;
use crate::resolve::Gone;
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0801 of a declaration; `instead` is the line that changes what is inherited.
pub(crate) fn declared_by_parent(span: Span, what: &str, name: &str, parent: (Span, &str), instead: &str) -> Report {
    Report::error("E0801", format!("{what} `{name}` is already declared by {}", parent.1))
        .label(span, "declared again")
        .label(parent.0, format!("declared in {}", parent.1))
        .help(format!(
            "everything of the parent is inherited: remove it, or change what is inherited with {instead}"
        ))
}

/// A line of a text file as it is written in YAML.
pub(crate) fn in_yaml(line: &str) -> String {
    let line = line.replace("override let ", "override ").replace(" = ..", ": ..");
    line.replace("override with ", "- override ")
        .replace("override and ", "- override ")
}

/// E0801 of a line of an amendment: its name, how it is there already, and the line that would replace it.
pub(crate) fn mapped_by_parent(
    span: Span,
    (name, how, line): (&str, &str, &str),
    parent: (Span, &str),
    own: &str,
) -> Report {
    Report::error("E0801", format!("`{name}` is already {how} by {}", parent.1))
        .label(
            span,
            format!("write `{line}` to replace the inherited {}", line_noun(how)),
        )
        .label(parent.0, format!("in {}", parent.1))
        .help(format!(
            "tenon show --effective {own} lists every rule and the version it comes from"
        ))
}

fn line_noun(how: &str) -> &'static str {
    match how {
        "mapped" => "rule",
        "named" => "value",
        "joined" | "written" => "record",
        _ => "one",
    }
}

/// E0801: a new name that the parent has for something else.
pub(crate) fn renamed_onto(span: Span, name: &str, parent: (Span, &str)) -> Report {
    Report::error("E0801", format!("`{name}` is already declared by {}", parent.1))
        .label(span, "two fields would have this name")
        .label(parent.0, format!("in {}", parent.1))
        .help(format!("drop {name}, or rename it in the same amendment, too"))
}

/// A part of a version in the author's words: `let view`, the rule `lang`.
fn named(noun: &str, name: &str) -> String {
    match noun {
        "let" | "with" | "and" | "table" | "extern fn" => format!("`{noun} {name}`"),
        noun if noun == name => format!("`{name}`"),
        noun => format!("{noun} `{name}`"),
    }
}

/// E0802
pub(crate) fn overrides_nothing(span: Span, noun: &str, name: &str, near: Option<&str>) -> Report {
    Report::error(
        "E0802",
        format!("there is no inherited {} to override", named(noun, name)),
    )
    .label(span, "no parent version has it")
    .help(match near {
        Some(near) => format!("did you mean `{near}`? For something new leave `override` out"),
        None => "remove the word `override`".to_owned(),
    })
}

/// E0802 of what cannot be replaced.
pub(crate) fn not_overridden(span: Span) -> Report {
    Report::error("E0802", "this cannot be overridden")
        .label(
            span,
            "only a rule, `let`, `with`, `adopt`, `batch`, operation or adapter can",
        )
        .help("override the `let` that it reads; a further `check`, `skip`, `retry` stands without `override`")
}

/// E0802 of an amendment.
pub(crate) fn amends_nothing(span: Span, noun: &str, name: &str, near: Option<&str>) -> Report {
    Report::error("E0802", format!("there is no inherited {} to amend", named(noun, name)))
        .label(span, "no parent version declares it")
        .help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "to declare it leave the word `amend` out".to_owned(),
        })
}

/// E0802 of what the version declares itself.
pub(crate) fn amends_itself(span: Span, noun: &str, name: &str, own: &str) -> Report {
    Report::error("E0802", format!("the {noun} `{name}` is declared by {own} itself"))
        .label(span, "an amendment changes what a parent version has")
        .help("write the change into the declaration")
}

/// E0802 of `renamed from`.
pub(crate) fn renames_nothing(span: Span, of: &str, name: &str, near: Option<&str>) -> Report {
    Report::error("E0802", format!("{of} has no inherited field `{name}` to rename"))
        .label(span, "no parent version has it")
        .help(match near {
            Some(near) => format!("did you mean `renamed from {near}`?"),
            None => "remove `renamed from`: the field is new".to_owned(),
        })
}

/// E0802: one field under two new names.
pub(crate) fn renamed_twice(span: Span, name: &str) -> Report {
    Report::error("E0802", format!("`{name}` is renamed already"))
        .label(span, "the second new name of one field")
        .help("keep one of them; another field of the same value has no old name")
}

/// E0802, E0804: a rule that writes several targets is replaced and dropped as a whole.
pub(crate) fn written_together(span: Span, (left, all): (&str, &[String]), rule: Span, word: &str) -> Report {
    let (code, what) = match word {
        "drop" => ("E0804", "dropped"),
        _ => ("E0802", "overridden"),
    };
    Report::error(
        code,
        format!("the inherited rule also writes `{left}`, so it cannot be {what} for this alone"),
    )
    .label(span, format!("`{left}` would be left without a value"))
    .label(rule, "one rule for all of them")
    .help(match word {
        "drop" => format!("drop {}", all.join(", ")),
        _ => format!("override {} = ..", all.join(", ")),
    })
}

/// E0104
pub(crate) fn inherits_nothing(span: Span) -> Report {
    Report::error("E0104", "`inherited` means nothing here")
        .label(span, "there is no value of a parent version")
        .help("it stands in the value of an `override` of one rule or `let`")
}

/// E0104
pub(crate) fn inherits_several(span: Span, count: usize) -> Report {
    Report::error("E0104", "`inherited` means several values here")
        .label(span, format!("{count} inherited rules are replaced by this one"))
        .help("write the value out; tenon show --effective lists the rules")
}

/// E0104: an amendment that names a record otherwise than the mapping does.
pub(crate) fn called_otherwise(span: Span, name: &str, parent: (Span, Option<&str>)) -> Report {
    let report = Report::error(
        "E0104",
        format!("the inherited mapping does not call this record `{name}`"),
    )
    .label(span, "inherited rules name the record, too");
    match parent.1 {
        Some(known) => report
            .label(parent.0, format!("called `{known}` here"))
            .help(format!("write `as {known}`")),
        None => report
            .label(parent.0, "has no other name here")
            .help("leave the name out: fields are written as they are"),
    }
}

/// E0803; `feeds` is what the place that reads it leads to, `replace` the line that would take its place.
pub(crate) fn still_read(gone: &Gone, read: Span, feeds: &[String], replace: Option<&str>) -> Report {
    let Gone { name, noun, by, .. } = gone;
    let shown = match *noun {
        "field" => format!("`{name}`"),
        "value" => format!("`backend.{name}`"),
        noun => named(noun, name),
    };
    let reader = match *noun {
        "value" => "the inherited adapter",
        _ => "an inherited rule",
    };
    let fed = match feeds {
        [] => "read here".to_owned(),
        feeds => format!("feeds {}", feeds.join(", ")),
    };
    let otherwise = match replace {
        None => "Otherwise do not drop it".to_owned(),
        Some(replace) => format!("Otherwise: {replace}"),
    };
    let help = match &gone.likely {
        Some((likely, declared)) => {
            let version = by.rsplit(' ').next().unwrap_or(by);
            format!("{version} adds `{likely}`. If that is the same field: {declared} renamed from {name}. {otherwise}")
        }
        None => match replace {
            None => "do not drop it, or drop what reads it, too".to_owned(),
            Some(replace) => format!("replace what reads it: {replace}; or do not drop it"),
        },
    };
    Report::error("E0803", format!("{by} drops {shown}, but {reader} still reads it"))
        .label(gone.span, "dropped here")
        .label(read, fed)
        .help(help)
}

/// E0803 of a field of the key.
pub(crate) fn key_is_gone(gone: &Gone, key: Span) -> Report {
    Report::error(
        "E0803",
        format!("{} drops `{}`, but it is the key of its record", gone.by, gone.name),
    )
    .label(gone.span, "dropped here")
    .label(key, "the key")
    .help("say what the key is now: behind the name of the amended record  key FIELD")
}

/// E0804
pub(crate) fn drops_nothing(span: Span, noun: &str, name: &str, near: Option<&str>) -> Report {
    Report::error("E0804", format!("there is no inherited {} to drop", named(noun, name)))
        .label(span, "no parent version has it")
        .maybe_help(Some(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "remove this line".to_owned(),
        }))
}

/// E0804
pub(crate) fn drops_rule_named_let(span: Span, name: &str) -> Report {
    Report::error("E0804", format!("no inherited rule writes `{name}`"))
        .label(span, "a `let` has this name, no target")
        .help(format!("drop let {name}"))
}

/// E0804
pub(crate) fn drops_no_such_thing(span: Span) -> Report {
    Report::error("E0804", "nothing of this kind can be dropped here")
        .label(span, "not a part of this block")
        .help("in a mapping: drop TARGET, drop let NAME, drop with ALIAS, drop and ALIAS; at the top: drop table NAME, drop extern fn NAME, drop external NAME, drop import M from X; elsewhere the name alone")
}

/// E0805
pub(crate) fn circle(span: Span, circle: &[String]) -> Report {
    Report::error("E0805", "versions extend each other")
        .label(span, format!("the circle: {}", circle.join(" -> ")))
        .help("one of them must be the root: leave out its `extends`")
}

/// E0806
pub(crate) fn model_changes(span: Span, (model, field): (&str, &str), first: Span) -> Report {
    Report::error("E0806", format!("an amendment cannot change `{field}` of {model}"))
        .label(span, "every version shares the table of this model")
        .label(first, "declared here")
        .help(format!(
            "change it in `internal {model}`, or add a field of another name"
        ))
}

/// E0806
pub(crate) fn model_requires(span: Span, (model, field): (&str, &str)) -> Report {
    Report::error("E0806", format!("an amendment of {model} cannot require `{field}`"))
        .label(
            span,
            "records of other versions and those that are there already have no value",
        )
        .help("add `| null`, or a `default`")
}

/// E0806 of a binding: all versions keep theirs in one table.
pub(crate) fn binding_is_shared(span: Span, record: &str) -> Report {
    Report::error("E0806", format!("an amendment cannot change how {record} is bound"))
        .label(span, "every version keeps its bindings in the same table")
        .help("add a field of another name that is nullable or has a default")
}

/// E0806 of a field of a binding.
pub(crate) fn binding_requires(span: Span, record: &str, field: &str) -> Report {
    Report::error(
        "E0806",
        format!("`{field}` of binding {record} cannot be dropped: a parent version requires it"),
    )
    .label(span, "every version keeps its bindings in the same table")
    .help("keep it and override the rule that writes it; or declare it `| null` in the parent")
}

/// E0806
pub(crate) fn model_loses(span: Span, model: &str) -> Report {
    Report::error("E0806", format!("an amendment cannot drop a field of {model}"))
        .label(span, "every version shares the table of this model")
        .help("drop the rules that write it, and leave the field")
}

/// E0806
pub(crate) fn model_restricts(span: Span, model: &str) -> Report {
    Report::error("E0806", format!("an amendment cannot add `unique` to {model}"))
        .label(span, "records that are there already may break it")
        .help(format!("write it into `internal {model}`"))
}

/// E1301: one Rust function, declared with two signatures.
pub(crate) fn two_signatures(span: Span, path: &str, first: Span) -> Report {
    Report::error("E1301", format!("`{path}` is declared with two signatures"))
        .label(span, "another signature for the same Rust function")
        .label(first, "declared here")
        .help("write a function of its own in another module: in crate::other")
}

/// E0807
pub(crate) fn no_range(span: Span, part: &str) -> Report {
    let label = match part {
        "" => "nothing stands beside this comma".to_owned(),
        part => format!("`{part}` is no comparison with a release"),
    };
    Report::error("E0807", "`serves` names no releases")
        .label(span, label)
        .help("write comparisons with commas between them, which all hold:  serves \">=1.7, <1.9.3\"")
}

/// E0807 of a range without a release.
pub(crate) fn empty_range(span: Span) -> Report {
    Report::error("E0807", "`serves` names no releases")
        .label(span, "no release is on both sides")
        .help("write the smaller release behind `>=` and the larger behind `<`")
}

/// W0808
pub(crate) fn same_releases((span, title): (Span, &str), (first, other): (Span, &str)) -> Report {
    Report::warning("W0808", format!("{other} and {title} serve the same releases"))
        .label(span, "some of these releases ..")
        .label(first, ".. are served by this version, too")
        .help("end one range where the other begins, or let one version extend the other")
}
