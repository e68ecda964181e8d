//! Measures how fast mapping files are checked and fails where a bound is broken; build it with `--release`.

fn main() -> std::process::ExitCode {
    support::check_speed::main()
}
