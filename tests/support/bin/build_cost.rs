//! Measures what rustc costs on generated code, and fails where a bound is broken; `--release` measures against optimized libraries.

fn main() -> std::process::ExitCode {
    support::build_cost::main()
}
