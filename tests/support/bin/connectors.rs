//! The application `connectors`, built with the tests so that they can start it; or one with models of the tests.

fn main() -> std::process::ExitCode {
    tenon_runtime::app::start_failpoints();
    #[cfg(feature = "postgres")]
    if std::env::var_os(support::records::application::MODELS).is_some() {
        return support::records::application::main();
    }
    tenon_mappings::application::main()
}
