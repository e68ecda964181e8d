//! `tenon explain`: what a code means.

use super::Ended;
use clap::Args;
use tenon_dsl::code::{codes, find, similar};

/// Arguments of `tenon explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  tenon explain E0601\n  tenon explain | grep -i yaml")]
pub(crate) struct Explain {
    /// The code; without it all codes are listed
    code: Option<String>,
}

/// Prints the long text of a code, or a line for each.
pub(crate) fn run(explain: &Explain) -> Ended {
    let Some(name) = &explain.code else {
        codes()
            .iter()
            .for_each(|code| println!("{}  {}", code.name, code.title));
        return Ended::Clean;
    };
    match find(name) {
        Some(code) => {
            print!("{}", code.explanation());
            Ended::Clean
        }
        None => {
            eprintln!("tenon: there is no code `{name}`; {}", suggestion(name));
            Ended::Refused
        }
    }
}

fn suggestion(name: &str) -> String {
    let similar = similar(name);
    match similar.split_last() {
        None => "`tenon explain` lists all".to_owned(),
        Some((one, [])) => format!("did you mean {one}?"),
        Some((last, others)) => format!("did you mean {} or {last}?", others.join(", ")),
    }
}
