//! What rustc costs on what we emit: 200 mappings with lookups and children, `check` and optimized, beside a crate without any.
//!
//! rustc is called as cargo calls it, on the libraries that this program itself was linked with; processor time and the peak of memory
//! are read from the process while it runs.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;
use std::{fs, io, thread};

use tenon_compiler::compile;
use tenon_compiler::emit::Form;
use tenon_dsl::source::{FileId, Source};

/// Mappings: half of them have children, half of them are children.
const MAPPINGS: usize = 200;
/// The most milliseconds of CPU per mapping, to check it and to optimize it.
const BOUNDS_MS: [f64; 2] = [40.0, 100.0];
/// The most MiB of the peak per mapping.
const BOUND_MIB: f64 = 5.0;
/// How often a running rustc is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// Milliseconds in a tick of the kernel's clock.
const TICK_MS: u64 = 10;

/// What one rustc took.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    cpu_ms: f64,
    peak_mib: f64,
}

/// Measures, prints, and fails where a bound is broken.
///
/// # Panics
/// A crate cannot be written or is not accepted.
pub fn main() -> ExitCode {
    let folder = tempfile::tempdir().expect("a folder for two crates");
    let full = crate_of(folder.path(), "full", MAPPINGS / 2);
    let empty = crate_of(folder.path(), "empty", 0);
    let (lines, bytes) = sizes(&folder.path().join("full/connectors")).expect("the code was written");
    let (lines, kib) = (lines / MAPPINGS, bytes as f64 / 1024.0 / MAPPINGS as f64);
    println!("{MAPPINGS} mappings of 12 rules, 3 lookups and children: {lines} lines, {kib:.1} KiB of Rust each");
    let mut broken = false;
    for (name, arguments, bound) in [
        ("check", ["--emit=metadata", "-Copt-level=0"], BOUNDS_MS[0]),
        ("optimized", ["--emit=metadata,link", "-Copt-level=3"], BOUNDS_MS[1]),
    ] {
        let cost = compiled(&full, &arguments).expect("rustc runs");
        let base = compiled(&empty, &arguments).expect("rustc runs");
        let each = MAPPINGS as f64;
        let cpu_ms = (cost.cpu_ms - base.cpu_ms) / each;
        let peak_mib = (cost.peak_mib - base.peak_mib) / each;
        println!(
            "{name}: {cpu_ms:.1} ms of CPU per mapping (bound {bound}), {peak_mib:.2} MiB of the peak (bound {BOUND_MIB}); \
             all {:.0} ms and {:.0} MiB, without mappings {:.0} ms and {:.0} MiB",
            cost.cpu_ms, cost.peak_mib, base.cpu_ms, base.peak_mib
        );
        broken |= cpu_ms > bound || peak_mib > BOUND_MIB;
    }
    match broken {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// A crate with so many orders and their lines, as `build.rs` makes it; its root.
fn crate_of(folder: &Path, name: &str, orders: usize) -> PathBuf {
    let source = Source::new(FileId(0), "shop.tenon", program(orders));
    let compiled = compile(&[source], Form::Folder);
    let files = compiled.files.unwrap_or_else(|| panic!("{:?}", compiled.reports));
    let folder = folder.join(name);
    tenon_compiler::folder::write(&files, &folder.join("connectors")).expect("the code is written");
    let root = folder.join("lib.rs");
    fs::write(&root, "//! Mappings.\npub mod connectors;\n").expect("the root is written");
    root
}

/// Orders with three lookups and lines, each of types of its own.
fn program(orders: usize) -> String {
    let mut text = String::from(
        "connector shop \"1\"\nbackend {\n  wire php\n  prefix: text default \"\"\n  adapter xml_rpc \"http://shop.test\"\n}\n\
         internal res.country {\n  code: text\n  key code\n}\ninternal res.group { name: text }\n\
         external Group key id { id: int, name: text }\nadapter Group { read = call group.info(id) }\n\
         import res.group from Group { copy name }\n\
         table State {\n  \"draft\" <-> \"new\"\n  \"done\" <-> \"complete\"\n  \"sale\" <- _\n}\n",
    );
    for number in 0..orders {
        write!(text, "{}", ORDER.replace('#', &number.to_string())).expect("a text grows");
    }
    text
}

/// One order and its lines; `#` is its number.
const ORDER: &str = r#"
internal sale.order# {
  name:        text
  state:       "draft" | "sale" | "done"
  email:       text | null
  phone:       text | null
  street:      text | null
  zip:         text | null
  country_id:  ref res.country | null
  group_id:    ref res.group | null
  owner_id:    ref res.group | null
  total:       decimal(2)
  note:        text | null
  lines:       [sale.line#] by order_id
}
internal sale.line# {
  order_id: ref sale.order#  on delete cascade
  name:     text
  sku:      text | null
  quantity: decimal(2)
  price:    decimal(2)
  total:    decimal(2)
  tax:      decimal(2)
  group_id: ref res.group | null
  is_free:  bool
  weight:   decimal(2) | null
  place:    int
}
external Item# key id {
  id:      int
  name:    text
  sku?:    text
  qty:     decimal(4)
  price:   decimal(4)
  tax?:    decimal(4)
  group?:  ext Group
  weight?: decimal(4) | null
}
external Order# key id {
  id:       int
  number:   text
  state:    "new" | "complete" | text
  email?:   text | null
  phone?:   text | null
  lines:    [text]
  zip?:     text
  country?: text | null
  group?:   ext Group
  owner?:   ext Group
  shipping: decimal(4)
  items:    [Item#]
}
adapter Order# { read = call order#.info(id) }
import sale.order# from Order# as o {
  let paid = sum(o.items, i => i.price * i.qty)

  name       = "{backend.prefix}{o.number}"
  state      = o.state | State!
  email      = o.email | lower
  phone      = o.phone ?? "none"
  street     = o.lines | join_lines
  zip        = o.zip | trim
  country_id = o.country | upper | find?(res.country, code = _)
  group_id   = o.group | ref!
  owner_id   = o.owner | ref? ?? (o.group | ref!)
  total      = paid + o.shipping | round(2)
  note       = if paid > 100 { "large" } else { null }
  lines      = o.items via sale.line#(rate = o.shipping) keyed by id orphans remove
}
import sale.line# from Item# as i within Order# as o (rate: decimal(4)) {
  name     = i.name | truncate(60)
  sku      = i.sku | upper
  quantity = i.qty | round(2)
  price    = i.price | round(2)
  total    = i.price * i.qty | round(2)
  tax      = i.tax ?? rate | round(2)
  group_id = i.group | ref!
  is_free  = i.price == 0
  weight   = i.weight | round(2)
  place    = position()
}
"#;

/// Lines and bytes of all files in a folder.
fn sizes(folder: &Path) -> io::Result<(usize, usize)> {
    let (mut lines, mut bytes) = (0, 0);
    for entry in fs::read_dir(folder)? {
        let text = fs::read_to_string(entry?.path())?;
        lines += text.lines().count();
        bytes += text.len();
    }
    Ok((lines, bytes))
}

/// Runs rustc on a crate that needs the runtime alone.
fn compiled(root: &Path, arguments: &[&str]) -> io::Result<Cost> {
    let libraries = libraries()?;
    let out = root.with_file_name("out");
    fs::create_dir_all(&out)?;
    let mut child = Command::new("rustc")
        .args([
            "--crate-name",
            "mappings",
            "--crate-type",
            "lib",
            "--edition",
            "2024",
            "--cap-lints",
            "allow",
        ])
        .args(arguments)
        .arg("--out-dir")
        .arg(&out)
        .arg("-L")
        .arg(format!("dependency={}", libraries.display()))
        .arg("--extern")
        .arg(format!("tenon_runtime={}", runtime(&libraries)?.display()))
        .arg(root)
        .spawn()?;
    let mut cost = Cost::default();
    let status = loop {
        cost = look(child.id()).unwrap_or(cost);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(LOOK);
    };
    match status.success() {
        true => Ok(cost),
        false => Err(io::Error::other("rustc does not accept the generated code")),
    }
}

/// The folder of libraries that cargo put beside this program.
fn libraries() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program
        .parent()
        .ok_or_else(|| io::Error::other("a program without a folder"))?;
    Ok(match folder.ends_with("deps") {
        true => folder.to_owned(),
        false => folder.join("deps"),
    })
}

/// The newest runtime among them.
fn runtime(libraries: &Path) -> io::Result<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(libraries)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("libtenon_runtime-") && name.ends_with(".rlib") {
            found.push((fs::metadata(&path)?.modified()?, path));
        }
    }
    found.sort();
    let newest = found.pop().map(|(_, path)| path);
    newest.ok_or_else(|| io::Error::other("there is no library of the runtime beside this program"))
}

/// What a running process took so far.
fn look(process: u32) -> Option<Cost> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let behind = stat.rsplit_once(')')?.1;
    let ticks: u64 = behind
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|word| word.parse::<u64>().ok())
        .sum();
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = peak.trim().trim_end_matches(" kB").parse().ok()?;
    Some(Cost {
        cpu_ms: (ticks * TICK_MS) as f64,
        peak_mib: kib / 1024.0,
    })
}
