"""Item 3: the catalog with pystac-client."""

import datetime

import ocean
import pystac_client
import pytest


@pytest.fixture
def client(admin):
    token = admin.http.headers["Authorization"]
    return pystac_client.Client.open(admin.url + "/data", headers={"Authorization": token})


@pytest.fixture(scope="module", autouse=True)
def samples(admin):
    admin.catalogued("user-admin", "public/samples/ostia-sst.nc")
    admin.catalogued("user-admin", "public/samples/navy-winds.zarr", variables=2)
    admin.catalogued("user-admin", "public/samples/levitus-temperature-salinity.nc", variables=2)


def ids(search):
    return {item.id for item in search.items()}


def test_it_opens_and_conforms(client):
    for conformance in ["CORE", "COLLECTIONS", "FEATURES", "ITEM_SEARCH"]:
        assert client.conforms_to(getattr(pystac_client.ConformanceClasses, conformance)), conformance


def test_collections_are_listed_with_their_extent(client):
    collections = {collection.id: collection for collection in client.get_collections()}
    sst = collections["climate_forecast-sea_surface_temperature"]
    assert sst.extent.spatial.bboxes[0]
    assert sst.extent.temporal.intervals[0][0].year <= 2006
    assert {item.collection_id for item in sst.get_items()} == {sst.id}


def test_search_by_collection_and_ids(client):
    winds = list(client.search(collections=["climate_forecast-eastward_wind"]).items())
    assert winds and {item.collection_id for item in winds} == {"climate_forecast-eastward_wind"}
    assert ids(client.search(ids=[winds[0].id])) == {winds[0].id}
    assert ids(client.search(ids=["no-such-item"])) == set()


def test_search_by_bbox(client):
    levitus = {"climate_forecast-sea_water_temperature", "climate_forecast-sea_water_salinity"}
    near = client.search(collections=list(levitus), bbox=[-40, 30, -30, 40])
    far = client.search(collections=list(levitus), bbox=[100, -40, 110, -30])
    inside = {item.id for item in near.items()}
    assert any("levitus" in name for name in inside)
    assert not any("levitus" in name for name in ids(far))


def test_search_by_datetime(client):
    at = {"collections": ["climate_forecast-eastward_wind"]}
    assert any("winds" in name for name in ids(client.search(datetime="1984-06", **at)))
    assert not any("winds" in name for name in ids(client.search(datetime="1985-02/1985-03", **at)))


def test_paging_reaches_the_end(client, admin, bucket, folder, tmp_path):
    made = set()
    for day in range(7):
        file = ocean.write(ocean.sea_surface_temperature(1, f"2031-01-0{day + 1}"), tmp_path / f"{day}.nc", "netcdf3")
        key = f"{folder}/{day}.nc"
        admin.put(bucket, key, file)
        made.add(admin.catalogued(bucket, key)["sst"]["id"])
    query = {"datetime": "2031-01-01/2031-01-31"}
    for limit in [1, 3, 100]:
        for method in ["GET", "POST"]:
            found = [item.id for item in client.search(limit=limit, method=method, **query).items()]
            assert len(found) == len(set(found)), "no item twice"
            assert made <= set(found), f"{method}, {limit} at a time"


def test_an_item_is_a_valid_stac_item(client):
    item = next(client.search(collections=["climate_forecast-sea_surface_temperature"]).items())
    assert item.datetime or isinstance(item.common_metadata.start_datetime, datetime.datetime)
    assert item.get_self_href() and item.get_root_link() and item.get_parent() is not None
