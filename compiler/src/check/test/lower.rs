//! Tests to their checked form. Runs where no test has a mistake: what cannot be found then was reported before.

use crate::check::schema::literal::literal;
use crate::ir::mapping::{Direction, ParamId, SourceId};
use crate::ir::test::{Constant, Context, Expect, Given, GivenValue, Question, Test};
use crate::ir::{Connector, ExternId, ExternalId, Literal, MappingId, Model, ModelFieldId, ModelId, SettingId};
use crate::place::Places;
use tenon_dsl::ast;
use tenon_dsl::ast::expr::{Expr, ExprKind};
use tenon_dsl::source::Name;

/// The checked form of a test; absent where a mistake was reported.
pub(crate) fn lower(connector: &Connector, models: &[Model], test: &ast::Test, places: &Places<'_>) -> Option<Test> {
    let lowering = Lowering { connector, models };
    let mapping = lowering.mapping(&test.mapping)?;
    let (params, given): (Vec<_>, Vec<_>) = test
        .given
        .iter()
        .partition(|given| lowering.param(mapping, given).is_some());
    let params = params.into_iter().map(|given| match &given.value {
        ast::GivenValue::Inline(value) => Some((lowering.param(mapping, given)?, constant(value)?)),
        ast::GivenValue::File(_) => None,
    });
    let given = given.into_iter().map(|given| lowering.given(mapping, given));
    let context = test.context.iter().map(|entry| lowering.context(entry));
    Some(Test {
        name: test.name.value.clone(),
        mapping,
        given: given.collect::<Option<_>>()?,
        params: params.collect::<Option<_>>()?,
        context: context.collect::<Option<_>>()?,
        current: match &test.current {
            Some(current) => Some(constant(current)?),
            None => None,
        },
        changed: test.changed.iter().map(|field| field.value.clone()).collect(),
        expect: match &test.expect {
            Some(expect) => Some(self::expect(expect)?),
            None => None,
        },
        place: places.place(test.span),
    })
}

struct Lowering<'c> {
    connector: &'c Connector,
    models: &'c [Model],
}

/// The mapping of this name.
pub(super) fn tested(connector: &Connector, models: &[Model], name: &ast::mapping::MappingName) -> Option<MappingId> {
    let direction = match name.direction.value {
        ast::mapping::Direction::Import => Direction::Import,
        ast::mapping::Direction::Export => Direction::Export,
        ast::mapping::Direction::Sync => return None,
    };
    let variant = name.variant.as_ref().map(|variant| variant.value.as_str());
    let mappings = connector.mappings.iter();
    let same = mappings.map(|mapping| {
        mapping.direction == direction
            && models[mapping.model.0].name.text == name.model.value
            && connector.externals[mapping.external.0].name.text == name.external.value
            && mapping.variant.as_deref() == variant
    });
    same.into_iter().position(|same| same).map(MappingId)
}

impl Lowering<'_> {
    fn mapping(&self, name: &ast::mapping::MappingName) -> Option<MappingId> {
        tested(self.connector, self.models, name)
    }

    /// The parameter that a test gives a value.
    fn param(&self, mapping: MappingId, given: &ast::Given) -> Option<ParamId> {
        let alias = given.source.as_ref()?;
        let mut params = self.connector.mappings[mapping.0].params.iter();
        params.position(|(name, _)| name.text == alias.value).map(ParamId)
    }

    fn given(&self, mapping: MappingId, given: &ast::Given) -> Option<Given> {
        let sources = &self.connector.mappings[mapping.0].sources;
        let source = match &given.source {
            None => SourceId(0),
            Some(alias) => SourceId(sources.iter().position(|source| source.alias.text == alias.value)?),
        };
        let value = match &given.value {
            ast::GivenValue::Inline(value) => GivenValue::Inline(constant(value)?),
            ast::GivenValue::File(file) => GivenValue::File(file.value.clone()),
        };
        Some(Given { source, value })
    }

    fn context(&self, entry: &ast::Context) -> Option<Context> {
        Some(match entry {
            ast::Context::Lookup {
                function,
                external,
                key,
                answer,
            } if function.value == "load" && self.external(external).is_none() => Context::Read {
                model: self.model(external)?,
                record: constant(key)?,
                answer: constant(answer)?,
            },
            ast::Context::Lookup {
                function,
                external,
                key,
                answer,
            } => Context::Key {
                question: match function.value.as_str() {
                    "load" => Question::Load,
                    "bound" => Question::Bound,
                    _ => Question::Ref,
                },
                external: self.external(external)?,
                key: constant(key)?,
                answer: constant(answer)?,
            },
            ast::Context::Find {
                model,
                criteria,
                answer,
            } => {
                let model = self.model(model)?;
                Context::Find {
                    model,
                    criteria: self.criteria(model, criteria)?,
                    answer: constant(answer)?,
                }
            }
            ast::Context::Backend { name, value } => Context::Setting {
                setting: self.setting(name)?,
                value: constant(value)?,
            },
            ast::Context::Function { name, args, answer } => Context::Function {
                function: self.function(name)?,
                args: args.iter().map(constant).collect::<Option<_>>()?,
                answer: constant(answer)?,
            },
        })
    }

    /// The type that an author means: views of models for exports are called like their models, and nobody names them.
    fn external(&self, name: &Name) -> Option<ExternalId> {
        let mut externals = self.connector.externals.iter();
        externals
            .position(|known| known.stored.is_none() && known.name.text == name.value)
            .map(ExternalId)
    }

    fn model(&self, name: &Name) -> Option<ModelId> {
        let models = self.models.iter().map(|model| &model.name.text);
        models.into_iter().position(|known| *known == name.value).map(ModelId)
    }

    fn setting(&self, name: &Name) -> Option<SettingId> {
        let settings = self.connector.settings.iter().map(|setting| &setting.name.text);
        settings
            .into_iter()
            .position(|known| *known == name.value)
            .map(SettingId)
    }

    fn function(&self, name: &Name) -> Option<ExternId> {
        let functions = self.connector.externs.iter().map(|function| &function.name.text);
        functions
            .into_iter()
            .position(|known| *known == name.value)
            .map(ExternId)
    }

    fn criteria(&self, model: ModelId, criteria: &Expr) -> Option<Vec<(ModelFieldId, Constant)>> {
        let fields = record(criteria)?.into_iter().map(|(name, value)| {
            let fields = &self.models[model.0].fields;
            let field = fields.iter().position(|field| field.name.text == name)?;
            Some((ModelFieldId(field), value))
        });
        fields.collect()
    }
}

fn expect(expect: &ast::Expect) -> Option<Expect> {
    Some(match expect {
        ast::Expect::Fields {
            record: fields,
            exactly,
        } => Expect::Fields {
            fields: record(fields)?,
            exactly: exactly.is_some(),
        },
        ast::Expect::Error { kind, at } => Expect::Error {
            kind: kind.value.clone(),
            at: at.as_ref().map(|target| target.value.clone()),
        },
        ast::Expect::Stop { how, because } => Expect::Stop {
            ending: how.value,
            because: because.as_ref().map(|reason| reason.value.clone()),
        },
    })
}

fn record(value: &Expr) -> Option<Vec<(String, Constant)>> {
    let ExprKind::Record(fields) = &value.kind else {
        return None;
    };
    let fields = fields
        .iter()
        .map(|field| Some((field.name.value.clone(), constant(&field.value)?)));
    fields.collect()
}

fn constant(value: &Expr) -> Option<Constant> {
    if let ExprKind::Record(_) = &value.kind {
        record(value).map(Constant::Record)
    } else if let ExprKind::List(items) = &value.kind {
        items.iter().map(constant).collect::<Option<_>>().map(Constant::List)
    } else if let ExprKind::Call(call) = &value.kind {
        let of = call.args.iter().map(|arg| constant(&arg.value));
        Some(Constant::Reference {
            model: call.function.value.clone(),
            of: of.collect::<Option<_>>()?,
        })
    } else {
        // A whole number of more than 64 bits is still digits on the wire.
        let digits = |digits: &str| Literal::Decimal(digits.to_owned());
        let large = if let ExprKind::Int(written) = &value.kind {
            Some(digits(written))
        } else {
            None
        };
        literal(value).or(large).map(Constant::Literal)
    }
}
