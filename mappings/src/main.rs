//! The application `connectors`: the ready connectors and the operator's command.

fn main() -> std::process::ExitCode {
    tenon_mappings::application::main()
}
