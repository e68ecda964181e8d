//! Version chains: which versions there are, who extends whom, and what each has in effect.

use super::amend::{Room, amend};
use super::declared::{Items, Version};
use super::serves::{self, Range};
use super::{Connector, title};
use crate::error::{Reports, version};
use crate::place::Places;
use indexmap::IndexMap;
use tenon_dsl::ast;
use tenon_dsl::source::{Name, Span};

type Known<'a> = (&'a str, Option<&'a str>);

/// All versions as declared, not yet inheriting.
pub(super) struct Versions<'a> {
    list: IndexMap<Known<'a>, Declaration<'a>>,
    order: Vec<usize>,
}

#[derive(Default)]
struct Declaration<'a> {
    documents: Vec<&'a ast::Document>,
    extends: Option<&'a ast::Extends>,
    serves: Option<&'a Name>,
    parent: Option<usize>,
    is_orphan: bool,
}

impl<'a> Versions<'a> {
    pub(super) fn new(documents: &[&'a ast::Document], reports: &mut Reports) -> Self {
        let mut list: IndexMap<Known<'a>, Declaration<'a>> = IndexMap::new();
        for document in documents {
            let Some(header) = &document.header else { continue };
            let version = header.version.as_ref().map(|version| version.value.as_str());
            let entry = list.entry((&header.connector.value, version)).or_default();
            entry.documents.push(document);
            entry.serves = entry.serves.or(header.serves.as_ref());
            match (&entry.extends, &header.extends) {
                (Some(first), Some(again)) => {
                    reports.push(crate::error::name::declared_twice(
                        first.span,
                        again.span,
                        "`extends` of",
                        &title(&header.connector.value, version),
                    ));
                }
                (None, Some(extends)) => entry.extends = Some(extends),
                (_, None) => {}
            }
        }
        list.sort_by(|a, _, b, _| compare(a, b));
        let mut versions = Self {
            list,
            order: Vec::new(),
        };
        versions.find_parents(reports);
        versions.find_order(reports);
        versions.check_releases(reports);
        versions
    }

    /// The versions in order of family and version, each with all that it inherits.
    pub(super) fn effective(
        mut self,
        shared: &Items<'a>,
        room: &'a Room,
        places: &Places<'a>,
        reports: &mut Reports,
    ) -> Vec<Connector<'a>> {
        let mut made: Vec<Option<Items<'a>>> = self.list.iter().map(|_| None).collect();
        for index in &self.order.clone() {
            let of_parent = self.list[*index]
                .parent
                .is_some_and(|parent| self.list[parent].is_orphan);
            self.list[*index].is_orphan |= of_parent;
            let declaration = &self.list[*index];
            let inherited = declaration.parent.and_then(|parent| made[parent].clone());
            let mut items = inherited.unwrap_or_else(|| shared.clone());
            let version = self.version(*index);
            let files = declaration
                .documents
                .iter()
                .filter_map(|document| document.header.as_ref());
            let files = files.map(|header| header.span.file).collect();
            if let Some(version) = version {
                items.changes.enter(version, files);
            }
            for item in declaration.documents.iter().flat_map(|document| &document.items) {
                items.add(item, version, reports);
            }
            // What a version without its parent would change is unknown.
            if let Some(version) = version.filter(|_| !declaration.is_orphan) {
                let slot = (version, *index);
                amend(&mut items, &declaration.documents, slot, room, places, reports);
            }
            made[*index] = Some(items);
        }
        let connectors = self
            .list
            .into_iter()
            .zip(made)
            .map(|((known, declaration), items)| Connector {
                family: known.0,
                version: known.1,
                parent: declaration.parent,
                serves: declaration.serves.map(|serves| serves.value.as_str()),
                is_orphan: declaration.is_orphan,
                items: items.unwrap_or_default(),
            });
        connectors.collect()
    }

    /// The numbers of the versions, parents before children.
    pub(super) fn parents_first(&self) -> &[usize] {
        &self.order
    }

    fn version(&self, index: usize) -> Option<Version<'a>> {
        let ((family, version), _) = self.list.get_index(index)?;
        Some(Version {
            family,
            version: *version,
        })
    }

    fn find_parents(&mut self, reports: &mut Reports) {
        let parents: Vec<(Option<usize>, bool)> = self
            .list
            .iter()
            .map(|(known, declaration)| self.parent(*known, declaration.extends, reports))
            .collect();
        for (declaration, parent) in self.list.values_mut().zip(parents) {
            (declaration.parent, declaration.is_orphan) = parent;
        }
    }

    /// Says `serves` that are no range, and releases that two versions of a family serve; one that extends the other may.
    fn check_releases(&self, reports: &mut Reports) {
        let mut served: Vec<(usize, &'a Name, Range)> = Vec::new();
        for (at, declaration) in self.list.values().enumerate() {
            let Some(text) = declaration.serves else { continue };
            match Range::read(text) {
                Err(serves::Wrong::Part(part)) => reports.push(version::no_range(text.span, &part)),
                Err(serves::Wrong::Empty) => reports.push(version::empty_range(text.span)),
                Ok(range) => {
                    let same = served.iter().find(|(other, _, of_other)| {
                        self.is_family(at, *other)
                            && !self.extends(at, *other)
                            && !self.extends(*other, at)
                            && range.meets(of_other)
                    });
                    if let Some((other, first, _)) = same {
                        let [one, other] = [at, *other].map(|at| self.title(at));
                        reports.push(version::same_releases((text.span, &one), (first.span, &other)));
                    }
                    served.push((at, text, range));
                }
            }
        }
    }

    fn is_family(&self, one: usize, other: usize) -> bool {
        let family = |at| self.list.get_index(at).map(|((family, _), _)| *family);
        family(one) == family(other)
    }

    /// Whether a version has another above it.
    fn extends(&self, version: usize, above: usize) -> bool {
        let parent = |at: &usize| self.list[*at].parent;
        // Versions that extend each other are cut open before.
        std::iter::successors(Some(version), parent)
            .skip(1)
            .any(|at| at == above)
    }

    fn title(&self, at: usize) -> String {
        self.list
            .get_index(at)
            .map_or_else(String::new, |((family, version), _)| title(family, *version))
    }

    /// The parent, and whether there should be one that there is not.
    fn parent(
        &self,
        known: Known<'a>,
        extends: Option<&'a ast::Extends>,
        reports: &mut Reports,
    ) -> (Option<usize>, bool) {
        let root = (known.0, None);
        let Some(extends) = extends else {
            return ((known != root).then(|| self.list.get_index_of(&root)).flatten(), false);
        };
        let family = extends.connector.as_ref().map_or(known.0, |name| name.value.as_str());
        let version = extends.version.as_ref().map(|name| name.value.as_str());
        let found = self.list.get_index_of(&(family, version));
        // A family has a root even where no file declares anything for it.
        let is_lost = found.is_none() && !(family == known.0 && version.is_none());
        if is_lost {
            let known_versions: Vec<String> = self
                .list
                .keys()
                .filter(|other| extends.version.is_none() || other.0 == family)
                .map(|other| title(other.0, other.1))
                .collect();
            reports.push(version_error(extends, family, version, &known_versions));
        }
        (found, is_lost)
    }

    /// Parents before children; versions that extend each other are said and cut open.
    fn find_order(&mut self, reports: &mut Reports) {
        let mut done = vec![false; self.list.len()];
        for start in 0..self.list.len() {
            let mut chain: Vec<usize> = Vec::new();
            let mut next = Some(start);
            while let Some(index) = next {
                if done[index] {
                    break;
                }
                if let Some(first) = chain.iter().position(|known| *known == index) {
                    self.say_circle(&chain[first..], reports);
                    self.list[index].parent = None;
                    break;
                }
                chain.push(index);
                next = self.list[index].parent;
            }
            for index in chain.into_iter().rev() {
                done[index] = true;
                self.order.push(index);
            }
        }
    }

    fn say_circle(&self, circle: &[usize], reports: &mut Reports) {
        let name = |index: &usize| {
            self.list
                .get_index(*index)
                .map_or_else(String::new, |(known, _)| title(known.0, known.1))
        };
        let mut names: Vec<String> = circle.iter().map(name).collect();
        names.extend(circle.first().map(name));
        let span: Option<Span> = circle
            .first()
            .and_then(|index| self.list[*index].extends)
            .map(|extends| extends.span);
        if let Some(span) = span {
            reports.push(version::circle(span, &names));
        }
    }
}

fn version_error(
    extends: &ast::Extends,
    family: &str,
    version: Option<&str>,
    known: &[String],
) -> tenon_dsl::report::Report {
    crate::error::name::unknown_version(extends.span, &title(family, version), known)
}

/// By family, the root first, numbers in versions by their value.
fn compare(a: &Known<'_>, b: &Known<'_>) -> std::cmp::Ordering {
    let key = |known: &Known<'_>| -> (String, Option<Vec<(u64, String)>>) {
        let parts = known.1.map(|version| version.split('.').map(part).collect());
        (known.0.to_owned(), parts)
    };
    key(a).cmp(&key(b))
}

fn part(text: &str) -> (u64, String) {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(u64::MAX), text.to_owned())
}
