"""Item 1: one command, ready, with samples."""

import os
import pathlib
import stat

import pytest
import requests
from session import SAMPLES

DATA_SETS = sorted(path.name for path in SAMPLES.iterdir())
BROKEN = "truncated.nc"


def test_the_token_file_is_the_administrators_and_private(admin):
    file = pathlib.Path(os.environ["OKEANOS_DATA_DIR"]) / "admin.token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    me = admin.get("/iam/me").json()
    assert (me["name"], me["admin"]) == ("admin", True)


def test_a_token_that_nobody_has_is_refused(admin):
    refused = requests.get(admin.url + "/iam/me", headers={"Authorization": "Bearer okp_wrong"}, timeout=10)
    assert refused.status_code == 401
    assert refused.headers["content-type"].startswith("application/problem+json")
    problem = refused.json()
    assert problem["code"].startswith(("auth/", "iam/"))
    explained = requests.get(requests.compat.urljoin(admin.url, problem["type"]), timeout=10)
    assert explained.status_code == 200, "the type of a problem is a page that explains it"


@pytest.mark.one_process
def test_health_metrics_and_the_api_document(anyone):
    anyone.get("/health/live")
    anyone.get("/health/ready")
    assert "# TYPE" in anyone.get("/metrics").text
    api = anyone.get("/api").json()
    assert api["openapi"].startswith("3.1")
    for path in ["/data/search", "/processes/processes/{processID}/execution", "/iam/s3-credentials"]:
        stem = path.split("{")[0]
        assert any(known.startswith(stem) for known in api["paths"]), f"{path} is documented"


@pytest.mark.parametrize("name", [name for name in DATA_SETS if name != BROKEN])
def test_samples_are_in_the_catalog_for_anyone(admin, anyone, bucket, name):
    items = anyone.catalogued(bucket, f"public/samples/{name}")
    for item in items.values():
        assert item["collection"]
        assert item["assets"]["data"]["href"].endswith(name)


def test_the_broken_sample_has_a_report_and_no_item(admin, bucket):
    report = admin.report(bucket, f"public/samples/{BROKEN}")
    assert report["status"] == "failed"
    assert report["findings"], "it says what is wrong"
    assert admin.items_of(bucket, f"public/samples/{BROKEN}") == {}


def test_anyone_reads_public_objects_and_no_others(admin, bucket, folder):
    url = f"{admin.s3_url}/{bucket}"
    sample = requests.get(f"{url}/public/samples/ostia-sst.nc", timeout=10)
    assert sample.status_code == 200
    assert sample.content == (SAMPLES / "ostia-sst.nc").read_bytes()
    admin.put(bucket, f"{folder}/note.txt", b"mine")
    assert requests.get(f"{url}/{folder}/note.txt", timeout=10).status_code == 403
