//! What a chain of versions renamed and dropped: what a name written in one version means in another.
//!
//! A rule keeps its words and its place; the name that it reads is translated by the version of its file.

use super::Version;
use std::collections::BTreeMap;
use tenon_dsl::source::{FileId, Span};

/// Whose part a name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A field of an external record.
    Record(String),
    /// A field of the binding of an external record.
    Binding(String),
    /// A value of the backend.
    Backend,
    /// An operation of an external record.
    Adapter(String),
    /// A `let`, `with` or rule of a mapping, by its title.
    Mapping(String),
    /// A table or function.
    Connector,
    /// An external record or mapping as a whole, by its noun.
    Whole(&'static str),
}

/// The versions from the root down, and what they changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes<'a> {
    chain: Vec<Link<'a>>,
    events: Vec<Event>,
    anew: Vec<Anew>,
    /// Mappings with a mistake in one of their amendments: nobody can say what they leave unread.
    doubtful: Vec<String>,
}

#[derive(Clone, Debug)]
struct Link<'a> {
    version: Version<'a>,
    files: Vec<FileId>,
}

#[derive(Clone, Debug)]
struct Event {
    depth: usize,
    owner: Owner,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// All at once: swaps are legal.
    Renamed(BTreeMap<String, String>),
    Dropped(Gone),
}

/// Something that a version dropped.
#[derive(Clone, Debug)]
pub(crate) struct Gone {
    /// As the parent calls it.
    pub(crate) name: String,
    /// `field`, `let`, ..
    pub(crate) noun: &'static str,
    /// The name behind `drop`.
    pub(crate) span: Span,
    /// `magento 2.0`
    pub(crate) by: String,
    /// A field that the same amendment adds and that is probably the same: its name, and its declaration.
    pub(crate) likely: Option<(String, String)>,
}

/// Something that a version declares anew: where a report about an inherited line points to.
#[derive(Clone, Debug)]
struct Anew {
    depth: usize,
    name: String,
    span: Span,
}

/// What a name means at the end of the chain.
#[derive(Clone, Debug)]
pub(crate) enum Now<'c> {
    /// What it is called there.
    Called(String),
    /// It is gone.
    Gone(&'c Gone),
}

impl<'a> Changes<'a> {
    /// A further version.
    pub(super) fn enter(&mut self, version: Version<'a>, files: Vec<FileId>) {
        self.chain.push(Link { version, files });
    }

    /// Notes the renames of one amendment.
    pub(super) fn renamed(&mut self, owner: Owner, names: BTreeMap<String, String>) {
        if !names.is_empty() {
            let (depth, what) = (self.chain.len(), What::Renamed(names));
            self.events.push(Event { depth, owner, what });
        }
    }

    /// Notes a drop.
    pub(super) fn dropped(&mut self, owner: Owner, gone: Gone) {
        let (depth, what) = (self.chain.len(), What::Dropped(gone));
        self.events.push(Event { depth, owner, what });
    }

    /// Notes what the last version declares in place of something, or adds to something.
    pub(super) fn declared_anew(&mut self, name: &str, span: Span) {
        let (depth, name) = (self.chain.len(), name.to_owned());
        self.anew.push(Anew { depth, name, span });
    }

    /// Notes a mistake in an amendment of a mapping, by its title.
    pub(super) fn doubt(&mut self, mapping: String) {
        self.doubtful.push(mapping);
    }

    /// Whether an amendment of a mapping holds a mistake.
    pub(crate) fn is_doubtful(&self, mapping: &str) -> bool {
        self.doubtful.iter().any(|known| known == mapping)
    }

    /// Whether a name can mean something else in one version than in another.
    pub(crate) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// What a name that stands at a place means in the last version.
    pub(crate) fn now(&self, owner: &Owner, name: &str, span: Span) -> Now<'_> {
        let from = self.depth(span);
        let mut name = name.to_owned();
        for event in self
            .events
            .iter()
            .filter(|event| event.depth > from && event.owner == *owner)
        {
            match &event.what {
                What::Renamed(names) => name = names.get(&name).cloned().unwrap_or(name),
                What::Dropped(gone) if gone.name == name => return Now::Gone(gone),
                What::Dropped(_) => {}
            }
        }
        Now::Called(name)
    }

    /// The drop of what a name at a place means.
    pub(crate) fn gone(&self, owner: &Owner, name: &str, span: Span) -> Option<&Gone> {
        match self.now(owner, name, span) {
            Now::Called(_) => None,
            Now::Gone(gone) => Some(gone),
        }
    }

    /// The drop of the mapping that brought in what a name at a place leads to.
    pub(crate) fn gone_import(&self, external: &str, span: Span) -> Option<&Gone> {
        let from = self.depth(span);
        let ends = [format!(" from {external}"), format!(" <-> {external}")];
        let later = self.events.iter().filter(|event| event.depth > from);
        let mut drops = later.filter_map(|event| match (&event.owner, &event.what) {
            (Owner::Whole("mapping"), What::Dropped(gone)) => Some(gone),
            (_, What::Dropped(_) | What::Renamed(_)) => None,
        });
        drops.find(|gone| ends.iter().any(|end| gone.name.ends_with(end)))
    }

    /// What a name is called in the last version, whether it is still there or not.
    pub(crate) fn name(&self, owner: &Owner, name: &str, span: Span) -> String {
        match self.now(owner, name, span) {
            Now::Called(name) => name,
            Now::Gone(gone) => gone.name.clone(),
        }
    }

    /// How many versions stand above the file of a place, itself included; none: it belongs to no version.
    pub(crate) fn depth(&self, span: Span) -> usize {
        let at = self.chain.iter().position(|link| link.files.contains(&span.file));
        at.map_or(0, |at| at + 1)
    }

    /// Whether a place lies in a file of the last version.
    pub(crate) fn is_own(&self, span: Span) -> bool {
        self.depth(span) == self.chain.len()
    }

    /// The version whose file holds a place.
    pub(crate) fn version(&self, span: Span) -> Option<Version<'a>> {
        let at = self.depth(span).checked_sub(1)?;
        self.chain.get(at).map(|link| link.version)
    }

    /// `magento 1.7`, or what belongs to no version.
    pub(crate) fn title(&self, span: Span) -> String {
        self.version(span)
            .map_or_else(|| "the files of the inside".to_owned(), Version::title)
    }

    /// The versions from the root down, and their files.
    pub(super) fn versions(&self) -> Vec<(String, Vec<FileId>)> {
        let named = self.chain.iter().map(|link| (link.version.title(), link.files.clone()));
        named.collect()
    }

    /// Renamed fields of records, and values of the backend, with the number of the version that renames them.
    pub(super) fn renames(&self) -> impl Iterator<Item = (usize, Option<&str>, &BTreeMap<String, String>)> {
        self.events.iter().filter_map(|event| {
            let record = match &event.owner {
                Owner::Record(record) => Some(record.as_str()),
                Owner::Backend => None,
                Owner::Binding(_) | Owner::Adapter(_) | Owner::Mapping(_) | Owner::Connector | Owner::Whole(_) => {
                    return None;
                }
            };
            match &event.what {
                What::Renamed(names) => Some((event.depth, record, names)),
                What::Dropped(_) => None,
            }
        })
    }

    /// Where the last version declares one of these words anew.
    pub(crate) fn cause(&self, words: &[&str]) -> Option<Span> {
        let last = self.chain.len();
        let mut anew = self.anew.iter().filter(|anew| anew.depth == last);
        anew.find(|anew| words.contains(&anew.name.as_str()))
            .map(|anew| anew.span)
    }
}
