//! The author's Rust beside its declaration: does each function have the type that mappings call it with? rustc says it too, but cannot point into a mapping file.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the syntax of Rust has kinds that nothing here looks at"
)]

mod shape;

use crate::error::rust as said;
use crate::generate::external_fn::types::{owned, records};
use crate::generate::external_fn::{given, line, returned};
use crate::ident::ident;
use crate::ir::{ExternFn, Program};
use crate::project::RustModule;
use crate::starter::Wanted;
use crate::suggest::listed;
use shape::{Fits, Shape, fits};
use std::collections::BTreeSet;

use tenon_dsl::ast::{self, Document, Overridden, Override};
use tenon_dsl::report::Report;
use tenon_dsl::source::{Source, Span};

/// Says each `extern fn` whose Rust function has another signature; what cannot be judged is left to rustc.
pub(crate) fn signatures(program: &Program, documents: &[Document], modules: &[RustModule]) -> Vec<Report> {
    let mut judged = BTreeSet::new();
    let mut reports = Vec::new();
    for connector in &program.connectors {
        for function in &connector.externs {
            let Some(module) = modules.iter().find(|module| module.path == function.module) else {
                continue;
            };
            if judged.insert((&function.module, &function.name.text)) {
                let places = Places::of(function, documents);
                let expected = Expected::of(function, &connector.module);
                reports.extend(judge(function, &places, &expected, module));
            }
        }
    }
    reports
}

/// The functions that mappings call, by module, each once.
pub(crate) fn expected_functions(program: &Program) -> Vec<Wanted> {
    let mut seen = BTreeSet::new();
    let mut wanted = Vec::new();
    for connector in &program.connectors {
        for function in &connector.externs {
            if seen.insert((&function.module, &function.name.text)) {
                wanted.push(Wanted {
                    module: function.module.clone(),
                    line: Expected::of(function, &connector.module).line,
                });
            }
        }
    }
    wanted.sort_by(|one, other| one.module.cmp(&other.module));
    wanted
}

/// Whether the file has the module that was looked for in it, and not only its `mod name;`.
pub(crate) fn is_written(module: &RustModule) -> bool {
    match syn::parse_file(&module.source.text) {
        Ok(file) => inside(&file.items, &module.inner).is_some(),
        // What is no Rust (yet) is there, and rustc says what is wrong with it.
        Err(_) => true,
    }
}

/// Where the parts of a declaration stand.
struct Places {
    name: Span,
    params: Vec<Span>,
    result: Span,
}

impl Places {
    /// An inverse that is only named has no parts of its own.
    fn of(function: &ExternFn, documents: &[Document]) -> Self {
        let items = documents.iter().flat_map(|document| &document.items);
        let mut declared = items.filter_map(|item| match item {
            ast::Item::Extern(function) => Some(function),
            ast::Item::Override(Override {
                item: Overridden::Extern(function),
                ..
            }) => Some(function),
            ast::Item::Override(Override {
                item: Overridden::Table(_),
                ..
            })
            | ast::Item::Backend(_)
            | ast::Item::External(_)
            | ast::Item::Internal(_)
            | ast::Item::Binding(_)
            | ast::Item::Adapter(_)
            | ast::Item::Table(_)
            | ast::Item::Mapping(_)
            | ast::Item::Test(_)
            | ast::Item::Amend(_)
            | ast::Item::Drop(_) => None,
        });
        let is_it =
            |written: &&ast::ExternFn| written.name.value == function.name.text && written.span == function.place.span;
        match declared.find(is_it) {
            Some(written) => Self {
                name: written.name.span,
                params: match function.effect {
                    Some(_) => Vec::new(),
                    None => written.params.iter().map(|param| param.ty.span).collect(),
                },
                result: written.result.as_ref().map_or(written.name.span, |ty| ty.span),
            },
            None => Self {
                name: function.place.span,
                params: Vec::new(),
                result: function.place.span,
            },
        }
    }
}

/// The signature that mappings call.
struct Expected {
    params: Vec<Shape>,
    result: Shape,
    /// Generated types and their fields.
    records: Vec<(String, String)>,
    /// As an author writes it.
    line: String,
    /// Where its types are generated.
    generated: Option<String>,
}

impl Expected {
    fn of(function: &ExternFn, module: &str) -> Self {
        if function.effect.is_some() {
            return Self {
                params: vec![Shape::read("&mut Tx<'_>"), Shape::read("RecordId")],
                result: Shape::read("Result<(), Fail>"),
                records: Vec::new(),
                line: format!(
                    "pub fn {}(tx: &mut Tx<'_>, record: RecordId) -> Result<(), Fail>",
                    function.name.rust
                ),
                generated: None,
            };
        }
        let records: Vec<(String, String)> = records(function)
            .iter()
            .map(|record| {
                let fields = record.fields.iter().map(|(field, ty)| {
                    let ty = owned(ty, &record.inner(field), "'r");
                    format!("{}: {}", ident(field).rust, Shape::read(&ty))
                });
                (record.name.clone(), fields.collect::<Vec<_>>().join(", "))
            })
            .collect();
        let names: Vec<String> = records.iter().map(|(name, _)| name.clone()).collect();
        Self {
            params: given(function).iter().map(|ty| Shape::read(ty)).collect(),
            result: Shape::read(&returned(function)),
            line: line(function),
            generated: (!names.is_empty())
                .then(|| format!("{}, generated in the module {module}", listed(&names, "and"))),
            records,
        }
    }

    /// A type with the fields of the generated one in it.
    fn shown(&self, shape: &Shape) -> String {
        let shown = shape.to_string();
        let named = |name: &&(String, String)| shape.names(&name.0);
        match self.records.iter().find(named) {
            Some((name, fields)) if shown.ends_with(name) => format!("{shown} {{ {fields} }}"),
            Some((name, fields)) => format!("{shown}, {name} {{ {fields} }}"),
            None => shown,
        }
    }
}

fn judge(function: &ExternFn, places: &Places, expected: &Expected, module: &RustModule) -> Option<Report> {
    let file = syn::parse_file(&module.source.text).ok()?;
    let name = function.name.rust.as_str();
    let Some(items) = inside(&file.items, &module.inner) else {
        return no_module(function, places, &file.items, module);
    };
    let found: Vec<&syn::ItemFn> = items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Fn(found) if found.sig.ident == name => Some(found),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        let may_come_from_elsewhere = items.iter().any(|item| brings(item, name));
        let (written, file) = (function.name.text.as_str(), module.source.name.as_str());
        let report = || said::no_function((places.name, written), &function.module, file, &expected.line);
        return (!may_come_from_elsewhere).then(report);
    }
    // Of several behind `cfg` one fits: then that one is meant.
    let differences: Option<Vec<said::Difference>> = found
        .iter()
        .map(|found| hidden(function, places, &found.vis).or_else(|| difference(places, expected, &found.sig)))
        .collect();
    let difference = differences?.into_iter().next()?;
    let at = place_of(&module.source, name)?;
    Some(said::another_signature(
        &difference,
        at,
        &expected.line,
        expected.generated.as_deref(),
    ))
}

/// Says that a file has no module of this name, where nothing in it can bring one.
fn no_module(function: &ExternFn, places: &Places, items: &[syn::Item], module: &RustModule) -> Option<Report> {
    let mut around = items;
    let mut missing = module.inner.iter();
    let name = loop {
        let name = missing.next()?;
        let declared = around.iter().find_map(|item| match item {
            syn::Item::Mod(inner) if inner.ident == name => Some(inner.content.as_ref()),
            _ => None,
        });
        match declared {
            // Its file is not there yet, or is named by an attribute.
            Some(None) => return None,
            Some(Some((_, items))) => around = items,
            None => break name,
        }
    };
    if around.iter().any(|item| brings(item, name)) {
        return None;
    }
    let is_it = |item: &&syn::Item| matches!(item, syn::Item::Fn(found) if found.sig.ident == function.name.rust);
    let depth = module.path.split("::").count() - module.inner.len();
    let outer: Vec<&str> = module.path.split("::").take(depth).collect();
    let elsewhere = items.iter().find(is_it).map(|_| outer.join("::"));
    let file = module.source.name.as_str();
    Some(said::no_module(
        (places.name, name),
        &module.path,
        file,
        elsewhere.as_deref(),
    ))
}

/// A function that generated code, which stands in a module of its own, cannot name.
fn hidden(function: &ExternFn, places: &Places, seen: &syn::Visibility) -> Option<said::Difference> {
    let is_at_root = !function.module.contains("::");
    let is_private = match seen {
        syn::Visibility::Inherited => true,
        syn::Visibility::Restricted(to) => to.path.is_ident("self"),
        syn::Visibility::Public(_) => false,
    };
    (is_private && !is_at_root).then(|| said::Difference {
        at: places.name,
        generated: "called from the generated code".to_owned(),
        found: "private to its module".to_owned(),
    })
}

/// The items of a module inside the file.
fn inside<'f>(items: &'f [syn::Item], path: &[String]) -> Option<&'f [syn::Item]> {
    let Some((first, rest)) = path.split_first() else {
        return Some(items);
    };
    items.iter().find_map(|item| match item {
        syn::Item::Mod(module) if module.ident == first => {
            let (_, items) = module.content.as_ref()?;
            inside(items, rest)
        }
        _ => None,
    })
}

/// Whether an item may bring a function of this name into the module.
fn brings(item: &syn::Item, name: &str) -> bool {
    match item {
        syn::Item::Macro(_) => true,
        syn::Item::Use(used) => uses(&used.tree, name),
        _ => false,
    }
}

fn uses(tree: &syn::UseTree, name: &str) -> bool {
    match tree {
        syn::UseTree::Path(path) => uses(&path.tree, name),
        syn::UseTree::Name(used) => used.ident == name,
        syn::UseTree::Rename(used) => used.rename == name,
        syn::UseTree::Glob(_) => true,
        syn::UseTree::Group(group) => group.items.iter().any(|tree| uses(tree, name)),
    }
}

/// The first thing that differs.
fn difference(places: &Places, expected: &Expected, signature: &syn::Signature) -> Option<said::Difference> {
    let is_plain = signature.asyncness.is_none() && !matches!(signature.safety, syn::Safety::Unsafe(_));
    if !is_plain || signature.variadic.is_some() {
        return Some(said::Difference {
            at: places.name,
            generated: "called as a plain function".to_owned(),
            found: "not a plain function".to_owned(),
        });
    }
    let count = signature.inputs.len();
    if count != expected.params.len() {
        return Some(said::Difference {
            at: places.name,
            generated: format!("called with {}", said::arguments(expected.params.len())),
            found: format!("takes {}", said::arguments(count)),
        });
    }
    for (at, (input, wanted)) in signature.inputs.iter().zip(&expected.params).enumerate() {
        let found = match input {
            syn::FnArg::Receiver(_) => Shape::read("Self"),
            syn::FnArg::Typed(typed) => Shape::of(&typed.ty),
        };
        // One type stands for a generic one, and what is borrowed has another for each call.
        let is_generic = matches!(input, syn::FnArg::Typed(typed) if is_generic(&typed.ty, &signature.generics));
        if is_generic && wanted.borrows() {
            return Some(said::Difference {
                at: places.params.get(at).copied().unwrap_or(places.name),
                generated: format!("given as {wanted}, borrowed for each call"),
                found: "takes a generic type here".to_owned(),
            });
        }
        if fits(wanted, &found) == Fits::No {
            return Some(said::Difference {
                at: places.params.get(at).copied().unwrap_or(places.name),
                generated: format!("given as {}", expected.shown(wanted)),
                found: format!("takes {found} here"),
            });
        }
    }
    let result = match &signature.output {
        syn::ReturnType::Default => Shape::unit(),
        syn::ReturnType::Type(_, ty) => Shape::of(ty),
    };
    (fits(&expected.result, &result) == Fits::No).then(|| said::Difference {
        at: places.result,
        generated: format!("generated as {}", expected.shown(&expected.result)),
        found: format!("returns {result}"),
    })
}

/// `T` of `fn f<T>(a: T)`, and `impl Trait`.
fn is_generic(ty: &syn::Type, generics: &syn::Generics) -> bool {
    match ty {
        syn::Type::ImplTrait(_) => true,
        syn::Type::Path(path) => generics.type_params().any(|param| path.path.is_ident(&param.ident)),
        _ => false,
    }
}

/// Where the function stands: from the beginning of its line to its body.
fn place_of(source: &Source, name: &str) -> Option<Span> {
    let name = name.trim_start_matches("r#");
    let mut offset = 0;
    for line in source.text.split_inclusive('\n') {
        let start = offset + (line.len() - line.trim_start().len());
        offset += line.len();
        let code = line.trim_start();
        if code.starts_with("//") {
            continue;
        }
        let declares = code.split("fn ").skip(1).any(|rest| {
            let rest = rest.trim_start().trim_start_matches("r#");
            rest.strip_prefix(name)
                .is_some_and(|rest| rest.trim_start().starts_with(['(', '<']))
        });
        if declares {
            let length = source.text[start..].find(['{', ';', '\n']).unwrap_or(code.len());
            let text = source.text[start..start + length].trim_end();
            return Some(Span::new(source.id, start, start + text.len()));
        }
    }
    None
}
