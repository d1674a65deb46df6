"""Item 2: what is put to storage catalogues itself."""

import numpy as np
import ocean
import pytest
import xarray as xr
from session import SAMPLES, wait_for

COLLECTION = "climate_forecast-sea_surface_temperature"


@pytest.fixture(params=["netcdf3", "netcdf4", "zarr2", "zarr3", "zarr3-sharded"])
def stored(request, admin, bucket, folder, tmp_path):
    """A data set that was uploaded in one of the forms: its key and what it holds."""
    data = ocean.sea_surface_temperature()
    suffix = "zarr" if request.param.startswith("zarr") else "nc"
    file = ocean.write(data, tmp_path / f"sst.{suffix}", request.param)
    key = f"{folder}/sst.{suffix}"
    if file.is_dir():
        admin.put_folder(bucket, key, file)
    else:
        admin.put(bucket, key, file)
    return key, data, file


def test_an_upload_becomes_an_item_that_is_true_to_the_file(admin, bucket, stored):
    key, data, file = stored
    item = admin.catalogued(bucket, key)["sst"]
    assert item["collection"] == COLLECTION
    np.testing.assert_allclose(item["bbox"], [-20, 40, -10, 45])
    corners = np.array(item["geometry"]["coordinates"][0])
    np.testing.assert_allclose([*corners.min(0), *corners.max(0)], [-20, 40, -10, 45])
    properties = item["properties"]
    assert np.datetime64(properties["start_datetime"].rstrip("Z")) == data["time"].values[0]
    assert np.datetime64(properties["end_datetime"].rstrip("Z")) == data["time"].values[-1]
    assert properties["cf:parameter"] == [{"name": "sea_surface_temperature", "unit": "degree_C"}]
    dimensions = properties["cube:dimensions"]
    assert {d["axis"]: d["extent"] for d in dimensions.values() if d["type"] == "spatial"} == {
        "x": [-20, -10],
        "y": [40, 45],
    }
    assert [d["type"] for d in dimensions.values()].count("temporal") == 1
    variable = properties["cube:variables"]["sst"]
    assert variable["type"] == "data"
    assert set(variable["dimensions"]) <= set(dimensions)
    assert variable["unit"] == "degree_C"
    asset = item["assets"]["data"]
    size = sum(f.stat().st_size for f in file.rglob("*") if f.is_file()) if file.is_dir() else file.stat().st_size
    assert asset["file:size"] == size
    assert asset["roles"] == ["data"]


def test_its_asset_opens_with_xarray_from_s3(admin, bucket, stored):
    key, data, _ = stored
    item = admin.catalogued(bucket, key)["sst"]
    xr.testing.assert_allclose(admin.open(item["assets"]["data"])["sst"].load(), data["sst"])


def test_it_has_one_report_that_says_what_was_checked(admin, bucket, stored):
    key, _, _ = stored
    admin.catalogued(bucket, key)
    reports = admin.reports(bucket, key)
    assert len(reports) == 1, "it was checked once, when it was complete"
    assert reports[0]["status"] in {"passed", "warned"}
    assert reports[0]["passed"], "it says what was checked"


def test_only_its_owner_sees_it(admin, anyone, bucket, stored):
    key, _, _ = stored
    item = admin.catalogued(bucket, key)["sst"]
    path = f"/data/collections/{item['collection']}/items/{item['id']}"
    admin.get(path)
    assert anyone.get(path, status=404).json()["code"].startswith("catalog/")
    assert anyone.items_of(bucket, key) == {}


def test_one_item_for_each_variable(admin, bucket):
    items = admin.catalogued(bucket, "public/samples/navy-winds.zarr", variables=2)
    collections = {name: item["collection"] for name, item in items.items()}
    assert collections == {"uwnd": "climate_forecast-eastward_wind", "vwnd": "climate_forecast-northward_wind"}


def test_poor_metadata_is_catalogued_and_told(admin, bucket):
    key = "public/samples/levitus-as-it-came.nc"
    items = admin.catalogued(bucket, key, variables=2)
    # there is no standard name in the file: the long names give it away
    found = {name: item["collection"] for name, item in items.items()}
    assert found == {"TEMP": "climate_forecast-sea_water_temperature", "SALT": "climate_forecast-sea_water_salinity"}
    report = admin.report(bucket, key)
    assert report["status"] == "warned"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param((SAMPLES / "ostia-sst.nc").read_bytes()[:100_000], id="netcdf4-cut-short"),
        pytest.param((SAMPLES / "levitus-temperature-salinity.nc").read_bytes()[:200], id="netcdf3-cut-short"),
        pytest.param(b"CDF\x01" + b"\xff" * 5000, id="netcdf3-of-nonsense"),
        pytest.param(b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 20, id="hdf5-of-nonsense"),
    ],
)
def test_a_broken_file_has_a_failed_report_and_no_item(admin, bucket, folder, broken):
    key = f"{folder}/broken.nc"
    admin.put(bucket, key, broken)
    report = admin.report(bucket, key)
    assert report["status"] == "failed"
    assert any(finding.get("message") for finding in report["findings"])
    assert admin.items_of(bucket, key) == {}


def test_overwriting_updates_the_item(admin, bucket, folder, tmp_path):
    key = f"{folder}/again.nc"
    admin.put(bucket, key, ocean.write(ocean.sea_surface_temperature(3), tmp_path / "a.nc", "netcdf4"))
    before = admin.catalogued(bucket, key)["sst"]
    longer = ocean.sea_surface_temperature(9, first="2024-05-01")
    admin.put(bucket, key, ocean.write(longer, tmp_path / "b.nc", "netcdf4"))

    def updated():
        item = admin.items_of(bucket, key).get("sst")
        return item and item["properties"]["end_datetime"].startswith("2024-05-09") and item

    after = wait_for(updated, "the update")
    assert after["id"] == before["id"]
    assert after["properties"]["start_datetime"].startswith("2024-05-01")


def test_a_store_need_not_have_the_chunks_that_hold_only_the_fill_value(admin, bucket, folder, tmp_path):
    data = ocean.sea_surface_temperature(days=1, first="2024-03-01")
    data["time"].encoding = {"units": "days since 2024-03-01", "dtype": "int64"}
    store = ocean.write(data, tmp_path / "one-step.zarr", "zarr3")
    assert not (store / "time" / "c").exists(), "its only step is 0, which is what Zarr fills with"
    key = f"{folder}/one-step.zarr"
    admin.put_folder(bucket, key, store)
    item = admin.catalogued(bucket, key)["sst"]
    assert item["properties"]["datetime"] == "2024-03-01T00:00:00Z"
    xr.testing.assert_allclose(admin.open(item["assets"]["data"])["sst"].load(), data["sst"])


def test_deleting_removes_the_item(admin, bucket, folder, tmp_path):
    key = f"{folder}/short-lived.nc"
    admin.put(bucket, key, ocean.write(ocean.sea_surface_temperature(), tmp_path / "a.nc", "netcdf3"))
    admin.catalogued(bucket, key)
    admin.s3.delete_object(Bucket=bucket, Key=key)
    wait_for(lambda: not admin.items_of(bucket, key), "the removal")


def test_deleting_a_store_removes_its_items(admin, bucket, folder, tmp_path):
    key = f"{folder}/short-lived.zarr"
    admin.put_folder(bucket, key, ocean.write(ocean.sea_surface_temperature(), tmp_path / "a.zarr", "zarr3"))
    admin.catalogued(bucket, key)
    for entry in admin.s3.list_objects_v2(Bucket=bucket, Prefix=key + "/")["Contents"]:
        admin.s3.delete_object(Bucket=bucket, Key=entry["Key"])
    wait_for(lambda: not admin.items_of(bucket, key), "the removal")
