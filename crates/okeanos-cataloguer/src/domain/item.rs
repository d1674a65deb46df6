//! The STAC item of a variable.

use okeanos_cf::{
    axes::{Axes, local_name},
    model::{Attributes, Header, Variable},
};
use okeanos_dataset::Format;
use okeanos_stac::STAC_VERSION;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::{
    collection::Parameter,
    describe::{Coordinates, Source, file_name},
    dimensions::{dimensions, variables},
    period::{Period, rfc3339},
    place::Place,
    provenance::Provenance,
};

/// Schema of the datacube extension.
const DATACUBE_EXTENSION: &str = "https://stac-extensions.github.io/datacube/v2.2.0/schema.json";
/// Schema of the CF extension.
pub(crate) const CF_EXTENSION: &str = "https://stac-extensions.github.io/cf/v0.2.0/schema.json";
/// Schema of the file extension.
const FILE_EXTENSION: &str = "https://stac-extensions.github.io/file/v2.1.0/schema.json";
/// Schema of the processing extension.
const PROCESSING_EXTENSION: &str = "https://stac-extensions.github.io/processing/v1.2.0/schema.json";
/// Longest readable part of an id.
const SLUG_MAX: usize = 160;
/// Longest text taken from an attribute.
const TEXT_MAX: usize = 5_000;

/// When the data of an item are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// As its time coordinate says.
    Measured(Period),
    /// As attributes of the data set say.
    Stated(Period),
    /// It has no time of its own: when the data set was made.
    Made(OffsetDateTime),
}

/// All that an item is made of.
pub(crate) struct Facts<'a> {
    pub(crate) id: &'a str,
    pub(crate) header: &'a Header,
    pub(crate) variable: &'a Variable,
    pub(crate) axes: &'a Axes,
    pub(crate) coordinates: &'a Coordinates,
    pub(crate) format: Format,
    pub(crate) parameter: Parameter,
    pub(crate) place: Option<Place>,
    pub(crate) when: When,
    pub(crate) source: &'a Source,
    pub(crate) now: OffsetDateTime,
}

/// The id of the item of a variable: readable, and the same for the same bucket, key and variable.
pub(crate) fn id(bucket: &str, key: &str, variable: &str) -> String {
    let mut hash = Sha256::new();
    for part in [bucket, key, variable] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let hash = hex::encode(hash.finalize());
    let short = hash.get(..12).unwrap_or(&hash);
    let slug: String = slug(&format!("{bucket}-{key}-{variable}")).chars().take(SLUG_MAX).collect();
    format!("{}-{short}", slug.trim_end_matches('-'))
}

/// Letters, digits, dots and underscores; each run of anything else becomes a hyphen.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}

/// The document, without links that the catalog makes itself.
pub(crate) fn document(facts: &Facts<'_>) -> Value {
    let provenance = Provenance::of(&facts.source.metadata);
    let mut properties = properties(facts);
    let mut extensions = vec![DATACUBE_EXTENSION, FILE_EXTENSION];
    if facts.parameter.name().is_some() {
        extensions.push(CF_EXTENSION);
    }
    let software = provenance.add_to(&mut properties);
    if software || properties.contains_key("processing:lineage") {
        extensions.push(PROCESSING_EXTENSION);
    }
    let mut item = json!({
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": extensions,
        "id": facts.id,
        "collection": facts.parameter.collection_id(),
        "geometry": facts.place.map(|place| place.geometry()),
        "properties": properties,
        "links": provenance.links(),
        "assets": {"data": asset(facts)},
    });
    if let (Some(place), Some(members)) = (facts.place, item.as_object_mut()) {
        members.insert("bbox".to_owned(), json!(place.bbox()));
    }
    item
}

fn asset(facts: &Facts<'_>) -> Value {
    without_nulls(json!({
        "href": format!("s3://{}/{}", facts.source.bucket, facts.source.key),
        "type": facts.format.media_type(),
        "title": format!("{} ({})", file_name(&facts.source.key), facts.format.name()),
        "roles": ["data"],
        "file:size": facts.source.size,
    }))
}

fn properties(facts: &Facts<'_>) -> Map<String, Value> {
    let Facts { header, variable, axes, coordinates, .. } = facts;
    let mut found = Map::new();
    let mut set = |name: &str, value: Value| {
        found.insert(name.to_owned(), value);
    };
    set("productIdentifier", json!(facts.id));
    set("title", json!(title(facts)));
    set("description", json!(description(facts)));
    match facts.when {
        When::Measured(Period { start, end }) | When::Stated(Period { start, end }) if start != end => {
            set("datetime", Value::Null);
            set("start_datetime", json!(rfc3339(start)));
            set("end_datetime", json!(rfc3339(end)));
        }
        When::Measured(Period { start: at, .. }) | When::Stated(Period { start: at, .. }) | When::Made(at) => {
            set("datetime", json!(rfc3339(at)));
        }
    }
    set("created", json!(rfc3339(facts.source.modified)));
    set("updated", json!(rfc3339(facts.now)));
    set("cube:dimensions", dimensions(header, variable, axes, coordinates));
    set("cube:variables", variables(header, variable, axes));
    if let Some(name) = facts.parameter.name() {
        // What the data are in: of the name's canonical units they need not be.
        let unit = variable.attributes.text("units").map(str::trim).filter(|u| !u.is_empty());
        set("cf:parameter", json!([without_nulls(json!({"name": name.name, "unit": unit}))]));
    }
    add_stated(&header.attributes, &mut found);
    found
}

/// What the data set's own attributes say about who made it, how, and what may be done with it.
fn add_stated(attributes: &Attributes, properties: &mut Map<String, Value>) {
    let text = |name: &str| attributes.text(name).map(|text| shorten(text, TEXT_MAX)).filter(|text| !text.is_empty());
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            properties.insert(name.to_owned(), value);
        }
    };
    set("institution", text("institution").map(Value::from));
    set("source", text("source").map(Value::from));
    set("processing:lineage", text("history").map(Value::from));
    set(
        "license",
        text("license").map(|license| json!(if is_licence_id(&license) { license } else { "other".to_owned() })),
    );
    let keywords: Vec<String> = text("keywords")
        .iter()
        .flat_map(|k| k.split([',', ';']))
        .map(|k| shorten(k, 200))
        .filter(|k| !k.is_empty())
        .take(50)
        .collect();
    set("keywords", (!keywords.is_empty()).then(|| json!(keywords)));
    let role = |name: &str, role: &str| {
        let url = text(&format!("{name}_url")).filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        let who = text(&format!("{name}_institution")).or_else(|| text(&format!("{name}_name")));
        who.map(|who| json!({"name": who, "roles": [role], "url": url}))
    };
    let institution = text("institution").map(|name| json!({"name": name, "roles": ["producer"]}));
    let providers: Vec<Value> = [institution.or_else(|| role("creator", "producer")), role("publisher", "host")]
        .into_iter()
        .flatten()
        .map(without_nulls)
        .collect();
    set("providers", (!providers.is_empty()).then(|| json!(providers)));
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

/// Whether a licence attribute is an identifier (`CC-BY-4.0`), not prose.
fn is_licence_id(text: &str) -> bool {
    text.len() <= 40
        && text.contains(['-', '.'])
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+'))
}

fn title(facts: &Facts<'_>) -> String {
    let long_name = facts.variable.attributes.text("long_name").map(|t| shorten(t, 200)).filter(|t| !t.is_empty());
    let name = facts.parameter.name().map(|name| name.title());
    let what = name.or(long_name).unwrap_or_else(|| local_name(&facts.variable.name).to_owned());
    format!("{what} — {}", file_name(&facts.source.key))
}

fn description(facts: &Facts<'_>) -> String {
    let global =
        ["summary", "title", "comment", "description"].iter().filter_map(|name| facts.header.attributes.text(name));
    let stated = global.map(|text| shorten(text, TEXT_MAX)).find(|text| !text.is_empty());
    let variable = facts.variable.attributes.text("long_name").map(|t| shorten(t, 500)).filter(|t| !t.is_empty());
    let name = &facts.variable.name;
    let first = variable.map_or_else(|| format!("Variable `{name}`"), |long| format!("{long} (variable `{name}`)"));
    stated.map_or_else(|| format!("{first}."), |stated| format!("{first}. {stated}"))
}

/// Text of a bounded length, without control characters.
fn shorten(text: &str, most: usize) -> String {
    text.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(most).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{id, is_licence_id};

    #[test]
    fn ids_are_readable_and_of_one_object() {
        let one = id("user-ann", "public/a b/sst.nc", "analysed_sst");
        assert!(one.starts_with("user-ann-public-a-b-sst.nc-analysed_sst-"), "{one}");
        assert_eq!(one, id("user-ann", "public/a b/sst.nc", "analysed_sst"));
        assert_ne!(one, id("user-ann", "public/a-b/sst.nc", "analysed_sst"));
        assert_ne!(id("a", "b-c", "d"), id("a-b", "c", "d"));
    }

    #[test]
    fn licences() {
        assert!(is_licence_id("CC-BY-4.0") && is_licence_id("Apache-2.0"));
        assert!(!is_licence_id("Free to use.") && !is_licence_id("see web page") && !is_licence_id("none"));
    }

    proptest! {
        #[test]
        fn any_key_makes_a_valid_id(bucket in "[a-z0-9.-]{3,63}", key in any::<String>(), variable in any::<String>()) {
            let id = id(&bucket, &key, &variable);
            prop_assert!(okeanos_stac::check_id(&id, "/id").is_ok(), "{id}");
            prop_assert!(id.len() <= super::SLUG_MAX + 13);
            prop_assert_eq!(okeanos_stac::item_uuid(&id).get_version_num(), 5);
        }
    }
}
