//! `batch`: polling, and what it needs of the adapter.

use crate::check::body::Body;
use crate::check::schema::setting::milliseconds;
use crate::error::{adapter, name, typing};
use crate::ir::expr::Base;
use crate::ir::mapping::{Batch, Direction, Origin};
use crate::ir::{FieldId, Scalar};
use crate::types;
use tenon_dsl::ast::mapping as ast;
use tenon_dsl::source::{Name, Span};

/// In the middle of what a job may have.
const USUAL_PRIORITY: i16 = 100;

impl Body<'_, '_> {
    /// `batch every 15m since updated_at overlap 30s priority 10`
    pub(super) fn batch(&mut self, written: &ast::Batch) -> Batch {
        self.runs_alone(written.span);
        self.adapter_can_list(written);
        self.numbers_in_range(written);
        Batch {
            every_ms: milliseconds(written.every.value),
            since: written.since.as_ref().and_then(|since| self.time_of_change(since)),
            overlap_ms: written
                .overlap
                .as_ref()
                .map_or(0, |overlap| milliseconds(overlap.value)),
            priority: written.priority.as_ref().map_or(USUAL_PRIORITY, |priority| {
                i16::try_from(priority.value).unwrap_or(i16::MAX)
            }),
        }
    }

    fn numbers_in_range(&mut self, written: &ast::Batch) {
        if written.every.value.amount == 0 {
            self.report(typing::out_of_range(written.every.span, "`every`", "not 0"));
        }
        let priority = written
            .priority
            .as_ref()
            .filter(|priority| i16::try_from(priority.value).is_err());
        if let Some(priority) = priority {
            self.report(typing::out_of_range(priority.span, "`priority`", "from 0 to 32767"));
        }
        if let (Some(overlap), None) = (&written.overlap, &written.since) {
            self.report(typing::overlap_of_nothing(overlap.span));
        }
    }

    fn time_of_change(&mut self, since: &Name) -> Option<FieldId> {
        let external = &self.world.outside.ir.externals[self.external.0];
        let Some(field) = self.world.outside.field_at(self.external, &since.value, since.span) else {
            let owner = self.world.outside.record(self.external);
            if let Some(report) = self.lost(&owner, &since.value, since.span) {
                self.report(report);
                return None;
            }
            let known: Vec<&str> = external.fields.iter().map(|field| field.name.text.as_str()).collect();
            self.report(name::unknown_field(since, "source record", &external.name.text, &known));
            return None;
        };
        let ty = self.world.outside.type_of(self.external, field);
        if !matches!(ty.base, Base::Scalar(Scalar::DateTime | Scalar::Int, _) | Base::Wrong) {
            let found = self.show(&ty);
            self.report(typing::wrong_operand(since.span, "datetime", &found, "`since`", None));
            return None;
        }
        Some(field)
    }

    /// Says E1204.
    pub(super) fn runs_alone(&mut self, span: Span) {
        let outside = self.world.outside;
        let last = self.sources.iter().zip(&self.origins).next_back();
        if last.is_some_and(|(source, _)| types::is_wrong(&source.ty)) {
            return;
        }
        let enclosing = last
            .filter(|(_, origin)| matches!(origin, Origin::Enclosing))
            .map(|(source, _)| source.external);
        let params: Vec<String> = self
            .params
            .iter()
            .map(|(name, ty)| format!("{}: {}", name.value, self.show(ty)))
            .collect();
        if enclosing.is_none() && params.is_empty() {
            return;
        }
        let inside = self.world.inside;
        let head = outside
            .heads
            .iter()
            .find(|head| head.external == enclosing && head.stands_alone());
        let polled = head
            .and_then(|head| head.model)
            .map(|model| inside.model(model).name.text.as_str());
        let enclosing = enclosing.map(|external| {
            let record = outside.ir.externals[external.0].name.text.as_str();
            (record, polled.unwrap_or(record))
        });
        let model = &inside.model(self.model).name.text;
        let help = enclosing.map(|(record, polled)| match self.direction {
            Direction::Import => format!("poll the enclosing mapping: {polled}"),
            Direction::Export => {
                format!("name it in the export of the enclosing record: export {record} to ..: via {model}")
            }
        });
        let enclosing = enclosing.map(|(record, _)| record);
        self.report(adapter::job_with_parameters(span, model, &params, enclosing, help));
    }

    /// Says E1203.
    fn adapter_can_list(&mut self, written: &ast::Batch) {
        let outside = self.world.outside;
        if outside.loses_adapter {
            return;
        }
        let external = &outside.ir.externals[self.external.0].name.text;
        let adapters = outside
            .ir
            .adapters
            .iter()
            .filter(|adapter| adapter.external == self.external);
        let operations: Vec<_> = adapters.flat_map(|adapter| &adapter.operations).collect();
        let list = operations.iter().find(|operation| operation.name.text == "list");
        let lists_since = list.is_some_and(|list| list.params.iter().any(|param| param.text == "since"));
        let reads = operations.iter().any(|operation| operation.name.text == "read");
        let (what, line) = match (list, &written.since) {
            (None, None) => ("`batch` calls `list`", "list = .."),
            (None, Some(_)) => ("`batch .. since` calls `list(since)`", "list(since) = .."),
            (Some(_), Some(_)) if !lists_since => ("`since` is passed to `list(since)`", "list(since) = .."),
            (Some(_), _) if !reads => ("each record is read by `read`", "read = .."),
            (Some(_), _) => return,
        };
        self.report(adapter::operation_missing(written.span, external, what, line));
    }
}
