//! What the runner denies itself before it touches data of strangers: memory, processor time and file sizes are
//! bounded, privileges cannot be gained, of the file system it sees a few of the system's own files, its inputs and its
//! folders, and it connects to nothing but the port that it reads from.

use std::{io, path::Path};

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, NetPort, Ruleset, RulesetAttr, RulesetCreated,
    RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
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

/// How much of the confinement is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Confinement {
    /// As much as the kernel knows.
    #[default]
    BestEffort,
    /// All of it, or nothing is run.
    Require,
}

/// What the process may reach.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// Files and folders that it reads.
    pub readable: &'a [&'a Path],
    /// Folders that it writes to.
    pub writable: &'a [&'a Path],
    /// The TCP port that it connects to.
    pub port: Option<u16>,
}

/// What running programs read: libraries, certificates, name resolution, time zones, what the C library looks up. Of
/// `/proc` only themselves, and of `/etc` nothing that is about this machine or its people.
const SYSTEM: [&str; 24] = [
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/nsswitch.conf",
    "/etc/services",
    "/etc/localtime",
    "/etc/timezone",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/fs/cgroup",
    "/sys/devices/system/cpu",
    "/dev/null",
    "/dev/zero",
    "/dev/random",
    "/dev/urandom",
];
/// What of Landlock is used: files (Linux 5.13, 6.2), TCP (6.7), devices (6.10), signals (6.12).
const KNOWN: ABI = ABI::V6;
/// Between the signal that processor time is over and the end, in seconds.
const CPU_GRACE: u64 = 5;

/// Bounds this process, its threads to come and its children. Call it first, while there is one thread.
///
/// # Errors
/// When the system refuses a bound, or cannot confine it as required.
pub fn enter(bounds: &Bounds, reach: &Reach<'_>, confinement: Confinement) -> io::Result<()> {
    let limit = |resource, most: u64, end: u64| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(end) });
    limit(Resource::Core, 0, 0)?;
    limit(Resource::As, bounds.memory_bytes, bounds.memory_bytes)?;
    limit(Resource::Cpu, bounds.cpu_seconds, bounds.cpu_seconds + CPU_GRACE)?;
    limit(Resource::Fsize, bounds.file_bytes, bounds.file_bytes)?;
    limit(Resource::Nofile, 512, 512)?;
    set_no_new_privs(true)?;
    confine(reach, confinement).map_err(io::Error::other)
}

/// Whether the kernel of this machine can confine a process in every way that is asked for.
pub fn is_whole() -> bool {
    rules(Confinement::Require).is_ok()
}

fn rules(confinement: Confinement) -> Result<RulesetCreated, RulesetError> {
    let level = match confinement {
        Confinement::BestEffort => CompatLevel::BestEffort,
        Confinement::Require => CompatLevel::HardRequirement,
    };
    Ruleset::default()
        .set_compatibility(level)
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()
}

/// Landlock; without it the other bounds stand.
fn confine(reach: &Reach<'_>, confinement: Confinement) -> Result<(), RulesetError> {
    let port = reach.port.map(|port| Ok::<_, RulesetError>(NetPort::new(port, AccessNet::ConnectTcp)));
    rules(confinement)?
        .add_rules(path_beneath_rules(SYSTEM, AccessFs::from_read(KNOWN)))?
        .add_rules(path_beneath_rules(reach.readable, AccessFs::from_read(KNOWN)))?
        .add_rules(path_beneath_rules(reach.writable, AccessFs::from_all(KNOWN)))?
        .add_rules(port)?
        .restrict_self()?;
    Ok(())
}

/// The TCP port of an HTTP address.
pub fn port(address: &str) -> Option<u16> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    // The colons of an IPv6 address are inside brackets.
    match authority.rsplit_once(':') {
        Some((_, port)) if !port.contains(']') => port.parse().ok(),
        _ if scheme.eq_ignore_ascii_case("https") => Some(443),
        _ => Some(80),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_addresses() {
        for (address, expected) in [
            ("http://127.0.0.1:9000", Some(9_000)),
            ("http://s3.sea.example/", Some(80)),
            ("https://s3.sea.example/path:1", Some(443)),
            ("https://[::1]", Some(443)),
            ("http://[::1]:9000/", Some(9_000)),
            ("http://s3.sea.example:x", None),
            ("s3.sea.example", None),
        ] {
            assert_eq!(port(address), expected, "{address}");
        }
    }
}
