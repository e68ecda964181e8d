//! Measures the import of many orders and fails where a bound is broken; build it with `--release`.

fn main() -> std::process::ExitCode {
    support::speed::main()
}
