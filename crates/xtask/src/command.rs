//! Runs programs.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader, pipe},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, bail, ensure};

/// A command that runs in `dir`.
pub(crate) fn command(dir: &Path, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null());
    command
}

/// A cargo command, in the environment that a person's own would have: what `cargo run` told xtask about xtask
/// (`CARGO_MANIFEST_DIR`…) would make build scripts, and all that depends on them, run again.
pub(crate) fn cargo(dir: &Path, args: &[&str]) -> Command {
    let mut cargo = command(dir, "cargo");
    cargo.args(args);
    for (name, _) in env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// A command that the kernel ends when we end, however that happens: nothing is left running behind a killed xtask.
pub(crate) fn dying_with_us(dir: &Path, program: impl AsRef<OsStr>) -> Command {
    let signal = ["--pdeathsig", "KILL"];
    if !answers("setpriv", &[signal[0], signal[1], "true"]) {
        return command(dir, program);
    }
    let mut command = command(dir, "setpriv");
    command.args(signal).arg(program);
    command
}

/// Takes the settings of Okeanos that we inherited from the environment of a command, other than what it was given.
pub(crate) fn without_settings(command: &mut Command) {
    let given: Vec<_> = command.get_envs().map(|(name, _)| name.to_owned()).collect();
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("OKEANOS_") && !given.contains(&name) {
            command.env_remove(name);
        }
    }
}

/// Runs a command to its end; it must succeed.
pub(crate) fn run(mut command: Command) -> anyhow::Result<()> {
    println!("$ {}", shown(&command));
    let status = command.status().with_context(|| format!("starting {}", shown(&command)))?;
    ensure!(status.success(), "{} ended with {status}", shown(&command));
    Ok(())
}

/// Runs a command to its end without showing what it prints; it must succeed.
pub(crate) fn output(mut command: Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("starting {}", shown(&command)))?;
    if !output.status.success() {
        bail!("{} ended with {}:\n{}", shown(&command), output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program is there and answers.
pub(crate) fn answers(program: impl AsRef<OsStr>, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs a command, showing its output and handing each line to `each`; tells whether it succeeded.
pub(crate) fn follow(mut command: Command, mut each: impl FnMut(&str)) -> anyhow::Result<bool> {
    let name = shown(&command);
    println!("$ {name}");
    let (reader, writer) = pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
    // the command holds the writing ends: without this, reading would never end
    drop(command);
    for line in BufReader::new(reader).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        each(&line);
    }
    Ok(child.wait()?.success())
}

fn shown(command: &Command) -> String {
    let words: Vec<_> =
        [command.get_program()].into_iter().chain(command.get_args()).map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = command(Path::new("/"), "sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn follow_hands_over_both_streams_and_the_end() {
        let mut lines = Vec::new();
        let good = follow(shell("echo one; echo two >&2; exit 3"), |line| lines.push(line.to_owned())).unwrap();
        lines.sort();
        assert_eq!(lines, ["one", "two"]);
        assert!(!good);
    }

    #[test]
    fn a_failing_command_says_what_it_printed() {
        let error = output(shell("echo nothing there >&2; exit 1")).unwrap_err();
        assert!(error.to_string().contains("nothing there"), "{error}");
        assert_eq!(output(shell("echo ' fine '")).unwrap(), "fine");
    }
}
