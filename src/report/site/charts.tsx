/**
 * Charts as rows of text with a bar each, so that they reflow and can be read without colour, sight
 * or a script. A bar is an SVG whose width stretches; no text stands inside. d3 gives the scales.
 */
import { scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import type { Child } from "hono/jsx";
import { formatCount } from "../words.ts";
import { DataTable, type TableColumn } from "./parts.tsx";

/** Looks of parts; each has a pattern of its own, so that grey print tells them apart. */
export type Look =
  | "installed"
  | "installing"
  | "pending"
  | "missing"
  | "failed"
  | "reboot"
  | "ignored"
  | "stale"
  | "plain"
  | "good"
  | "warn"
  | "bad";

const WIDTH = 1000;
const HEIGHT = 16;

/** The patterns, once a document. */
export function ChartPatterns(): Child {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="hatch" width="12" height="8" patternUnits="userSpaceOnUse" patternTransform="skewX(-35)">
          <rect class="mark" width="4" height="8" />
        </pattern>
        <pattern id="dots" width="12" height="8" patternUnits="userSpaceOnUse">
          <rect class="mark" x="4" y="2" width="4" height="3" />
        </pattern>
        <pattern id="cross" width="9" height="8" patternUnits="userSpaceOnUse">
          <path class="mark-line" d="M0 0L9 8M9 0L0 8" />
        </pattern>
        <pattern id="bars" width="9" height="8" patternUnits="userSpaceOnUse">
          <rect class="mark" width="3" height="8" />
        </pattern>
      </defs>
    </svg>
  );
}

const PATTERN: Readonly<Partial<Record<Look, string>>> = {
  installing: "dots",
  pending: "bars",
  missing: "hatch",
  failed: "cross",
  bad: "cross",
  warn: "hatch",
  stale: "dots",
};

function Part(props: { readonly look: Look; readonly x: number; readonly width: number }): Child {
  const { look, x, width } = props;
  const pattern = PATTERN[look];
  const place = { x: x.toFixed(2), y: "0", width: width.toFixed(2), height: String(HEIGHT) };
  return (
    <>
      <rect class={`part ${look}`} {...place} />
      {pattern === undefined ? null : <rect fill={`url(#${pattern})`} {...place} />}
    </>
  );
}

function Svg(props: { readonly label: string; readonly children: Child }): Child {
  return (
    <svg
      class="bar"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      {props.children}
    </svg>
  );
}

export interface BarPart {
  readonly name: string;
  readonly look: Look;
  readonly value: number;
}

/** Parts of one whole side by side; what is not zero is never thinner than a line. */
export function StackedBar(props: {
  readonly parts: readonly BarPart[];
  readonly label: string;
  /** The whole that the full width stands for; else the sum. */
  readonly whole?: number;
}): Child {
  const parts = props.parts.filter(({ value }) => value > 0);
  const sum = parts.reduce((total, { value }) => total + value, 0);
  const row = Object.fromEntries(parts.map(({ name, value }) => [name, value]));
  const x = scaleLinear()
    .domain([0, Math.max(props.whole ?? sum, 1)])
    .range([0, WIDTH]);
  const series = stack<Record<string, number>>().keys(parts.map(({ name }) => name))([row]);
  return (
    <Svg label={props.label}>
      <rect class="track" width={WIDTH} height={HEIGHT} />
      {series.map((layer, index) => {
        const [from, to] = layer[0]!;
        return <Part look={parts[index]!.look} x={x(from)} width={Math.max(x(to) - x(from), 3)} />;
      })}
    </Svg>
  );
}

/** From one instant to another on a scale that all rows share, with a mark for now. */
export function SpanBar(props: {
  readonly domain: readonly [number, number];
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly look: Look;
  readonly label: string;
}): Child {
  const x = scaleLinear()
    .domain([...props.domain])
    .range([0, WIDTH])
    .clamp(true);
  return (
    <Svg label={props.label}>
      <rect class="track" width={WIDTH} height={HEIGHT} />
      <Part look={props.look} x={x(props.from)} width={Math.max(x(props.to) - x(props.from), 4)} />
      <rect class="now" x={(x(props.now) - 2).toFixed(2)} width="4" height={HEIGHT} />
    </Svg>
  );
}

/** What each look means, with the number of each. */
export function Legend(props: { readonly parts: readonly BarPart[] }): Child {
  return (
    <ul class="legend">
      {props.parts.map(({ name, look, value }) => (
        <li>
          <svg class="swatch" viewBox={`0 0 24 ${HEIGHT}`} aria-hidden="true" focusable="false">
            <Part look={look} x={0} width={24} />
          </svg>
          {`${name}: ${formatCount(value)}`}
        </li>
      ))}
    </ul>
  );
}

export interface ChartRow {
  readonly label: Child;
  readonly bar: Child;
  readonly value: Child;
}

/**
 * A chart: the sentence to take away, its rows, a caption with scope, denominator and clock, and
 * the same numbers as a table.
 */
export function Chart(props: {
  readonly sentence: string;
  readonly caption: string;
  readonly rows: readonly ChartRow[];
  readonly legend?: readonly BarPart[];
  readonly table: {
    readonly caption: string;
    readonly columns: readonly TableColumn[];
    readonly children: Child;
  };
}): Child {
  const { sentence, caption, rows, legend, table } = props;
  return (
    <figure>
      <p class="sentence">{sentence}</p>
      {legend === undefined ? null : <Legend parts={legend} />}
      <ul class="chart">
        {rows.map((row) => (
          <li>
            <span class="chart-label">{row.label}</span>
            {row.bar}
            <span class="chart-value">{row.value}</span>
          </li>
        ))}
      </ul>
      <figcaption>{caption}</figcaption>
      <details>
        <summary>The same as a table</summary>
        <DataTable caption={table.caption} columns={table.columns}>
          {table.children}
        </DataTable>
      </details>
    </figure>
  );
}
