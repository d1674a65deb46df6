"""The portal in a real browser: headless Chromium loads the page, runs its script and shows what the catalog has."""

import re
import shutil
import subprocess

import pytest

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: cargo xtask deps installs it")


@pytest.fixture
def page(tmp_path):
    """The document of a page after its script has run."""

    def load(url: str) -> str:
        arguments = [*QUIET, f"--user-data-dir={tmp_path}", "--virtual-time-budget=10000", "--dump-dom", url]
        done = subprocess.run([CHROMIUM, *arguments], capture_output=True, text=True, timeout=90, check=True)
        return done.stdout

    return load


def test_anyone_sees_the_samples_in_the_search(page, anyone):
    document = page(f"{anyone.url}/")
    assert "ostia-sst.nc" in document
    assert re.search(r"\d+ of \d+ data sets", document)


def test_an_item_is_drawn_on_the_map_with_its_legend_and_time(page, anyone):
    items = anyone.get("/data/collections/climate_forecast-sea_surface_temperature/items").json()["features"]
    item = next(i for i in items if i["assets"]["data"]["href"].endswith("public/samples/ostia-sst.nc"))
    document = page(f"{anyone.url}/map?collection={item['collection']}&item={item['id']}")
    assert "Sea surface temperature" in document
    assert re.search(r'<img[^>]*src="[^"]*/WebMercatorQuad/', document), "no tile is drawn"
    assert "/legend" in document or "<svg" in document, "no legend"
    assert "2009" in document, "no time"
