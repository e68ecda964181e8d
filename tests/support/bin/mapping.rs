//! Records through the mappings of `bench/mapping`: the contract of the measurement against other programs, one line in, one line out.

fn main() -> std::process::ExitCode {
    support::mapping::main()
}
