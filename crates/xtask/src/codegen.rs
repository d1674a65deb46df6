//! `cargo xtask codegen`: proto/ to crates/okeanos-proto/src/gen, in pure Rust (protox), committed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use prost::Message;

use crate::workspace::Workspace;

const OUT: &str = "crates/okeanos-proto/src/gen";

/// Writes the generated code; with `check`, fails instead when what is committed is not fresh.
pub(crate) fn run(workspace: &Workspace, check: bool) -> anyhow::Result<()> {
    let root = workspace.root();
    if !check {
        return generate(root, &root.join(OUT));
    }
    let fresh = workspace.target("codegen-check");
    generate(root, &fresh)?;
    for name in names(&fresh)?.into_iter().chain(names(&root.join(OUT))?) {
        let read = |dir: &Path| fs::read_to_string(dir.join(&name)).unwrap_or_default();
        ensure!(read(&fresh) == read(&root.join(OUT)), "{OUT}/{name} is not fresh: run `cargo xtask codegen`");
    }
    Ok(())
}

fn generate(root: &Path, out: &Path) -> anyhow::Result<()> {
    let protos = root.join("proto");
    let files = proto_files(&protos)?;
    let descriptors = protox::compile(&files, [&protos]).context("compiling proto/")?;
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    fs::create_dir_all(out)?;
    pbjson_build::Builder::new()
        .register_descriptors(&descriptors.encode_to_vec())?
        .out_dir(out)
        .build(&[".okeanos"])
        .context("generating serde implementations")?;
    tonic_prost_build::configure().out_dir(out).compile_fds(descriptors).context("generating messages")?;
    Ok(())
}

fn proto_files(protos: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![protos.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "proto") {
                files.push(path.strip_prefix(protos)?.to_path_buf());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn names(dir: &Path) -> anyhow::Result<Vec<String>> {
    fs::read_dir(dir)?.map(|e| Ok(e?.file_name().to_string_lossy().into_owned())).collect()
}
