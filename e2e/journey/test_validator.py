"""stac-api-validator finds no error. Through its entry point: its command line leaves tests out."""

import ocean
import offline
import pytest
import requests
from stac_api_validator.validations import QueryConfig, validate_api

CLASSES = ["core", "browseable", "collections", "features", "item-search"]
GEOMETRY = '{"type": "Polygon", "coordinates": [[[-18, 41], [-12, 41], [-12, 44], [-18, 44], [-18, 41]]]}'
COLLECTION = "climate_forecast-sea_surface_skin_temperature"


@pytest.fixture
def collection(admin, bucket, folder, tmp_path) -> str:
    """A public collection as the validator wants it: several items, of instants, none of them round the globe."""
    for day in range(1, 13):
        data = ocean.sea_surface_temperature(1, f"2031-03-{day:02}")
        data["sst"].attrs["standard_name"] = "sea_surface_skin_temperature"
        key = f"public/{folder}/{day}.nc"
        admin.put(bucket, key, ocean.write(data, tmp_path / f"{day}.nc", "netcdf3"))
        assert admin.catalogued(bucket, key)["sst"]["collection"] == COLLECTION
    return COLLECTION


@pytest.mark.timeout(600)
def test_stac_api_validator_reports_no_error(admin, collection):
    warnings, errors = validate_api(
        root_url=admin.url + "/data",
        ccs_to_validate=CLASSES,
        collection=collection,
        geometry=GEOMETRY,
        auth_bearer_token=None,
        auth_query_parameter=None,
        fields_nested_property=None,
        validate_pagination=True,
        query_config=QueryConfig(*[None] * 13),
        transaction_collection=None,
        headers={},
        open_assets_urls=False,
    )
    print("not checked, for want of a schema:", sorted(offline.UNCHECKED))
    print("warnings:", *warnings, sep="\n")
    assert list(errors) == []


def test_the_validator_would_notice(admin):
    """The schemas are really used: a document that breaks one is refused."""
    from stac_validator.stac_validator import StacValidate

    item = requests.get(admin.url + "/data/search?limit=1", timeout=10).json()["features"][0]
    good = StacValidate()
    assert good.validate_dict(item), good.message
    item["assets"]["data"]["file:size"] = "large"
    assert not StacValidate().validate_dict(item)
