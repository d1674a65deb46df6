/** The lines of Python that open an asset. */

import { s3Location } from "./stac.ts";

const text = (value: string): string => JSON.stringify(value);

/** Opens an `s3://` asset with xarray; what lies under `public/` needs no key. */
export function pythonSnippet(href: string, mediaType: string | undefined, endpoint: string, variable: string | undefined): string {
  const open = s3Location(href)?.key.startsWith("public/") ?? false;
  const zarr = (mediaType ?? "").includes("zarr") || /\.zarr\/?$/.test(href);
  const keys = open
    ? ['    "anon": True,']
    : ["    # from POST /iam/s3-credentials", '    "key": "…",', '    "secret": "…",', '    "token": "…",'];
  return [
    zarr ? "import xarray as xr" : "import fsspec\nimport xarray as xr",
    "",
    "options = {",
    ...keys,
    `    "client_kwargs": {"endpoint_url": ${text(endpoint)}},`,
    "}",
    zarr
      ? `ds = xr.open_dataset(${text(href)}, engine="zarr", chunks={}, storage_options=options)`
      : `ds = xr.open_dataset(fsspec.open(${text(href)}, **options).open())`,
    variable ? `ds[${text(variable)}]` : "ds",
  ].join("\n");
}
