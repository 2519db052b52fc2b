/** How fast the devices that lack one patch become fewer, against its due date. */
import { scaleLinear } from "d3-scale";
import { curveStepAfter, line } from "d3-shape";
import type { Child } from "hono/jsx";
import type { BurnDown } from "../../core/site/burn-down.ts";
import { formatInstant } from "../../core/time.ts";
import { htmlText as h } from "../escape/html.ts";
import { counted, formatCount } from "../words.ts";
import { DataTable, PatchName } from "./parts.tsx";

const WIDTH = 600;
const HEIGHT = 160;

function Upright(props: { readonly look: string; readonly x: number }): Child {
  const at = Math.min(Math.max(props.x, 1.5), WIDTH - 1.5).toFixed(1);
  return <line class={props.look} x1={at} x2={at} y1="0" y2={HEIGHT} />;
}

export function Burn(props: { readonly burn: BurnDown; readonly now: number }): Child {
  const { burn, now } = props;
  const { points, devices, startedAt, dueAt, undated } = burn;
  const end = Math.max(now, dueAt ?? now);
  const x = scaleLinear().domain([startedAt, end]).range([0, WIDTH]);
  const y = scaleLinear().domain([0, devices]).range([HEIGHT, 0]);
  const path = line<BurnDown["points"][number]>()
    .x(({ at }) => x(at))
    .y(({ remaining }) => y(remaining))
    .curve(curveStepAfter)([...points]);
  const last = points.at(-1)!.remaining;
  const due = dueAt === null ? "no due date" : `due ${formatInstant(dueAt)}`;
  const label = `Devices that lack ${burn.patch.id}: ${devices} at ${formatInstant(startedAt)}, ${last} at ${formatInstant(now)}, ${due}`;
  return (
    <figure>
      <p class="sentence">
        <PatchName patch={burn.patch} />
        {` ${formatCount(last)} of ${counted(devices, "device")} still ${last === 1 ? "lacks" : "lack"} it; ${due}.`}
      </p>
      <svg
        class="burn"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={h(label)}
      >
        <rect class="track" width={WIDTH} height={HEIGHT} />
        <path class="burn-line" d={path ?? ""} />
        {dueAt === null ? null : <Upright look="due" x={x(dueAt)} />}
        <Upright look="now-line" x={x(now)} />
      </svg>
      <figcaption>
        {`Devices that lack it, from ${formatInstant(startedAt)} (left) to ${formatInstant(end)} (right). Solid upright line: now. Dashed: due. Denominator: ${counted(devices, "measured device")} that ${devices === 1 ? "is" : "are"} obliged${undated === 0 ? "" : `, ${formatCount(undated)} of them installed nobody knows when`}. Clock: that of the profile.`}
      </figcaption>
      <details>
        <summary>The same as a table</summary>
        <DataTable
          caption={`Devices that lack ${h(burn.patch.id)}`}
          columns={[{ header: "At" }, { header: "Lack it", number: true }]}
        >
          {points.map(({ at, remaining }) => (
            <tr>
              <th scope="row">{formatInstant(at)}</th>
              <td class="number">{formatCount(remaining)}</td>
            </tr>
          ))}
        </DataTable>
      </details>
    </figure>
  );
}
