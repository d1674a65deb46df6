"""The portal in a real browser: headless Chromium loads the page, runs its script and shows what the catalog has."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import time

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
PATIENCE = 60

# Where every tool is installed, a missing one is a failure.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true", reason="Chromium is not installed: cargo xtask deps installs it"
)


class Browser:
    """A browser that does what people do, told through its DevTools pipe."""

    def __init__(self, profile):
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        # Above the numbers that the browser expects, so that none of them is in the way.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_browser, from_browser)]
        os.close(to_browser)
        os.close(from_browser)

        def place():
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        arguments = [CHROMIUM, *QUIET, f"--user-data-dir={profile}", "--window-size=1280,860", "--remote-debugging-pipe"]
        self._process = subprocess.Popen(arguments, preexec_fn=place, pass_fds=(3, 4), stderr=subprocess.DEVNULL)
        for end in ends:
            os.close(end)
        self._buffer, self._number, self._session = b"", 0, None

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._out)
        os.close(self._in)

    def call(self, method: str, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._buffer:
                piece = os.read(self._in, 1 << 16)
                assert piece, "the browser has ended"
                self._buffer += piece
            answer, self._buffer = self._buffer.split(b"\0", 1)
            answer = json.loads(answer)
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def open(self, url: str):
        target = self.call("Target.createTarget", url=url)["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def value(self, expression: str):
        """What a line of script gives."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait(self, expression: str):
        """The value of a line of script, once it is something true."""
        end = time.monotonic() + PATIENCE
        while not (value := self.value(expression)):
            assert time.monotonic() < end, f"{expression}: {self.value('document.body.innerText')}"
            time.sleep(0.1)
        return value

    def point(self, x: float, y: float):
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)


@pytest.fixture
def browser(tmp_path):
    it = Browser(tmp_path / "profile")
    yield it
    it.close()


@pytest.fixture
def hostile(admin):
    """A public collection with an item that shows up well and one that means harm, by title and by form."""
    name = f"journey-hostile-{os.getpid()}"
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[None, None]]}}
    about = {"type": "Collection", "stac_version": "1.1.0", "id": name, "description": "x", "license": "other"}
    admin.post("/data/collections", {**about, "title": "Journey", "extent": extent, "links": []}, status=201)
    square = {"type": "Polygon", "coordinates": [[[0, 0], [20, 0], [20, 20], [0, 20], [0, 0]]]}
    shared = {"datetime": "2020-01-01T00:00:00Z", "okeanos:visibility": "public"}
    items = {
        "markup": {"title": '<img src="x" onerror="document.title=1"><a href="https://example.org">Sign in</a>'},
        "odd": {"title": "Odd one", "cf:parameter": "x", "cube:variables": 5},
        "odder": {"title": "Odder one", "cf:parameter": [{"name": "a", "unit": 5}, None]},
    }
    for key, properties in items.items():
        item = {"type": "Feature", "stac_version": "1.1.0", "id": key, "collection": name, "geometry": square}
        item |= {"bbox": [0, 0, 20, 20], "properties": {**shared, **properties}, "assets": {}, "links": []}
        admin.post(f"/data/collections/{name}/items", item, status=201)
    yield name
    for key in items:
        admin.send("DELETE", f"/data/collections/{name}/items/{key}", 204)
    admin.send("DELETE", f"/data/collections/{name}", 204)


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


def test_a_text_finds_data_by_the_name_of_its_file(browser, anyone):
    browser.open(f"{anyone.url}/data-explorer?source=s3%3A%2F%2Fuser-admin%2Fpublic%2Fsamples%2Fostia-sst.nc")
    browser.wait("document.querySelector('.count')?.textContent.includes('data set')")
    titles = browser.value("[...document.querySelectorAll('.card h2')].map((h) => h.textContent)")
    assert titles and all("ostia-sst.nc" in title for title in titles)


def test_what_anyone_publishes_is_text_and_hides_nothing(browser, anyone, hostile):
    browser.open(f"{anyone.url}/?collections={hostile}")
    browser.wait("document.querySelector('.count')?.textContent === '3 of 3 data sets'")
    assert browser.value("document.querySelectorAll('.card').length") == 3, "an odd item hides no other"
    middle = browser.value(
        "(() => { const box = document.querySelector('.map').getBoundingClientRect();"
        "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    browser.point(middle[0] - 5, middle[1])
    browser.point(*middle)
    tip = "document.querySelector('.leaflet-tooltip')"
    browser.wait(f"{tip}?.textContent")
    assert browser.value(f"{tip}.querySelectorAll('img, a').length") == 0, "a title is no markup"


def test_a_click_gives_the_value_and_the_series(browser, anyone):
    items = anyone.get("/data/collections/climate_forecast-sea_surface_temperature/items").json()["features"]
    item = next(i for i in items if i["assets"]["data"]["href"].endswith("public/samples/ostia-sst.nc"))
    address = f"{anyone.url}/data/collections/{item['collection']}/items/{item['id']}"
    browser.open(f"{anyone.url}/map?c=0,-25,3&selected={address}&at=-25,0")
    browser.wait("document.querySelector('.value .chart') !== null")
    assert browser.value("document.querySelector('.value .big').textContent").endswith(" K")
    table = anyone.get(browser.value("document.querySelector('.value a[download]').getAttribute('href')"))
    assert table.headers["content-type"].startswith("text/csv")


def test_without_a_series_the_value_follows_the_time(browser, anyone, bucket):
    """Where a time series cannot be had, another time is read by itself."""
    item = anyone.catalogued(bucket, "public/samples/ostia-sst.nc")["analysed_sst"]
    browser.open(f"{anyone.url}/map?collection={item['collection']}&item={item['id']}")
    browser.wait("document.querySelector('output[for=time]') !== null")
    browser.value("""{
        const ask = window.fetch;
        const busy = () => new Response('{"title": "Busy", "detail": "too busy"}', {status: 503});
        const isSeries = (url) => url.includes('/position?') && !url.includes('datetime=');
        window.fetch = async (url, ...more) => isSeries(String(url)) ? busy() : ask(url, ...more);
    }""")
    browser.value("[lat.value, lon.value] = [0, -150]; document.querySelector('form.place button').click()")
    browser.wait("document.querySelector('.value').innerText.includes('No time series')")
    first = browser.value("document.querySelector('.where').innerText")
    browser.value("document.querySelector('[aria-label=Earlier]').click()")
    browser.wait(f"document.querySelector('.where').innerText !== {json.dumps(first)}")
    now = browser.value("document.querySelector('output[for=time]').innerText")
    assert browser.value("document.querySelector('.where').innerText").endswith(now)
    assert "No time series" in browser.value("document.querySelector('.value').innerText")
