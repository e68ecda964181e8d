//! 03: values of one type where another is needed.

use super::WithHelp;
use super::wire::with_article;
use crate::check::moment::Wrong;
use tenon_dsl::ast::External;
use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0301; `holds` is the type of the target and where it is declared.
pub(crate) fn wrong_type(
    target: (Span, &str, &str),
    declared: &str,
    value: (Span, &str),
    help: Option<String>,
) -> Report {
    let (span, name, holds) = target;
    Report::error(
        "E0301",
        format!("`{name}` holds {}, but this gives {}", with_article(holds), value.1),
    )
    .label(value.0, value.1)
    .label(span, format!("declared as {holds} in {declared}"))
    .maybe_help(help)
}

/// What makes a value of one type of another, where that is plain.
fn plain_conversion(needed: &str, found: &str) -> Option<String> {
    let is_word = found.starts_with('"');
    let step = match (found, needed) {
        ("text", "int") => "int!",
        ("text", "decimal" | "number") => "decimal!",
        ("text", "date") => "parse_date!('%Y-%m-%d')",
        ("text", "datetime") => "parse_datetime!('%Y-%m-%d %H:%M:%S', \"UTC\")",
        ("int" | "decimal" | "bool" | "date" | "uuid", "text") => "text",
        (found, "text") if found.starts_with("decimal(") => "text",
        ("float", needed) if needed.starts_with("decimal") => "from_float!(2)",
        (_, "bool") if is_word => return Some("write true or false, without quotes".to_owned()),
        (_, "int" | "decimal") if is_word => return Some("write the number without quotes".to_owned()),
        _ => return None,
    };
    Some(format!("convert it: | {step}"))
}

/// E0301, where no target is at hand: an argument, an operand, an element.
pub(crate) fn wrong_operand(span: Span, needed: &str, found: &str, by: &str, help: Option<String>) -> Report {
    Report::error(
        "E0301",
        format!(
            "{by} needs {}, but this is {}",
            with_article(needed),
            with_article(found)
        ),
    )
    .label(span, found)
    .maybe_help(help.or_else(|| plain_conversion(needed, found)))
}

/// E0301: branches, arms or elements that have no type in common.
pub(crate) fn no_common_type(first: (Span, &str), second: (Span, &str), of: &str) -> Report {
    Report::error("E0301", format!("{of} have no type in common"))
        .label(second.0, second.1)
        .label(first.0, first.1)
        .help("convert one of them, so that both have one type")
}

/// E0302
pub(crate) fn not_a_condition(span: Span, found: &str, help: &str) -> Report {
    Report::error(
        "E0302",
        format!("a condition must be a bool, this is {}", with_article(found)),
    )
    .label(span, format!("{found}: there is no truthiness"))
    .help(help)
}

/// E0303
pub(crate) fn never_equal(left: (Span, &str), right: (Span, &str), help: &str) -> Report {
    Report::error(
        "E0303",
        format!(
            "{} and {} can never be equal",
            with_article(left.1),
            with_article(right.1)
        ),
    )
    .label(left.0, left.1)
    .label(right.0, right.1)
    .help(help)
}

/// E0303: an order between things that have none.
pub(crate) fn no_order(left: (Span, &str), right: (Span, &str)) -> Report {
    Report::error(
        "E0303",
        format!("{} and {} have no order", with_article(left.1), with_article(right.1)),
    )
    .label(left.0, left.1)
    .label(right.0, right.1)
    .help("numbers, texts, dates and times can be compared, each with its own kind")
}

/// E0303: an order that stores do not agree on.
pub(crate) fn no_order_in_a_store(field: (Span, &str), other: (Span, &str)) -> Report {
    let what = format!(
        "stored, {} and {} have no order",
        with_article(field.1),
        with_article(other.1)
    );
    Report::error("E0303", what)
        .label(field.0, field.1)
        .label(other.0, other.1)
        .help("only numbers are compared so, with a number: stock > 0; two databases order other values differently")
}

/// E0303: a text that the enum does not have.
pub(crate) fn not_a_word(word: (Span, &str), of: (Span, &str)) -> Report {
    Report::error("E0303", format!("this can never be \"{}\"", word.1))
        .label(word.0, "not one of its values")
        .label(of.0, of.1)
        .help(format!("its values are {}", of.1))
}

/// W0309: a text that an open enum does not declare.
pub(crate) fn undeclared_word(span: Span, word: &str, of: Span, near: Option<&str>) -> Report {
    Report::warning("W0309", format!("\"{word}\" is not among the values that are declared"))
        .label(span, "may be a slip")
        .label(of, "an enum that admits others")
        .help(match near {
            Some(near) => format!("did you mean \"{near}\"? Else declare it with the others"),
            None => "declare it with the others".to_owned(),
        })
}

/// E0304
pub(crate) fn float_into_amount(target: Option<(Span, &str)>, value: Span, field: Option<(&str, &str)>) -> Report {
    let (name, place) = field.unwrap_or(("", ""));
    let declared = match place.is_empty() {
        true => "float".to_owned(),
        false => format!("float, declared at {place}"),
    };
    let report = Report::error("E0304", "binary floating point cannot hold an exact amount").label(value, declared);
    let report = match target {
        Some((span, holds)) => report.label(span, holds),
        None => report,
    };
    report.help(match name.is_empty() {
        true => "say how many digits count: from_float!(.., 4)".to_owned(),
        false => {
            format!("declare it exactly: {name}: decimal(4)  (digits are read from the text, never through a float)")
        }
    })
}

/// E0305; `declared` is the line that declares the field.
pub(crate) fn not_a_key(
    value: (Span, &str),
    function: &str,
    declared: Option<(Span, &str)>,
    whose: Option<&str>,
) -> Report {
    let report = Report::error(
        "E0305",
        format!(
            "`{function}` takes the key of an external record, this is {}",
            with_article(value.1)
        ),
    )
    .label(value.0, format!("{}: needs `ext SOMETHING`", value.1));
    match declared {
        Some((span, name)) => report
            .label(span, format!("declared as {}", value.1))
            .help(match whose {
                Some(external) => format!("say whose key it is: {name}: ext {external}"),
                None => format!("say whose key it is: {name}: ext and the name of that external record"),
            }),
        None => report.help("declare the field it comes from as `ext` of the external record whose key it is"),
    }
}

/// E0306
pub(crate) fn not_a_natural_key(span: Span, fields: &str, model: &str, keys: &[String], line: &str) -> Report {
    Report::error("E0306", format!("`{model}` has no key ({fields})"))
        .label(span, "only a `key` of the model can be searched by")
        .help(match keys.is_empty() {
            true => format!("add to internal {model}: {line}"),
            false => format!("there are: {}; or add to internal {model}: {line}", keys.join("; ")),
        })
}

/// E0307
pub(crate) fn wrong_arguments(span: Span, what: &str, here: &str, signature: &str) -> Report {
    Report::error("E0307", what.to_owned())
        .label(span, here)
        .help(format!("its signature is {signature}"))
}

/// E0307: a number that means nothing where it stands; `range` says which do.
pub(crate) fn out_of_range(span: Span, what: &str, range: &str) -> Report {
    Report::error("E0307", format!("{what} is out of range"))
        .label(span, range)
        .help("write another number")
}

/// E0307: a format or zone that there is not.
pub(crate) fn wrong_moment(span: Span, what: &str, wrong: Wrong) -> Report {
    Report::error("E0307", what.to_owned())
        .label(span, wrong.why)
        .help(wrong.help)
}

/// E0307: `overlap` without `since`.
pub(crate) fn overlap_of_nothing(span: Span) -> Report {
    Report::error("E0307", "`overlap` means nothing without `since`")
        .label(span, "how far before the cursor records are read again")
        .help("say which field is the cursor: since updated_at overlap ..; or remove it")
}

/// E0010: steps that name the piped value make it grow each time.
pub(crate) fn large_hole(span: Span) -> Report {
    Report::error("E0010", "too many steps of this pipe name the piped value")
        .label(span, "`_` stands for all steps before this one")
        .help("name what is piped with `let` and pipe the name")
}

/// E0308
pub(crate) fn nothing_tells_apart(span: Span, records: &[&External]) -> Report {
    let names: Vec<&str> = records.iter().map(|record| record.name.value.as_str()).collect();
    let mut report = Report::error("E0308", format!("nothing tells {} apart", listed(&names)))
        .label(span, "which of them is a record that comes in?");
    for record in records {
        report = report.label(record.name.span, "has no field with a word of its own");
    }
    let examples: Vec<String> = names
        .iter()
        .map(|name| format!("in {name} kind: \"{}\"", name.to_lowercase()))
        .collect();
    report.help(format!(
        "declare the field whose value differs: {}",
        examples.join(", ")
    ))
}

/// E0308: one field of two records that are one of several, in different ways; each as record, place and type.
pub(crate) fn fields_differ(first: (&str, Span, &str), second: (&str, Span, &str), field: &str) -> Report {
    let what = match first.2 == second.2 {
        true => format!(
            "`{field}` is written in one way in {} and in another in {}",
            first.0, second.0
        ),
        false => format!(
            "`{field}` is {} in {} and {} in {}",
            with_article(first.2),
            first.0,
            with_article(second.2),
            second.0
        ),
    };
    Report::error("E0308", what)
        .label(
            second.1,
            format!("{} or {} comes here, and both have this field", first.0, second.0),
        )
        .label(first.1, "the other way")
        .help("declare it in both records in the same way; as json where nobody looks into it")
}

/// E0308: types of which nothing says which one it is.
pub(crate) fn mixed_union(span: Span) -> Report {
    Report::error("E0308", "nothing tells these types apart")
        .label(span, "which of them is a value that comes in?")
        .help("there are: words with `| text`, `text | int` and `text | decimal` (a text of digits), records with a word of their own; for anything else: json")
}

/// E0308: such a union where only one type is stored or given.
pub(crate) fn union_of_the_wire(span: Span) -> Report {
    Report::error("E0308", "a value here has one type")
        .label(span, "only what comes over the wire is of several types")
        .help("write the one type that it is here: text")
}

/// `A and B`, `A, B and C`
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// E0305: `ext X` of a record that has no key.
pub(crate) fn keyless(span: Span, external: &str, declared: Span) -> Report {
    Report::error("E0305", format!("`{external}` has no key, so nothing can refer to it"))
        .label(span, "the key of what?")
        .label(declared, "an embedded record: no `key`")
        .help(format!("declare its key: external {external} key FIELD"))
}
