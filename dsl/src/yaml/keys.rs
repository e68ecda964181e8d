//! The keys of YAML files and what stands below each: the one place that the reader and the JSON Schema for editors take them from.

/// A key of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// As it is written.
    pub(super) name: &'static str,
    /// What stands below it.
    pub(super) holds: Holds,
    /// One line for an editor.
    pub(super) doc: &'static str,
}

/// What stands below a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holds {
    /// A leaf: the text language.
    Leaf,
    /// Words that are no language: documentation, a version.
    Prose,
    /// A leaf, or a list of leaves.
    Leaves,
    /// Names in a leaf or in a list.
    Names,
    /// A leaf by name.
    LeafByName,
    /// The same, or a list of leaves.
    LeafByNameOrList,
    /// A field by name.
    Fields,
    /// A value by what it is written to, or a list of such maps.
    Rules,
    /// A value by name.
    Values,
    /// A block with these keys.
    Block(&'static [Key]),
    /// Such a block by name.
    Named(&'static [Key]),
    /// A block by name whose other keys are operations.
    Operations(&'static [Key]),
    /// A block by name, or a leaf in place of it.
    NamedOrLeaf(&'static [Key]),
    /// A list of such blocks.
    List(&'static [Key]),
    /// A list of leaves or of such blocks.
    ListOrLeaves(&'static [Key]),
}

const fn key(name: &'static str, holds: Holds, doc: &'static str) -> Key {
    Key { name, holds, doc }
}

/// The names of keys, for the reader.
pub(super) const fn names<const N: usize>(keys: &[Key; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut at = 0;
    while at < N {
        names[at] = keys[at].name;
        at += 1;
    }
    names
}

const DOC: Key = key(
    "doc",
    Holds::Prose,
    "documentation, which reaches the generated docs and Rust",
);
const DROP: Key = key("drop", Holds::Leaves, "what the parent has and this version does not");
const FIELDS: Key = key("fields", Holds::Fields, "one field a line: name: type");

/// A file.
pub(super) const FILE: [Key; 15] = [
    key("connector", Holds::Prose, "connector and version: magento 1.7"),
    key("extends", Holds::Prose, "the version whose declarations are inherited"),
    key(
        "serves",
        Holds::Prose,
        "the versions of the other system: \">=1.7, <1.9.3\"",
    ),
    key("language", Holds::Leaf, "the version of the language"),
    key(
        "backend",
        Holds::Block(&BACKEND),
        "what an instance has to say about itself",
    ),
    key("external", Holds::Named(&EXTERNAL), "records of the other system"),
    key("internal", Holds::Named(&INTERNAL), "models of the inside"),
    key(
        "binding",
        Holds::Named(&BINDING),
        "what is kept beside external key and internal id",
    ),
    key(
        "adapter",
        Holds::Operations(&ADAPTER),
        "the operations of an external record",
    ),
    key(
        "table",
        Holds::NamedOrLeaf(&TABLE),
        "values of the inside and of the outside",
    ),
    key(
        "extern",
        Holds::ListOrLeaves(&EXTERN),
        "functions of the author's crate",
    ),
    key("mappings", Holds::List(&MAPPING), "imports, exports, syncs"),
    key("tests", Holds::List(&TEST), "records and what a mapping makes of them"),
    key("amend", Holds::Block(&AMEND), "changes of what is inherited"),
    DROP,
];

/// `backend:`
pub(super) const BACKEND: [Key; 4] = [
    DOC,
    key("wire", Holds::Leaf, "json, php or xml"),
    FIELDS,
    key(
        "adapter",
        Holds::Leaf,
        "rest \"{backend.url}\" auth .. limit 100 per 10s",
    ),
];

/// A record of the other system.
pub(super) const EXTERNAL: [Key; 3] = [key("key", Holds::Names, "the fields of its key"), FIELDS, DOC];

/// A model.
pub(super) const INTERNAL: [Key; 5] = [
    DOC,
    FIELDS,
    key("key", Holds::Leaves, "a natural key: email fold where active"),
    key("unique", Holds::Leaves, "(a, b)"),
    key("index", Holds::Leaves, "(a)"),
];

/// A binding.
pub(super) const BINDING: [Key; 6] = [
    DOC,
    key("in", Holds::Leaf, "project.project (key trello_id)"),
    key("key", Holds::Names, "fields of the key that are not in the record"),
    key("scope", Holds::Names, "one binding per value of these"),
    key("one", Holds::Leaf, "to one"),
    FIELDS,
];

/// An adapter, beside its operations.
pub(super) const ADAPTER: [Key; 1] = [DOC];

/// A table with documentation.
pub(super) const TABLE: [Key; 2] = [key("rows", Holds::Leaf, "\"inside\" <-> \"outside\", one a line"), DOC];

/// A function with documentation.
pub(super) const EXTERN: [Key; 3] = [
    key("extern", Holds::Leaf, "fn f(a: text) -> text in crate::m"),
    key("override", Holds::Leaf, "the same, in place of the inherited one"),
    DOC,
];

/// A mapping.
pub(super) const MAPPING: [Key; 19] = [
    key("import", Holds::Leaf, "M from X as x"),
    key("export", Holds::Leaf, "M to X"),
    key("sync", Holds::Leaf, "M <-> X"),
    WITH,
    AND,
    PARAMS,
    ADOPT,
    BATCH,
    SKIP,
    RETRY,
    AFTER,
    LET,
    COPY,
    RULES,
    IGNORE,
    CHECK,
    IMPORT_CHECK,
    EXPORT_CHECK,
    DOC,
];

const WITH: Key = key("with", Holds::Leaves, "Address as a* from list(..)");
const AND: Key = key("and", Holds::Leaves, "Address as a? when E");
const PARAMS: Key = key("params", Holds::LeafByName, "tax_included: bool");
const ADOPT: Key = key("adopt", Holds::Leaves, "by email where customer");
const BATCH: Key = key("batch", Holds::Leaves, "every 15m since updated_at");
const SKIP: Key = key("skip", Holds::Leaves, "when E because \"..\"");
const RETRY: Key = key("retry", Holds::Leaves, "every 30m when E because \"..\"");
const AFTER: Key = key("after", Holds::Leaves, "an extern effect fn");
const LET: Key = key("let", Holds::Values, "name: value");
const COPY: Key = key("copy", Holds::Leaves, "email, phone");
const RULES: Key = key("rules", Holds::Rules, "target: value");
const IGNORE: Key = key("ignore", Holds::LeafByNameOrList, "c.gender: because \"..\"");
const CHECK: Key = key("check", Holds::Leaves, "E else fail because \"..\"");
const IMPORT_CHECK: Key = key("import check", Holds::Leaves, "the same, of the import of a sync alone");
const EXPORT_CHECK: Key = key("export check", Holds::Leaves, "the same, of the export of a sync alone");

/// A test.
pub(super) const TEST: [Key; 9] = [
    key("test", Holds::Prose, "what it shows"),
    key("import", Holds::Leaf, "M from X"),
    key("export", Holds::Leaf, "M to X"),
    key("sync", Holds::Leaf, "M <-> X"),
    key("given", Holds::Leaves, "{ id: 1 }, or file \"customer.json\""),
    key("context", Holds::Leaves, "what lookups, backend and functions answer"),
    key("current", Holds::Leaf, "the stored record, which makes it an update"),
    key("changed", Holds::Names, "fields that changed"),
    key(
        "expect",
        Holds::Leaf,
        "{ name: \"Ada\" }, or error unbound at f, or skip because \"..\"",
    ),
];

/// `amend:`
pub(super) const AMEND: [Key; 6] = [
    key(
        "backend",
        Holds::Block(&AMEND_BACKEND),
        "what an instance has to say about itself",
    ),
    key("external", Holds::Named(&AMEND_EXTERNAL), "records of the other system"),
    key("internal", Holds::Named(&AMEND_INTERNAL), "models of the inside"),
    key(
        "binding",
        Holds::Named(&AMEND_BINDING),
        "what is kept beside external key and internal id",
    ),
    key(
        "adapter",
        Holds::Operations(&AMEND_ADAPTER),
        "operations, those with `override` in place of inherited ones",
    ),
    key("mappings", Holds::List(&AMEND_MAPPING), "imports, exports, syncs"),
];

/// `backend:` below `amend:`
pub(super) const AMEND_BACKEND: [Key; 6] = [
    BACKEND[0],
    BACKEND[1],
    BACKEND[2],
    BACKEND[3],
    key("override adapter", Holds::Leaf, "in place of the inherited one"),
    DROP,
];

/// An amended record.
pub(super) const AMEND_EXTERNAL: [Key; 4] = [EXTERNAL[0], EXTERNAL[1], DROP, EXTERNAL[2]];

/// An amended model.
pub(super) const AMEND_INTERNAL: [Key; 6] = [INTERNAL[0], INTERNAL[1], INTERNAL[2], INTERNAL[3], INTERNAL[4], DROP];

/// An amended binding.
pub(super) const AMEND_BINDING: [Key; 7] = [
    BINDING[0], BINDING[1], BINDING[2], BINDING[3], BINDING[4], BINDING[5], DROP,
];

/// An amended adapter, beside its operations.
pub(super) const AMEND_ADAPTER: [Key; 2] = [DOC, DROP];

/// An amended mapping.
pub(super) const AMEND_MAPPING: [Key; 22] = [
    MAPPING[0],
    MAPPING[1],
    MAPPING[2],
    WITH,
    AND,
    PARAMS,
    ADOPT,
    key("override adopt", Holds::Leaf, "in place of the inherited one"),
    BATCH,
    key("override batch", Holds::Leaf, "in place of the inherited one"),
    SKIP,
    RETRY,
    AFTER,
    LET,
    COPY,
    RULES,
    IGNORE,
    CHECK,
    IMPORT_CHECK,
    EXPORT_CHECK,
    DROP,
    DOC,
];
