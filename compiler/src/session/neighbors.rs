//! Which files have to do with each other, by the words in them. Knows which names are declared, and nothing of what they mean.
//!
//! A word counts wherever it stands, in a text or a comment too: too many neighbors cost time, one too few would cost a report.

use std::collections::{BTreeSet, HashMap, HashSet};
use tenon_dsl::Parsed;
use tenon_dsl::ast::{Document, Item, Request};
use tenon_dsl::source::Source;

/// What is known of every file.
#[derive(Debug)]
pub(super) struct Neighbors {
    files: Vec<Seen>,
    /// The files that hold a word.
    holders: HashMap<String, BTreeSet<usize>>,
    /// The files that declare a record; of a dotted name its last part.
    records: HashMap<String, BTreeSet<usize>>,
    /// The files that declare anything.
    declarers: HashMap<String, BTreeSet<usize>>,
}

/// What one file says.
#[derive(Debug)]
pub(super) struct Seen {
    words: BTreeSet<String>,
    records: BTreeSet<String>,
    /// Models, tables and functions: many files use them, and nothing is said of them for how they are used but mistakes.
    shared: BTreeSet<String>,
    /// Procedures that are called: they are compared with all others of a family.
    procedures: BTreeSet<String>,
    family: Option<String>,
    has_backend: bool,
    /// The family that it is a version of, or that it changes something of: what comes of that depends on files in ways that words do not show.
    versions: Option<String>,
}

/// Changed files with what has to do with them.
#[derive(Debug)]
pub(super) struct Around {
    /// All that is said of these is known when they are checked together with `beside`.
    settled: BTreeSet<usize>,
    /// These are needed to check the others; what is said of them may be too much or too little.
    beside: BTreeSet<usize>,
}

impl Around {
    /// Every file, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = usize> {
        self.settled.union(&self.beside).copied()
    }

    /// Whether what is said of a file is all that is to be said.
    pub(super) fn is_settled(&self, at: usize) -> bool {
        self.settled.contains(&at)
    }
}

impl Seen {
    /// Absent where the file cannot be read.
    pub(super) fn of(source: &Source, parsed: &Parsed) -> Option<Self> {
        let is_readable = parsed.errors.is_empty();
        is_readable.then(|| Self::in_document(source, &parsed.document))
    }

    fn in_document(source: &Source, document: &Document) -> Self {
        let mut seen = Self {
            words: words(&source.text).map(str::to_owned).collect(),
            records: BTreeSet::new(),
            shared: BTreeSet::new(),
            procedures: BTreeSet::new(),
            family: document.header.as_ref().map(|header| header.connector.value.clone()),
            has_backend: false,
            versions: None,
        };
        if let Some(header) = &document.header
            && (header.version.is_some() || header.extends.is_some())
        {
            seen.versions = seen.family.clone();
        }
        for item in &document.items {
            seen.add(item);
        }
        seen
    }

    fn add(&mut self, item: &Item) {
        match item {
            Item::Backend(_) => self.has_backend = true,
            Item::External(external) => self.records.extend(last(&external.name.value)),
            Item::Internal(model) => self.shared.extend(last(&model.name.value)),
            Item::Table(table) => self.shared.extend(last(&table.name.value)),
            Item::Extern(function) => self.shared.extend(last(&function.name.value)),
            Item::Adapter(adapter) => {
                for operation in &adapter.operations {
                    if let Request::Call { method, .. } = &operation.request {
                        self.procedures.insert(method.value.clone());
                    }
                }
            }
            // They name what they belong to.
            Item::Binding(_) | Item::Mapping(_) | Item::Test(_) => {}
            Item::Amend(_) | Item::Override(_) | Item::Drop(_) => self.versions = self.family.clone(),
        }
    }

    /// Whether what follows from a change can be told from words.
    fn is_bounded(&self, new: &Self) -> bool {
        new.family == self.family
            && new.procedures == self.procedures
            && !(new.has_backend || self.has_backend)
            && new.versions == self.versions
    }
}

/// Whether what is shared leads from file to file.
#[derive(Clone, Copy)]
enum Shared {
    /// The file has changed, and what it shares with it.
    Leads,
    /// It is as it was.
    Stops,
}

impl Neighbors {
    /// Files by what they say.
    pub(super) fn new(files: Vec<Seen>) -> Self {
        let mut made = Self {
            files,
            holders: HashMap::new(),
            records: HashMap::new(),
            declarers: HashMap::new(),
        };
        for at in 0..made.files.len() {
            made.enter(at);
        }
        made
    }

    /// What changed files have to do with, before and after. From here on they are known as they are now. Absent where words do not tell.
    pub(super) fn around(&mut self, changed: Vec<(usize, Seen)>) -> Option<Around> {
        let mut settled: BTreeSet<usize> = changed.iter().map(|(at, _)| *at).collect();
        let mut open: Vec<usize> = Vec::new();
        for (at, new) in changed {
            if !self.files.get(at)?.is_bounded(&new) {
                return None;
            }
            // Who had to do with it as it was may have something to say now.
            open.extend(self.linked(at, Shared::Leads));
            self.leave(at);
            *self.files.get_mut(at)? = new;
            self.enter(at);
            open.extend(self.linked(at, Shared::Leads));
        }
        while let Some(at) = open.pop() {
            if settled.insert(at) {
                open.extend(self.linked(at, Shared::Stops));
            }
        }
        let families: HashSet<&String> = self.files.iter().filter_map(|file| file.versions.as_ref()).collect();
        let is_versioned = |at: &usize| {
            let family = self.files.get(*at).and_then(|file| file.family.as_ref());
            family.is_some_and(|family| families.contains(family))
        };
        let beside = self.beside(&settled);
        let is_bounded = !settled.iter().chain(&beside).any(is_versioned);
        is_bounded.then_some(Around { settled, beside })
    }

    /// Files that hold what a file declares, and files that declare what it holds.
    fn linked(&self, at: usize, shared: Shared) -> BTreeSet<usize> {
        let Some(file) = self.files.get(at) else {
            return BTreeSet::new();
        };
        let mut names: Vec<&String> = file.records.iter().collect();
        if matches!(shared, Shared::Leads) {
            names.extend(&file.shared);
        }
        let users = names.into_iter().filter_map(|name| self.holders.get(name));
        let used = file.words.iter().filter_map(|word| self.records.get(word));
        users.chain(used).flatten().copied().collect()
    }

    /// Files that others cannot be checked without: what is shared, backends, and what these name in turn.
    fn beside(&self, settled: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut needed = BTreeSet::new();
        let mut open: Vec<usize> = settled.iter().copied().collect();
        let files = self.files.iter().enumerate();
        let backends: Vec<(usize, &Seen)> = files.filter(|(_, file)| file.has_backend).collect();
        while let Some(at) = open.pop() {
            let Some(file) = self.files.get(at) else { continue };
            let own = backends.iter().filter(|(_, other)| other.family == file.family);
            let named = file.words.iter().filter_map(|word| self.declarers.get(word));
            let next = named.flatten().copied().chain(own.map(|(at, _)| *at));
            for next in next {
                if !settled.contains(&next) && needed.insert(next) {
                    open.push(next);
                }
            }
        }
        needed
    }

    fn enter(&mut self, at: usize) {
        let Some(file) = self.files.get(at) else { return };
        for word in &file.words {
            self.holders.entry(word.clone()).or_default().insert(at);
        }
        for name in &file.records {
            self.records.entry(name.clone()).or_default().insert(at);
        }
        for name in file.records.iter().chain(&file.shared) {
            self.declarers.entry(name.clone()).or_default().insert(at);
        }
    }

    fn leave(&mut self, at: usize) {
        let Some(file) = self.files.get(at) else { return };
        let indexes = [
            (&mut self.holders, file.words.iter().collect::<Vec<_>>()),
            (&mut self.records, file.records.iter().collect()),
            (&mut self.declarers, file.records.iter().chain(&file.shared).collect()),
        ];
        for (index, names) in indexes {
            for name in names {
                if let Some(files) = index.get_mut(name) {
                    files.remove(&at);
                }
            }
        }
    }
}

/// The words of a text: letters, digits and `_`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    parts.filter(|word| !word.is_empty())
}

/// The last part of a dotted name, which stands wherever the name does.
fn last(name: &str) -> Option<String> {
    words(name).last().map(str::to_owned)
}
