//! `tenon schema`: the JSON Schema of the YAML form, for editors.

use super::Ended;

/// Prints it.
pub(crate) fn run() -> Ended {
    print!("{}", tenon_dsl::yaml_schema());
    Ended::Clean
}
