/** Exceptions and holds: what have we chosen not to patch, and until when? */
import type { Child } from "hono/jsx";
import type { HistoryEntry } from "../../core/policy-history.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import type { SiteStatement } from "../../core/site/statements.ts";
import { formatInstant, parseInstant } from "../../core/time.ts";
import { htmlText as h } from "../escape/html.ts";
import { counted, formatCount } from "../words.ts";
import { Chart, SpanBar, type Look } from "./charts.tsx";
import { Command, Count, DataTable, Foreign, ForeignCode, When } from "./parts.tsx";

const STATE_MARKS = { "in force": "● in force", "not yet": "○ not yet", ended: "✕ ended" } as const;
const MONTH = 30 * 86_400;
const YEAR = 366 * 86_400;

const COLUMNS = [
  { header: "State", choose: "state" },
  { header: "What", choose: "kind" },
  { header: "Statement", wide: true },
  { header: "Until" },
  { header: "Why", wide: true },
  { header: "Patches", wide: true },
  { header: "Devices", wide: true },
  { header: "Reaches", number: true },
  { header: "Decides now", number: true },
  { header: "Owner" },
];

/** When each statement was first written, from Git. */
function grantedAt(model: SiteModel): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { statement, change, at } of model.history?.entries ?? []) {
    const instant = parseInstant(at);
    if (change === "added" && instant !== null) found.set(statement, instant);
  }
  return found;
}

function changesOf(entries: readonly HistoryEntry[], source: string): number {
  return entries.filter(({ statement, change }) => statement === source && change === "changed").length;
}

function Lifetimes(props: { readonly model: SiteModel; readonly shown: readonly SiteStatement[] }): Child {
  const { model, shown } = props;
  const granted = grantedAt(model);
  const now = model.at;
  const start = (one: SiteStatement): number => one.from ?? granted.get(one.source) ?? now;
  const ends = shown.flatMap(({ until }) => (until === null ? [] : [Math.min(until, now + YEAR)]));
  const domain = [
    Math.min(now, ...shown.map(start).filter((at) => at > now - YEAR)),
    Math.max(now + MONTH, ...ends),
  ] as const;
  const end = (one: SiteStatement): number => one.until ?? domain[1];
  const look = (one: SiteStatement): Look =>
    one.state === "ended" ? "ignored" : one.until === null ? "warn" : "pending";
  const endless = shown.filter(({ until }) => until === null).length;
  return (
    <Chart
      sentence={`${counted(shown.length, "statement")}; ${endless === 0 ? "every one ends" : `${formatCount(endless)} without an end`}.`}
      caption={`From ${formatInstant(domain[0])} to ${formatInstant(domain[1])}; the upright line is now, ${formatInstant(now)}. A bar starts when the statement was written, where Git tells, else now; hatched bars have no end.`}
      rows={shown.map((one) => ({
        label: <ForeignCode text={one.source} />,
        bar: (
          <SpanBar
            domain={domain}
            from={start(one)}
            to={end(one)}
            now={now}
            look={look(one)}
            label={h(
              `${one.source}: ${one.state}, ${one.until === null ? "no end" : `until ${formatInstant(one.until)}`}`,
            )}
          />
        ),
        value: <When at={one.until} now={now} absent="no end" />,
      }))}
      table={{
        caption: "Lifetimes",
        columns: [
          { header: "Statement" },
          { header: "Written" },
          { header: "Until" },
          { header: "Changed since", number: true },
        ],
        children: shown.map((one) => (
          <tr>
            <th scope="row">
              <ForeignCode text={one.source} />
            </th>
            <td>
              <When at={granted.get(one.source) ?? one.from} now={now} absent="not known" />
            </td>
            <td>
              <When at={one.until} now={now} absent="no end" />
            </td>
            <Count value={changesOf(model.history?.entries ?? [], one.source)} />
          </tr>
        )),
      }}
    />
  );
}

function Row(props: { readonly one: SiteStatement; readonly now: number }): Child {
  const { one, now } = props;
  return (
    <tr>
      <td class="state">{STATE_MARKS[one.state]}</td>
      <td>
        {one.kind}
        <span class="soft">{one.effect}</span>
      </td>
      <th scope="row">
        <ForeignCode text={one.name} />
        <span class="soft">
          <Foreign text={one.place} />
        </span>
      </th>
      <td data-value={String(one.until ?? 0)}>
        <When at={one.until} now={now} absent="no end" />
      </td>
      <td>
        {one.reason === null ? "no reason given" : <Foreign text={one.reason} />}
        {one.ticket === null ? null : (
          <span class="soft">
            <Foreign text={one.ticket} />
          </span>
        )}
      </td>
      <td>
        <Foreign text={one.patches} most={200} />
      </td>
      <td>
        {one.devices === null ? "devices of this client" : <Foreign text={one.devices} most={200} />}
        {one.rings === null ? null : (
          <span class="soft">
            {"rings "}
            <Foreign text={one.rings.join(", ")} />
          </span>
        )}
      </td>
      <Count value={one.reaches} />
      <td class={one.decides.facts === 0 ? "number zero" : "number"}>
        {formatCount(one.decides.devices)}
        {one.decides.facts === 0 ? null : (
          <span class="soft">{`${formatCount(one.decides.open)} not installed`}</span>
        )}
      </td>
      <td>{one.owner === null ? "none named" : <Foreign text={one.owner} />}</td>
    </tr>
  );
}

export function Exceptions(props: { readonly model: SiteModel }): Child {
  const { model } = props;
  const { statements, concerns, at } = model;
  if (statements.length === 0) {
    return (
      <p class="good-news">
        No decision, hold, recall, emergency or freeze: the rules speak alone. To stop a patch:{" "}
        <Command words={["patchring", "hold", "KB…", "--reason", "why", "--until", "2026-12-31"]} />
      </p>
    );
  }
  const alive = statements.filter(({ state }) => state !== "ended");
  return (
    <>
      <p>
        {`${counted(alive.length, "statement")} in force or to come, ${formatCount(statements.length - alive.length)} ended. ${counted(concerns.excepted, "device")} ${concerns.excepted === 1 ? "has" : "have"} a patch kept off by a person or a recall.`}
      </p>
      {alive.length === 0 ? null : <Lifetimes model={model} shown={alive.slice(0, 30)} />}
      <DataTable
        caption="Decisions, holds, recalls, emergencies and freezes"
        columns={COLUMNS}
        id="exceptions-table"
      >
        {statements.map((one) => (
          <Row one={one} now={at} />
        ))}
      </DataTable>
    </>
  );
}
