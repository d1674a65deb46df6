"""Item 4: OGC API Processes on catalogued data."""

import numpy as np
import ocean
import pytest
import xarray as xr
from owslib.ogcapi.processes import Processes
from session import SAMPLES, wait_for

SST = "public/samples/ostia-sst.nc"
LEVITUS = "public/samples/levitus-temperature-salinity.nc"
BBOX = {"bbox": [10, -3, 40, 3], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}


def item_url(admin, bucket, key, variable, variables=1):
    item = admin.catalogued(bucket, key, variables)[variable]
    return next(link["href"] for link in item["links"] if link["rel"] == "self")


def stored_result(admin, job):
    """Where the result of a job lies, from its results document."""
    result = admin.get(f"/processes/jobs/{job}/results").json()["result"]
    return result["href"]


def key_of(href, bucket):
    assert href.startswith(f"s3://{bucket}/jobs/"), href
    return href.removeprefix(f"s3://{bucket}/")


@pytest.fixture
def sst() -> xr.Dataset:
    return xr.open_dataset(SAMPLES / "ostia-sst.nc")


def test_processes_are_described(admin):
    listed = Processes(admin.url + "/processes", headers=dict(admin.http.headers)).processes()
    assert {"subset", "statistics", "to-zarr"} <= {process["id"] for process in listed}
    for name in ["subset", "statistics", "to-zarr"]:
        process = admin.get(f"/processes/processes/{name}").json()
        assert {"source", "variables", "bbox", "datetime", "depth"} <= set(process["inputs"])
        assert set(process["outputs"]) == {"result"}
        assert set(process["jobControlOptions"]) >= {"sync-execute", "async-execute"}


def test_subset_of_an_item(admin, bucket, sst):
    source = item_url(admin, bucket, SST, "analysed_sst")
    inputs = {"source": source, "bbox": BBOX, "datetime": "2007-01-01T00:00:00Z/2007-06-30T00:00:00Z"}
    job = admin.start("subset", inputs)
    status = admin.ended(job)
    assert status["status"] == "successful", status
    assert status["progress"] == 100
    key = key_of(stored_result(admin, job), bucket)
    result = admin.read(f"s3://{bucket}/{key}")
    expected = sst["analysed_sst"].sel(latitude=slice(-3, 3), longitude=slice(10, 40), time=slice("2007-01-01", "2007-06-30"))
    if expected.sizes["latitude"] == 0:
        expected = sst["analysed_sst"].sel(latitude=slice(3, -3), longitude=slice(10, 40), time=slice("2007-01-01", "2007-06-30"))
    assert dict(result["analysed_sst"].sizes) == dict(expected.sizes)
    np.testing.assert_allclose(result["analysed_sst"].values, expected.values, atol=1e-3)
    assert result["analysed_sst"].attrs["standard_name"] == "sea_surface_temperature"


def test_the_result_is_catalogued_with_its_provenance(admin, bucket):
    source = item_url(admin, bucket, SST, "analysed_sst")
    job = admin.start("subset", {"source": source, "bbox": BBOX})
    assert admin.ended(job)["status"] == "successful"
    key = key_of(stored_result(admin, job), bucket)
    item = admin.catalogued(bucket, key)["analysed_sst"]
    assert item["collection"] == "climate_forecast-sea_surface_temperature"
    assert source in [link["href"] for link in item["links"] if link["rel"] == "derived_from"]
    assert any("/processing/" in extension for extension in item["stac_extensions"])
    assert any(name.startswith("processing:") for name in item["properties"])
    west, south, east, north = item["bbox"]
    assert 9 <= west and south >= -4 and east <= 41 and north <= 4
    assert admin.report(bucket, key)["status"] in {"passed", "warned"}


def test_subset_of_a_private_object_by_depth(admin, bucket, folder):
    key = f"{folder}/mine.nc"
    admin.put(bucket, key, SAMPLES / "levitus-temperature-salinity.nc")
    inputs = {"source": f"s3://{bucket}/{key}", "variables": ["TEMP"], "depth": [0, 50], "bbox": {"bbox": [-40, 30, -30, 40]}}
    job = admin.start("subset", inputs)
    assert (status := admin.ended(job))["status"] == "successful", status
    where = key_of(stored_result(admin, job), bucket)
    result = admin.read(f"s3://{bucket}/{where}")
    whole = xr.open_dataset(SAMPLES / "levitus-temperature-salinity.nc")
    expected = whole["TEMP"].sel(depth=slice(0, 50), lat=slice(30, 40), lon=slice(320, 330))
    assert list(result.data_vars) == ["TEMP"]
    np.testing.assert_allclose(result["TEMP"].values, expected.values, rtol=1e-5)


def test_statistics_answer_at_once(admin, bucket, sst):
    source = item_url(admin, bucket, SST, "analysed_sst")
    response = admin.execute("statistics", {"source": source, "bbox": BBOX}, 200)
    text = response.text
    cut = sst["analysed_sst"].sortby("latitude").sel(latitude=slice(-3, 3), longitude=slice(10, 40))
    found = numbers(response.json())
    for name, value in [("mean", float(cut.mean())), ("min", float(cut.min())), ("max", float(cut.max()))]:
        assert any(abs(number - value) < 0.02 for number in found), f"{name} {value} is in {text[:500]}"


def numbers(document) -> list[float]:
    if isinstance(document, dict):
        return [n for value in document.values() for n in numbers(value)]
    if isinstance(document, list):
        return [n for value in document for n in numbers(value)]
    return [float(document)] if isinstance(document, int | float) and not isinstance(document, bool) else []


def test_to_zarr_makes_a_store_that_is_catalogued_once(admin, bucket, sst):
    job = admin.start("to-zarr", {"source": f"s3://{bucket}/{SST}"})
    assert (status := admin.ended(job))["status"] == "successful", status
    key = key_of(stored_result(admin, job), bucket)
    store = xr.open_zarr(admin.files.get_mapper(f"s3://{bucket}/{key}"))
    np.testing.assert_allclose(store["analysed_sst"].values, sst["analysed_sst"].values, atol=1e-3)
    admin.catalogued(bucket, key)
    assert len(admin.reports(bucket, key)) == 1


def test_jobs_are_listed_and_hidden_from_others(admin, anyone, bucket):
    job = admin.start("statistics", {"source": f"s3://{bucket}/{SST}"})
    assert job in {entry["jobID"] for entry in admin.get("/processes/jobs?limit=1000").json()["jobs"]}
    admin.ended(job)
    assert anyone.http.get(f"{anyone.url}/processes/jobs/{job}", timeout=10).status_code in {401, 404}


def test_results_of_a_running_job_are_not_ready(admin, bucket, folder, tmp_path):
    key = f"{folder}/large.nc"
    admin.s3.upload_file(str(ocean.large(tmp_path / "large.nc", 150)), bucket, key)
    job = admin.start("to-zarr", {"source": f"s3://{bucket}/{key}"})
    early = admin.http.get(f"{admin.url}/processes/jobs/{job}/results", timeout=10)
    assert early.status_code == 404
    assert early.json()["type"].endswith("result-not-ready")
    wait_for(lambda: admin.job(job)["status"] == "running", "the start of the job")
    dismissed = admin.send("DELETE", f"/processes/jobs/{job}", 200).json()
    assert dismissed["status"] == "dismissed"
    assert admin.ended(job)["status"] == "dismissed"
    left = admin.s3.list_objects_v2(Bucket=bucket, Prefix=f"jobs/{job}/").get("Contents", [])
    assert not any(entry["Key"].endswith("zarr.json") for entry in left), "no result of a dismissed job"


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        ({}, "source"),
        ({"source": "s3://user-admin/no/such/object.nc"}, "source"),
        ({"source": f"s3://user-admin/{SST}", "bbox": {"bbox": [1, 2]}}, "bbox"),
        ({"source": f"s3://user-admin/{SST}", "datetime": "yesterday"}, "datetime"),
        ({"source": f"s3://user-admin/{SST}", "depth": [10, "deep"]}, "depth"),
        ({"source": f"s3://user-admin/{SST}", "surprise": 1}, "surprise"),
    ],
)
def test_bad_inputs_are_named(admin, inputs, names):
    response = admin.http.post(f"{admin.url}/processes/processes/subset/execution", json={"inputs": inputs}, timeout=60)
    assert 400 <= response.status_code < 500, response.text
    problem = response.json()
    assert names in problem["field"], problem


def test_an_unknown_process_is_not_found(admin):
    response = admin.execute("no-such-process", {}, 404)
    assert response.json()["type"].endswith("no-such-process")
