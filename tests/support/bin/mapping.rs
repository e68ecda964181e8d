//! Records through the mappings of `bench/mapping`: the contract of the measurement against other programs, one line in, one line out.
//! The allocator is that of the programs it is measured against.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    support::mapping::main()
}
