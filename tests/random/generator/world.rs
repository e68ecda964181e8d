//! What a program declares: settings, models, records, tables, functions.

use super::Generator;
use fastrand::Rng;
use std::fmt::Write as _;

/// A type of values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ty {
    Text,
    Int,
    Dec,
    Float,
    Bool,
    Date,
    DateTime,
    Time,
    Uuid,
    Bytes,
    Json,
    /// One of [`WORDS`].
    Word,
    /// The key of an external record.
    Key(&'static str),
    /// A record of the inside.
    Ref(&'static str),
    List(Box<Ty>),
    /// A list that may hold nulls.
    Gaps(Box<Ty>),
    Map(Box<Ty>),
    /// An external record, or a model whose fields are read: by its number in the world.
    Record(usize),
    Inline(Vec<Field>),
    /// Children of a model: targets only.
    Children(usize),
}

/// The words of every enum.
pub(super) const WORDS: [&str; 3] = ["new", "open", "done"];

/// A field of a model or record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    pub name: String,
    pub ty: Ty,
    /// Null or missing may stand there.
    pub absent: bool,
    /// Whether a new record gets it by itself.
    pub has_default: bool,
    /// As declared, behind the name.
    pub declared: String,
    /// Characters, or digits behind the point.
    pub limit: u32,
}

/// A record of the outside or a model of the inside.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub name: &'static str,
    pub fields: Vec<Field>,
}

/// All of it.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub wire: &'static str,
    /// Outside: `Doc`, `Item`, `Part`, `Note`.
    pub outside: Vec<Record>,
    /// Inside: `r.doc`, `r.line`, `r.part`.
    pub inside: Vec<Record>,
    /// What the export writes.
    pub sent: Record,
    /// A line of it.
    pub sent_line: Record,
    /// What another export writes, and what it writes beside it.
    pub memo: Record,
    pub extra: Record,
}

/// Where each record is in the world.
pub(super) const DOC: usize = 0;
pub(super) const ITEM: usize = 1;
pub(super) const PART: usize = 2;
pub(super) const NOTE: usize = 3;

impl World {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let wire = ["json", "php", "xml"][rng.usize(..3)];
        let names = ["Doc", "Item", "Part", "Note"];
        let mut outside: Vec<Record> = names.iter().map(|name| outside(rng, name, wire)).collect();
        link(rng, &mut outside, wire);
        let mut inside: Vec<Record> = ["r.doc", "r.line", "r.part"]
            .iter()
            .map(|name| inside(rng, name))
            .collect();
        inside[0].fields.push(children("lines", "[r.line] by up", 1));
        inside[1].fields.push(children("parts", "[r.part] by up", 2));
        let sent = sent(rng, "Sent");
        let sent_line = sent_of(rng, "SentLine", 4);
        let (memo, extra) = (sent_of(rng, "Memo", 3), sent_of(rng, "Extra", 2));
        Self {
            wire,
            outside,
            inside,
            sent,
            sent_line,
            memo,
            extra,
        }
    }
}

fn children(name: &str, declared: &str, model: usize) -> Field {
    Field {
        name: name.to_owned(),
        ty: Ty::Children(model),
        absent: false,
        has_default: true,
        declared: declared.to_owned(),
        limit: 0,
    }
}

fn plain(name: impl Into<String>, ty: Ty, declared: &str) -> Field {
    Field {
        name: name.into(),
        ty,
        absent: false,
        has_default: false,
        declared: declared.to_owned(),
        limit: 0,
    }
}

/// Lists of records between the records.
fn link(rng: &mut Rng, outside: &mut [Record], wire: &str) {
    let list =
        |name: &str, record: usize, declared: &str| plain(name, Ty::List(Box::new(Ty::Record(record))), declared);
    let mut items = list("items", ITEM, "[Item]");
    let gaps = |name: &str, declared: &str| plain(name, Ty::Gaps(Box::new(Ty::Record(NOTE))), declared);
    if rng.u8(..3) == 0 {
        items.absent = true;
        items.name = "items".to_owned();
    }
    outside[DOC].fields.push(items);
    outside[DOC].fields.push(list("notes", NOTE, "[Note]"));
    if wire != "xml" {
        outside[DOC].fields.push(gaps("holes", "[Note | null]"));
    }
    outside[ITEM].fields.push(list("parts", PART, "[Part]"));
    let inner = vec![plain("a", Ty::Text, "text"), plain("b", Ty::Int, "int")];
    let mut nested = plain("nested", Ty::Inline(inner), "{ a: text, b: int }");
    nested.absent = rng.bool();
    outside[DOC].fields.push(nested);
    outside[DOC]
        .fields
        .push(plain("tagged", Ty::List(Box::new(Ty::Key("Tag"))), "[ext Tag]"));
    outside[DOC].fields.push(plain("owner", Ty::Key("Group"), "ext Group"));
    outside[ITEM].fields.push(plain("owner", Ty::Key("Group"), "ext Group"));
}

/// A record with a key and some fields.
fn outside(rng: &mut Rng, name: &'static str, wire: &str) -> Record {
    let mut fields = vec![plain("id", Ty::Key(name), "int"), plain("at", Ty::DateTime, "datetime")];
    // Each record has a text, an int and a decimal, so that there is something to begin with.
    for (at, kind) in [0, 1, 2].into_iter().enumerate() {
        fields.push(field_of(kind, at, rng, wire));
    }
    let some = 3 + rng.usize(..6);
    for at in 3..3 + some {
        let kind = rng.usize(..18);
        fields.push(field_of(kind, at, rng, wire));
    }
    for field in &mut fields[2..] {
        field.absent |= rng.u8(..3) == 0;
    }
    Record { name, fields }
}

/// A field of the outside: name, type, codec.
fn field_of(kind: usize, at: usize, rng: &mut Rng, wire: &str) -> Field {
    let of = |rng: &mut Rng, all: &[&'static str]| all[rng.usize(..all.len())];
    let list = |ty| Ty::List(Box::new(ty));
    let (ty, declared) = match kind {
        0 | 3 | 4 => (
            Ty::Text,
            of(
                rng,
                &["text", "text max 40", "text null \"\", \"-\"", "text default \"x\""],
            ),
        ),
        1 | 5 => (Ty::Int, of(rng, &["int", "int as text", "int default 7"])),
        2 | 6 => (
            Ty::Dec,
            of(rng, &["decimal(2)", "decimal(4)", "decimal", "decimal(2) as text"]),
        ),
        7 => (Ty::Bool, of(rng, &["bool", "bool as flag", "bool default true"])),
        8 => (
            Ty::Date,
            of(rng, &["date", "date as \"%d.%m.%Y\"", "date null \"0000-00-00\", \"\""]),
        ),
        9 => (
            Ty::DateTime,
            of(
                rng,
                &[
                    "datetime",
                    "datetime as \"%Y-%m-%d %H:%M\" zone \"UTC\"",
                    "datetime as \"%d.%m.%Y %H:%M\" zone \"Europe/Paris\"",
                ],
            ),
        ),
        10 if wire != "xml" => (Ty::DateTime, "datetime as epoch"),
        11 => (Ty::Float, "float"),
        12 => (
            Ty::Word,
            of(
                rng,
                &[
                    "\"new\" | \"open\" | \"done\"",
                    "\"new\" | \"open\" | \"done\" default \"open\"",
                ],
            ),
        ),
        13 if wire != "xml" => (Ty::Json, "json"),
        14 => (Ty::Time, "time"),
        15 => (Ty::Uuid, "uuid"),
        16 => (Ty::Bytes, "bytes"),
        17 => match rng.usize(..5) {
            0 => (list(Ty::Text), "[text]"),
            1 => (list(Ty::Int), "[int]"),
            2 => (list(Ty::Dec), "[decimal(2)]"),
            3 => (Ty::Gaps(Box::new(Ty::Text)), "[text | null]"),
            _ => (Ty::Map(Box::new(Ty::Int)), "{text: int}"),
        },
        _ => (Ty::Text, "text"),
    };
    let mut field = plain(format!("f{at}"), ty, declared);
    field.absent = declared.contains(" null \"");
    field
}

/// A model: every type that is stored, some nullable, some with a default.
fn inside(rng: &mut Rng, name: &'static str) -> Record {
    let mut fields = Vec::new();
    let count = 5 + rng.usize(..6);
    for at in 0..count {
        let mut field = stored(rng, at);
        let can_be_null = !matches!(field.ty, Ty::List(_));
        if can_be_null && !field.has_default && rng.bool() {
            field.absent = true;
        }
        fields.push(field);
    }
    Record { name, fields }
}

fn stored(rng: &mut Rng, at: usize) -> Field {
    let name = format!("t{at}");
    let mut limit = 0;
    let mut default = false;
    let (ty, declared) = match rng.usize(..16) {
        0 | 1 => (Ty::Text, "text".to_owned()),
        2 => {
            limit = 30;
            (Ty::Text, "text max 30".to_owned())
        }
        3 => {
            default = true;
            (Ty::Text, "text default \"none\"".to_owned())
        }
        4 | 5 => (Ty::Int, "int".to_owned()),
        6 | 7 => {
            limit = [2, 4][rng.usize(..2)];
            (Ty::Dec, format!("decimal({limit})"))
        }
        8 => {
            default = true;
            limit = 2;
            (Ty::Dec, "decimal(2) default 1.50".to_owned())
        }
        9 => (Ty::Bool, "bool".to_owned()),
        10 => (Ty::Date, "date".to_owned()),
        11 => (Ty::DateTime, "datetime".to_owned()),
        12 => (Ty::Word, "\"new\" | \"open\" | \"done\"".to_owned()),
        13 => (Ty::Ref("r.group"), "ref r.group".to_owned()),
        14 => (Ty::List(Box::new(Ty::Ref("r.tag"))), "[ref r.tag]".to_owned()),
        _ => match rng.usize(..4) {
            0 => (Ty::Json, "json".to_owned()),
            1 => (Ty::Time, "time".to_owned()),
            2 => (Ty::Uuid, "uuid".to_owned()),
            _ => (Ty::Bytes, "bytes".to_owned()),
        },
    };
    Field {
        has_default: default || matches!(ty, Ty::List(_)),
        absent: false,
        name,
        ty,
        declared,
        limit,
    }
}

fn sent(rng: &mut Rng, name: &'static str) -> Record {
    let mut record = sent_of(rng, name, 6);
    let inner = vec![plain("a", Ty::Text, "text"), plain("b", Ty::Int, "int")];
    record
        .fields
        .push(plain("prefs", Ty::Inline(inner), "{ a: text, b: int }"));
    let mut words = plain("words", Ty::List(Box::new(Ty::Text)), "[text]");
    words.absent = true;
    record.fields.push(words);
    let mut stock = plain("stock", Ty::Map(Box::new(Ty::Int)), "{text: int}");
    stock.absent = true;
    record.fields.push(stock);
    record
}

/// What is written of the outside: no lists, every codec.
fn sent_of(rng: &mut Rng, name: &'static str, many: usize) -> Record {
    let mut fields = Vec::new();
    for at in 0..many {
        let kind = [0, 1, 2, 3, 5, 6, 7, 8, 9, 12][rng.usize(..10)];
        let mut field = field_of(kind, at, rng, "php");
        field.name = format!("s{at}");
        field.absent |= rng.bool();
        field.limit = match field.declared.as_str() {
            "text max 40" => 40,
            declared if declared.starts_with("decimal(2)") => 2,
            declared if declared.starts_with("decimal(4)") => 4,
            _ => 0,
        };
        if let Some((plain, _)) = field.declared.split_once(" default ") {
            field.declared = plain.to_owned();
        }
        fields.push(field);
    }
    Record { name, fields }
}

impl Generator {
    /// Everything above the mappings.
    pub(super) fn declarations(&mut self, author: &str) {
        let wire = self.world.wire;
        self.fixed("connector random \"1\"");
        let wire = format!("wire {wire}");
        let settings = [
            wire.as_str(),
            "url: text default \"http://shop.test\"",
            "prefix: text default \"M-\"",
            "limit: int | null",
            "flag: bool default true",
            "adapter xml_rpc \"{backend.url}/api\"",
        ];
        self.block("backend", &settings);
        let group = [
            "code: text",
            "name: text | null",
            "rank: int | null",
            "amount: decimal(2) default 0.00",
            "flag: bool default false",
            "parent_id: ref r.group | null",
            "key code fold",
        ];
        self.block("internal r.group", &group);
        self.block("internal r.tag", &["name: text", "key name"]);
        for model in self.world.inside.clone() {
            let up = match model.name {
                "r.line" => ", up: ref r.doc on delete cascade, active: bool default true",
                "r.part" => ", up: ref r.line on delete cascade, active: bool default true",
                _ => "",
            };
            self.fixed(format!(
                "internal {} {{ {}{up} }}",
                model.name,
                declared(&model.fields, "")
            ));
        }
        self.fixed("external Group key id { id: int, code: text, name?: text | null, rank?: int }");
        self.fixed("external Tag key id { id: int, name: text }");
        for record in self.world.outside.clone() {
            self.fixed(format!(
                "external {} key id {{ {} }}",
                record.name,
                declared(&record.fields, "?")
            ));
        }
        let (sent, line) = (self.world.sent.clone(), self.world.sent_line.clone());
        self.fixed(format!(
            "external Sent key id {{ id: int, {}, lines?: [SentLine] }}",
            declared(&sent.fields, "?")
        ));
        self.fixed(format!("external SentLine {{ {} }}", declared(&line.fields, "?")));
        let (memo, extra) = (self.world.memo.fields.clone(), self.world.extra.fields.clone());
        self.fixed(format!("external Memo key id {{ id: int, {} }}", declared(&memo, "?")));
        self.fixed(format!(
            "external Extra key id {{ id: int, memo?: ext Memo, {} }}",
            declared(&extra, "?")
        ));
        self.fixed("binding Doc { seen: text | null }");
        for name in ["Group", "Tag", "Doc"] {
            let lines = [
                format!("list = call {name}.list()"),
                format!("read = call {name}.info(id)"),
            ];
            self.block(&format!("adapter {name}"), &lines.each_ref().map(String::as_str));
        }
        self.block("adapter Note", &["list(doc) = call note.list(doc)"]);
        for name in ["Sent", "Memo", "Extra"] {
            let lines = [
                format!("create = call {name}.create(record) once by review"),
                format!("write = call {name}.update(id, record)"),
            ];
            self.block(&format!("adapter {name}"), &lines.each_ref().map(String::as_str));
        }
        self.tables();
        self.functions(author);
    }

    fn tables(&mut self) {
        let mut rows = vec![
            "\"new\" <-> \"n\"",
            "\"open\" <-> \"o\"",
            "\"done\" -> \"d\"",
            "\"done\" <- \"ada king\"",
        ];
        if self.one_in(2) {
            rows.push("\"open\" <- _");
        }
        self.block("table State", &rows);
        self.block("table Number", &["\"one\" <-> 1", "\"seven\" <-> 7", "\"many\" <- _"]);
    }

    /// Functions of the author, of every shape; their Rust is in `src/author.rs`.
    fn functions(&mut self, author: &str) {
        for text in [
            "fn shout(text: text) -> text",
            "fn halve(number: int) -> int!",
            "fn half_of(amount: decimal(4) | null) -> decimal(4) | null",
            "fn cut(text: text, at: int) -> { head: text, tail: text | null }",
            "fn weigh(words: [text], amounts: [decimal(4)], day: date | null) -> { count: int, sum: decimal(4), day: date | null, words: [text] }!",
            "fn next(word: \"new\" | \"open\" | \"done\") -> \"new\" | \"open\" | \"done\"",
            "fn is_late(at: datetime, flag: bool) -> bool",
            "iso fn turn(text: text) -> text inverse turn_back",
        ] {
            self.fixed(format!("extern {text} in {author}"));
        }
    }
}

fn declared(fields: &[Field], mark: &str) -> String {
    let mut out = String::new();
    for field in fields {
        let comma = if out.is_empty() { "" } else { ", " };
        let by_text = field.declared.contains(" null \"");
        // Outside a field may be missing, null, or both; inside it is null.
        let is_null = field.absent && !by_text && mark.is_empty();
        let mark = if field.absent && !by_text { mark } else { "" };
        let declared = match is_null {
            true => with_null(&field.declared),
            false => field.declared.clone(),
        };
        let declared = match mark.is_empty() || !field.name.ends_with(['1', '4', '7']) {
            true => declared,
            false => with_null(&declared),
        };
        write!(out, "{comma}{}{mark}: {declared}", field.name).expect("a text grows");
    }
    out
}

/// `text max 3` as `text | null max 3`.
fn with_null(declared: &str) -> String {
    let ends = [" max ", " as ", " default ", " zone ", " null \""];
    let at = ends.iter().filter_map(|end| declared.find(end)).min();
    let at = at.unwrap_or(declared.len());
    format!("{} | null{}", &declared[..at], &declared[at..])
}
