#!/usr/bin/env python3
"""Cuts the sample data of Okeanos from data sets that packages bring. See README.md beside this file.

    python -m venv venv && venv/bin/pip install -r ../requirements.txt
    venv/bin/python make_samples.py samples

It wants a Debian machine (`apt-get download`, `dpkg -x`, `ncgen` from netcdf-bin) and PyPI. The same packages give the
same files, byte for byte. Where metadata is completed, `edits` in the file's own `history` says what and why.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import netCDF4
import numpy as np
import xarray as xr

DEBS = ["ferret-datasets", "libncarg-data"]
WHEELS = ["iris-sample-data==2.5.2", "compliance-checker==6.1.0"]
FERRET = "usr/share/ferret-vis/data"
NCARG = "usr/share/ncarg/data/cdf"
IRIS = "iris_sample_data/sample_data"
CHECKER = "compliance_checker/tests/data"


def fetch(into: pathlib.Path) -> None:
    """Downloads the packages and unpacks them into one folder."""
    for package in DEBS:
        subprocess.run(["apt-get", "download", package], cwd=into, check=True, stdout=subprocess.DEVNULL)
    for deb in into.glob("*.deb"):
        subprocess.run(["dpkg", "-x", deb, into], check=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(into)]
    subprocess.run(command + WHEELS, check=True)
    for wheel in into.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(into)


def describe(data: xr.Dataset, title: str, source: str, licence: str, edits: str) -> xr.Dataset:
    """Replaces the global attributes by what is known of the sample."""
    history = f"cut by make_samples.py; edits: {edits}"
    data.attrs = {"Conventions": "CF-1.8", "title": title, "source": source, "license": licence, "history": history}
    return data


def sea_surface_temperature(work: pathlib.Path, out: pathlib.Path) -> None:
    """A map with time: NetCDF-4, chunked, deflated, packed."""
    data = xr.open_dataset(work / IRIS / "ostia_monthly.nc", decode_times=False)
    data = data[["surface_temperature", "time_bnds"]].isel(time=slice(0, 36))
    data = data.drop_vars(["forecast_period", "forecast_reference_time"], errors="ignore")
    data = data.rename(surface_temperature="analysed_sst")
    data = describe(
        data,
        "OSTIA monthly sea surface temperature, tropics",
        "OSTIA analysis, Met Office; iris-sample-data 2.5.2 ostia_monthly.nc",
        "UK Open Government Licence; British Crown copyright 2018",
        "36 of 54 months; named analysed_sst with standard_name sea_surface_temperature (was surface_temperature: the "
        "analysis is of the sea only); packed as 16-bit integers at 0.01 K",
    )
    sst = data["analysed_sst"]
    sst.attrs.update(standard_name="sea_surface_temperature", long_name="Analysed sea surface temperature")
    for name in ["grid_mapping", "um_stash_source"]:
        sst.attrs.pop(name, None)
        sst.encoding.pop(name, None)
    sst.encoding = {
        "dtype": "int16",
        "scale_factor": 0.01,
        "add_offset": 273.15,
        "_FillValue": np.int16(-32768),
        "chunksizes": (6, 18, 432),
        "zlib": True,
        "complevel": 6,
        "shuffle": True,
    }
    clear_encoding(data, keep=["analysed_sst"])
    data["time"].attrs["calendar"] = "standard"
    data.to_netcdf(out / "ostia-sst.nc", format="NETCDF4")


def levitus(work: pathlib.Path, out: pathlib.Path) -> None:
    """A depth profile: NetCDF-3, in two states: with completed metadata, and as poor as it came."""
    data = xr.open_dataset(work / FERRET / "levitus_climatology.cdf", decode_times=False)
    data = data[["TEMP", "SALT"]]
    box = {"YAXLEVITR": slice(20, 66), "XAXLEVITR": slice(285, 350)}
    north_atlantic = data.sel(box)
    raw = north_atlantic.isel(ZAXLEVITR=slice(0, 4)).sel(YAXLEVITR=slice(30, 50), XAXLEVITR=slice(300, 340))
    raw = raw.drop_attrs(deep=False)
    clear_encoding(raw)
    for name, missing in [("TEMP", -1e10), ("SALT", -1e10)]:
        raw[name].encoding["_FillValue"] = np.float32(missing)
        raw[name].attrs.pop("missing_value", None)
    raw.to_netcdf(out / "levitus-as-it-came.nc", format="NETCDF3_CLASSIC")

    full = north_atlantic.rename(XAXLEVITR="lon", YAXLEVITR="lat", ZAXLEVITR="depth")
    full = describe(
        full,
        "Levitus (1982) annual climatology of temperature and salinity, North Atlantic",
        "Climatological Atlas of the World Ocean, NOAA; Debian ferret-datasets levitus_climatology.cdf",
        "US government work; Ferret License Agreement",
        "cut to 20-66N 75-10W; axes renamed and given standard names; TEMP is sea_water_temperature in degree_C, SALT is "
        "sea_water_salinity in 1e-3 (was DEG C, PPT, without standard names)",
    )
    full["lon"].attrs = {"standard_name": "longitude", "units": "degrees_east", "axis": "X"}
    full["lat"].attrs = {"standard_name": "latitude", "units": "degrees_north", "axis": "Y"}
    full["depth"].attrs = {"standard_name": "depth", "units": "m", "positive": "down", "axis": "Z"}
    full["TEMP"].attrs = {"standard_name": "sea_water_temperature", "long_name": "Temperature", "units": "degree_C"}
    full["SALT"].attrs = {"standard_name": "sea_water_salinity", "long_name": "Salinity", "units": "1e-3"}
    clear_encoding(full)
    for name in ["TEMP", "SALT"]:
        full[name].encoding["_FillValue"] = np.float32(-1e10)
    full.to_netcdf(out / "levitus-temperature-salinity.nc", format="NETCDF3_CLASSIC")


def winds(work: pathlib.Path, out: pathlib.Path) -> None:
    """A drift with time: winds as a Zarr v3 store."""
    data = xr.open_dataset(work / FERRET / "monthly_navy_winds.cdf", decode_times=False)
    data = data[["UWND", "VWND"]].isel(TIME=slice(24, 36))
    data = data.rename(FNOCX="lon", FNOCY="lat", TIME="time", UWND="uwnd", VWND="vwnd")
    data = describe(
        data,
        "FNOC monthly marine winds, 1984",
        "US Navy Fleet Numerical Oceanography Center; Debian ferret-datasets monthly_navy_winds.cdf",
        "US government work; Ferret License Agreement",
        "12 of 132 months; axes and variables renamed and given standard names (had none)",
    )
    data["lon"].attrs = {"standard_name": "longitude", "units": "degrees_east", "axis": "X"}
    data["lat"].attrs = {"standard_name": "latitude", "units": "degrees_north", "axis": "Y"}
    units = data["time"].attrs["units"].replace("hour since", "hours since")
    data["time"].attrs = {"standard_name": "time", "units": units, "calendar": "standard", "axis": "T"}
    data["uwnd"].attrs = {"standard_name": "eastward_wind", "long_name": "Zonal wind", "units": "m s-1"}
    data["vwnd"].attrs = {"standard_name": "northward_wind", "long_name": "Meridional wind", "units": "m s-1"}
    clear_encoding(data)
    for name in ["uwnd", "vwnd"]:
        data[name].encoding = {"chunks": (12, 73, 72), "_FillValue": np.float32(-99.9)}
    data.to_zarr(out / "navy-winds.zarr", zarr_format=3, mode="w")


def currents(work: pathlib.Path, out: pathlib.Path) -> None:
    """Currents on a curvilinear grid: NetCDF-4."""
    data = xr.open_dataset(work / NCARG / "pop.nc", decode_times=False)[["urot", "vrot", "lat2d", "lon2d"]]
    data = data.isel(nlat=slice(230, 340), nlon=slice(0, 60)).set_coords(["lat2d", "lon2d"])
    data = data.rename(urot="uo", vrot="vo", lat2d="lat", lon2d="lon")
    data = describe(
        data,
        "Surface currents of the POP ocean model, North Atlantic part of its grid",
        "Parallel Ocean Program, CCSM; Debian libncarg-data pop.nc",
        "BSD-style licence of NCAR Graphics; copyright University Corporation for Atmospheric Research",
        "cut to 110 x 60 cells; cm/s turned into m s-1; standard names added; depth from the attribute z_t (500.622 cm)",
    )
    for name, other, word in [("uo", "eastward", "Zonal"), ("vo", "northward", "Meridional")]:
        data[name] = (data[name] / 100).astype("float32")
        data[name].attrs = {"standard_name": f"{other}_sea_water_velocity", "long_name": f"{word} velocity", "units": "m s-1"}
    data = data.assign_coords(depth=np.float32(5.00622))
    data["depth"].attrs = {"standard_name": "depth", "units": "m", "positive": "down", "axis": "Z"}
    data["lat"].attrs = {"standard_name": "latitude", "units": "degrees_north"}
    data["lon"].attrs = {"standard_name": "longitude", "units": "degrees_east"}
    clear_encoding(data)
    for name in ["uo", "vo"]:
        data[name].encoding = {"zlib": True, "complevel": 6, "shuffle": True, "_FillValue": np.float32(9.96921e36)}
    data.to_netcdf(out / "pop-currents.nc", format="NETCDF4")


def orca(work: pathlib.Path, out: pathlib.Path) -> None:
    """Another model's curvilinear grid, whole: NetCDF-4, 360-day calendar."""
    data = xr.open_dataset(work / IRIS / "orca2_votemper.nc", decode_times=False)
    data = data.drop_vars(["nav_lat_bnds", "nav_lon_bnds", "deptht_bnds"])
    data = describe(
        data,
        "ORCA2 ocean temperature near the surface",
        "NEMO, ORCA2 grid; iris-sample-data 2.5.2 orca2_votemper.nc",
        "UK Open Government Licence; British Crown copyright 2018",
        "cell bounds left out",
    )
    for name in ["nav_lat", "nav_lon", "deptht"]:
        data[name].attrs.pop("bounds", None)
    clear_encoding(data)
    for name in ["votemper", "nav_lat", "nav_lon"]:
        data[name].encoding = {"zlib": True, "complevel": 6, "shuffle": True}
    data["votemper"].encoding["_FillValue"] = np.float32(9.96921e36)
    data["votemper"].attrs.pop("coordinates", None)
    data.to_netcdf(out / "orca2-temperature.nc", format="NETCDF4")


def profiles(work: pathlib.Path, out: pathlib.Path) -> None:
    """Profiles of the Atlantic: the file as it is."""
    shutil.copyfile(work / IRIS / "atlantic_profiles.nc", out / "atlantic-profiles.nc")


def glider(work: pathlib.Path, out: pathlib.Path) -> None:
    """What an instrument measured: 188 samples of a glider's dives, NetCDF-3 (from CDL, by ncgen)."""
    target = out / "glider-ru07.nc"
    cdl = work / CHECKER / "ru07-20130824T170228_rt0.cdl"
    subprocess.run(["ncgen", "-k", "classic", "-o", target, cdl], check=True)
    with netCDF4.Dataset(target, "a") as data:
        for name in ["source_file", "creator_email", "creator_name", "acknowledgment", "contributor_name"]:
            if name in data.ncattrs():
                data.delncattr(name)
        data.history = "cut by make_samples.py; edits: personal attributes and a file path left out"


def truncated(out: pathlib.Path) -> None:
    """What an interrupted copy leaves: the first 60 % of a file."""
    whole = (out / "ostia-sst.nc").read_bytes()
    (out / "truncated.nc").write_bytes(whole[: min(len(whole) * 6 // 10, 60_000)])


def clear_encoding(data: xr.Dataset, keep: tuple | list = ()) -> None:
    """Forgets how the source file stored the variables."""
    for name in data.variables:
        if name not in keep:
            data[name].encoding = {"_FillValue": None} if name in data.coords or name.endswith("_bnds") else {}
            data[name].attrs.pop("missing_value", None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, help="folder for the samples; what it holds is replaced")
    out = parser.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        fetch(work)
        for cut in [sea_surface_temperature, levitus, winds, currents, orca, profiles, glider]:
            cut(work, out)
    truncated(out)
    total = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"{total / 1e6:.2f} MB in {out}")
    assert total < 5_000_000, "the samples must stay under 5 MB"


if __name__ == "__main__":
    main()
