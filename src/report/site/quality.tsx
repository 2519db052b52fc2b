/** Data quality: may I trust these numbers? */
import type { Child } from "hono/jsx";
import type { QualityRow } from "../../core/site/quality.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import { formatDuration } from "../../core/time.ts";
import { htmlText as h } from "../escape/html.ts";
import { counted, formatCount, formatShare } from "../words.ts";
import { Chart, StackedBar } from "./charts.tsx";
import { Count, DataTable, Foreign, When } from "./parts.tsx";

const WORDS: Readonly<Record<QualityRow["what"], readonly [what: string, means: string]>> = {
  stale: ["Last scan too old", "not measured: neither installed nor missing"],
  "never-scanned": ["Never scanned", "not measured; nothing is known of the device"],
  "no-ring": ["In no ring", "policy says nothing of them but recalls"],
  "clock-ahead": ["Scan time in the future", "a clock is wrong; such a scan never grows old"],
  "no-patch-date": ["No patch date", "a delay cannot run, and no deadline counts"],
  "date-not-release": [
    "Date is not the release date",
    "first seen or first detected stands in, so ages are too young",
  ],
  "severity-unknown": ["Severity not known", "a rule must name unknown to match"],
  "installed-without-date": ["Installed, nobody knows when", "does not count for the start of a soak"],
  "failed-without-text": ["Failed without an error text", "the cause must be looked up in the backend"],
};

function Scans(props: { readonly model: SiteModel }): Child {
  const { scanAges } = props.model.quality;
  const all = scanAges.reduce((sum, { devices }) => sum + devices, 0);
  const fresh = scanAges[0]!.devices;
  return (
    <Chart
      sentence={`${formatShare({ part: fresh, whole: all })} devices were scanned within the last day.`}
      caption={`Devices by the age of their last scan. Denominator: ${counted(all, "device")}. Clock: the scan time that the backend reports. Too old is over ${formatDuration(props.model.fleet.staleAfter)}.`}
      rows={scanAges.map(({ label, devices }) => ({
        label,
        bar: (
          <StackedBar
            whole={Math.max(all, 1)}
            parts={[{ name: label, look: "plain", value: devices }]}
            label={`${label}: ${devices} devices`}
          />
        ),
        value: formatCount(devices),
      }))}
      table={{
        caption: "Age of the last scan",
        columns: [{ header: "Age" }, { header: "Devices", number: true }],
        children: scanAges.map(({ label, devices }) => (
          <tr>
            <th scope="row">{label}</th>
            <Count value={devices} />
          </tr>
        )),
      }}
    />
  );
}

export function Quality(props: { readonly model: SiteModel }): Child {
  const { quality, snapshot, at, totals } = props.model;
  return (
    <>
      <p>
        {"The snapshot was taken "}
        <When at={snapshot.takenAt} now={at} absent="" />
        {snapshot.provider === null ? "" : " by provider "}
        {snapshot.provider === null ? null : <Foreign text={snapshot.provider} />}
        {`, and is ${quality.isComplete ? "complete" : "INCOMPLETE: the backend stopped half way"}. It holds ${counted(totals.facts, "fact")} in this scope. Digest `}
        <code>{h(snapshot.digest)}</code>.
      </p>
      <Scans model={props.model} />
      <DataTable
        caption="What weakens the numbers"
        columns={[
          { header: "What" },
          { header: "Count", number: true },
          { header: "Of" },
          { header: "What it means" },
        ]}
      >
        {quality.rows.map(({ what, count, whole, of }) => (
          <tr>
            <th scope="row">{WORDS[what][0]}</th>
            <Count value={count} mark="warn" />
            <td>{`${formatShare({ part: count, whole })} ${of}`}</td>
            <td>{WORDS[what][1]}</td>
          </tr>
        ))}
      </DataTable>
    </>
  );
}
