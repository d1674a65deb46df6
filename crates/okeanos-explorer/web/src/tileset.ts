/** The tile set metadata of an item, and what the map controls need of it. */

export interface Times {
  values?: string[];
  start?: string;
  end?: string;
  count: number;
  step_s?: number;
}

export interface TileSet {
  title: string;
  boundingBox: { lowerLeft: [number, number]; upperRight: [number, number] };
  rendering: {
    variable: string;
    unit?: string;
    range: [number, number];
    palette: string;
    palettes: string[];
    times?: Times;
    depths?: { values: number[]; unit?: string; positive?: string };
  };
}

/** All steps of a time axis, in order; empty when the axis is too irregular to be listed. */
export function timeSteps(times: Times | undefined): string[] {
  if (!times) return [];
  if (times.values) return times.values;
  const start = times.start ? Date.parse(times.start) : NaN;
  const step = times.step_s;
  if (!Number.isFinite(start) || step === undefined) return [];
  const iso = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
  return Array.from({ length: times.count }, (_, i) => iso(start + i * step * 1000));
}

/** Position of the value nearest to a wanted one. */
export function nearestIndex(values: number[], wanted: number): number {
  let best = 0;
  values.forEach((value, i) => {
    if (Math.abs(value - wanted) < Math.abs((values[best] ?? Infinity) - wanted)) best = i;
  });
  return best;
}
