/** Reads what EDR answers: CoverageJSON. */

export interface Coverage {
  domain: { axes: Record<string, { values: (number | string)[] }> };
  parameters: Record<string, { unit?: { symbol?: string | { value: string } } }>;
  ranges: Record<string, { axisNames: string[]; shape: number[]; values: (number | null)[] }>;
}

export interface Series {
  lon: number;
  lat: number;
  depth: number | undefined;
  times: string[];
  values: (number | null)[];
  unit: string;
}

/** The series of the first parameter at its first level; without a time axis, one value and no time. */
export function series(coverage: Coverage): Series | undefined {
  const [name, range] = Object.entries(coverage.ranges)[0] ?? [];
  if (!name || !range) return undefined;
  const axis = (key: string): (number | string)[] => coverage.domain.axes[key]?.values ?? [];
  const symbol = coverage.parameters[name]?.unit?.symbol;
  const depth = axis("z")[0];
  // Levels are fastest.
  const levels = Math.max(axis("z").length, 1);
  return {
    lon: Number(axis("x")[0]),
    lat: Number(axis("y")[0]),
    depth: typeof depth === "number" ? depth : undefined,
    times: axis("t").map(String),
    values: range.values.filter((_, i) => i % levels === 0),
    unit: typeof symbol === "string" ? symbol : (symbol?.value ?? ""),
  };
}
