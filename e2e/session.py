"""One person's session with a platform, through the clients that people use."""

import pathlib
import tempfile
import time
from urllib.parse import quote

import boto3
import botocore.config
import requests
import s3fs
import xarray as xr

SAMPLES = pathlib.Path(__file__).parent / "data" / "samples"
PATIENCE = 60


def wait_for(what, describe="it", deadline=PATIENCE):
    """Calls `what` until it answers something true, and gives that answer."""
    end = time.monotonic() + deadline
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < end, f"{describe}: not within {deadline} s"
        time.sleep(0.1)


class Session:
    """A platform as a person sees it; without a token, as anyone does."""

    def __init__(self, url: str, s3_url: str, token: str | None = None):
        self.url = url.rstrip("/")
        self.s3_url = s3_url
        self.http = requests.Session()
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"
        self._credentials = None
        self._s3 = None

    # HTTP

    def get(self, path: str, status: int = 200, **kwargs) -> requests.Response:
        return self.send("GET", path, status, **kwargs)

    def post(self, path: str, body, status: int = 200, **kwargs) -> requests.Response:
        return self.send("POST", path, status, json=body, **kwargs)

    def send(self, method: str, path: str, status: int, **kwargs) -> requests.Response:
        url = path if path.startswith("http") else self.url + path
        response = self.http.request(method, url, timeout=60, **kwargs)
        assert response.status_code == status, f"{method} {path}: {response.status_code} {response.text[:1000]}"
        return response

    # S3

    @property
    def credentials(self) -> dict:
        if self._credentials is None:
            self._credentials = self.post("/iam/s3-credentials", {}).json()
        return self._credentials

    @property
    def s3(self):
        if self._s3 is None:
            keys = self.credentials
            self._s3 = boto3.client(
                "s3",
                endpoint_url=self.s3_url,
                region_name="us-east-1",
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
                config=botocore.config.Config(
                    signature_version="s3v4", retries={"max_attempts": 1}, max_pool_connections=32
                ),
            )
        return self._s3

    @property
    def files(self) -> s3fs.S3FileSystem:
        keys = self.credentials
        return s3fs.S3FileSystem(
            endpoint_url=self.s3_url,
            key=keys["AccessKeyId"],
            secret=keys["SecretAccessKey"],
            token=keys["SessionToken"],
            client_kwargs={"region_name": "us-east-1"},
            skip_instance_cache=True,
        )

    def put(self, bucket: str, key: str, data: bytes | pathlib.Path) -> None:
        body = data.read_bytes() if isinstance(data, pathlib.Path) else data
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def put_folder(self, bucket: str, prefix: str, folder: pathlib.Path) -> None:
        """Uploads every file of a folder in no useful order: the metadata of a store's root comes first."""
        for file in sorted((f for f in folder.rglob("*") if f.is_file()), key=lambda f: len(f.parts)):
            self.put(bucket, f"{prefix}/{file.relative_to(folder)}", file)

    def open(self, asset: dict) -> xr.Dataset:
        """Opens an asset with xarray, from S3."""
        href = asset["href"]
        assert href.startswith("s3://"), href
        if "zarr" in asset["type"]:
            return xr.open_zarr(self.files.get_mapper(href))
        if "netcdf" in asset["type"]:
            return self.read(href)
        raise AssertionError(f"an asset of type {asset['type']}")

    def read(self, href: str) -> xr.Dataset:
        """Reads a whole NetCDF object with xarray."""
        with tempfile.NamedTemporaryFile(suffix=".nc") as file:
            file.write(self.files.cat_file(href))
            file.flush()
            return xr.open_dataset(file.name).load()

    # catalog and checks

    def search(self, **query) -> list[dict]:
        """All items that a search finds, over all pages."""
        items, body, url = [], {"limit": 200, **query}, "/data/search"
        while True:
            page = self.post(url, body).json()
            items += page["features"]
            following = [link for link in page["links"] if link["rel"] == "next"]
            if not following:
                return items
            link = following[0]
            url = link["href"]
            body = {**body, **link["body"]} if link.get("merge") else link["body"]

    def items_of(self, bucket: str, key: str) -> dict[str, dict]:
        """The items that were made from an object, by the variable that they show."""
        href = f"s3://{bucket}/{key}"
        found = {}
        for item in self.search():
            if any(asset["href"] == href for asset in item["assets"].values()):
                variables = [n for n, v in item["properties"].get("cube:variables", {}).items() if v.get("type") == "data"]
                assert len(variables) == 1, f"one item per variable: {variables}"
                assert variables[0] not in found, f"two items of {variables[0]}"
                found[variables[0]] = item
        return found

    def catalogued(self, bucket: str, key: str, variables: int = 1, deadline: float = PATIENCE) -> dict[str, dict]:
        """Waits until an object has so many items."""

        def all_there():
            items = self.items_of(bucket, key)
            return items if len(items) >= variables else None

        return wait_for(all_there, f"items of s3://{bucket}/{key}", deadline)

    def reports(self, bucket: str, key: str) -> list[dict]:
        """Check reports of an object, newest first."""
        return self.get(f"/checks?bucket={quote(bucket)}&key={quote(key)}").json()["checks"]

    def report(self, bucket: str, key: str, deadline: float = PATIENCE) -> dict:
        """Waits for the check report of an object."""
        return wait_for(lambda: self.reports(bucket, key), f"a report on s3://{bucket}/{key}", deadline)[0]

    # processes

    def execute(self, process: str, inputs: dict, status: int, **headers) -> requests.Response:
        return self.post(f"/processes/processes/{process}/execution", {"inputs": inputs}, status, headers=headers)

    def start(self, process: str, inputs: dict) -> str:
        """Starts a job; its id."""
        response = self.execute(process, inputs, 201, Prefer="respond-async")
        assert response.headers["Location"].endswith("/jobs/" + response.json()["jobID"])
        return response.json()["jobID"]

    def job(self, job: str) -> dict:
        return self.get(f"/processes/jobs/{job}").json()

    def ended(self, job: str, deadline: float = PATIENCE) -> dict:
        """Waits for the end of a job; its status document."""
        final = {"successful", "failed", "dismissed"}
        return wait_for(lambda: (s := self.job(job))["status"] in final and s, f"the end of job {job}", deadline)
