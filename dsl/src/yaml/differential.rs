//! Our reading of YAML beside that of `serde_yaml`: the same keys and the same scalars, letter for letter.
#![expect(
    clippy::disallowed_methods,
    reason = "the files of the project are what is read here"
)]

use super::node::{self, Kind, Node, Style};
use super::repair::repair;
use crate::source::FileId;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::path::{Path, PathBuf};

/// Documents that use what mapping files use: every scalar style, nesting, comments, both collections in both styles.
const DOCUMENTS: [&str; 9] = [
    "connector: magento 1.7\nlanguage: 1\nserves: \">=1.7, <1.9.3\"\n",
    "a: 1.10\nb: 0.00\nc: on\nd: null\ne: ~\nf: 0x1F\ng: 2024-01-02\nh: 1_000\ni: .5\nj: yes\n",
    "rules:\n  name: |\n    \"{b.x}\"\n      more\n\n    end\n  city: b.city # comment\n  zip: b.zip\n",
    "rules:\n- zip: a\n  \"@id\": int\n- 'it''s': \"a\\tb \\u00e9\"\n- - nested\n  - list\n",
    "folded: >-\n  one\n  two\n\n  three\nkept: |+\n  x\n\nstripped: |-\n  y\n",
    "plain: over\n  several\n  lines\nurl: http://a.b/c?d=e#f\nquoted: \"over\n  lines\"\n",
    "fields: {text: contact, enum: [new, 'done'], open: true}\nlist: [a, b, [c]]\n",
    "größe: äöü — “x”\nnext: 😀 b\nlast: |\n  ß\n",
    "a: &x text\nb: *x\nc:\n  <-> name: name\n  +list: x\n  a, b: f(c)\n  list(since): call x.y()\nempty:\nend: ''\n",
];

#[test]
fn keys_and_scalars_are_those_of_serde_yaml() {
    for document in DOCUMENTS {
        let mut repaired = repair(FileId(0), document);
        let tree = node::tree(FileId(0), &mut repaired);
        assert!(
            repaired.errors.is_empty() && tree.unread_from.is_none(),
            "{document}: {:?}",
            repaired.errors
        );
        let root = tree.root.expect("a document");
        let compared = Beside(&root).deserialize(serde_yaml::Deserializer::from_str(document));
        assert_eq!(compared.map_err(|error| error.to_string()), Ok(()), "{document}");
    }
}

/// Every YAML file of the tests and of the shipped connectors. A file that one of the two refuses is compared with nothing; those
/// that are right must be among the compared.
#[test]
fn files_are_read_as_serde_yaml_reads_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["tests/cases", "mappings/connectors"] {
        yaml_files(&root.join(folder), &mut files);
    }
    let compared: Vec<&PathBuf> = files.iter().filter(|file| compared(file)).collect();
    let right = |file: &&PathBuf| {
        let wrong = ["reject", "mistakes", "fix"];
        !file
            .components()
            .any(|part| wrong.iter().any(|folder| part.as_os_str() == *folder))
    };
    let missed: Vec<&PathBuf> = files
        .iter()
        .filter(right)
        .filter(|file| !compared.contains(file))
        .collect();
    assert!(
        missed.is_empty(),
        "one of the readers refuses what is right: {missed:#?}"
    );
    assert!(compared.len() >= 30, "only {} files of {}", compared.len(), files.len());
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the project") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => yaml_files(&path, found),
            false if path.extension().is_some_and(|ending| ending == "yaml") => found.push(path),
            false => {}
        }
    }
}

/// Compares both readings of a file; false where one of them refuses it.
fn compared(file: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(file) else {
        return false;
    };
    let mut repaired = repair(FileId(0), &text);
    let tree = node::tree(FileId(0), &mut repaired);
    let accepted = serde_yaml::from_str::<serde_yaml::Value>(&text).is_ok();
    let Some(root) = tree
        .root
        .filter(|_| repaired.errors.is_empty() && tree.unread_from.is_none() && accepted)
    else {
        return false;
    };
    let seen = Beside(&root).deserialize(serde_yaml::Deserializer::from_str(&text));
    assert_eq!(seen.map_err(|error| error.to_string()), Ok(()), "{}", file.display());
    true
}

#[test]
fn what_stands_at_the_place_of_a_scalar_is_its_text() {
    for document in DOCUMENTS {
        let mut repaired = repair(FileId(0), document);
        let tree = node::tree(FileId(0), &mut repaired);
        each_scalar(&tree.root.expect("a document"), &mut |value, style, range| {
            let quoted = document[range.clone()].starts_with(['"', '\'']);
            let written = document[range].lines().map(str::trim).filter(|line| !line.is_empty());
            let read = value.lines().map(str::trim).filter(|line| !line.is_empty());
            match style {
                Style::Plain | Style::Folded => {
                    assert_eq!(
                        written.collect::<Vec<_>>().join(" "),
                        read.collect::<Vec<_>>().join(" ")
                    );
                }
                Style::Literal => assert_eq!(written.collect::<Vec<_>>(), read.collect::<Vec<_>>()),
                Style::Quoted => assert!(quoted, "{value}"),
            }
        });
    }
}

fn each_scalar(node: &Node, see: &mut impl FnMut(&str, Style, std::ops::Range<usize>)) {
    match &node.kind {
        Kind::Scalar { value, style } => see(value, *style, node.range.clone()),
        Kind::Map { entries, .. } => entries.iter().for_each(|entry| each_scalar(&entry.value, see)),
        Kind::List { items, .. } => items.iter().for_each(|item| each_scalar(item, see)),
    }
}

/// Walks the other reader along our tree and fails where it sees something else.
struct Beside<'n>(&'n Node);

impl<'de> DeserializeSeed<'de> for Beside<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match &self.0.kind {
            Kind::Scalar { .. } => deserializer.deserialize_str(self),
            Kind::Map { .. } => deserializer.deserialize_map(self),
            Kind::List { .. } => deserializer.deserialize_seq(self),
        }
    }
}

impl<'de> Visitor<'de> for Beside<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.kind)
    }

    fn visit_str<E: serde::de::Error>(self, other: &str) -> Result<(), E> {
        match &self.0.kind {
            Kind::Scalar { value, .. } if value == other => Ok(()),
            Kind::Scalar { .. } | Kind::Map { .. } | Kind::List { .. } => {
                Err(E::custom(format!("{other:?} is not {:?}", self.0.kind)))
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Kind::Map { entries, .. } = &self.0.kind else {
            return Err(serde::de::Error::custom("a map"));
        };
        for entry in entries {
            let key: Option<String> = map.next_key()?;
            if key.as_deref() != Some(&entry.key) {
                return Err(serde::de::Error::custom(format!("{key:?} is not {}", entry.key)));
            }
            map.next_value_seed(Beside(&entry.value))?;
        }
        match map.next_key::<String>()? {
            None => Ok(()),
            Some(key) => Err(serde::de::Error::custom(format!("one more: {key}"))),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Kind::List { items, .. } = &self.0.kind else {
            return Err(serde::de::Error::custom("a list"));
        };
        for item in items {
            if seq.next_element_seed(Beside(item))?.is_none() {
                return Err(serde::de::Error::custom("one item less"));
            }
        }
        match seq.next_element::<serde_yaml::Value>()? {
            None => Ok(()),
            Some(_) => Err(serde::de::Error::custom("one item more")),
        }
    }
}
