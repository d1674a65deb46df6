"""Item 6: SIGKILL at any moment loses nothing that was acknowledged, and the next start finishes the work."""

import threading
import time
import uuid

import botocore.exceptions
import ocean
import pytest
import xarray as xr
from session import wait_for

BUCKET = "user-admin"
LOST_TOUCH = (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError)


@pytest.fixture
def folder():
    return f"kills/{uuid.uuid4().hex[:12]}"


def content(admin, key):
    return admin.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


@pytest.mark.parametrize("kill_after", [1, 7, 23])
def test_during_uploads(instance, folder, tmp_path, kill_after):
    """Small files come in from four sides while the process dies: what was acknowledged is there, whole, with its item."""
    bodies = {}
    for number in range(40):
        file = ocean.write(ocean.sea_surface_temperature(2, offset=number), tmp_path / f"{number}.nc", "netcdf3")
        bodies[f"{folder}/{number}.nc"] = file.read_bytes()
    admin = instance.session
    assert admin.s3  # credentials are at hand before the uploads begin
    waiting, acknowledged = list(bodies), []

    def upload():
        while waiting:
            key = waiting.pop()
            try:
                admin.put(BUCKET, key, bodies[key])
            except LOST_TOUCH:
                return
            acknowledged.append(key)

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(acknowledged) >= kill_after, "the first uploads")
    instance.kill()
    for thread in threads:
        thread.join(60)
    admin = instance.start()

    for key in acknowledged:
        assert content(admin, key) == bodies[key]
        admin.catalogued(BUCKET, key)
    for key in set(bodies) - set(acknowledged):
        # an upload that was not acknowledged happened as a whole, or not at all
        try:
            assert content(admin, key) == bodies[key]
        except admin.s3.exceptions.NoSuchKey:
            assert admin.items_of(BUCKET, key) == {}


def test_during_a_multipart_upload(instance, folder, tmp_path):
    """Parts that were acknowledged are kept; the upload is finished after the kill."""
    body = ocean.large(tmp_path / "large.nc", 24).read_bytes()
    key, size = f"{folder}/large.nc", 8 * 1024 * 1024
    admin = instance.session
    upload = admin.s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]
    parts = [body[at : at + size] for at in range(0, len(body), size)]

    def send(number):
        answer = instance.session.s3.upload_part(
            Bucket=BUCKET, Key=key, UploadId=upload, PartNumber=number + 1, Body=parts[number]
        )
        return {"PartNumber": number + 1, "ETag": answer["ETag"]}

    done = [send(0)]
    admin = instance.restart()
    assert "Contents" not in admin.s3.list_objects_v2(Bucket=BUCKET, Prefix=key), "not there before it is complete"
    done += [send(number) for number in range(1, len(parts))]
    admin.s3.complete_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload, MultipartUpload={"Parts": done})
    admin = instance.restart()
    assert content(admin, key) == body
    admin.catalogued(BUCKET, key)


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.3])
def test_during_cataloguing(instance, folder, tmp_path, delay):
    """The process dies right after the last acknowledgement: every file and store gets its item, once."""
    admin = instance.session
    keys = [f"{folder}/{number}.nc" for number in range(8)]
    for number, key in enumerate(keys):
        form = "netcdf3" if number % 2 else "netcdf4"
        admin.put(BUCKET, key, ocean.write(ocean.sea_surface_temperature(3), tmp_path / f"{number}.nc", form))
    store = f"{folder}/store.zarr"
    admin.put_folder(BUCKET, store, ocean.write(ocean.sea_surface_temperature(3), tmp_path / "store.zarr", "zarr3"))
    time.sleep(delay)
    admin = instance.restart()
    for key in [*keys, store]:
        items = admin.catalogued(BUCKET, key)
        assert list(items) == ["sst"]
        assert admin.report(BUCKET, key)["status"] != "failed"


def test_during_a_removal(instance, folder, tmp_path):
    """An acknowledged deletion stays one, in storage and in the catalog."""
    admin = instance.session
    key = f"{folder}/gone.nc"
    admin.put(BUCKET, key, ocean.write(ocean.sea_surface_temperature(), tmp_path / "a.nc", "netcdf3"))
    admin.catalogued(BUCKET, key)
    admin.s3.delete_object(Bucket=BUCKET, Key=key)
    admin = instance.restart()
    assert "Contents" not in admin.s3.list_objects_v2(Bucket=BUCKET, Prefix=key)
    wait_for(lambda: not admin.items_of(BUCKET, key), "the removal")


def is_running(admin, job):
    return admin.job(job)["status"] == "running"


def has_stored_something(admin, job):
    return "Contents" in admin.s3.list_objects_v2(Bucket=BUCKET, Prefix=f"jobs/{job}/", MaxKeys=1)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("moment", [is_running, has_stored_something])
def test_during_a_job(instance, folder, tmp_path, moment):
    """A job that was under way when the process died is finished by the next start, and its result catalogued."""
    admin = instance.session
    key = f"{folder}/large.nc"
    file = ocean.large(tmp_path / "large.nc", 120)
    admin.s3.upload_file(str(file), BUCKET, key)
    job = admin.start("to-zarr", {"source": f"s3://{BUCKET}/{key}"})
    wait_for(lambda: moment(admin, job), f"the moment: {moment.__name__}", deadline=120)
    admin = instance.restart()
    if moment is is_running:
        assert admin.job(job)["status"] in {"accepted", "running"}
    status = admin.ended(job, deadline=240)
    assert status["status"] == "successful", status
    href = admin.get(f"/processes/jobs/{job}/results").json()["result"]["href"]
    result = xr.open_zarr(admin.files.get_mapper(href))
    xr.testing.assert_allclose(result["sst"].isel(time=-1).load(), xr.open_dataset(file)["sst"].isel(time=-1).load())
    admin.catalogued(BUCKET, href.removeprefix(f"s3://{BUCKET}/"))


def test_the_same_platform_is_there_after_all_this(instance):
    """The token of the first start still works, and there is nothing in the way of a clean end."""
    admin = instance.session
    assert admin.get("/iam/me").json()["name"] == "admin"
    instance.process.terminate()
    assert instance.process.wait(30) == 0
    instance.start()
