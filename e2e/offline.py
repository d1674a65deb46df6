"""JSON schemas without the network, for the validators of other people.

The STAC and GeoJSON schemas are those that pystac brings; those of two extensions lie in schemas/. A schema of another
extension is not at hand: documents are not checked against it, and `UNCHECKED` says so.
"""

import json
import pathlib

import pystac.validation
from stac_validator import utilities, validate

SCHEMAS = pathlib.Path(__file__).parent / "schemas"
PYSTAC = pathlib.Path(pystac.validation.__file__).parent / "jsonschemas"
DRAFT = "http://json-schema.org/draft-07/schema#"
UNCHECKED: set[str] = set()


def local(url: str) -> pathlib.Path | None:
    """Where a schema lies, if it does."""
    if url.startswith("https://schemas.stacspec.org/v1.1.0/"):
        return PYSTAC / "stac-spec" / "v1.1.0" / url.rsplit("/", 1)[1]
    if url.startswith("https://geojson.org/schema/"):
        return PYSTAC / "geojson" / url.rsplit("/", 1)[1]
    if url.startswith("https://stac-extensions.github.io/"):
        name, version = url.split("/")[3:5]
        file = SCHEMAS / f"{name}-{version}.json"
        return file if file.exists() else None
    return None


def fetch(url: str, headers=None) -> dict:
    """What the validator's own function would fetch."""
    if url.startswith("http://127.0.0.1"):
        return FETCH(url, headers)
    file = local(url)
    if file is None:
        UNCHECKED.add(url)
        if "projjson" in url:
            # one of several forms of a reference system, told from the others by being an object
            return {"$schema": DRAFT, "$id": url, "type": "object"}
        return {"$schema": DRAFT, "$id": url}
    return json.loads(file.read_text())


FETCH = utilities.fetch_and_parse_file
for module in [utilities, validate]:
    if hasattr(module, "fetch_and_parse_file"):
        module.fetch_and_parse_file = fetch
