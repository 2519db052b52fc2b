/** Deadlines: what will be late, and can it still be saved? */
import type { Child } from "hono/jsx";
import { isLost } from "../../core/deadline-risk.ts";
import { withinWords } from "../../core/deadline-profile.ts";
import { conforming, measured, notMeasured } from "../../core/deadline-totals.ts";
import { MOST_ROWS } from "../../core/site/make-site.ts";
import type { DeadlineGroup, SiteDeadlines } from "../../core/site/deadlines.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import { formatInstant } from "../../core/time.ts";
import { CLOCK_WORDS, RISK_WORDS } from "../deadline-words.ts";
import { htmlText as h } from "../escape/html.ts";
import { counted, formatCount, formatShare } from "../words.ts";
import { Chart, StackedBar, type BarPart } from "./charts.tsx";
import { Burn } from "./deadline-burn.tsx";
import { DataTable, DeviceName, Foreign, PatchName, When } from "./parts.tsx";
import { instantCell, type TableCsv } from "./table-csv.tsx";

function parts({ totals }: SiteDeadlines): BarPart[] {
  return [
    { name: "met in time", look: "installed", value: totals.met },
    { name: "open, in time", look: "pending", value: totals.ok },
    { name: "at risk", look: "warn", value: totals.atRisk },
    { name: "overdue", look: "bad", value: totals.overdue },
    { name: "installed too late", look: "reboot", value: totals.late },
    { name: "excepted", look: "ignored", value: totals.excepted },
    { name: "not measured", look: "stale", value: notMeasured(totals) },
  ];
}

/** One bar of all obligations: on Today too. */
export function DeadlineStrip(props: { readonly deadlines: SiteDeadlines }): Child {
  const { deadlines } = props;
  const { totals, profiles } = deadlines;
  const all = parts(deadlines);
  const share = formatShare({ part: conforming(totals), whole: measured(totals) });
  return (
    <Chart
      sentence={`${share} measured obligations were met in time or are not due yet.`}
      caption={`Obligations of ${profiles.map(({ title }) => h(title)).join("; ")}; the strictest counts. One is a device and a patch that a profile asks for. Denominator: measured ones, exceptions included. Clock: as the profile says, named in the table.`}
      legend={all}
      rows={[
        {
          label: "Obligations",
          bar: <StackedBar parts={all} label={all.map(({ name, value }) => `${value} ${name}`).join(", ")} />,
          value: formatCount(totals.obligations),
        },
      ]}
      table={{
        caption: "Obligations",
        columns: [{ header: "State" }, { header: "Obligations", number: true }],
        children: all.map(({ name, value }) => (
          <tr>
            <th scope="row">{name}</th>
            <td class="number">{formatCount(value)}</td>
          </tr>
        )),
      }}
    />
  );
}

function Matrix(props: { readonly deadlines: SiteDeadlines }): Child {
  const { matrix } = props.deadlines;
  const risky = (row: number, column: number): boolean => row < 2 && column === 0;
  return (
    <DataTable
      caption="Open obligations that are not due yet, by days left and windows left"
      columns={[{ header: "Days left" }, ...matrix.windows.map((header) => ({ header, number: true }))]}
    >
      {matrix.rows.map(({ days, counts }, row) => (
        <tr>
          <th scope="row">{days}</th>
          {counts.map((count, column) => (
            <td class={`number ${count === 0 ? "zero" : risky(row, column) ? "bad corner" : ""}`.trim()}>
              {formatCount(count)}
              {count > 0 && risky(row, column) ? <span class="soft">act now</span> : null}
            </td>
          ))}
        </tr>
      ))}
    </DataTable>
  );
}

function stateOf(group: DeadlineGroup): { readonly mark: string; readonly saved: string } {
  if (group.state === "overdue") return { mark: "▲ overdue", saved: "no, it is late" };
  if (isLost(group.risk)) return { mark: "▲ will be late", saved: "only if a person acts" };
  return { mark: "● due soon", saved: "yes" };
}

const COLUMNS = [
  { header: "State", choose: "state" },
  { header: "Patch", wide: true },
  { header: "Ring", choose: "ring" },
  { header: "Devices" },
  { header: "Due" },
  { header: "Windows left", number: true },
  { header: "Can it be saved?", choose: "saved", wide: true },
  { header: "Rule and clock", wide: true },
];

function Row(props: { readonly group: DeadlineGroup; readonly now: number }): Child {
  const { group, now } = props;
  const { mark, saved } = stateOf(group);
  const [counting, ...others] = group.obligations;
  return (
    <tr>
      <td class={`state ${group.state === "overdue" || isLost(group.risk) ? "bad" : "warn"}`}>{mark}</td>
      <th scope="row">
        <PatchName patch={group.patch} />
      </th>
      <td>{group.ring === null ? "no ring" : <Foreign text={group.ring} />}</td>
      <td data-value={String(group.devices)}>
        {counted(group.devices, "device")}
        <span class="soft">
          {"such as "}
          <DeviceName id={group.example} name={null} />
        </span>
      </td>
      <td data-value={String(group.dueAt)}>
        <When at={group.dueAt} now={now} absent="" />
      </td>
      <td class="number" data-value={String(group.windowsLeft)}>
        {group.state === "overdue"
          ? "past"
          : group.windowsLeft >= 255
            ? "many"
            : formatCount(group.windowsLeft)}
      </td>
      <td>
        {saved}
        {group.risk === null ? null : <span class="soft">{RISK_WORDS[group.risk]}</span>}
      </td>
      <td>
        {counting === undefined ? null : (
          <>
            <Foreign
              text={`${counting.profile.title}, ${counting.tier.name}: ${withinWords(counting.tier.within)}`}
            />
            <span class="soft">
              {counting.clock === null ? "no clock" : `clock: ${CLOCK_WORDS[counting.clock]}`}
              {counting.startedAt === null ? "" : ` ${formatInstant(counting.startedAt)}`}
            </span>
          </>
        )}
        {others.map((one) => (
          <span class="soft">
            {"less strict: "}
            <Foreign text={`${one.profile.title}, ${one.tier.name}`} />
            {one.dueAt === null ? "" : `, due ${formatInstant(one.dueAt)}`}
          </span>
        ))}
      </td>
    </tr>
  );
}

function csvOf(groups: readonly DeadlineGroup[]): TableCsv {
  return {
    name: "deadlines",
    columns: [
      "state",
      "risk",
      "patch",
      "title",
      "ring",
      "devices",
      "device",
      "dueAt",
      "windowsLeft",
      "profile",
      "tier",
      "clock",
      "startedAt",
    ],
    rows: groups.map((group) => {
      const [counting] = group.obligations;
      return [
        group.state,
        group.risk,
        group.patch.id,
        group.patch.title,
        group.ring,
        group.devices,
        group.example,
        instantCell(group.dueAt),
        group.state === "overdue" || group.windowsLeft >= 255 ? null : group.windowsLeft,
        counting?.profile.name ?? null,
        counting?.tier.name ?? null,
        counting?.clock ?? null,
        instantCell(counting?.startedAt ?? null),
      ];
    }),
  };
}

export function Deadlines(props: { readonly model: SiteModel }): Child {
  const { deadlines, at } = props.model;
  if (deadlines === null) {
    return (
      <>
        <p>
          The policy names no deadline profile, so nothing here is due. Name one in the Fleet to see what is
          late:
        </p>
        <pre>
          <code>{"spec:\n  deadlines:\n    profiles: [cyber-essentials]"}</code>
        </pre>
        <p>
          <code>patchring sla</code> says what fits your rings and windows.
        </p>
      </>
    );
  }
  const shown = deadlines.groups.slice(0, MOST_ROWS);
  return (
    <>
      <DeadlineStrip deadlines={deadlines} />
      <h3>Can it still be saved?</h3>
      <p>{`Devices with something overdue: ${formatCount(deadlines.overdueDevices)}. With something that will be late as things stand: ${formatCount(deadlines.lostDevices)}. With something due soon that is on its way: ${formatCount(deadlines.riskDevices)}.`}</p>
      <Matrix deadlines={deadlines} />
      {deadlines.burnDowns.length === 0 ? null : <h3>How fast it goes</h3>}
      {deadlines.burnDowns.map((burn) => (
        <Burn burn={burn} now={at} />
      ))}
      <h3>What is late or at risk</h3>
      {deadlines.groups.length === 0 ? (
        <p class="good-news">Nothing is late, and nothing is at risk.</p>
      ) : (
        <DataTable
          caption="Late and at risk: what cannot be kept first, then what is due soon, then what is overdue"
          columns={COLUMNS}
          id="deadlines-table"
          csv={csvOf(shown)}
          shortened={{ shown: shown.length, all: deadlines.groups.length, rest: "The rest is less urgent." }}
        >
          {shown.map((group) => (
            <Row group={group} now={at} />
          ))}
        </DataTable>
      )}
    </>
  );
}
