//! 11: merged records and children.

use tenon_dsl::report::Report;
use tenon_dsl::source::Span;

/// E1102
pub(crate) fn list_without_via(span: Span, target: (Span, &str), model: &str) -> Report {
    Report::error(
        "E1102",
        format!("`{}` takes children, and nothing says how to map them", target.1),
    )
    .label(span, "a list of records without `via`")
    .label(target.0, format!("one-to-many of {model}"))
    .help(format!("add: via {model} keyed by FIELD"))
}

/// W1103
pub(crate) fn children_without_key(span: Span, external: &str, target: &str, key: &str) -> Report {
    Report::warning(
        "W1103",
        format!("importing this {external} twice would duplicate its {target}"),
    )
    .label(span, "no key tells which one is which")
    .help(format!(
        "add: keyed by {key}  (and orphans remove | keep | archive | fail)"
    ))
}

/// E1112
pub(crate) fn comes_back_as_new(
    (import, export, child): (Span, Span, Span),
    external: &str,
    key: &str,
    field: &str,
) -> Report {
    let report = Report::error(
        "E1112",
        format!("a record that is made here and sent as {external} would come back as a new one"),
    )
    .label(
        child,
        format!("nothing says which stored record it is: its `{key}` is not ours"),
    )
    .label(import, "comes in with this list");
    let report = match import == export {
        true => report,
        false => report.label(export, "is sent with this one"),
    };
    report.help(format!(
        "say by what it is known again among the records of its list: adopt by {field}"
    ))
}

/// E1104
pub(crate) fn element_without_key(span: Span, target: &str, keyed: Span) -> Report {
    Report::error("E1104", format!("`{target}` is keyed, but these elements have no key"))
        .label(span, "without `keyed by`")
        .label(keyed, "keyed here")
        .help("add a key: keyed by FIELD, or for a single element keyed by \"shipping\"")
}

/// E1104: an element that is added without `keyed by`.
pub(crate) fn added_without_key(span: Span) -> Report {
    Report::error("E1104", "an added element needs a key of its own")
        .label(
            span,
            "each import would add it once more: nothing says that it is the same",
        )
        .help("give it one that no other element of the list has: keyed by \"shipping\"")
}

/// E1113
pub(crate) fn makes_itself(span: Span, declared: Span, title: &str, model: &str) -> Report {
    Report::error("E1113", "an export cannot make a list of its own records")
        .label(span, "runs the mapping that it stands in, as deep as records are stored")
        .label(declared, format!("{title}: what it reads is known before it runs"))
        .help(format!(
            "write one mapping for each level: via {model} as below, and `export {model} as below to ..` without this list; or export each record by itself with the key of the one above"
        ))
}

/// E1115: what an operation fetches, in the export of an element.
pub(crate) fn fetched_for_each(span: Span, alias: &str) -> Report {
    Report::error("E1115", "nothing is fetched for the elements of a list")
        .label(span, "would be one call for each element, before the first is sent")
        .help(format!(
            "fetch `{alias}` in the export of the record around, and give on what is read of it: via MODEL(value = {alias}?.FIELD)"
        ))
}

/// E1115: one record of a list, in the export of an element.
pub(crate) fn one_for_each(span: Span, alias: &str, list: &str) -> Report {
    Report::error("E1115", "an element of a list joins lists alone")
        .label(span, "which one, and what if there are several?")
        .help(format!(
            "say it with the list: let {alias} = {list} | find_by?(x => ..); all that fit: with .. as {alias}* in {list} where .."
        ))
}

/// E1116
pub(crate) fn added_to_nothing(span: Span, target: &str) -> Report {
    Report::error("E1116", format!("nothing keeps the key of what is added to `{target}`"))
        .label(
            span,
            "the keys of a list are kept with the records that fill it, and none do",
        )
        .help(format!(
            "fill the list, too: {target} = FIELD via MODEL keyed by FIELD; or give the values to the record itself"
        ))
}

/// E1105
pub(crate) fn join_from_nowhere(span: Span, external: &str, has_filter: bool, main: Option<&str>) -> Report {
    let of_main = main.map(|alias| format!("{alias}.")).unwrap_or_default();
    let here = match has_filter {
        true => "`where` chooses, it does not fetch",
        false => "neither fetched nor taken from a list",
    };
    Report::error("E1105", format!("nothing says where this `{external}` comes from"))
        .label(span, here)
        .help(format!(
            "from list(..) calls the adapter of {external}; in {of_main}FIELD takes a list already read"
        ))
}

/// E1105: `in` something that is no list of these records.
pub(crate) fn join_in_no_list(span: Span, external: &str, found: &str) -> Report {
    Report::error(
        "E1105",
        format!("`in` takes elements of a list of {external}, this is {found}"),
    )
    .label(span, found.to_owned())
    .help("from list(..) calls the adapter; in c.addresses takes a list already read")
}

/// E1106
pub(crate) fn within_another(span: Span, needs: &str, here: &str, declared: Span) -> Report {
    Report::error(
        "E1106",
        format!("this mapping runs within `{needs}`, not within `{here}`"),
    )
    .label(span, format!("called for a record of {here}"))
    .label(declared, format!("within {needs}"))
    .help(format!(
        "write a mapping `within {here} as x`, or drop `within` if it does not read the enclosing record"
    ))
}

/// E1107
pub(crate) fn mapped_twice(first: Span, second: Span, mapping: &str) -> Report {
    Report::error("E1107", format!("two mappings are called `{mapping}`"))
        .label(second, "the same direction, model and external type")
        .label(first, "first one")
        .help("give one of them a name behind the model: `as NAME`")
}

/// E1107
pub(crate) fn via_fits_two(span: Span, model: &str, first: Span, second: Span) -> Report {
    Report::error("E1107", format!("two mappings fit this `via {model}`"))
        .label(span, "which one?")
        .label(first, "this one")
        .label(second, "or this one")
        .help(format!("name it: via {model} as NAME"))
}

/// E1108
pub(crate) fn binds_several(span: Span, join: Span, alias: &str) -> Report {
    Report::error("E1108", "`also binds` on a join that may give several records")
        .label(span, "a binding belongs to one record")
        .label(join, format!("`{alias}*` is a list"))
        .help(format!("mark it `{alias}?` or leave the mark out"))
}

/// E1108: a type without key cannot be bound.
pub(crate) fn binds_keyless(span: Span, external: &str) -> Report {
    Report::error("E1108", format!("`{external}` has no key, so nothing can bind it"))
        .label(span, "binds what?")
        .help(format!("declare its key: external {external} key FIELD"))
}

/// E1109: `latest by` behind `*`.
pub(crate) fn latest_of_all(span: Span, join: Span, alias: &str) -> Report {
    Report::error("E1109", "`latest by` chooses one record, and this join takes them all")
        .label(span, "chooses one")
        .label(join, format!("`{alias}*` is a list"))
        .help(format!(
            "mark it `{alias}?` or leave the mark out; the latest of a list: sort_by(..) | last!"
        ))
}

/// E1110: `changes find` names another record than the main one.
pub(crate) fn finds_another(span: Span, found: &str, main: &str) -> Report {
    Report::error("E1110", "`changes find` names the record that this mapping imports")
        .label(span, format!("{found}, but the mapping imports {main}"))
        .help(format!("changes find {main} by FIELD"))
}

/// E1110: the field leads to no record.
pub(crate) fn names_nothing(span: Span, field: &str, found: &str, main: &str) -> Report {
    Report::error("E1110", format!("nothing says which {main} `{field}` names"))
        .label(
            span,
            format!("{found}: neither an `ext {main}` nor a field of the binding of {main}"),
        )
        .help(format!(
            "declare it as `ext {main}`; or keep the same value in the binding: binding {main} {{ {field}: .. }}"
        ))
}

/// E1110: no job can name a record without key.
pub(crate) fn changes_keyless(span: Span, external: &str) -> Report {
    Report::error(
        "E1110",
        format!("`{external}` has no key, so nobody can say which one changed"),
    )
    .label(span, "changes of what?")
    .help(format!("declare its key: external {external} key FIELD"))
}

/// E1120: a key that is made of fields of the binding.
pub(crate) fn binding_with_key(span: Span, external: &str, parts: &[&str]) -> Report {
    let parts = parts.join(", ");
    Report::error(
        "E1120",
        format!("a binding of {external} is found by the key of {external}"),
    )
    .label(
        span,
        "what a job or a reference names is the key of the record, and these are no fields of it",
    )
    .help(format!(
        "external {external} key {parts}; where another record holds them, its rule says so: via .. keyed by FIELD"
    ))
}

/// E1120: columns of another model.
pub(crate) fn columns_of_another(span: Span, external: &str, leads: &str, other: &str) -> Report {
    Report::error(
        "E1120",
        format!("{external} leads to {leads}, so its key stands in no column of {other}"),
    )
    .label(span, format!("the mapping of {external} is one of {leads}"))
    .help(format!("binding {external} in {leads} (key ..)"))
}
