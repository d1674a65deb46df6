//! What the runner denies itself before it touches data of strangers: memory, processor time and file sizes are
//! bounded, privileges cannot be gained, and of the file system it sees the system's own files, its inputs and its output.

use std::{io, path::Path};

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    path_beneath_rules,
};
use rustix::{
    process::{Resource, Rlimit, setrlimit},
    thread::set_no_new_privs,
};

/// Bounds of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of address space.
    pub memory_bytes: u64,
    /// Seconds of processor time.
    pub cpu_seconds: u64,
    /// Bytes of one file that is written.
    pub file_bytes: u64,
}

/// Folders that running programs read: certificates, name resolution, time zones, what the C library looks up.
const SYSTEM: [&str; 7] = ["/etc", "/usr", "/lib", "/lib64", "/proc", "/sys/fs/cgroup", "/dev"];

/// Bounds this process, its threads to come and its children. Call it first, while there is one thread.
///
/// # Errors
/// When the system refuses a bound.
pub fn enter(bounds: &Bounds, readable: &[&Path], writable: &[&Path]) -> io::Result<()> {
    let limit = |resource, most: u64| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    limit(Resource::Core, 0)?;
    limit(Resource::As, bounds.memory_bytes)?;
    limit(Resource::Cpu, bounds.cpu_seconds)?;
    limit(Resource::Fsize, bounds.file_bytes)?;
    limit(Resource::Nofile, 512)?;
    set_no_new_privs(true)?;
    confine(readable, writable).map_err(io::Error::other)
}

/// Landlock, as far as the kernel knows it (since 5.13); without it the other bounds stand.
fn confine(readable: &[&Path], writable: &[&Path]) -> Result<(), RulesetError> {
    let abi = ABI::V3;
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, AccessFs::from_read(abi)))?
        .add_rules(path_beneath_rules(readable, AccessFs::from_read(abi)))?
        .add_rules(path_beneath_rules(writable, AccessFs::from_all(abi)))?
        .restrict_self()?;
    Ok(())
}
