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
    /** Dimensions that nothing chooses along. */
    fixed?: { dimension: string; index: number; size: number }[];
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

/** West, south, east, north of the pictures, east of the west. */
export function tileSetBox({ boundingBox }: TileSet): [number, number, number, number] {
  const [[west, south], [east, north]] = [boundingBox.lowerLeft, boundingBox.upperRight];
  return [west, south, east < west ? east + 360 : east, north];
}

/** Whether a tile, in any copy of the world, shows some of a box. */
export function tileShows(box: [number, number, number, number], { x, y, z }: { x: number; y: number; z: number }): boolean {
  const tiles = 2 ** z;
  const latitude = (row: number): number => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / tiles))) * 180) / Math.PI;
  const [west, south, east, north] = box;
  if (latitude(y) < south || latitude(y + 1) > north) return false;
  const width = 360 / tiles;
  // How far the tile's western side is east of the box's: inside it, or a tile's width before it.
  const ahead = ((((x * width - 180 - west) % 360) + 360) % 360);
  return ahead <= east - west || ahead >= 360 - width;
}
