/** A line chart of a time series, in plain SVG. */

import { h, s } from "./dom.ts";
import { formatNumber, formatTime } from "./format.ts";
import { niceTicks, timeTicks } from "./ticks.ts";

const WIDTH = 420;
const HEIGHT = 210;
const LEFT = 54;
const RIGHT = 12;
const TOP = 22;
const BOTTOM = 30;

interface Point {
  ms: number;
  value: number;
  time: string;
}

/** The pieces of a line: it breaks where a value is missing. */
export function pieces(times: string[], values: (number | null)[]): Point[][] {
  const out: Point[][] = [[]];
  times.forEach((time, i) => {
    const value = values[i];
    const ms = Date.parse(time);
    if (value === null || value === undefined || !Number.isFinite(ms)) out.push([]);
    else out.at(-1)?.push({ ms, value, time });
  });
  return out.filter((piece) => piece.length > 0);
}

/** The chart; `selected` is the step that the map shows. */
export function lineChart(times: string[], values: (number | null)[], label: string, selected?: string): HTMLElement {
  const lines = pieces(times, values);
  const points = lines.flat();
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return h("p", { class: "quiet-text" }, "There are no values here.");
  const ys = niceTicks(
    points.reduce((low, p) => Math.min(low, p.value), Infinity),
    points.reduce((high, p) => Math.max(high, p.value), -Infinity),
    5,
  );
  const [low, high] = [ys[0]!, ys.at(-1)!];
  const span = Math.max(last.ms - first.ms, 1);
  const x = (ms: number): number => LEFT + ((ms - first.ms) / span) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const path = (piece: Point[]): string => piece.map((p, i) => `${i ? "L" : "M"}${x(p.ms).toFixed(1)} ${y(p.value).toFixed(1)}`).join("");

  const readout = s("text", { class: "readout", x: WIDTH - RIGHT, y: 13, "text-anchor": "end" });
  const cursor = s("circle", { class: "cursor", r: 4, visibility: "hidden" });
  const show = (p: Point | undefined): void => {
    if (!p) return;
    cursor.setAttribute("cx", String(x(p.ms)));
    cursor.setAttribute("cy", String(y(p.value)));
    cursor.setAttribute("visibility", "visible");
    readout.textContent = `${formatTime(p.time)}: ${formatNumber(p.value)}`;
  };
  const chart = s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "chart", "aria-label": `${label} from ${formatTime(first.time)} to ${formatTime(last.time)}` },
    ...ys.map((v) => s("g", {}, s("line", { class: "rule", x1: LEFT, x2: WIDTH - RIGHT, y1: y(v), y2: y(v) }), s("text", { x: LEFT - 6, y: y(v) + 4, "text-anchor": "end" }, formatNumber(v)))),
    ...timeTicks(first.ms, last.ms).map((t) => s("g", {}, s("line", { class: "tick", x1: x(t.ms), x2: x(t.ms), y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM + 5 }), s("text", { x: x(t.ms), y: HEIGHT - 9, "text-anchor": "middle" }, t.label))),
    s("text", { class: "label", x: 4, y: 13 }, label),
    s("text", { x: LEFT - 6, y: HEIGHT - 9, "text-anchor": "end" }, "UTC"),
    ...lines.map((piece) => s("path", { class: "line", d: path(piece) })),
    ...lines.filter((piece) => piece.length === 1).map((piece) => s("circle", { class: "dot", cx: x(piece[0]!.ms), cy: y(piece[0]!.value), r: 2.5 })),
    cursor,
    readout,
  );
  show(points.find((p) => p.time === selected));
  chart.addEventListener("pointermove", (event) => {
    const box = chart.getBoundingClientRect();
    const at = (((event as PointerEvent).clientX - box.left) / box.width) * WIDTH;
    show(points.reduce((best, p) => (Math.abs(x(p.ms) - at) < Math.abs(x(best.ms) - at) ? p : best), first));
  });
  return h("figure", {}, chart);
}
