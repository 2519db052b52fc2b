/** Failures: what keeps failing, and why? */
import type { Child } from "hono/jsx";
import { MOST_ROWS } from "../../core/site/make-site.ts";
import type { SiteFailure, SiteModel } from "../../core/site/site-model.ts";
import { htmlText as h } from "../escape/html.ts";
import { counted, formatCount, formatShare } from "../words.ts";
import { Chart, StackedBar } from "./charts.tsx";
import { Count, DataTable, Foreign, PatchName, When } from "./parts.tsx";

const MOST_BARS = 10;

function errorText({ error }: SiteFailure): string {
  return error ?? "the backend gives no reason";
}

function Pareto(props: { readonly failures: readonly SiteFailure[] }): Child {
  const { failures } = props;
  const all = failures.reduce((sum, { devices }) => sum + devices, 0);
  const shown = failures.slice(0, MOST_BARS);
  let running = 0;
  const rows = shown.map((one) => ({ one, upTo: (running += one.devices) }));
  return (
    <Chart
      sentence={`${formatShare({ part: running, whole: all })} failed installs come from the first ${counted(shown.length, "cause")}.`}
      caption="Failed installs by patch and error text, the most frequent first, each with the share that it and those before it make up. Denominator: all failed installs of measured devices. Clock: the snapshot."
      rows={rows.map(({ one, upTo }) => ({
        label: (
          <>
            <PatchName patch={one.patch} />
            <span class="soft">
              <Foreign text={errorText(one)} most={80} />
            </span>
          </>
        ),
        bar: (
          <StackedBar
            whole={shown[0]!.devices}
            parts={[
              { name: "no retry left", look: "failed", value: one.exhausted },
              { name: "will be tried again", look: "warn", value: one.devices - one.exhausted },
            ]}
            label={h(`${one.patch.id}: ${one.devices} devices, ${one.exhausted} with no retry left`)}
          />
        ),
        value: (
          <>
            {formatCount(one.devices)}
            <span class="soft">{`up to here ${formatShare({ part: upTo, whole: all })}`}</span>
          </>
        ),
      }))}
      table={{
        caption: "The most frequent failures",
        columns: [{ header: "Patch" }, { header: "Devices", number: true }, { header: "Up to here" }],
        children: rows.map(({ one, upTo }) => (
          <tr>
            <th scope="row">
              <PatchName patch={one.patch} />
            </th>
            <Count value={one.devices} />
            <td>{formatShare({ part: upTo, whole: all })}</td>
          </tr>
        )),
      }}
    />
  );
}

const COLUMNS = [
  { header: "Patch", wide: true },
  { header: "Error of the backend", wide: true },
  { header: "Devices", number: true },
  { header: "No retry left", number: true },
  { header: "Attempts" },
  { header: "First and last attempt" },
  { header: "Rings" },
  { header: "First ring saw it", choose: "pilot" },
];

export function Failures(props: { readonly model: SiteModel }): Child {
  const { model } = props;
  const { failures, at, fleet } = model;
  if (failures.length === 0) return <p class="good-news">No install has failed.</p>;
  const shown = failures.slice(0, MOST_ROWS);
  return (
    <>
      <Pareto failures={failures} />
      <DataTable
        caption="Failures by patch and error"
        columns={COLUMNS}
        id="failures-table"
        shortened={{
          shown: shown.length,
          all: failures.length,
          rest: "patchring report overview --status failed.",
        }}
      >
        {shown.map((one) => (
          <tr>
            <th scope="row">
              <PatchName patch={one.patch} />
            </th>
            <td>
              <Foreign text={errorText(one)} most={300} />
            </td>
            <Count value={one.devices} mark="bad" />
            <Count value={one.exhausted} mark="bad" />
            <td>{`up to ${one.attempts} of ${fleet.retriesMax}`}</td>
            <td>
              <When at={one.firstAt} now={at} absent="not known" />
              {one.firstAt === one.lastAt ? null : (
                <span class="soft">
                  {"last "}
                  <When at={one.lastAt} now={at} absent="not known" />
                </span>
              )}
            </td>
            <td>
              {one.rings.map(({ ring, devices }, index) => (
                <>
                  {index === 0 ? "" : ", "}
                  <Foreign text={ring} />
                  {` ${formatCount(devices)}`}
                </>
              ))}
            </td>
            <td>{one.isSeenFirst ? "yes" : "no"}</td>
          </tr>
        ))}
      </DataTable>
    </>
  );
}
