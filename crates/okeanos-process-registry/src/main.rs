//! The process registry on its own.

fn main() -> std::process::ExitCode {
    okeanos_runtime::main::<okeanos_process_registry::ProcessRegistry>()
}
