//! The iam service on its own.

fn main() -> std::process::ExitCode {
    okeanos_runtime::main::<okeanos_iam::IamService>()
}
