//! Follows the path of a fact through the records and bindings of the store.

use std::pin::Pin;

use serde_json::Value;
use tenon_runtime::app::context::Context;
use tenon_runtime::connector::ExternalType;
use tenon_runtime::model::{Model, ModelKind};
use tenon_runtime::store::{Bound, Find};
use tenon_runtime::value::{RecordId, Stored};

use super::path::Step;

/// Something a path leads to.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Record(&'static Model, RecordId),
    Binding(&'static ExternalType, Bound),
    List(Vec<Place>),
    Leaf(Value),
    Nothing,
}

/// The store of one replay.
pub(super) struct Walk<'a> {
    pub(super) context: &'a Context,
    pub(super) instance: &'a str,
}

type Walking<'a> = Pin<Box<dyn Future<Output = Result<Place, String>> + 'a>>;

impl Walk<'_> {
    /// Where the steps lead from a place.
    pub(super) async fn follow(&self, mut place: Place, steps: &[Step]) -> Result<Place, String> {
        for step in steps {
            place = self.step(place, step).await?;
        }
        Ok(place)
    }

    fn boxed<'w>(&'w self, place: Place, steps: &'w [Step]) -> Walking<'w> {
        Box::pin(self.follow(place, steps))
    }

    async fn step(&self, place: Place, step: &Step) -> Result<Place, String> {
        match (place, step) {
            (Place::Binding(_, bound), Step::Field(name)) if name == "@key" => Ok(Place::Leaf(bound.key.0.into())),
            (Place::Binding(external, bound), Step::Field(name)) => {
                self.field(self.model_of(external)?, bound.id, name).await
            }
            (Place::Record(model, id), Step::Field(name)) => self.field(model, id, name).await,
            (Place::List(list), Step::Index(index)) => {
                let length = list.len();
                let element = list.into_iter().nth(*index);
                element.ok_or_else(|| format!("[{index}] of a list of {length}"))
            }
            (Place::List(list), Step::Where(path, text)) => self.chosen(list, path, text).await,
            (Place::Nothing, Step::Field(_) | Step::Index(_) | Step::Where(..)) => Ok(Place::Nothing),
            (place, step) => Err(format!("{step:?} of {place:?}")),
        }
    }

    /// The one element where a path leads to a text.
    async fn chosen(&self, list: Vec<Place>, path: &[Step], text: &str) -> Result<Place, String> {
        let mut found = Vec::new();
        for element in list {
            // A path that leads nowhere from one element says nothing of the others.
            match self.boxed(element.clone(), path).await {
                Ok(Place::Leaf(Value::String(value))) if value == text => found.push(element),
                Ok(_) | Err(_) => {}
            }
        }
        match <[Place; 1]>::try_from(found) {
            Ok([place]) => Ok(place),
            Err(found) => Err(format!("{} elements fit {text}", found.len())),
        }
    }

    /// The type that a name of the path means.
    pub(super) fn external(&self, name: &str) -> Result<&'static ExternalType, String> {
        let externals = self.context.sync.registry.externals();
        let known = externals.into_iter().find(|known| known.name == name);
        known.ok_or_else(|| format!("there is no external type {name}"))
    }

    fn model_of(&self, external: &ExternalType) -> Result<&'static Model, String> {
        let binding = external.binding.as_ref();
        let binding = binding.ok_or_else(|| format!("{} has no binding", external.name))?;
        self.model_named(binding.model)
    }

    fn model_named(&self, name: &str) -> Result<&'static Model, String> {
        let model = self.context.sync.registry.model_named(name);
        model.ok_or_else(|| format!("there is no model {name}"))
    }

    async fn field(&self, model: &'static Model, id: RecordId, name: &str) -> Result<Place, String> {
        let store = self.context.sync.store.as_ref();
        if let Some(external) = name.strip_prefix('@') {
            let external = self.external(external)?;
            let bound = store.bindings_of(external, self.instance, id).await;
            let bound = bound.map_err(|error| error.to_string())?.into_iter();
            return Ok(Place::List(
                bound.map(|bound| Place::Binding(external, bound)).collect(),
            ));
        }
        let field = model.field(name);
        let field = field.ok_or_else(|| format!("{} has no field {name}", model.name))?;
        if let ModelKind::OneToMany { model, by } = field.kind {
            return self.children(self.model_named(model)?, by, id).await;
        }
        let rows = store.read(model, &[id], &[field.name]).await;
        let rows = rows.map_err(|error| error.to_string())?;
        let row = rows.into_iter().flatten().next();
        let stored = row.and_then(|row| row.get(field.name).cloned());
        let far = if let ModelKind::Ref { model, .. } | ModelKind::ManyToMany { model } = field.kind {
            Some(self.model_named(model)?)
        } else {
            None
        };
        place(stored.unwrap_or(Stored::Null), far)
    }

    async fn children(&self, model: &'static Model, by: &'static str, id: RecordId) -> Result<Place, String> {
        let find = Find {
            model,
            by: vec![by],
            fold: false,
            filter: None,
            values: vec![vec![Stored::Ref(id)]],
        };
        let found = self.context.sync.store.find(&find).await;
        let found = found.map_err(|error| error.to_string())?.into_iter().flatten();
        Ok(Place::List(found.map(|id| Place::Record(model, id)).collect()))
    }
}

fn place(stored: Stored, far: Option<&'static Model>) -> Result<Place, String> {
    Ok(match (stored, far) {
        (Stored::Null, _) => Place::Nothing,
        (Stored::Ref(id), Some(model)) => Place::Record(model, id),
        (Stored::Refs(ids), Some(model)) => Place::List(ids.into_iter().map(|id| Place::Record(model, id)).collect()),
        (Stored::Text(text) | Stored::Json(text), _) => Place::Leaf(text.into()),
        (Stored::Int(number), _) => Place::Leaf(number.into()),
        (Stored::Bool(flag), _) => Place::Leaf(flag.into()),
        (Stored::Decimal(number), _) => {
            let digits = number.normalize().to_string();
            Place::Leaf(serde_json::from_str(&digits).map_err(|error| error.to_string())?)
        }
        (Stored::Date(date), _) => Place::Leaf(date.to_string().into()),
        (Stored::Time(time), _) => Place::Leaf(time.to_string().into()),
        (Stored::Duration(lasting), _) => Place::Leaf(lasting.to_string().into()),
        (Stored::DateTime(time), _) => Place::Leaf(time.to_string().into()),
        (Stored::Uuid(uuid), _) => Place::Leaf(uuid.to_string().into()),
        (other @ (Stored::Bytes(_) | Stored::New(_) | Stored::Ref(_) | Stored::Refs(_)), _) => {
            return Err(format!("{other:?} has no place in a fact"));
        }
    })
}
