//! Merging and parsing.

use std::{ffi::OsString, fmt, path::Path};

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
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
        let problem = |at: &str, e: &dyn fmt::Display| Problems(vec![format!("{}{at}: {e}", path.display())]);
        let text = std::fs::read_to_string(path).map_err(|e| problem("", &e))?;
        // The error's own words quote the line, which may hold a secret.
        let table: Table =
            text.parse().map_err(|e: toml::de::Error| problem(&position(&text, e.span()), &e.message()))?;
        merge(&mut self.merged, table);
        Ok(self)
    }

    /// Adds the process's environment: `OKEANOS_STORAGE_GATEWAY__BIND=…` is `bind` of section `storage-gateway`.
    #[must_use]
    pub fn environment(self) -> Self {
        self.variables(std::env::vars_os())
    }

    /// Adds variables; those without the prefix or without `__` are not ours.
    #[must_use]
    pub fn variables<S: Into<OsString>>(mut self, variables: impl IntoIterator<Item = (S, S)>) -> Self {
        for (name, text) in variables {
            // Other programs' variables need not be text.
            let Ok(name) = name.into().into_string() else { continue };
            let Some((section, field)) = name.strip_prefix(PREFIX).and_then(|n| n.split_once("__")) else { continue };
            let text = text.into().to_string_lossy().into_owned();
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
    /// Every problem of this section, with the path of the field: what is wrong is left out to find what else is.
    pub fn section<T: DeserializeOwned>(&self, name: &str) -> Result<T, Problems> {
        let mut value = self.merged.get(name).cloned().unwrap_or_else(|| Value::Table(Table::new()));
        let mut problems = Vec::<String>::new();
        loop {
            let error = match serde_path_to_error::deserialize(value.clone()) {
                Ok(section) if problems.is_empty() => return Ok(section),
                Ok(_) => return Err(Problems(problems)),
                Err(error) => error,
            };
            let message = error.inner().message().trim_end().to_owned();
            let fields =
                error.path().iter().map_while(|s| if let Segment::Map { key } = s { Some(key.as_str()) } else { None });
            let fields: Vec<_> = fields.collect();
            if message.ends_with("string") && make_text(&mut value, &fields) {
                continue;
            }
            let path = format!("{name}.{}", error.path());
            // A field that was left out for its problem is not missing.
            if !message.starts_with("missing field") || !problems.iter().any(|p| p.starts_with(&path)) {
                problems.push(format!("{path}: {message}"));
            }
            if !remove(&mut value, &fields) {
                return Err(Problems(problems));
            }
        }
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

/// Where in a text, as `:line:column`.
fn position(text: &str, span: Option<std::ops::Range<usize>>) -> String {
    let Some(before) = span.and_then(|s| text.get(..s.start)) else { return String::new() };
    let (line, column) =
        (before.matches('\n').count() + 1, before.chars().rev().take_while(|c| *c != '\n').count() + 1);
    format!(":{line}:{column}")
}

/// A variable's text as the TOML value that it looks like, else as a string. A number that would be written otherwise is
/// text as well, so that a string field has it back letter by letter.
fn parse_scalar(text: &str) -> Value {
    format!("v = {text}")
        .parse::<Table>()
        .ok()
        .filter(|table| table.len() == 1)
        .and_then(|mut table| table.remove("v"))
        .filter(|value| {
            matches!(value, Value::String(_) | Value::Array(_) | Value::Table(_)) || value.to_string() == text.trim()
        })
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

/// Writes the number or boolean at a path as the text that it was; `false` when there is none.
fn make_text(value: &mut Value, path: &[&str]) -> bool {
    let found = path.iter().try_fold(value, |inner, key| inner.get_mut(key));
    match found {
        Some(scalar @ (Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_))) => {
            *scalar = Value::String(scalar.to_string());
            true
        }
        _ => false,
    }
}

/// Removes what is at a path; `false` when there is nothing.
fn remove(value: &mut Value, path: &[&str]) -> bool {
    let Some((last, parents)) = path.split_last() else { return false };
    let parent = parents.iter().try_fold(value, |inner, key| inner.get_mut(key));
    parent.and_then(Value::as_table_mut).and_then(|table| table.remove(*last)).is_some()
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

    #[test]
    fn every_problem_of_a_section_is_listed() {
        let typos = [("LIMIT", "many"), ("BNID", "x"), ("KEY", "[1]")];
        let typos = typos.map(|(field, text)| (format!("OKEANOS_GATEWAY__{field}"), text.to_owned()));
        let Problems(found) = Layers::new().variables(typos).section::<Gateway>("gateway").unwrap_err();
        assert_eq!(found.len(), 3, "{found:?}");
        for field in ["gateway.limit: ", "gateway.bnid: ", "gateway.key: "] {
            assert!(found.iter().any(|p| p.starts_with(field)), "{found:?}");
        }
    }

    #[test]
    fn what_looks_like_a_number_is_text_for_a_field_of_text() {
        for text in ["1234567890", "1_000", "007", "1.50", "1e3", "true", "2026-01-01"] {
            let variables = variables(&[("OKEANOS_GATEWAY__KEY", text), ("OKEANOS_GATEWAY__BIND", text)]);
            let gateway: Gateway = Layers::new().variables(variables).section("gateway").unwrap();
            assert_eq!((gateway.key.reveal(), gateway.bind.as_str()), (text, text));
        }
    }

    #[test]
    fn a_broken_file_is_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("okeanos.toml");
        std::fs::write(&file, "[platform]\nnode_key = s3cr3t\n").unwrap();
        let problem = Layers::new().file(&file).unwrap_err().to_string();
        assert!(problem.contains("okeanos.toml:2:12: ") && !problem.contains("s3cr3t"), "{problem}");
    }

    #[test]
    fn variables_of_others_need_not_be_text() {
        use std::os::unix::ffi::OsStringExt;
        let odd = OsString::from_vec(vec![0xff]);
        let ours = ("OKEANOS_GATEWAY__LIMIT".into(), "5".into());
        let layers = Layers::new().variables([(odd.clone(), odd.clone()), ("HOME".into(), odd), ours]);
        assert_eq!(layers.section::<Gateway>("gateway").unwrap().limit, 5);
    }
}
