"""Makes golden.json: what numpy computes from the fixtures of okeanos-dataset. Run with: python make.py"""
import json, os
import netCDF4, numpy as np

here = os.path.dirname(os.path.abspath(__file__))
data = os.path.join(here, "../../../okeanos-dataset/tests/data")


def numbers(values, weights):
    values = np.ma.filled(np.ma.asarray(values).astype("f8"), np.nan)
    weights = np.broadcast_to(weights, values.shape)
    good = np.isfinite(values)
    mean = (values[good] * weights[good]).sum() / weights[good].sum()
    std = np.sqrt((weights[good] * (values[good] - mean) ** 2).sum() / weights[good].sum())
    return {"count": int(good.sum()), "missing": int((~good).sum()), "min": values[good].min(), "max": values[good].max(), "mean": mean, "std": std}


golden = {}
with netCDF4.Dataset(f"{data}/packed.nc") as nc:
    w = np.cos(np.radians(nc["lat"][:]))[:, None]
    golden["packed whole"] = numbers(nc["thetao"][...], w)
    golden["packed series"] = [numbers(nc["thetao"][t], w)["mean"] for t in range(4)]
    # bbox -20,40,10,50; depth 5..100; the second and third day
    rows, columns = slice(4, 7), [34, 35, 0, 1]
    golden["packed part"] = numbers(nc["thetao"][1:3, 1:3, rows, :][..., columns], w[rows])
    golden["packed part values"] = np.ma.filled(nc["thetao"][1:3, 1:3, rows, :][..., columns], np.nan).ravel().tolist()
with netCDF4.Dataset(f"{data}/ostia.nc") as nc:
    lat = nc["latitude"][:]
    golden["ostia whole"] = numbers(nc["surface_temperature"][...], np.cos(np.radians(lat))[:, None])
with netCDF4.Dataset(f"{data}/curvilinear.nc") as nc:
    lon, lat = nc["nav_lon"][:] - 360, nc["nav_lat"][:]
    inside = (lon >= -18) & (lon <= -6) & (lat >= 41) & (lat <= 47)
    golden["curvilinear part"] = numbers(nc["zos"][:][inside], np.cos(np.radians(lat[inside])))
with open(os.path.join(here, "golden.json"), "w") as out:
    json.dump(golden, out, indent=1, default=float)
