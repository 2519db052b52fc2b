/** Runs: did the machine work? */
import { scaleLinear } from "d3-scale";
import type { Child } from "hono/jsx";
import type { SiteModel, SiteRuns } from "../../core/site/site-model.ts";
import { formatInstant } from "../../core/time.ts";
import { counted, formatCount } from "../words.ts";
import { DataTable, Foreign, ForeignCode, When } from "./parts.tsx";

const WEEK = 7 * 86_400;
const WIDTH = 1000;
const MOST_RUNS = 100;

type Run = SiteRuns["runs"][number];

function isGood({ summary }: Run): boolean {
  return summary !== null && summary.exitCode === 0;
}

function Heartbeat(props: { readonly runs: readonly Run[]; readonly now: number }): Child {
  const { runs, now } = props;
  const week = runs.filter(({ startedAt }) => startedAt > now - WEEK && startedAt <= now);
  const good = week.filter(isGood).length;
  const x = scaleLinear()
    .domain([now - WEEK, now])
    .range([0, WIDTH]);
  const gap = longestGap(week, now);
  return (
    <figure>
      <p class="sentence">{`${formatCount(good)} of ${counted(week.length, "run")} in the last 7 days ended well.`}</p>
      <svg
        class="bar heartbeat"
        viewBox={`0 0 ${WIDTH} 16`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${good} of ${week.length} runs in the last 7 days ended well`}
      >
        <rect class="track" width={WIDTH} height="16" />
        {week.map((run) => (
          <rect
            class={isGood(run) ? "beat" : "beat missed"}
            x={x(run.startedAt).toFixed(1)}
            y={isGood(run) ? "4" : "0"}
            width="2"
            height={isGood(run) ? "12" : "16"}
          />
        ))}
      </svg>
      <figcaption>
        {`One mark a run, from ${formatInstant(now - WEEK)} to ${formatInstant(now)}; taller marks did not end well. The longest time without a run was ${gap} hours. Denominator: runs recorded. Clock: their start.`}
      </figcaption>
    </figure>
  );
}

/** Whole hours, from the first of the runs to now. */
function longestGap(runs: readonly Run[], now: number): number {
  const starts = [...runs.map(({ startedAt }) => startedAt), now].sort((a, b) => a - b);
  const gaps = starts.slice(1).map((start, index) => start - starts[index]!);
  return Math.floor(Math.max(0, ...gaps) / 3600);
}

/** In the site of one client a run is told without what it did elsewhere. */
const FLEET_ONLY: readonly string[] = ["Sent", "Steps that did not end well"];

function actionsText({ onTheWay, unknown, unverified }: SiteRuns["actions"], isFleet: boolean): string {
  const whose = isFleet ? "" : " of this client's devices";
  return `${counted(onTheWay + unknown, "action")}${whose} sent whose outcome no scan has shown yet, ${formatCount(unknown)} of them of unknown outcome; ${formatCount(unverified)} of the last day answered with success and not to be seen.`;
}

const COLUMNS = [
  { header: "Started" },
  { header: "Result", choose: "result" },
  { header: "Sent" },
  { header: "Steps that did not end well" },
  { header: "Policy" },
];

function Row(props: { readonly run: Run; readonly now: number; readonly isFleet: boolean }): Child {
  const { run, now, isFleet } = props;
  const { summary } = run;
  const bad = summary?.steps.filter(({ outcome }) => outcome === "failed" || outcome === "stalled") ?? [];
  return (
    <tr>
      <th scope="row" data-value={String(run.startedAt)}>
        <When at={run.startedAt} now={now} absent="" />
        <span class="soft">
          <ForeignCode text={run.id} />
        </span>
      </th>
      <td class={isGood(run) ? undefined : "bad"}>
        {summary === null
          ? "goes on, or was cut off"
          : summary.exitCode === 0
            ? summary.changed
              ? "✓ done"
              : "✓ nothing to do"
            : `▲ exit ${summary.exitCode}`}
      </td>
      {isFleet ? (
        <>
          <td>
            {summary === null
              ? "not known"
              : `${formatCount(summary.sent.accepted)} accepted, ${formatCount(summary.sent.refused)} refused, ${formatCount(summary.sent.unknown)} unknown`}
          </td>
          <td>
            {bad.map(({ name, detail }) => (
              <span class="line">
                {`${name}: `}
                <Foreign text={detail} />
              </span>
            ))}
          </td>
        </>
      ) : null}
      <td>
        <code>{summary?.policy?.commit?.slice(0, 12) ?? "not known"}</code>
      </td>
    </tr>
  );
}

export function Runs(props: { readonly model: SiteModel }): Child {
  const { model } = props;
  const { runs, at } = model;
  const isFleet = model.client === null;
  if (runs === null || runs.runs.length === 0) {
    return (
      <>
        <p>No runs recorded.</p>
        <p>
          A run is one pass of <code>patchring reconcile</code>: it observes, decides, plans, guards, applies
          and records. Next step: name a store in the Fleet and schedule <code>patchring reconcile</code>;
          then this page shows a mark for each run, gaps, guards that tripped and outcomes that nobody knows
          yet.
        </p>
      </>
    );
  }
  const shown = runs.runs.slice(0, MOST_RUNS);
  return (
    <>
      <Heartbeat runs={runs.runs} now={at} />
      <p>{actionsText(runs.actions, isFleet)}</p>
      <DataTable
        caption="Runs, the newest first"
        columns={isFleet ? COLUMNS : COLUMNS.filter(({ header }) => !FLEET_ONLY.includes(header))}
        id="runs-table"
        shortened={{ shown: shown.length, all: runs.runs.length, rest: "Older ones are in the ledger." }}
      >
        {shown.map((run) => (
          <Row run={run} now={at} isFleet={isFleet} />
        ))}
      </DataTable>
    </>
  );
}
