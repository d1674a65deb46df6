//! The storage gateway as a process of its own.

fn main() -> std::process::ExitCode {
    okeanos_runtime::main::<okeanos_storage_gateway::StorageGateway>()
}
