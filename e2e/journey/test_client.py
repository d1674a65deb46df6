"""The command-line client, the real program; and the sign-in link that the ready line prints."""

import json
import os
import re
import subprocess

import ocean
import pytest
import requests
from session import wait_for

SST = "climate_forecast-sea_surface_temperature"


@pytest.fixture
def okeanos(tmp_path):
    """Runs a command in a home of its own; the environment says where the platform is. What it prints, as JSON."""

    def run(*arguments: str):
        command = [os.environ["OKEANOS_BIN"], *arguments, "--json"]
        env = {**os.environ, "HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return json.loads(done.stdout)

    return run


@pytest.mark.parametrize("form", ["netcdf4", "zarr3"])
def test_from_an_upload_to_the_result_of_a_process(okeanos, tmp_path, bucket, folder, form):
    name = "made.zarr" if form == "zarr3" else "made.nc"
    file = ocean.write(ocean.sea_surface_temperature(days=4), tmp_path / name, form)
    uploaded = okeanos("upload", str(file), "--to", f"s3://{bucket}/{folder}/")["uploaded"]
    source = f"s3://{bucket}/{folder}/{name}"
    assert uploaded and all(url == source or url.startswith(f"{source}/") for url in uploaded)

    def item():
        found = okeanos("search", "--collection", SST, "--bbox=-20,40,-10,45", "--limit", "1000")["features"]
        return [i for i in found if i["assets"]["data"]["href"].rstrip("/") == source]

    assert len(wait_for(item, f"the item of {source}")) == 1
    result = okeanos("run", "subset", f"source={source}", "datetime=2024-03-02/2024-03-03")["result"]
    assert result["href"].startswith(f"s3://{bucket}/jobs/")
    job = okeanos("jobs", result["href"].split("/")[4])
    assert (job["processID"], job["status"]) == ("subset", "successful")
    assert job["jobID"] in [j["jobID"] for j in okeanos("jobs")["jobs"]]


def test_the_catalog_is_shown(okeanos):
    assert SST in [collection["id"] for collection in okeanos("catalog")]
    assert okeanos("catalog", SST)["id"] == SST


def test_the_sign_in_link_works_once(admin, bucket, folder, tmp_path):
    """Whoever follows it sees what is their own, with nothing but the cookie."""
    link = re.search(r"once: (http[^)\s]+)\)", os.environ["OKEANOS_READY"])[1]
    key = f"{folder}/mine.nc"
    admin.put(bucket, key, ocean.write(ocean.sea_surface_temperature(), tmp_path / "mine.nc", "netcdf3"))
    mine = admin.catalogued(bucket, key)["sst"]
    item = f"{admin.url}/data/collections/{mine['collection']}/items/{mine['id']}"
    assert requests.get(item, timeout=10).status_code == 404

    browser = requests.Session()
    assert browser.get(link, timeout=10).status_code == 200, "it leads to the portal"
    assert browser.get(f"{admin.url}/iam/me", timeout=10).json()["name"] == "admin"
    assert browser.get(item, timeout=10).status_code == 200
    again = requests.get(link, timeout=10)
    assert (again.status_code, again.json()["code"]) == (410, "iam/link-ended")
