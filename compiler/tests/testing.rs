//! What a connector crate can test of its mapping files: what holds, what is generated, whether two-way rules lead back.
#![cfg(feature = "testing")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its folder fails"
)]

mod support;

use std::borrow::Cow;
use std::sync::Arc;
use support::{folder_of, tenon, text};
use tenon_compiler::interpret::{ExternTable, Externs};
use tenon_compiler::testing::{Connectors, TestError};
use tenon_runtime::generated::{Fail, Out, Val};

const TWO_WAY: &str = r#"connector desk "1"
backend {
  wire json
  adapter rest "https://example.org"
}
internal label { name: text, color: int | null }
external Label key id { id: int readonly, title: text, color?: text | null }
adapter Label {
  read   = GET /labels/{id}
  create = POST /labels returns Label once by review
  write  = PUT /labels/{id}
}
extern iso fn color(name: text) -> int! inverse color_name in crate::colors
sync label <-> Label {
  name  <-> title | trim
  color <-> color | color!
}
"#;

const COLORS: [&str; 3] = ["red", "blue", "green"];

fn color<'s>(args: &[Val<'s>]) -> Out<'s> {
    let name = args[0].clone().into_text()?;
    let number = COLORS.iter().position(|color| *color == name);
    let number = number.and_then(|number| i64::try_from(number).ok());
    Ok(Val::Int(
        number.ok_or_else(|| Fail::new(format!("there is no color {name}")))?,
    ))
}

fn name_of(number: i64, shift: usize) -> Result<Cow<'static, str>, Fail> {
    let color = usize::try_from(number)
        .ok()
        .and_then(|number| COLORS.get(number + shift));
    Ok((*color.ok_or_else(|| Fail::new(format!("there is no color {number}")))?).into())
}

fn color_name<'s>(args: &[Val<'s>]) -> Out<'s> {
    Ok(Val::made(name_of(args[0].clone().into_int()?, 0)?.into_owned()))
}

/// Gives the color behind the right one.
fn wrong_name<'s>(args: &[Val<'s>]) -> Out<'s> {
    Ok(Val::made(name_of(args[0].clone().into_int()?, 1)?.into_owned()))
}

fn desk() -> (tempfile::TempDir, Connectors) {
    let folder = folder_of(&[("connectors/desk.tenon", TWO_WAY)]);
    let connectors = Connectors::read(folder.path().join("connectors")).unwrap();
    (folder, connectors)
}

#[test]
fn right_inverses_hold_and_a_wrong_one_is_caught_in_rust() {
    let (_folder, connectors) = desk();
    let right: Arc<dyn Externs> = Arc::new(ExternTable(&[("color", color), ("color_name", color_name)]));
    assert_eq!(connectors.laws(&right, 200, 1).unwrap(), 2);
    let wrong: Arc<dyn Externs> = Arc::new(ExternTable(&[("color", color), ("color_name", wrong_name)]));
    let Err(TestError::Laws(broken)) = connectors.laws(&wrong, 200, 1) else {
        unreachable!("a wrong inverse is not caught")
    };
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert!(
        broken[0].starts_with("color <-> color | color! (desk.tenon:16)"),
        "{broken:?}"
    );
}

#[test]
fn a_function_that_nobody_gives_is_no_law_that_holds() {
    let (_folder, connectors) = desk();
    let none: Arc<dyn Externs> = Arc::new(ExternTable(&[]));
    assert!(matches!(connectors.laws(&none, 50, 1), Err(TestError::Laws(_))));
}

#[test]
fn snapshots_hold_no_line_numbers() {
    let (_folder, connectors) = desk();
    let all = connectors.effective("desk 1", None).unwrap();
    assert!(all.contains("name <-> title | trim  (desk.tenon)"), "{all}");
    let rust = connectors.generated("desk_1", None).unwrap();
    assert!(
        rust.contains("\"desk.tenon\"") && !rust.contains("@generated"),
        "{rust}"
    );
    assert!(!rust.contains("desk.tenon:"), "{rust}");
}

#[test]
fn the_command_tries_the_laws_and_says_what_it_cannot_try() {
    let (folder, _) = desk();
    let said = tenon(folder.path(), &["test", "connectors", "--laws"]);
    let out = text(&said.stdout);
    assert!(out.contains("ok   name  <-> title | trim"), "{out}");
    assert!(out.contains("?    color <-> color | color!"), "{out}");
}
