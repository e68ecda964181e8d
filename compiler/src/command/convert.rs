//! `tenon convert`: mapping files in the other form.

use super::{Ended, Output};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use tenon_compiler::folder::{self, FolderError};
use tenon_dsl::print::{Converted, FormatError, to_text, to_yaml};
use tenon_dsl::source::Source;

/// Arguments of `tenon convert`.
#[derive(Debug, Args)]
#[command(
    after_help = "The file takes the place of the one it was made of: one connector in both forms would say everything twice.\n\n\
                  Exit codes: 0 all files are written, 1 one holds a mistake, cannot be said in the other form, or has comments that it has no place for, \
                  2 the other file is there already.\n\n\
                  Examples:\n  tenon convert --to yaml connectors/shop.tenon"
)]
pub(crate) struct Convert {
    /// The form that is written
    #[arg(long, value_enum)]
    to: Form,
    /// Files in the other form; each is written beside itself, under the name of its new form
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Leave the old file where it is, beside the new one
    #[arg(long)]
    keep: bool,
    /// Leave out comments that the other form has no place for
    #[arg(long)]
    drop_comments: bool,
    #[command(flatten)]
    output: Output,
}

/// A form of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// `.tenon.yaml`
    Yaml,
    /// `.tenon`
    Text,
}

/// Converts each file by itself. The old one goes when the new one is written; what would be lost with it must be asked for.
pub(crate) fn run(convert: &Convert) -> Result<Ended, FolderError> {
    let files: Vec<&Path> = convert.files.iter().map(PathBuf::as_path).collect();
    let found = folder::read_all(&files)?;
    let (mut reports, mut refused) = (Vec::new(), 0);
    for source in &found.sources {
        let converted = match convert.to {
            Form::Yaml if !source.is_yaml() => to_yaml(source),
            Form::Text if source.is_yaml() => to_text(source),
            Form::Yaml | Form::Text => continue,
        };
        match converted {
            Ok(Converted {
                dropped_comments: 1.., ..
            }) if !convert.keep && !convert.drop_comments => {
                refused += 1;
                eprintln!(
                    "tenon: {}: it has plain comments, which have no place in the other form; --drop-comments leaves them out, --keep keeps this file",
                    source.name
                );
            }
            Ok(Converted { text, dropped_comments }) => {
                let name = name(source, convert.to);
                folder::create(Path::new(&name), &text)?;
                if !convert.keep {
                    folder::remove(Path::new(&source.name))?;
                }
                println!("{name}");
                match dropped_comments {
                    0 => {}
                    1 => eprintln!("{}: 1 plain comment is left out", source.name),
                    many => eprintln!("{}: {many} plain comments are left out", source.name),
                }
            }
            Err(FormatError::Mistakes(mistakes)) => reports.extend(mistakes.iter().map(|mistake| mistake.report())),
            Err(error @ (FormatError::Changed { .. } | FormatError::NotSayable { .. })) => {
                refused += 1;
                eprintln!("tenon: {}: {error}", source.name);
            }
        }
    }
    let ended = convert.output.complain(&reports, &found);
    Ok(if refused > 0 { Ended::Mistakes } else { ended })
}

fn name(source: &Source, form: Form) -> String {
    match form {
        Form::Yaml => format!("{}.yaml", source.name),
        Form::Text => source
            .name
            .trim_end_matches(".yaml")
            .trim_end_matches(".yml")
            .to_owned(),
    }
}
