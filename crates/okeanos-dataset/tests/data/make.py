"""Makes the fixtures beside this script and golden.json, the values that netCDF4 and xarray read from them.

Run with: python make.py   (needs numpy, netCDF4, xarray, zarr 3, iris-sample-data)
`ostia.nc` is a cut of OSTIA SST from iris-sample-data (UK Met Office, Open Government Licence); the rest is computed.
"""
import json, os, shutil, warnings
import iris_sample_data, netCDF4, numcodecs, numpy as np, xarray as xr, zarr

warnings.simplefilter("ignore")
os.chdir(os.path.dirname(os.path.abspath(__file__)))
for old in os.listdir("."):
    if old.endswith(".zarr"):
        shutil.rmtree(old)
    elif old.endswith(".nc"):
        os.remove(old)


def field(t, z, y, x):
    k, l, j, i = np.meshgrid(np.arange(t), np.arange(z), np.arange(y), np.arange(x), indexing="ij")
    values = 15 + 8 * np.sin(j / 3.0) + 3 * np.cos(i / 2.0) - 2.5 * l + 0.5 * k
    values[:, :, :2, :3] = np.nan
    return values


def axes(nc, lon0=0.0):
    nc.Conventions = "CF-1.10"
    nc.title = "A computed sea"
    nc.createDimension("time", None)
    for name, size in (("depth", 3), ("lat", 10), ("lon", 36)):
        nc.createDimension(name, size)
    time = nc.createVariable("time", "f8", ("time",))
    time.setncatts({"standard_name": "time", "units": "hours since 1950-01-01", "calendar": "standard", "axis": "T"})
    time[:] = 650000 + 24.0 * np.arange(4)
    depth = nc.createVariable("depth", "f4", ("depth",))
    depth.setncatts({"standard_name": "depth", "units": "m", "positive": "down", "axis": "Z"})
    depth[:] = [0.5, 10.0, 50.0]
    lat = nc.createVariable("lat", "f4", ("lat",))
    lat.setncatts({"standard_name": "latitude", "units": "degrees_north", "axis": "Y"})
    lat[:] = np.linspace(60, 33, 10)
    lon = nc.createVariable("lon", "f4", ("lon",))
    lon.setncatts({"standard_name": "longitude", "units": "degrees_east", "axis": "X"})
    lon[:] = lon0 + 10.0 * np.arange(36)


DIMS = ("time", "depth", "lat", "lon")
with netCDF4.Dataset("packed.nc", "w", format="NETCDF4") as nc:
    axes(nc)
    v = nc.createVariable("thetao", "i2", DIMS, zlib=True, shuffle=True, chunksizes=(1, 2, 5, 18), fill_value=-32768)
    v.setncatts({"standard_name": "sea_water_potential_temperature", "units": "degC", "scale_factor": 0.001, "add_offset": 20.0})
    v[:] = np.ma.masked_invalid(field(4, 3, 10, 36))
    v = nc.createVariable("mask", "i1", ("lat", "lon"))
    v.setncatts({"flag_values": np.array([0, 1], "i1"), "flag_meanings": "land sea", "long_name": "land-sea mask"})
    v[:] = np.arange(360).reshape(10, 36) % 2

for form, name in (("NETCDF3_CLASSIC", "classic.nc"), ("NETCDF3_64BIT_OFFSET", "offset64.nc"), ("NETCDF3_64BIT_DATA", "cdf5.nc")):
    with netCDF4.Dataset(name, "w", format=form) as nc:
        axes(nc, -180.0)
        nc.createDimension("length", 8)
        v = nc.createVariable("so", "f4", ("time", "lat", "lon"))
        v.setncatts({"standard_name": "sea_water_salinity", "units": "1e-3"})
        values = np.ma.masked_invalid(30 + field(4, 1, 10, 36)[:, 0] / 10)
        v[:] = values
        v = nc.createVariable("ranged", "i2", ("lat", "lon"))
        v.setncatts({"valid_range": np.array([10, 200], "i2"), "missing_value": np.array(55, "i2"), "units": "1"})
        v[:] = np.arange(360).reshape(10, 36)
        v = nc.createVariable("turbidity", "i1", ("lat", "lon"))
        v.setncatts({"_Unsigned": "true", "units": "1", "scale_factor": np.float32(0.5)})
        v.set_auto_scale(False)
        v[:] = (np.arange(360).reshape(10, 36) % 256).astype("u1").view("i1")
        v = nc.createVariable("station", "S1", ("depth", "length"))
        v[:] = netCDF4.stringtochar(np.array(["brest", "le havr", "x"], "S8"))
        if form == "NETCDF3_64BIT_DATA":
            v = nc.createVariable("count", "u8", ("lat",))
            v[:] = np.arange(10) * 10**15

with netCDF4.Dataset("groups.nc", "w", format="NETCDF4") as nc:
    nc.createDimension("x", 4)
    v = nc.createVariable("x", "f8", ("x",)); v[:] = [1, 2, 3, 4]
    v = nc.createVariable("scalar", "i8", ()); v[...] = 7
    v = nc.createVariable("names", str, ("x",)); v[:] = np.array(["a", "été", "", "long name"], object)
    g = nc.createGroup("deep"); g.createDimension("y", 2)
    v = g.createVariable("below", "f4", ("y", "x")); v[:] = np.arange(8).reshape(2, 4); v.units = "m"
    colours = nc.createEnumType("u1", "colours", {"red": 0, "blue": 1})
    v = nc.createVariable("colour", colours, ("x",)); v[:] = np.array([0, 1, 1, 0], "u1")
    nc.many = ["one", "two"]

with netCDF4.Dataset("curvilinear.nc", "w", format="NETCDF4") as nc:
    nc.createDimension("y", 12); nc.createDimension("x", 14)
    j, i = np.meshgrid(np.arange(12.0), np.arange(14.0), indexing="ij")
    for name, units, values in (("nav_lon", "degrees_east", 340 + 2 * i + 0.2 * j), ("nav_lat", "degrees_north", 40 + j - 0.1 * i)):
        v = nc.createVariable(name, "f4", ("y", "x"), zlib=True); v.units = units; v.standard_name = {"nav_lon": "longitude", "nav_lat": "latitude"}[name]; v[:] = values
    v = nc.createVariable("zos", "f8", ("y", "x"), fill_value=np.nan)
    v.setncatts({"standard_name": "sea_surface_height_above_geoid", "units": "m", "coordinates": "nav_lat nav_lon"})
    v[:] = np.where((i + j) % 7 == 0, np.nan, i - j)

source = os.path.join(iris_sample_data.path, "ostia_monthly.nc")
with netCDF4.Dataset(source) as old, netCDF4.Dataset("ostia.nc", "w", format="NETCDF4_CLASSIC") as new:
    new.setncatts(old.__dict__)
    cut = {"time": slice(0, 8), "latitude": slice(0, 18), "longitude": slice(100, 150)}
    for name, dim in old.dimensions.items():
        new.createDimension(name, len(range(*cut.get(name, slice(None)).indices(len(dim)))))
    for name, v in old.variables.items():
        v.set_auto_maskandscale(False)
        fill = v.__dict__.get("_FillValue")
        w = new.createVariable(name, v.dtype, v.dimensions, zlib=bool(v.dimensions), fill_value=fill)
        w.setncatts({k: a for k, a in v.__dict__.items() if k != "_FillValue"})
        w.set_auto_maskandscale(False)
        w[...] = v[tuple(cut.get(d, slice(None)) for d in v.dimensions)]

packed = xr.open_dataset("packed.nc")
packed.thetao.encoding["chunks"] = (2, 3, 6, 20)
packed.to_zarr("v2.zarr", zarr_format=2, consolidated=True)
plain = packed[["thetao"]].isel(time=slice(0, 2), depth=[0])
plain.thetao.encoding.update(chunks=(1, 1, 5, 20), compressors=(numcodecs.Zlib(5),))
plain.to_zarr("v2walk.zarr", zarr_format=2, consolidated=False)
packed.to_zarr("v3.zarr", zarr_format=3, consolidated=True)
floats = xr.Dataset({"t": (("time", "y", "x"), field(2, 1, 8, 9)[:, 0].astype("f4"), {"units": "degC"}), "name": (("x",), np.array(list("abcdefghi"), object))})
floats.t.encoding = {"_FillValue": np.float32(1e20), "chunks": (1, 8, 9), "shards": (2, 8, 9)}
floats.to_zarr("v3shard.zarr", zarr_format=3, consolidated=False)
g = zarr.open_group("v3shard.zarr", mode="a")
a = g.create_array("sparse", shape=(6, 4), chunks=(2, 4), dtype="i2", fill_value=0, dimension_names=("k", "l"), attributes={"_FillValue": -1, "scale_factor": 0.5})
a[2:4] = np.array([[1, 2, -1, 4], [5, 6, 7, 8]])

golden = {}
for name in sorted(n for n in os.listdir(".") if n.endswith(".nc")):
    entries = {}
    with netCDF4.Dataset(name) as nc:
        stack = [("", nc)]
        while stack:
            prefix, group = stack.pop()
            stack += [(f"{prefix}{n}/", g) for n, g in group.groups.items()]
            for key, v in group.variables.items():
                if v.dtype is str or v.dtype.kind not in "iuf" or isinstance(v.datatype, netCDF4.EnumType):
                    continue
                values = np.ma.filled(np.ma.asarray(v[...]).astype("f8"), np.nan).ravel()
                entries[prefix + key] = {"shape": list(v.shape), "values": values}
    golden[name] = entries
for name in sorted(n for n in os.listdir(".") if n.endswith(".zarr")):
    ds = xr.open_zarr(name, decode_times=False, consolidated=None)
    golden[name] = {k: {"shape": list(v.shape), "values": v.values.astype("f8").ravel()} for k, v in ds.variables.items() if v.dtype.kind in "iuf"}
for entries in golden.values():
    for entry in entries.values():
        values = entry.pop("values")
        finite = values[np.isfinite(values)]
        entry["missing"] = int(len(values) - len(finite))
        entry["sum"] = float(finite.sum())
        step = max(1, len(values) // 16)
        entry["every"] = step
        entry["samples"] = [None if not np.isfinite(x) else float(x) for x in values[::step]]
with open("golden.json", "w") as out:
    json.dump(golden, out, indent=None, separators=(",", ":"))
