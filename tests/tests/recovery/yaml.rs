//! A module of a mapping file as YAML, and lines of it as an author gets them wrong.

use super::Mistake;

/// A model, a record, and all that lies between them; `#` is the number of the module.
pub(crate) const MODULE: &str = r###"internal:
  m#:
    doc: Module #.
    fields:
      f0: text | null
      f1: text | null
      f2: text | null
      f3: text | null
      f4: text | null
      f5: text | null
      number: int | null
      total: decimal(2) | null
      kind: |
        "a" | "b" | null
      other: ref m# | null
      lines: |
        [l#] by head
    key: f0
  l#:
    fields:
      head: ref m# | null
      label: text | null
external:
  R#:
    key: id
    fields:
      id: int
      amount: decimal(2)
      opt?: text | null
      parent?: ext R# | null
      kind: {enum: [x, y], open: true}
      f0: text
      f1: text
      f2: text
      f3: text
      items: [I#]
  I#:
    key: item_id
    fields:
      item_id: int
      label: text
  J#:
    key: id
    fields:
      id: int
      r_id: int
      note: text
table:
  kinds#: |
    "a" <-> "x"
    "b" <-> "y"
extern:
  - |
    fn short#(a: text) -> text in crate::module#
adapter:
  R#:
    read: call r#.info(id)
  J#:
    list(r_id): call j#.list(r_id)
mappings:
  - import: m# from R# as r
    with:
      - J# as notes* from list(r_id = r.id)
      - J# as first? in notes where first.note != ""
    adopt: by f0
    let:
      both: |
        [r.f0, r.f1] | join(" ")
    skip:
      - when r.f0 == "" because "no name"
    rules:
      f0: both
      f1: r.f1 | short#
      f2: r.f2 | trim | null_if_blank
      f3: |
        "{r.f3 | trim} {both}"
      f4: first?.note
      f5: r.opt ?? both
      number: r.id
      total: r.amount * 2 | round(2)
      kind: r.kind | kinds#?
      other: r.parent | ref!
      lines: r.items via l# keyed by item_id orphans remove
    check:
      - r.f3 != "" else warn because "nothing in f3"
  - import: l# from I# as i within R# as r
    rules:
      label: i.label
tests:
  - test: module #
    import: m# from R#
    given:
      - |
        { id: 1, amount: "2.00", kind: "x", f0: "a", f1: "b", f2: "c", f3: "d", items: [] }
      - notes = []
    context:
      - fn short#("b") = "B"
    expect: |
      { f0: "a b" }
"###;

/// A line of the module without its indentation, and what stands in its place. Each costs one report, on that line.
pub(crate) const MISTAKES: [Mistake; 166] = [
    ("f0: text | null", "f0: txt | null"),
    ("f1: text | null", "f1: text |"),
    ("f2: text | null", "f2: text null"),
    ("f3: text | null", "f3 text | null"),
    ("f4: text | null", "f4: (text | null"),
    ("f0: text", "f0: txxt"),
    ("f1: text", "f1 text"),
    ("f2: text", "f2: text text"),
    ("f3: text", "f3: decimal(99)"),
    ("f3: text", "f3: {text: int}"),
    ("f3: text", "f3: 'text'"),
    ("f3: text", "f3: !!str text"),
    ("f3: text", "f3: *text"),
    ("f3: text", "f3: [text"),
    ("f3: text", "f3:text"),
    ("f3: text", "  f3: text"),
    ("f3: text", "f3: text: int"),
    ("number: int | null", "number: it | null"),
    ("total: decimal(2) | null", "total: decimal(2 | null"),
    (r#""a" | "b" | null"#, r#""a" | "b | null"#),
    ("other: ref m# | null", "other: ref nothing# | null"),
    ("[l#] by head", "[nothing#] by head"),
    ("[l#] by head", "[l#] by cat"),
    ("[l#] by head", "[l# by head"),
    ("key: f0", "key: dog"),
    ("key: f0", "key f0"),
    ("key: f0", "kee: f0"),
    ("m#:", "m#"),
    ("m#:", "m# m#:"),
    ("R#:", "R#"),
    ("R#:", "R#: {"),
    ("R#:", "- R#:"),
    ("key: id", "key: cow"),
    ("key: id", "ky: id"),
    ("key: id", "key: [id"),
    ("amount: decimal(2)", "amount: decimal(2))"),
    ("opt?: text | null", "opt??: text | null"),
    ("parent?: ext R# | null", "parent?: ext Nothing# | null"),
    ("parent?: ext R# | null", "parent?: ext R# null"),
    ("kind: {enum: [x, y], open: true}", "kind: {enum: [x, y], open: true"),
    ("kind: {enum: [x, y], open: true}", "kind: {enum: [x, y], opn: true}"),
    ("kind: {enum: [x, y], open: true}", "kind: {enum: [x, y, open: true}"),
    ("items: [I#]", "items: [I#"),
    ("items: [I#]", "items: [Nothing#]"),
    ("kinds#: |", "kinds#: "),
    ("kinds#: |", "kinds# |"),
    (r#""a" <-> "x""#, r#""a <-> "x""#),
    (r#""b" <-> "y""#, r#""b" <-> "x""#),
    (r#""b" <-> "y""#, r#""b" "y""#),
    (
        "fn short#(a: text) -> text in crate::module#",
        "fn short#(a text) -> text in crate::module#",
    ),
    (
        "fn short#(a: text) -> text in crate::module#",
        "fn short#(a: txt) -> text in crate::module#",
    ),
    (
        "fn short#(a: text) -> text in crate::module#",
        "fun short#(a: text) -> text in crate::module#",
    ),
    ("read: call r#.info(id)", "read: cal r#.info(id)"),
    ("read: call r#.info(id)", "read: call r#.info(id"),
    ("read: call r#.info(id)", "read call r#.info(id)"),
    ("list(r_id): call j#.list(r_id)", "list(r_id): call j#.list(r_ix)"),
    ("list(r_id): call j#.list(r_id)", "list(r_id: call j#.list(r_id)"),
    ("- import: m# from R# as r", "- import: m# form R# as r"),
    ("- import: m# from R# as r", "- import: m# from Nothing# as r"),
    ("- import: m# from R# as r", "- import: nothing# from R# as r"),
    ("- import: m# from R# as r", "- imprt: m# from R# as r"),
    ("- import: m# from R# as r", "- import m# from R# as r"),
    ("- import: m# from R# as r", "import: m# from R# as r"),
    ("- import: m# from R# as r", "- import: m# from R# as"),
    ("with:", "wth:"),
    ("with:", "with"),
    (
        "J# as notes* from list(r_id = r.id)",
        "J# as notes* from list(r_id = r.id",
    ),
    (
        "J# as notes* from list(r_id = r.id)",
        "J# as notes* form list(r_id = r.id)",
    ),
    (
        "J# as notes* from list(r_id = r.id)",
        "Nothing# as notes* from list(r_id = r.id)",
    ),
    (
        "J# as notes* from list(r_id = r.id)",
        "J# as notes* from list(r_id: r.id)",
    ),
    (
        r#"J# as first? in notes where first.note != """#,
        r#"J# as first? in apple where first.note != """#,
    ),
    (
        r#"J# as first? in notes where first.note != """#,
        r#"J# as first? in notes where first.not != """#,
    ),
    ("adopt: by f0", "adopt: f0"),
    ("adopt: by f0", "adopt: by horse"),
    ("let:", "let"),
    ("both: |", "both |"),
    ("both: |", "both:"),
    (r#"[r.f0, r.f1] | join(" ")"#, r#"[r.f0, r.f1 | join(" ")"#),
    (r#"[r.f0, r.f1] | join(" ")"#, r#"[r.f0, r.pear] | join(" ")"#),
    (r#"[r.f0, r.f1] | join(" ")"#, r#"[r.f0, r.f1] | joni(" ")"#),
    (r#"[r.f0, r.f1] | join(" ")"#, "[r.f0, r.f1] | join(1)"),
    (
        r#"when r.f0 == "" because "no name""#,
        r#"when r.f0 = "" because "no name""#,
    ),
    (r#"when r.f0 == "" because "no name""#, r#"when r.f0 because "no name""#),
    (
        r#"when r.f0 == "" because "no name""#,
        r#"if r.f0 == "" because "no name""#,
    ),
    (
        r#"when r.f0 == "" because "no name""#,
        r#"when r.f0 == "" because: "no name""#,
    ),
    ("rules:", "rule:"),
    ("rules:", "rules"),
    ("rules:", "ruls:"),
    ("f0: both", "f0: r.f0 r.f1"),
    ("f0: both", "f0: f(r.f0"),
    ("f0: both", "f0: r.f0)"),
    ("f0: both", "f0: 'open"),
    ("f0: both", r#"f0: "open"#),
    ("f0: both", "f0: r.f0 +"),
    ("f0: both", "f0: only create"),
    ("f0: both", "f0 both"),
    ("f0: both", "f0:both"),
    ("f0: both", r#"f0: [r.f0, r.f1] | join(" ")"#),
    ("f0: both", "f0: {value: r.f0}"),
    ("f0: both", "f0: !tag r.f0"),
    ("f0: both", "f0: &a r.f0 r.f1"),
    ("f0: both", "f0: *both"),
    ("f0: both", "f0: @both"),
    ("f0: both", "f0: `both`"),
    ("f0: both", "f0: % both"),
    ("f0: both", "? f0"),
    ("f0: both", "- f0: both"),
    ("f0: both", " f0: both"),
    ("f0: both", "  f0: both"),
    ("f0: both", "\tf0: both"),
    ("f0: both", "f0: both: both"),
    ("f0: both", "f0:"),
    ("f0: both", "f0: |"),
    ("f0: both", "f0: r.sheep"),
    ("f0: both", "goat: both"),
    ("f0: both", "f0: plum | trim"),
    ("f0: both", "f0: hen"),
    ("f0: both", "f0: r.f0 | duck"),
    ("f0: both", "f0: r.amount"),
    ("f0: both", "f0: r.f0 when r.amount"),
    ("f0: both", "f0: r.f0 | first"),
    ("f0: both", "f0: r.opt + 1"),
    ("f0: both", "f0: r.f0 | int"),
    ("f0: both", "on: both"),
    ("f0: both", r#"f0: both # a"comment"#),
    ("f1: r.f1 | short#", "f1: r.f1 | shrt#"),
    ("f1: r.f1 | short#", "f1: r.amount | short#"),
    ("f2: r.f2 | trim | null_if_blank", "f2: r.f2 | trim | nul_if_blank"),
    ("f2: r.f2 | trim | null_if_blank", "f2: r.f2 | | trim"),
    (r#""{r.f3 | trim} {both}""#, r#""{r.f3 | trim {both}""#),
    (r#""{r.f3 | trim} {both}""#, r#""{r.f3 | trim} {noth}""#),
    (r#""{r.f3 | trim} {both}""#, r#""{r.f3 | trim} {both}"#),
    ("f3: |", "f3:"),
    ("f4: first?.note", "f4: first.note"),
    ("f4: first?.note", "f4: frst?.note"),
    ("f5: r.opt ?? both", "f5: r.opt ?? r.id"),
    ("f5: r.opt ?? both", "f5: r.opt or both"),
    ("number: r.id", "number: r.f0"),
    ("number: r.id", "numbr: r.id"),
    ("total: r.amount * 2 | round(2)", "total: r.amount * both | round(2)"),
    ("total: r.amount * 2 | round(2)", "total: r.amount 2"),
    ("kind: r.kind | kinds#?", "kind: r.kind | kinds#"),
    ("kind: r.kind | kinds#?", "kind: r.kind"),
    ("other: r.parent | ref!", "other: r.parent"),
    ("other: r.parent | ref!", "other: r.f0 | ref!"),
    (
        "lines: r.items via l# keyed by item_id orphans remove",
        "lines: r.items via m# keyed by item_id orphans remove",
    ),
    (
        "lines: r.items via l# keyed by item_id orphans remove",
        "lines: r.items",
    ),
    (
        "lines: r.items via l# keyed by item_id orphans remove",
        "lines: r.items via l# keyd by item_id orphans remove",
    ),
    ("check:", "chek:"),
    (
        r#"r.f3 != "" else warn because "nothing in f3""#,
        r#"r.f3 != "" else because "nothing in f3""#,
    ),
    (
        r#"r.f3 != "" else warn because "nothing in f3""#,
        r#"r.f3 else warn because "nothing in f3""#,
    ),
    (
        "- import: l# from I# as i within R# as r",
        "- import: l# from I# as i within Nothing# as r",
    ),
    (
        "- import: l# from I# as i within R# as r",
        "- import: l# from I# i within R# as r",
    ),
    ("label: i.label", "label: i.lable"),
    ("label: i.label", "label i.label"),
    ("- test: module #", "- tst: module #"),
    ("- test: module #", "- test module #"),
    ("import: m# from R#", "import m# from R#"),
    (
        r#"{ id: 1, amount: "2.00", kind: "x", f0: "a", f1: "b", f2: "c", f3: "d", items: [] }"#,
        r#"{ id: 1, amount: "2.00", kind: "x", f0: "a" f1: "b", f2: "c", f3: "d", items: [] }"#,
    ),
    ("notes = []", "nots = []"),
    ("notes = []", "notes = ["),
    (r#"fn short#("b") = "B""#, r#"fn short#("b" = "B""#),
    ("expect: |", "expect:"),
    ("expect: |", "expct: |"),
    (r#"{ f0: "a b" }"#, r#"{ f0: "a b""#),
    (r#"{ f0: "a b" }"#, r#"{ cherry: "a b" }"#),
];
