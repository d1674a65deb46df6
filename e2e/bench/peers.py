#!/usr/bin/env python3
"""Measures the catalog beside stac-fastapi-pgstac, on one PostgreSQL server, with the same items and the same requests.

    cargo xtask bench --peers

Each request is made of both in turn, a few seconds each, by the same load tool (wrk, four connections), for some rounds. What
is told are the medians of the rounds and their ratio. Both must find the same items. All on the loopback interface.
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit, urlunsplit

import requests

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parents[1] / "kills")]

import conftest  # noqa: E402

COLLECTIONS = 10
# below the root of either API; what is counted in the answer
REQUESTS = {
    "one item": ("/collections/bench-3/items/bench-3-17", None),
    "search: box, 10 items": ("/search?bbox=-20,30,0,50&limit=10", "features"),
    "search: box and time, 100 items": (
        "/search?bbox=-60,-40,60,40&datetime=2021-01-01T00:00:00Z/2022-01-01T00:00:00Z&limit=100",
        "features",
    ),
    "search: collection, 100 items": ("/search?collections=bench-5&limit=100", "features"),
    "collections": ("/collections", "collections"),
}


def collection(name: str) -> dict:
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [["2020-01-01T00:00:00Z", None]]}}
    return {
        "type": "Collection",
        "stac_version": "1.0.0",
        "id": name,
        "title": name,
        "description": "Made for a benchmark.",
        "license": "CC0-1.0",
        "extent": extent,
        "links": [],
    }


def item(collection: str, number: int, chance: random.Random) -> dict:
    west, south = chance.uniform(-180, 170), chance.uniform(-90, 80)
    east, north = west + chance.uniform(0.1, 10), south + chance.uniform(0.1, 10)
    when = f"{chance.randrange(2020, 2024)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T00:00:00Z"
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    href = f"s3://user-admin/{collection}/{number}.nc"
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": f"{collection}-{number}",
        "collection": collection,
        "bbox": [west, south, east, north],
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"datetime": when, "title": f"Item {number}", "platform": "bench", "gsd": 1000},
        "assets": {"data": {"href": href, "type": "application/x-netcdf", "roles": ["data"]}},
        "links": [],
    }


def public(item: dict) -> dict:
    """The item for anyone to see: Okeanos knows rights, pgstac does not."""
    return item | {"properties": item["properties"] | {"okeanos:visibility": "public"}}


def new_database(python: pathlib.Path, server: str, name: str) -> str:
    create = f"import psycopg; psycopg.connect({server!r}, autocommit=True).execute('create database {name}')"
    subprocess.run([python, "-c", create], check=True)
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


@contextlib.contextmanager
def pgstac(python: pathlib.Path, server: str, folder: pathlib.Path, documents: dict[str, list]):
    """stac-fastapi-pgstac with collections and items: the address of its API."""
    dsn = new_database(python, server, "bench_pgstac")
    pypgstac = [python.with_name("pypgstac")]
    subprocess.run([*pypgstac, "migrate", "--dsn", dsn], check=True, stdout=subprocess.DEVNULL)
    for kind, lines in documents.items():
        file = folder / f"{kind}.ndjson"
        file.write_text("\n".join(map(json.dumps, lines)))
        subprocess.run([*pypgstac, "load", kind, file, "--dsn", dsn], check=True, stdout=subprocess.DEVNULL)
    at = urlsplit(dsn)
    settings = {"PGHOST": at.hostname, "PGPORT": str(at.port), "PGDATABASE": "bench_pgstac"}
    settings |= {"PGUSER": at.username, "PGPASSWORD": "none"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*conftest.DYING_WITH_US, python.with_name("uvicorn"), "stac_fastapi.pgstac.app:create_app", "--factory"]
    command += ["--port", str(port), "--workers", str(os.cpu_count()), "--log-level", "warning"]
    url, log = f"http://127.0.0.1:{port}", folder / "pgstac.log"
    with open(log, "wb") as file:
        process = subprocess.Popen(command, env=os.environ | settings, stdout=file, stderr=file)
    try:
        end = time.monotonic() + 60
        while not answers(url):
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"the peer did not start\n{log.read_text()}")
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def answers(url: str) -> bool:
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(url, timeout=30).ok
    return False


def fill(session, documents: dict[str, list]) -> None:
    def post(document):
        session.post(f"/data/collections/{document['collection']}/items", public(document), status=201)

    for document in documents["collections"]:
        session.post("/data/collections", document, status=201)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(post, documents["items"]))


def load(url: str, seconds: int) -> tuple[float, float, float]:
    """Requests per second, and the 50th and 99th percentiles of their time in milliseconds."""
    command = ["wrk", "-t1", "-c4", f"-d{seconds}s", "--latency", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"{url}: {told}")

    def at(percent: int) -> float:
        value, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)\b", told).groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), at(50), at(99)


def compare(ours: str, theirs: str, seconds: int, rounds: int) -> None:
    print(f"{'':34}{'okeanos':>30}{'pgstac':>30}   ratio")
    print(f"{'':34}{'per s    p50 ms    p99 ms':>30}{'per s    p50 ms    p99 ms':>30}")
    for what, (path, counted) in REQUESTS.items():
        found = [requests.get(base + path, timeout=60).json() for base in (ours, theirs)]
        if counted and len(found[0][counted]) != len(found[1][counted]):
            raise SystemExit(f"{what}: {[len(answer[counted]) for answer in found]} are found")
        runs = [[load(base + path, seconds) for base in (ours, theirs)] for _ in range(rounds)]
        middle = [[statistics.median(run[who][n] for run in runs) for n in range(3)] for who in (0, 1)]
        shown = "".join(f"{rate:11.0f} {p50:9.2f} {p99:8.2f}" for rate, p50, p99 in middle)
        print(f"{what:34} {shown} {middle[0][0] / middle[1][0]:7.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--okeanos", required=True, type=pathlib.Path, help="the binary")
    parser.add_argument("--python", required=True, type=pathlib.Path, help="Python with the peer")
    parser.add_argument("--config", required=True, help="a configuration with PostgreSQL, NATS and an S3 server")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ["OKEANOS_BIN"] = str(options.okeanos)
    os.environ["OKEANOS_UP_ARGS"] = f"--config\n{options.config}"
    chance = random.Random(1)
    names = [f"bench-{n}" for n in range(COLLECTIONS)]
    items = [item(name, n, chance) for n in range(options.items // COLLECTIONS) for name in names]
    documents = {"collections": [collection(name) for name in names], "items": items}
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="okeanos-peers-", ignore_cleanup_errors=True))
        folder = pathlib.Path(folder)
        peer = stack.enter_context(pgstac(options.python, os.environ["OKEANOS_PLATFORM__DATABASE"], folder, documents))
        instance = conftest.Instance(folder / "data")
        session = instance.start()
        stack.callback(instance.kill)
        begin = time.perf_counter()
        fill(session, documents)
        seconds = time.perf_counter() - begin
        print(f"{len(items)} items; posted one by one to okeanos by 4 clients in {seconds:.1f} s ({len(items) / seconds:.0f}/s)")
        compare(session.url + "/data", peer, options.seconds, options.rounds)


if __name__ == "__main__":
    main()
