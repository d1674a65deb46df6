/** Where the marks of an axis go. */

/** Round numbers that enclose a range. */
export function niceTicks(low: number, high: number, count: number): number[] {
  if (low === high) {
    const around = Math.abs(low) * 0.1 || 1;
    return niceTicks(low - around, high + around, count);
  }
  const raw = (high - low) / Math.max(count - 1, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((candidate) => candidate >= raw * 0.999) ?? raw;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface TimeTick {
  ms: number;
  label: string;
}

/** At most about five marks at round times: years, months, days or hours, as the span asks for. */
export function timeTicks(from: number, to: number): TimeTick[] {
  const span = to - from;
  if (span <= 0) return [{ ms: from, label: new Date(from).toISOString().slice(0, 10) }];
  if (span > 2 * 365 * DAY) return yearTicks(from, to);
  if (span > 60 * DAY) return monthTicks(from, to, Math.max(1, Math.ceil(span / (31 * DAY) / 5)));
  const step = [15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 10 * DAY, 15 * DAY].find((c) => span / c <= 5) ?? 15 * DAY;
  const label = (ms: number): string => {
    const iso = new Date(ms).toISOString();
    return step >= DAY ? iso.slice(5, 10) : iso.slice(11, 16);
  };
  const ticks: TimeTick[] = [];
  for (let ms = Math.ceil(from / step) * step; ms <= to; ms += step) ticks.push({ ms, label: label(ms) });
  return ticks;
}

function yearTicks(from: number, to: number): TimeTick[] {
  const [a, b] = [new Date(from).getUTCFullYear(), new Date(to).getUTCFullYear()];
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((c) => (b - a) / c <= 5) ?? 1000;
  const ticks: TimeTick[] = [];
  for (let year = Math.ceil(a / step) * step; year <= b; year += step) {
    const ms = Date.UTC(year, 0, 1);
    if (ms >= from && ms <= to) ticks.push({ ms, label: String(year) });
  }
  return ticks;
}

function monthTicks(from: number, to: number, step: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  const start = new Date(from);
  for (let month = start.getUTCMonth(); ; month += step) {
    const ms = Date.UTC(start.getUTCFullYear(), month, 1);
    if (ms > to) return ticks;
    if (ms >= from) ticks.push({ ms, label: new Date(ms).toISOString().slice(0, 7) });
  }
}
