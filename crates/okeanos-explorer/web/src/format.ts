/** Values as people read them. */

/** A number with four significant digits at most, without a tail of zeros. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e").replace("-", "−");
  return new Intl.NumberFormat("en", { maximumSignificantDigits: size >= 1000 ? 6 : 4, useGrouping: false })
    .format(value)
    .replace("-", "−");
}

/** A unit as people write it: `degC` → `°C`, `m s-1` → `m s⁻¹`. */
export function formatUnit(unit: string | undefined): string {
  if (!unit || unit === "1") return "";
  if (/^(deg_?c|degree_?c|degrees?_c(elsius)?|celsius)$/i.test(unit)) return "°C";
  const digits: Record<string, string> = { "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴" };
  return unit
    .replace(/\b([a-zA-Z]+)(?:\*\*|\^)?(-?[1-4])\b/g, (_all, name: string, power: string) => {
      return name + [...power].map((c) => digits[c] ?? c).join("");
    })
    .replace(/\*/g, " ");
}

/** `48.40° N, 4.50° W`. */
export function formatPlace(lon: number, lat: number): string {
  const east = Math.abs(lon) <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180;
  const part = (value: number, positive: string, negative: string): string =>
    `${Math.abs(value).toFixed(2)}° ${value < 0 ? negative : positive}`;
  return `${part(lat, "N", "S")}, ${part(east, "E", "W")}`;
}

/** An instant: the date, and the time of day when there is one. */
export function formatTime(iso: string | null | undefined): string {
  if (!iso) return "…";
  const match = /^(-?\d{4,}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?)?/.exec(iso);
  if (!match?.[1]) return iso;
  return match[2] && match[2] !== "00:00" ? `${match[1]} ${match[2]}` : match[1];
}

/** `1982-01-16 – 1986-06-16`, or one date when both are the same. */
export function formatSpan([start, end]: [string | null, string | null]): string {
  const [from, to] = [formatTime(start), formatTime(end)];
  if (!start && !end) return "no time in the file";
  return from === to ? from : `${from} – ${to}`;
}

/** `1.7 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? "B"}`;
}

/** `−10.00, 35.00 to 5.00, 48.00` as west, south to east, north. */
export function formatBbox([w, so, e, n]: [number, number, number, number]): string {
  return `${formatPlace(w, so)} to ${formatPlace(e, n)}`;
}
