//! The application `connectors`, built with the tests so that they can start it.

fn main() -> std::process::ExitCode {
    tenon_runtime::app::start_failpoints();
    tenon_mappings::application::main()
}
