//! 02: types that are no type of a stored field.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E0206: `ext X` in a model.
pub(crate) fn key_in_a_model(span: Span, external: &str, field: &str) -> Report {
    Report::error("E0206", "a model does not hold keys of the other system")
        .label(span, "a model belongs to all connectors, this key to one of them")
        .help(format!(
            "write it into  binding {external} {{ .. }}; or keep it as what it is: {field}: text"
        ))
}

/// E0206: `[ext X]`, stored.
pub(crate) fn key_in_a_value(span: Span, external: &str) -> Report {
    Report::error(
        "E0206",
        "a stored list, map or record does not hold keys of the other system",
    )
    .label(span, format!("nobody would know that a {external} is meant"))
    .help("keep them as what they are: text or int")
}

/// E0206: a reference inside a value.
pub(crate) fn reference_in_a_value(span: Span, model: &str) -> Report {
    Report::error("E0206", "a stored list, map or record does not hold references")
        .label(span, "nobody would notice when that record goes")
        .help(format!(
            "many records are  [ref {model}]; one is a field of its own: ref {model}"
        ))
}

/// E0206: `float`, stored.
pub(crate) fn float(span: Span) -> Report {
    Report::error("E0206", "a stored field is no float")
        .label(span, "two systems round it differently, so it would never be equal")
        .help("write decimal(4); from_float!(4) makes one of a float")
}

/// E0206: `decimal`, stored.
pub(crate) fn decimal_without_scale(span: Span) -> Report {
    Report::error("E0206", "a stored decimal says how many digits stand after its point")
        .label(span, "how many?")
        .help("write decimal(2)")
}

/// E0206: `null`, alone.
pub(crate) fn null_alone(span: Span) -> Report {
    Report::error("E0206", "`null` alone is no type")
        .label(span, "no value could ever stand here")
        .help("say what it is where it is there: text | null; for anything at all: json | null")
}

/// E0206: a value of an instance that is no scalar.
pub(crate) fn setting_with_parts(span: Span, name: &str) -> Report {
    Report::error("E0206", "a value of `backend` has no parts")
        .label(span, "an instance is one line of a file for each value")
        .help(format!(
            "write {name}: text, and divide it where it is used: backend.{name} | split(\",\")"
        ))
}

/// E0206: a value that is searched.
pub(crate) fn searched(span: Span, name: &str, found: &str) -> Report {
    Report::error(
        "E0206",
        format!("`{name}` is stored as one value, which nothing searches"),
    )
    .label(span, found)
    .help("give what is searched a field of its own")
}

/// E0206: a record of the other system in the signature of an `extern fn`.
pub(crate) fn payload_for_a_function(span: Span, record: &str) -> Report {
    Report::error("E0206", "a function is given values, not a record of the other system")
        .label(
            span,
            "of a record that comes in only what a mapping names is read, so a function cannot have all of it",
        )
        .help(format!(
            "declare the values that it needs: {{ name: text }}; and give them: f({{ name: a.name }}), of several \
             {record}: list | map(a => {{ name: a.name }})"
        ))
}

/// E0208: a condition that no store decides.
pub(crate) fn computed_condition(span: Span) -> Report {
    Report::error("E0208", "a condition on stored fields compares a field with a value")
        .label(span, "the database decides it, where nothing of the language runs")
        .help("store what it is about in a field of its own, and compare that: state == \"open\", stock > 0, kind in [1, 2]")
}
