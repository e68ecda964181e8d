//! A module of a mapping file as text, and lines of it as an author gets them wrong.

use super::Mistake;

/// A model, a record, and all that lies between them; `#` is the number of the module.
pub(crate) const MODULE: &str = r###"## Module #.
internal m# {
  f0: text | null
  f1: text | null
  f2: text | null
  f3: text | null
  f4: text | null
  f5: text | null
  number: int | null
  total: decimal(2) | null
  kind: "a" | "b" | null
  other: ref m# | null
  lines: [l#] by head
  key f0
}
internal l# {
  head: ref m# | null
  label: text | null
}
external R# key id {
  id: int
  amount: decimal(2)
  opt?: text | null
  parent?: ext R# | null
  kind: "x" | "y" | text
  f0: text
  f1: text
  f2: text
  f3: text
  items: [I#]
}
external I# key item_id {
  item_id: int
  label: text
}
external J# key id {
  id: int
  r_id: int
  note: text
}
table kinds# {
  "a" <-> "x"
  "b" <-> "y"
}
extern fn short#(a: text) -> text in crate::module#
adapter R# {
  read = call r#.info(id)
}
adapter J# {
  list(r_id) = call j#.list(r_id)
}
import m# from R# as r
  with J# as notes* from list(r_id = r.id)
  with J# as first? in notes where first.note != ""
{
  adopt by f0
  let both = [r.f0, r.f1] | join(" ")
  skip when r.f0 == "" because "no name"
  f0 = both
  f1 = r.f1 | short#
  f2 = r.f2 | trim | null_if_blank
  f3 = "{r.f3 | trim} {both}"
  f4 = first?.note
  f5 = r.opt ?? both
  number = r.id
  total = r.amount * 2 | round(2)
  kind = r.kind | kinds#?
  other = r.parent | ref!
  lines = r.items via l# keyed by item_id orphans remove
  check r.f3 != "" else warn because "nothing in f3"
}
import l# from I# as i within R# as r {
  label = i.label
}
test "module #" import m# from R# {
  given { id: 1, amount: "2.00", kind: "x", f0: "a", f1: "b", f2: "c", f3: "d", items: [] }
  given notes = []
  context {
    fn short#("b") = "B"
  }
  expect { f0: "a b" }
}
"###;

/// A line of the module without its indentation, and what stands in its place. Each costs one report, on that line.
pub(crate) const MISTAKES: [Mistake; 145] = [
    ("f0: text | null", "f0: txt | null"),
    ("f1: text | null", "f1: text |"),
    ("f2: text | null", "f2: text null"),
    ("f3: text | null", "f3 text | null"),
    ("f4: text | null", "f4: (text | null"),
    ("f0: text", "f0: txxt"),
    ("f1: text", "f1 text"),
    ("f2: text", "f2: text text"),
    ("f3: text", "f3: decimal(99)"),
    ("number: int | null", "number: it | null"),
    ("total: decimal(2) | null", "total: decimal(2 | null"),
    (r#"kind: "a" | "b" | null"#, r#"kind: "a" | "b | null"#),
    ("other: ref m# | null", "other: ref nothing# | null"),
    ("lines: [l#] by head", "lines: [nothing#] by head"),
    ("lines: [l#] by head", "lines: [l#] by cat"),
    ("key f0", "key dog"),
    ("key f0", "key"),
    ("internal m# {", "internl m# {"),
    ("internal m# {", "internal {"),
    ("internal m# {", "internal m#"),
    ("internal l# {", "internal l#"),
    ("external R# key id {", "externl R# key id {"),
    ("external R# key id {", "external R# key {"),
    ("external R# key id {", "external R# key apple {"),
    ("external R# key id {", "external R# key id"),
    ("amount: decimal(2)", "amount: decimal(2))"),
    ("opt?: text | null", "opt??: text | null"),
    ("parent?: ext R# | null", "parent?: ext Nothing# | null"),
    ("parent?: ext R# | null", "parent?: ext R# null"),
    ("items: [I#]", "items: [I#"),
    ("items: [I#]", "items: [Nothing#]"),
    ("table kinds# {", "table kinds#"),
    ("table kinds# {", "tabel kinds# {"),
    (r#""a" <-> "x""#, r#""a <-> "x""#),
    (r#""b" <-> "y""#, r#""b" <-> "x""#),
    (
        "extern fn short#(a: text) -> text in crate::module#",
        "extern fn short#(a text) -> text in crate::module#",
    ),
    (
        "extern fn short#(a: text) -> text in crate::module#",
        "extern fn short#(a: text -> text in crate::module#",
    ),
    (
        "extern fn short#(a: text) -> text in crate::module#",
        "extern fn short#(a: txt) -> text in crate::module#",
    ),
    (
        "extern fn short#(a: text) -> text in crate::module#",
        "extern fun short#(a: text) -> text in crate::module#",
    ),
    ("adapter R# {", "adapter Nothing# {"),
    ("adapter R# {", "adaptr R# {"),
    ("adapter J# {", "adapter J#"),
    ("read = call r#.info(id)", "read = cal r#.info(id)"),
    ("read = call r#.info(id)", "read = call r#.info(id"),
    ("read = call r#.info(id)", "read call r#.info(id)"),
    ("list(r_id) = call j#.list(r_id)", "list(r_id) = call j#.list(r_ix)"),
    ("list(r_id) = call j#.list(r_id)", "list(r_id = call j#.list(r_id)"),
    ("import m# from R# as r", "import m# form R# as r"),
    ("import m# from R# as r", "import m# from Nothing# as r"),
    ("import m# from R# as r", "import nothing# from R# as r"),
    ("import m# from R# as r", "imprt m# from R# as r"),
    ("import m# from R# as r", "import m# from R# as"),
    (
        "with J# as notes* from list(r_id = r.id)",
        "with J# as notes* from list(r_id = r.id",
    ),
    (
        "with J# as notes* from list(r_id = r.id)",
        "with J# as notes* form list(r_id = r.id)",
    ),
    (
        "with J# as notes* from list(r_id = r.id)",
        "with Nothing# as notes* from list(r_id = r.id)",
    ),
    (
        "with J# as notes* from list(r_id = r.id)",
        "with J# as notes* from list(r_ix = r.id)",
    ),
    (
        "with J# as notes* from list(r_id = r.id)",
        "with J# as notes* from list(r_id = r.ix)",
    ),
    (
        r#"with J# as first? in notes where first.note != """#,
        r#"with J# as first? in pear where first.note != """#,
    ),
    (
        r#"with J# as first? in notes where first.note != """#,
        r#"with J# as first? in notes where first.not != """#,
    ),
    (
        r#"with J# as first? in notes where first.note != """#,
        r#"with J# as first? in notes where first.note = """#,
    ),
    ("adopt by f0", "adopt f0"),
    ("adopt by f0", "adopt by cow"),
    (
        r#"let both = [r.f0, r.f1] | join(" ")"#,
        r#"let both = [r.f0, r.f1 | join(" ")"#,
    ),
    (
        r#"let both = [r.f0, r.f1] | join(" ")"#,
        r#"let both = [r.f0, r.plum] | join(" ")"#,
    ),
    (
        r#"let both = [r.f0, r.f1] | join(" ")"#,
        r#"let both [r.f0, r.f1] | join(" ")"#,
    ),
    (
        r#"let both = [r.f0, r.f1] | join(" ")"#,
        r#"let both = [r.f0, r.f1] | joni(" ")"#,
    ),
    (
        r#"let both = [r.f0, r.f1] | join(" ")"#,
        "let both = [r.f0, r.f1] | join(1)",
    ),
    (
        r#"skip when r.f0 == "" because "no name""#,
        r#"skip when r.f0 = "" because "no name""#,
    ),
    (
        r#"skip when r.f0 == "" because "no name""#,
        r#"skip when r.f0 because "no name""#,
    ),
    (
        r#"skip when r.f0 == "" because "no name""#,
        r#"skip when r.f0 == "" because no name"#,
    ),
    (
        r#"skip when r.f0 == "" because "no name""#,
        r#"skip if r.f0 == "" because "no name""#,
    ),
    ("f0 = both", "f0 = r.f0 r.f1"),
    ("f0 = both", "f0 = both both"),
    ("f0 = both", "f0 both"),
    ("f0 = both", r#"f0 = [r.f0, r.f1 | join(" ")"#),
    ("f0 = both", "f0 = r.f0)"),
    ("f0 = both", r#"f0 = "open"#),
    ("f0 = both", "f0 = r.f0 +"),
    ("f0 = both", "f0 = only create"),
    ("f0 = both", "f0 = if"),
    ("f0 = both", r#"f0 = "a {b c}""#),
    ("f0 = both", r#"f0 = "a \q""#),
    ("f0 = both", "f0 = r.horse"),
    ("f0 = both", "f0 = r.f0.sheep"),
    ("f0 = both", "goat = both"),
    ("f0 = both", "f0 = hen"),
    ("f0 = both", "f0 = r.f0 | duck"),
    ("f0 = both", "f0 = r.amount"),
    ("f0 = both", "f0 = r.f0 when r.amount"),
    ("f0 = both", r#"f0 = if r.amount == "x" { r.f0 } else { r.f1 }"#),
    ("f0 = both", "f0 = r.f0 | first"),
    ("f0 = both", r#"f0 = "{r.opt}""#),
    ("f0 = both", "f0 = r.f0 | int"),
    ("f0 = both", "f0 = both + 1"),
    ("f0 = both", "f0 = f0"),
    ("f1 = r.f1 | short#", "f1 = r.f1 | shrt#"),
    ("f1 = r.f1 | short#", "f1 = r.amount | short#"),
    ("f1 = r.f1 | short#", "f1 = short#()"),
    ("f1 = r.f1 | short#", "f1 = r.f1 | short#("),
    ("f2 = r.f2 | trim | null_if_blank", "f2 = r.f2 | trim | nul_if_blank"),
    ("f2 = r.f2 | trim | null_if_blank", "f2 = r.f2 | | trim"),
    ("f2 = r.f2 | trim | null_if_blank", "f2 = r.f2 | trim(r.id)"),
    ("f2 = r.f2 | trim | null_if_blank", "f1 = r.f2 | trim | null_if_blank"),
    (r#"f3 = "{r.f3 | trim} {both}""#, r#"f3 = "{r.f3 | trim {both}""#),
    (r#"f3 = "{r.f3 | trim} {both}""#, r#"f3 = "{r.f3 | trim} {noth}""#),
    (r#"f3 = "{r.f3 | trim} {both}""#, r#"f3 = "{r.f3 | trim} {both}"#),
    ("f4 = first?.note", "f4 = first.note"),
    ("f4 = first?.note", "f4 = frst?.note"),
    ("f4 = first?.note", "f4 = first?.goose"),
    ("f5 = r.opt ?? both", "f5 = r.opt ?? r.id"),
    ("f5 = r.opt ?? both", "f5 = r.opt ?? "),
    ("f5 = r.opt ?? both", "f5 = r.opt or both"),
    ("number = r.id", "number = r.f0"),
    ("number = r.id", "number = r.id | int"),
    ("number = r.id", "numbr = r.id"),
    ("total = r.amount * 2 | round(2)", "total = r.amount * both | round(2)"),
    ("total = r.amount * 2 | round(2)", "total = r.amount * 2 | round()"),
    ("total = r.amount * 2 | round(2)", "total = r.amount 2"),
    ("kind = r.kind | kinds#?", "kind = r.kind | kinds#"),
    ("kind = r.kind | kinds#?", "kind = r.kind"),
    ("kind = r.kind | kinds#?", "kind = r.kind | knds#?"),
    ("other = r.parent | ref!", "other = r.parent"),
    ("other = r.parent | ref!", "other = r.parent | ref"),
    ("other = r.parent | ref!", "other = r.f0 | ref!"),
    (
        "lines = r.items via l# keyed by item_id orphans remove",
        "lines = r.items via m# keyed by item_id orphans remove",
    ),
    (
        "lines = r.items via l# keyed by item_id orphans remove",
        "lines = r.items via l# keyed by cherry orphans remove",
    ),
    (
        "lines = r.items via l# keyed by item_id orphans remove",
        "lines = r.items",
    ),
    (
        "lines = r.items via l# keyed by item_id orphans remove",
        "lines = r.items via l# keyd by item_id orphans remove",
    ),
    (
        "lines = r.items via l# keyed by item_id orphans remove",
        "lines = r.lemon via l# keyed by item_id orphans remove",
    ),
    (
        r#"check r.f3 != "" else warn because "nothing in f3""#,
        r#"check r.f3 != "" else because "nothing in f3""#,
    ),
    (
        r#"check r.f3 != "" else warn because "nothing in f3""#,
        r#"check r.f3 else warn because "nothing in f3""#,
    ),
    (
        r#"check r.f3 != "" else warn because "nothing in f3""#,
        r#"check r.f9 != "" else warn because "nothing in f3""#,
    ),
    (
        "import l# from I# as i within R# as r {",
        "import l# from I# as i within R# as r",
    ),
    (
        "import l# from I# as i within R# as r {",
        "import l# from I# as i within Nothing# as r {",
    ),
    (
        "import l# from I# as i within R# as r {",
        "import l# from I# i within R# as r {",
    ),
    ("label = i.label", "label = i.lable"),
    ("label = i.label", "label i.label"),
    (
        r#"test "module #" import m# from R# {"#,
        "test module # import m# from R# {",
    ),
    (
        r#"given { id: 1, amount: "2.00", kind: "x", f0: "a", f1: "b", f2: "c", f3: "d", items: [] }"#,
        r#"given { id: 1, amount: "2.00", kind: "x", f0: "a" f1: "b", f2: "c", f3: "d", items: [] }"#,
    ),
    (
        r#"given { id: 1, amount: "2.00", kind: "x", f0: "a", f1: "b", f2: "c", f3: "d", items: [] }"#,
        r#"given { id: 1, amount: "2.00", kind: "x", f0: "a", melon: "b", f2: "c", f3: "d", items: [] }"#,
    ),
    ("given notes = []", "given nots = []"),
    (r#"fn short#("b") = "B""#, r#"fn short#("b" = "B""#),
    (r#"fn short#("b") = "B""#, r#"fn shrt#("b") = "B""#),
    (r#"expect { f0: "a b" }"#, r#"expect { f0: "a b""#),
    (r#"expect { f0: "a b" }"#, r#"expect { grape: "a b" }"#),
];
