"""Data that tests make: small, of known values, or large enough to keep a job busy."""

import pathlib

import numpy as np
import xarray as xr


def sea_surface_temperature(days: int = 4, first: str = "2024-03-01", offset: float = 0.0) -> xr.Dataset:
    """A few days of temperature over a corner of the Atlantic: each value tells where and when it is."""
    time = np.datetime64(first) + np.arange(days).astype("timedelta64[D]")
    lat = np.linspace(40.0, 45.0, 11)
    lon = np.linspace(-20.0, -10.0, 21)
    values = 10.0 + offset + (np.arange(days)[:, None, None] + lat[None, :, None] / 10 + lon[None, None, :] / 100)
    data = xr.Dataset(
        {"sst": (("time", "lat", "lon"), values.astype("float32"))},
        coords={"time": time, "lat": lat, "lon": lon},
        attrs={"Conventions": "CF-1.8", "title": "Made for a test"},
    )
    data["sst"].attrs = {"standard_name": "sea_surface_temperature", "units": "degree_C", "long_name": "Temperature"}
    data["lat"].attrs = {"standard_name": "latitude", "units": "degrees_north", "axis": "Y"}
    data["lon"].attrs = {"standard_name": "longitude", "units": "degrees_east", "axis": "X"}
    data["time"].attrs = {"standard_name": "time", "axis": "T"}
    data["time"].encoding = {"units": "days since 2000-01-01", "calendar": "standard", "dtype": "float64"}
    return data


def write(data: xr.Dataset, to: pathlib.Path, form: str) -> pathlib.Path:
    """Writes a data set as `netcdf3`, `netcdf4`, `zarr2`, `zarr3` or `zarr3-sharded`."""
    if form == "netcdf3":
        data.to_netcdf(to, format="NETCDF3_CLASSIC")
    elif form == "netcdf4":
        chunks = tuple(min(n, 8) for n in data["sst"].shape)
        data.to_netcdf(to, format="NETCDF4", encoding={"sst": {"zlib": True, "chunksizes": chunks}})
    elif form == "zarr3-sharded":
        shards = data["sst"].shape
        chunks = tuple(min(n, 6) for n in shards)
        shards = tuple(-(-n // chunk) * chunk for n, chunk in zip(shards, chunks, strict=True))
        data.to_zarr(to, zarr_format=3, mode="w", encoding={"sst": {"chunks": chunks, "shards": shards}})
    else:
        data.to_zarr(to, zarr_format=int(form[-1]), mode="w")
    return to


def large(to: pathlib.Path, megabytes: int) -> pathlib.Path:
    """A NetCDF-4 file of about this size, of noise, which no compression makes small."""
    lat, lon = 400, 500
    steps = max(1, round(megabytes * 1_000_000 / (lat * lon * 4 * 0.78)))  # deflate gains 22 %
    data = sea_surface_temperature(1).isel(time=0, drop=True)
    noise = np.random.default_rng(1).normal(15, 5, (steps, lat, lon)).astype("float32")
    time = np.datetime64("2020-01-01") + np.arange(steps).astype("timedelta64[D]")
    coords = {"time": time, "lat": np.linspace(30, 60, lat), "lon": np.linspace(-30, 0, lon)}
    big = xr.Dataset({"sst": (("time", "lat", "lon"), noise)}, coords=coords, attrs=data.attrs)
    for name in ["sst", "lat", "lon"]:
        big[name].attrs = data[name].attrs
    big["time"].attrs = {"standard_name": "time", "axis": "T"}
    big["time"].encoding = {"units": "days since 2000-01-01", "calendar": "standard", "dtype": "float64"}
    big.to_netcdf(to, format="NETCDF4", encoding={"sst": {"chunksizes": (1, lat, lon), "zlib": True, "complevel": 1}})
    return to
