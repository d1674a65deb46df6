"""Item 5: the portal, and the pictures and values behind it."""

import io
import re

import numpy as np
import pytest
import xarray as xr
from PIL import Image
from session import SAMPLES

SST = "public/samples/ostia-sst.nc"


@pytest.fixture
def item(anyone, bucket):
    return anyone.catalogued(bucket, SST)["analysed_sst"]


def path(service, item, kind="items"):
    return f"/{service}/collections/{item['collection']}/{kind}/{item['id']}"


def test_the_portal_is_served_with_what_it_loads(anyone):
    page = anyone.get("/")
    assert page.headers["content-type"].startswith("text/html")
    loaded = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css|svg))"', page.text)
    assert any(name.endswith(".js") for name in loaded)
    for name in loaded:
        assert anyone.get(name).content, name
    assert anyone.get("/map").text == page.text, "deep links lead to the same page"


def test_a_tile_is_drawn_from_the_data(anyone, item):
    tileset = anyone.get(path("tiles", item) + "/tiles").json()
    assert tileset["dataType"] == "map"
    tile = anyone.get(path("tiles", item) + "/WebMercatorQuad/2/1/2?datetime=2008-01-16T12:00:00Z")
    assert tile.headers["content-type"] == "image/png"
    picture = np.asarray(Image.open(io.BytesIO(tile.content)).convert("RGBA"))
    assert picture.shape == (256, 256, 4)
    drawn = picture[picture[..., 3] > 0]
    assert len(drawn) > 500, "there is sea in this tile"
    assert len(np.unique(drawn, axis=0)) > 10, "and it is not of one colour"


def test_times_differ(anyone, item):
    tile = path("tiles", item) + "/WebMercatorQuad/2/1/2?datetime="
    assert anyone.get(tile + "2008-01-16T12:00:00Z").content != anyone.get(tile + "2008-07-16T12:00:00Z").content


def test_the_legend_is_a_picture(anyone, item):
    legend = anyone.get(path("tiles", item) + "/legend")
    assert legend.headers["content-type"].startswith("image/svg+xml")
    assert "<svg" in legend.text and "Analysed sea surface temperature (K)" in legend.text


@pytest.mark.parametrize(("lon", "lat"), [(-25.0, 0.0), (160.0, 2.0)])
def test_a_position_has_the_values_of_the_file(anyone, item, lon, lat):
    answer = anyone.get(path("edr", item, "instances") + f"/position?coords=POINT({lon} {lat})").json()
    found = answer["ranges"]["analysed_sst"]
    values = np.array([np.nan if value is None else value for value in found["values"]])
    data = xr.open_dataset(SAMPLES / "ostia-sst.nc")["analysed_sst"]
    near = data.sel(latitude=lat, longitude=lon % 360 if data.longitude.max() > 180 else lon, method="nearest")
    np.testing.assert_allclose(values, near.values, atol=0.006)
    times = answer["domain"]["axes"]["t"]["values"]
    assert len(times) == data.sizes["time"] == len(values), "the whole time series"
    assert np.datetime64(times[0].rstrip("Z")) == data["time"].values[0]


def test_a_profile_has_every_depth(anyone, bucket):
    item = anyone.catalogued(bucket, "public/samples/levitus-temperature-salinity.nc", variables=2)["TEMP"]
    answer = anyone.get(path("edr", item, "instances") + "/position?coords=POINT(-40.5 35.5)").json()
    data = xr.open_dataset(SAMPLES / "levitus-temperature-salinity.nc")["TEMP"].sel(lon=319.5, lat=35.5, method="nearest")
    values = [np.nan if value is None else value for value in answer["ranges"]["TEMP"]["values"]]
    np.testing.assert_allclose(values, data.values, rtol=1e-4)


def test_what_is_not_public_is_drawn_for_its_owner_only(admin, anyone, bucket, folder):
    key = f"{folder}/mine.nc"
    admin.put(bucket, key, SAMPLES / "ostia-sst.nc")
    item = admin.catalogued(bucket, key)["analysed_sst"]
    tile = path("tiles", item) + "/WebMercatorQuad/2/1/2"
    admin.get(tile)
    anyone.get(tile, status=404)
    anyone.get(path("edr", item, "instances") + "/position?coords=POINT(-25 0)", status=404)


@pytest.mark.parametrize("query", ["coords=POINT(1)", "coords=POINT(500 0)", "", "coords=POINT(0 0)&datetime=never"])
def test_bad_positions_are_refused(anyone, item, query):
    problem = anyone.get(path("edr", item, "instances") + f"/position?{query}", status=400).json()
    assert problem["code"].startswith("explorer/")
