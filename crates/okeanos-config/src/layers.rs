//! Merging and parsing.

use std::{fmt, path::Path};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// What every variable starts with.
const PREFIX: &str = "OKEANOS_";

/// Everything that is wrong with a configuration.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        self.0.iter().try_for_each(|p| write!(f, "\n  - {p}"))
    }
}

impl std::error::Error for Problems {}

/// Merged sources of configuration.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    merged: Table,
}

impl Layers {
    /// Nothing: every section has its defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a TOML file.
    ///
    /// # Errors
    /// When it cannot be read or is not TOML.
    pub fn file(mut self, path: &Path) -> Result<Self, Problems> {
        let problem = |e: &dyn fmt::Display| Problems(vec![format!("{}: {e}", path.display())]);
        let text = std::fs::read_to_string(path).map_err(|e| problem(&e))?;
        let table: Table = text.parse().map_err(|e: toml::de::Error| problem(&e.to_string().replace('\n', " ")))?;
        merge(&mut self.merged, table);
        Ok(self)
    }

    /// Adds the process's environment: `OKEANOS_STORAGE_GATEWAY__BIND=…` is `bind` of section `storage-gateway`.
    #[must_use]
    pub fn environment(self) -> Self {
        self.variables(std::env::vars())
    }

    /// Adds variables; those without the prefix or without `__` are not ours.
    #[must_use]
    pub fn variables(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        for (name, text) in variables {
            let Some((section, field)) = name.strip_prefix(PREFIX).and_then(|n| n.split_once("__")) else { continue };
            let section = section.to_lowercase().replace('_', "-");
            let mut path = vec![section];
            path.extend(field.to_lowercase().split("__").map(str::to_owned));
            self.set(&path, parse_scalar(&text));
        }
        self
    }

    /// Sets one field, as a flag does.
    #[must_use]
    pub fn with(mut self, section: &str, field: &str, value: impl Into<Value>) -> Self {
        self.set(&[section.to_owned(), field.to_owned()], value.into());
        self
    }

    /// A section as its type; a section that nobody wrote has its defaults.
    ///
    /// # Errors
    /// The first problem of this section, with the path of the field.
    pub fn section<T: DeserializeOwned>(&self, name: &str) -> Result<T, Problems> {
        let value = self.merged.get(name).cloned().unwrap_or_else(|| Value::Table(Table::new()));
        serde_path_to_error::deserialize(value)
            .map_err(|e| Problems(vec![format!("{name}.{}: {}", e.path(), e.inner().to_string().trim_end())]))
    }

    /// Refuses sections that nobody reads.
    ///
    /// # Errors
    /// One problem for each.
    pub fn only(&self, known: &[&str]) -> Result<(), Problems> {
        let strangers: Vec<_> = self
            .merged
            .keys()
            .filter(|k| !known.contains(&k.as_str()))
            .map(|k| format!("there is no section {k}; the sections are {}", known.join(", ")))
            .collect();
        if strangers.is_empty() { Ok(()) } else { Err(Problems(strangers)) }
    }

    fn set(&mut self, path: &[String], value: Value) {
        let nested = path.iter().rev().fold(value, |inner, key| Value::Table(Table::from_iter([(key.clone(), inner)])));
        if let Value::Table(table) = nested {
            merge(&mut self.merged, table);
        }
    }
}

/// A variable's text as the TOML value that it looks like, else as a string.
fn parse_scalar(text: &str) -> Value {
    format!("v = {text}")
        .parse::<Table>()
        .ok()
        .filter(|table| table.len() == 1)
        .and_then(|mut table| table.remove("v"))
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::Secret;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, default)]
    struct Gateway {
        bind: String,
        limit: u32,
        key: Secret,
    }

    impl Default for Gateway {
        fn default() -> Self {
            Self { bind: "127.0.0.1:9000".into(), limit: 7, key: Secret::default() }
        }
    }

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn later_layers_win_and_defaults_fill_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("okeanos.toml");
        std::fs::write(&file, "[storage-gateway]\nbind = \"0.0.0.0:1\"\nlimit = 3\n").unwrap();
        let layers = Layers::new()
            .file(&file)
            .unwrap()
            .variables(variables(&[("OKEANOS_STORAGE_GATEWAY__LIMIT", "5"), ("HOME", "/x")]))
            .with("storage-gateway", "bind", "127.0.0.1:2");
        let gateway: Gateway = layers.section("storage-gateway").unwrap();
        assert_eq!(gateway, Gateway { bind: "127.0.0.1:2".into(), limit: 5, key: Secret::default() });
        assert_eq!(layers.section::<Gateway>("other").unwrap(), Gateway::default());
    }

    #[test]
    fn a_problem_names_the_field_and_strangers_are_refused() {
        let layers = Layers::new().variables(variables(&[("OKEANOS_STORAGE_GATEWAY__LIMIT", "many")]));
        let problem = layers.section::<Gateway>("storage-gateway").unwrap_err().to_string();
        assert!(problem.contains("storage-gateway.limit"), "{problem}");
        let typo = Layers::new().with("storage-gateway", "bnid", "x");
        assert!(typo.section::<Gateway>("storage-gateway").unwrap_err().to_string().contains("bnid"));
        assert!(typo.only(&["platform"]).is_err());
    }

    #[test]
    fn a_secret_comes_from_a_file_and_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "s3cr3t\n").unwrap();
        let layers = Layers::new().with("storage-gateway", "key", format!("file:{}", file.display()));
        let gateway: Gateway = layers.section("storage-gateway").unwrap();
        assert_eq!(gateway.key.reveal(), "s3cr3t");
        assert!(!format!("{gateway:?}").contains("s3cr3t"));
        assert!(!serde_json::to_string(&gateway.key).unwrap().contains("s3cr3t"));
    }
}
