//! Where things are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// Folders that hold nothing of ours.
const NOT_OURS: [&str; 7] = [".git", "target", "node_modules", "dist", ".venv", "__pycache__", "okeanos-data"];

/// The repository and its build folder.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// The workspace that this program was built from.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        // .../<target>/<profile>/xtask: holds wherever CARGO_TARGET_DIR points
        let exe = env::current_exe()?;
        let target = exe.ancestors().nth(2).context("xtask runs from a cargo target folder")?.to_path_buf();
        Ok(Self { root, target })
    }

    /// The repository.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in cargo's target folder.
    pub(crate) fn target(&self, path: &str) -> PathBuf {
        self.target.join(path)
    }

    /// The `okeanos` binary, which must have been built.
    pub(crate) fn okeanos(&self) -> anyhow::Result<PathBuf> {
        let binary = self.target("debug/okeanos");
        if !binary.is_file() {
            bail!("{} does not exist: build it with `cargo build -p okeanos`", binary.display());
        }
        Ok(binary)
    }
}

/// All files below a folder, relative to it, sorted; without build output and what was installed.
pub(crate) fn files(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            let path = entry.path();
            if !entry.file_type()?.is_dir() {
                found.push(path.strip_prefix(root)?.to_path_buf());
            } else if !NOT_OURS.iter().any(|name| entry.file_name() == *name) {
                folders.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
