//! The author's Rust beside its declaration: does each function have the type that mappings call it with? rustc says it too, but cannot point into a mapping file.

mod shape;

use crate::error::rust as said;
use crate::generate::external_fn::{param_type, result_type};
use crate::ir::{ExternFn, ExternResult, Program};
use crate::project::RustModule;
use shape::{Fits, Shape, fits};
use tenon_dsl::ast::{self, Document};
use tenon_dsl::report::Report;
use tenon_dsl::source::{Source, Span};

/// Says each `extern fn` whose Rust function has another signature; what cannot be judged is left to rustc.
pub(crate) fn signatures(program: &Program, documents: &[Document], modules: &[RustModule]) -> Vec<Report> {
    let declared = documents.iter().flat_map(|document| &document.items).filter_map(|item| match item {
        ast::Item::Extern(function) => Some(function),
        ast::Item::Backend(_)
        | ast::Item::External(_)
        | ast::Item::Internal(_)
        | ast::Item::Binding(_)
        | ast::Item::Adapter(_)
        | ast::Item::Table(_)
        | ast::Item::Mapping(_)
        | ast::Item::Test(_) => None,
    });
    let judged = declared.filter_map(|written| {
        let mut connectors = program.connectors.iter();
        let (connector, function) = connectors.find_map(|connector| {
            let same = |function: &&ExternFn| function.place.span == written.span;
            Some((connector, connector.externs.iter().find(same)?))
        })?;
        let module = modules.iter().find(|module| module.path == function.module)?;
        let expected = Expected::of(function, &connector.module);
        judge(written, function, &expected, module)
    });
    judged.collect()
}

/// The signature that mappings call.
struct Expected {
    params: Vec<Shape>,
    result: Shape,
    /// As an author writes it.
    line: String,
    /// Where the type of its result is generated.
    generated: Option<String>,
}

impl Expected {
    fn of(function: &ExternFn, module: &str) -> Self {
        let names: Vec<&str> = function.params.iter().map(|(name, _)| name.rust.as_str()).collect();
        let (names, params, result) = match function.effect {
            Some(_) => {
                let params = vec![Shape::read("&mut Tx<'_>"), Shape::read("RecordId")];
                (vec!["tx", "record"], params, "()".to_owned())
            }
            None => {
                let params = function.params.iter().map(|(_, ty)| Shape::read(&param_type(ty).to_string()));
                let result = match &function.result {
                    ExternResult::One(ty) => result_type(ty).to_string(),
                    ExternResult::Record(_) => function.result_type.clone(),
                };
                (names, params.collect(), result)
            }
        };
        let result = match function.fallible {
            true => Shape::read(&format!("Result<{result}, Fail>")),
            false => Shape::read(&result),
        };
        let written: Vec<String> = names.iter().zip(&params).map(|(name, ty)| format!("{name}: {ty}")).collect();
        let arrow = match result.is_unit() {
            true => String::new(),
            false => format!(" -> {result}"),
        };
        let is_record = function.effect.is_none() && matches!(function.result, ExternResult::Record(_));
        Self {
            line: format!("pub fn {}({}){arrow}", function.name.rust, written.join(", ")),
            generated: is_record.then(|| format!("{}, generated in the module {module}", function.result_type)),
            params,
            result,
        }
    }
}

fn judge(written: &ast::ExternFn, function: &ExternFn, expected: &Expected, module: &RustModule) -> Option<Report> {
    let file = syn::parse_file(&module.source.text).ok()?;
    let items = inside(&file.items, &module.inner)?;
    let name = function.name.rust.as_str();
    let found: Vec<&syn::ItemFn> = items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Fn(found) if found.sig.ident == name => Some(found),
            _ => None,
        })
        .collect();
    let Some(first) = found.first() else {
        let may_come_from_elsewhere = items.iter().any(|item| brings(item, name));
        let place = &module.source.name;
        let report = || said::no_function(written.name.span, &written.name.value, &function.module, place, &expected.line);
        return (!may_come_from_elsewhere).then(report);
    };
    let at = place_of(&module.source, name)?;
    let mistakes: Option<Vec<said::Difference>> = found.iter().map(|found| difference(written, expected, found)).collect();
    // Of several behind `cfg` one fits: then that one is meant.
    let difference = mistakes?.into_iter().next()?;
    let is_plain = first.sig.asyncness.is_none() && first.sig.unsafety.is_none();
    debug_assert!(is_plain || difference.found.contains("fn"), "a qualifier is the first difference");
    let generated = expected.generated.as_deref();
    Some(said::another_signature(&difference, at, &expected.line, generated))
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
fn difference(written: &ast::ExternFn, expected: &Expected, found: &syn::ItemFn) -> Option<said::Difference> {
    let signature = &found.sig;
    let of_name = |generated: &str, found: String| {
        Some(said::Difference {
            at: written.name.span,
            generated: generated.to_owned(),
            found,
        })
    };
    if signature.asyncness.is_some() || signature.unsafety.is_some() || signature.variadic.is_some() {
        return of_name("called as a plain function", "an `async` or `unsafe` fn".to_owned());
    }
    if !signature.generics.params.iter().all(|param| matches!(param, syn::GenericParam::Lifetime(_))) {
        // Inference may make it fit.
        return None;
    }
    let count = signature.inputs.len();
    if count != expected.params.len() {
        let generated = format!("called with {}", said::arguments(expected.params.len()));
        return of_name(&generated, format!("takes {}", said::arguments(count)));
    }
    for (at, (input, wanted)) in signature.inputs.iter().zip(&expected.params).enumerate() {
        let found = match input {
            syn::FnArg::Receiver(_) => Shape::read("Self"),
            syn::FnArg::Typed(typed) => Shape::of(&typed.ty),
        };
        if fits(wanted, &found) == Fits::No {
            let declared = written.params.get(at).filter(|_| written.kind != ast::ExternKind::Effect);
            let span = declared.map_or(written.name.span, |param| param.ty.span);
            return Some(said::Difference {
                at: span,
                generated: format!("given as {wanted}"),
                found: format!("takes {found} here, expected {wanted}"),
            });
        }
    }
    let result = match &signature.output {
        syn::ReturnType::Default => Shape::unit(),
        syn::ReturnType::Type(_, ty) => Shape::of(ty),
    };
    (fits(&expected.result, &result) == Fits::No).then(|| said::Difference {
        at: written.result.as_ref().map_or(written.name.span, |ty| ty.span),
        generated: format!("taken as {}", expected.result),
        found: format!("returns {result}, expected {}", expected.result),
    })
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
            rest.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['(', '<']))
        });
        if declares {
            let length = source.text[start..].find(['{', ';', '\n']).unwrap_or(code.len());
            let text = source.text[start..start + length].trim_end();
            return Some(Span::new(source.id, start, start + text.len()));
        }
    }
    None
}
