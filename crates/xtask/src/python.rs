//! A virtual environment with pinned packages.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use crate::command::{answers, command, run};

/// A virtual environment.
#[derive(Debug)]
pub(crate) struct Venv(PathBuf);

impl Venv {
    /// Makes the environment in `folder` hold what `requirements` lists; does nothing when it does already.
    pub(crate) fn ensure(folder: &Path, requirements: &Path) -> anyhow::Result<Self> {
        let wanted = fs::read_to_string(requirements).with_context(|| format!("reading {}", requirements.display()))?;
        let stamp = folder.join("requirements.txt");
        let venv = Self(folder.to_path_buf());
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && venv.program("python").is_file() {
            return Ok(venv);
        }
        if !answers("python3", &["-c", "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"]) {
            bail!("Python 3.11 or later with venv is needed: `cargo xtask deps` installs it on Debian");
        }
        let here = Path::new(".");
        let mut create = command(here, "python3");
        create.args(["-m", "venv", "--clear"]).arg(folder);
        run(create)?;
        let mut install = command(here, venv.program("python"));
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        install.arg(requirements);
        run(install)?;
        fs::write(stamp, wanted)?;
        Ok(venv)
    }

    /// A program of the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.0.join("bin").join(name)
    }
}
