//! The cataloguer on its own.

fn main() -> std::process::ExitCode {
    okeanos_runtime::main::<okeanos_cataloguer::CataloguerService>()
}
