//! Mapping files to Rust.
fn main() {
    tenon_compiler::build("connectors");
}
