//! Measures how fast mapping files are checked and fails where a bound is broken; build it with `--release`.
//! The allocator is that of the command `tenon`.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    support::check_speed::main()
}
