//! `let`: values with a name, checked when they are first met. And the names of a mapping, each with one meaning.

use super::Head;
use crate::check::body::{Body, CanFail, LetState, Scope, ScopeKind};
use crate::check::schema::view::is_behind;
use crate::error::name;
use crate::ir::mapping::Direction;
use tenon_dsl::source::{Name, Span};

impl Body<'_, '_> {
    /// Checks a `let` unless that is done. `met` is where it was named.
    pub(crate) fn check_let(&mut self, at: usize, met: Span) {
        match &self.lets[at].state {
            LetState::Done(..) => return,
            LetState::Running => {
                let written = self.lets[at].written;
                self.report(name::circular_let(&Name::new(written.name.value.clone(), met)));
                return;
            }
            LetState::Waiting => {}
        }
        self.lets[at].state = LetState::Running;
        let written = self.lets[at].written;
        let scope = Scope {
            in_let: Some(at),
            ..self.statement_scope(ScopeKind::Rule)
        };
        let (target, leaf) = (self.target_shown.take(), self.leaf.replace(written.value.span));
        let failures = self.failures;
        let value = self.within(scope, |body| body.expr(&written.value));
        let can_fail = match self.failures > failures {
            true => CanFail::Yes,
            false => CanFail::No,
        };
        self.failures = failures;
        (self.target_shown, self.leaf) = (target, leaf);
        self.lets[at].state = LetState::Done(Box::new(value), can_fail);
    }

    /// Lets that no rule uses are checked too.
    pub(super) fn check_unused_lets(&mut self) {
        for at in 0..self.lets.len() {
            let span = self.lets[at].written.name.span;
            self.check_let(at, span);
        }
    }

    /// Says names that mean two things: E0107.
    pub(super) fn names_are_unique(&mut self, head: &Head<'_>) {
        let named = self.all_names(head);
        for (at, (second, second_is)) in named.iter().enumerate() {
            let first = named[..at]
                .iter()
                .find(|(first, first_is)| first.value == second.value && first_is != second_is);
            if let Some((first, first_is)) = first {
                let help = format!("rename one of them: `{}` can mean one thing only", second.value);
                let (first, second_at) = ((first.span, first_is.as_str()), (second.span, second_is.as_str()));
                self.report(name::two_meanings(first, second_at, &second.value, &help));
                self.silence_let(&second.value);
            }
        }
    }

    /// A let whose name is a mistake says nothing more.
    fn silence_let(&mut self, word: &str) {
        let silent = self.silent(Span::default());
        let clashing = self.lets.iter_mut().filter(|slot| slot.written.name.value == word);
        for slot in clashing {
            slot.state = LetState::Done(Box::new(silent.clone()), CanFail::No);
        }
    }

    fn all_names(&self, head: &Head<'_>) -> Vec<(Name, String)> {
        let mut named: Vec<(Name, String)> = Vec::new();
        let written = head.written;
        match written.alias.as_ref().filter(|_| self.direction == Direction::Import) {
            Some(alias) => named.push((alias.clone(), "the main source".to_owned())),
            None => {
                let external = &self.world.outside.ir.externals[self.main.0];
                let fields = external
                    .fields
                    .iter()
                    .filter(|field| !is_behind(&field.name.text))
                    .map(|field| {
                        let name = Name::new(field.name.text.clone(), field.place.span);
                        (name, format!("a field of {}", external.name.text))
                    });
                named.extend(fields);
            }
        }
        named.extend(
            written
                .joins
                .iter()
                .map(|join| (join.alias.clone(), "a joined source".to_owned())),
        );
        let within = written.within.iter();
        named.extend(within.map(|within| (within.alias.clone(), "the enclosing record".to_owned())));
        named.extend(
            self.params
                .iter()
                .map(|(name, _)| (name.clone(), "a parameter".to_owned())),
        );
        let outputs = self.outputs.iter().filter_map(|output| output.alias.clone());
        named.extend(outputs.map(|alias| (alias, "a record that is written".to_owned())));
        let lets = self.lets.iter();
        named.extend(lets.map(|slot| (slot.written.name.clone(), "a `let`".to_owned())));
        named
    }
}
