//! Makes random programs, compiles them, and puts the Rust of all of them into this crate: `TENON_PROGRAMS` of them from `TENON_SEED` on.
#![allow(clippy::disallowed_methods, reason = "a build script is told by the environment")]

mod generator;
mod settle;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};
use tenon_compiler::emit::File;
use tenon_compiler::folder;

/// How many programs there are in every run of the tests; the gate asks for 300.
const USUAL: u64 = 40;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for name in ["build.rs", "settle.rs", "generator.rs", "generator"] {
        println!("cargo::rerun-if-changed={name}");
    }
    let (programs, first) = (asked("TENON_PROGRAMS", USUAL)?, asked("TENON_SEED", 0)?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: this runs as a build script")?);
    let mut text = String::new();
    let mut list = String::new();
    let (mut all, mut kept) = (0, 0);
    let (mut refused, mut left_out) = (String::new(), String::new());
    let mut left = 0;
    for seed in first..first + programs {
        let (name, author) = (format!("p{}", seed - first), format!("a{}", seed - first));
        let program = generator::program(seed, &format!("crate::programs::{author}"));
        let settled = match settle::settle(program) {
            Ok(settled) => settled,
            // The compiler refuses a line that must stand: there is nothing to compare.
            Err(why) => {
                left_out.push_str(&format!("seed {seed}: {why}\n"));
                left += 1;
                continue;
            }
        };
        let folder = out.join(&name);
        folder::write(&settled.files, &folder)?;
        let mut included = String::new();
        for (file, text) in &settled.sources {
            write(&out.join(format!("{name}_{file}")), text)?;
            included += &format!("(\"{file}\", include_str!(concat!(env!(\"OUT_DIR\"), \"/{name}_{file}\"))), ");
        }
        writeln!(
            text,
            "/// Seed {seed}.\npub mod {name} {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{name}/mod.rs\"));\n}}"
        )?;
        text.push_str(&functions(&settled.files, &name, &author));
        writeln!(
            list,
            "    Program {{ seed: {seed}, files: &[{included}], register: {name}::register_all }},"
        )?;
        all += settled.kept.0;
        kept += settled.kept.1;
        settled
            .refused
            .iter()
            .for_each(|line| refused.push_str(&format!("{seed}: {line}\n")));
    }
    write(&out.join("refused.txt"), &refused)?;
    write(&out.join("left_out.txt"), &left_out)?;
    writeln!(text, "/// All of them.\npub const PROGRAMS: &[Program] = &[\n{list}];")?;
    writeln!(
        text,
        "/// Lines that were made, and those that the compiler took as they were made.\npub const LINES: (usize, usize) = ({all}, {kept});\n/// Programs that are left out, because the compiler refuses a line that must stand.\npub static LEFT_OUT: usize = {left};"
    )?;
    write(&out.join("programs.rs"), &text)?;
    Ok(())
}

/// The author's module of a program: the functions that it calls, with the types that were generated for it.
fn functions(files: &[File], program: &str, module: &str) -> String {
    let calls = |name: &str| {
        files
            .iter()
            .any(|file| file.text.contains(&format!("::{module}::{name};")))
    };
    let mut out = format!("mod {module} {{\n");
    let plain: Vec<&str> = PLAIN.into_iter().filter(|name| calls(name)).collect();
    out.push_str(&format!(
        "    pub(crate) use crate::author::{{{}}};\n",
        plain.join(", ")
    ));
    for name in MADE.into_iter().filter(|name| calls(name)) {
        out.push_str(&format!(
            "    crate::author::{name}!(crate::programs::{program}::externs::programs_{module});\n"
        ));
    }
    out + "}\n"
}

/// Functions whose types are those of every program.
const PLAIN: [&str; 7] = ["half_of", "halve", "is_late", "next", "shout", "turn", "turn_back"];
/// Functions that give a record, of a type that is generated.
const MADE: [&str; 2] = ["cut", "weigh"];

fn asked(name: &str, usual: u64) -> Result<u64, Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-env-changed={name}");
    match env::var(name) {
        Ok(number) => Ok(number.parse().map_err(|error| format!("{name}: {error}"))?),
        Err(_) => Ok(usual),
    }
}

/// A file that is already right is not touched.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    match fs::read_to_string(path) {
        Ok(known) if known == text => Ok(()),
        _ => fs::write(path, text),
    }
}
