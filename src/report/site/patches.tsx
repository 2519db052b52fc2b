/** Patches: which one, where, how is it going? */
import type { Child } from "hono/jsx";
import { FACT_STATES } from "../../core/fact-states.ts";
import { MOST_ROWS } from "../../core/site/make-site.ts";
import type { SitePatch } from "../../core/site/patches.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import { counted, formatCount, formatShare } from "../words.ts";
import { dateOf } from "../relative-time.ts";
import { Chart, StackedBar } from "./charts.tsx";
import { Count, DataTable, Foreign, ForeignCode, PatchName, severityText } from "./parts.tsx";
import { instantCell, type TableCsv } from "./table-csv.tsx";
import { SHOWN_STATES, stateParts, stateWords } from "./states.ts";

const DATE_WORDS = { release: "released", "first-seen": "first seen", detected: "first detected" } as const;
const MOST_SUCCESSORS = 3;

const COLUMNS = [
  { header: "Patch", wide: true },
  { header: "Severity", choose: "severity" },
  { header: "Vendor", choose: "vendor" },
  { header: "Patch date" },
  { header: "Installed" },
  ...SHOWN_STATES.slice(1).map(([name]) => ({
    header: name === "reboot-required" ? "needs reboot" : name,
    number: true,
  })),
  { header: "covered by newer", number: true },
];

function Row(props: { readonly row: SitePatch }): Child {
  const { patch, states, superseded, supersededBy, date, dateSource } = props.row;
  const all = SHOWN_STATES.reduce((sum, [state]) => sum + states[state], 0);
  return (
    <tr>
      <th scope="row">
        <PatchName patch={patch} />
        {patch.cves.length === 0 ? null : (
          <span class="soft">
            <Foreign text={patch.cves.slice(0, MOST_SUCCESSORS).join(", ")} />
            {patch.cves.length > MOST_SUCCESSORS ? ` and ${patch.cves.length - MOST_SUCCESSORS} more` : ""}
          </span>
        )}
        {supersededBy.length === 0 ? null : (
          <span class="soft">
            {"replaced by "}
            {supersededBy.slice(0, MOST_SUCCESSORS).map((id, index) => (
              <>
                {index === 0 ? "" : ", "}
                <ForeignCode text={id} />
              </>
            ))}
          </span>
        )}
      </th>
      <td class={patch.severity === "critical" ? "grave" : undefined}>
        <Foreign text={severityText(patch.severity)} />
      </td>
      <td>{patch.vendor === null ? "not known" : <Foreign text={patch.vendor} />}</td>
      <td class="day" data-value={date === null ? "0" : String(date)}>
        {date === null ? "not known" : dateOf(date)}
        {dateSource === null ? null : <span class="soft">{DATE_WORDS[dateSource]}</span>}
      </td>
      <td class="progress" data-value={String(all === 0 ? 0 : states.installed / all)}>
        {formatShare({ part: states.installed, whole: all })}
        <StackedBar parts={stateParts(states)} label={stateWords(states)} />
      </td>
      {SHOWN_STATES.slice(1).map(([state]) => (
        <Count value={states[state]} {...(state === "failed" ? { mark: "bad" as const } : {})} />
      ))}
      <Count value={superseded} />
    </tr>
  );
}

function csvOf(rows: readonly SitePatch[]): TableCsv {
  return {
    name: "patches",
    columns: [
      "patch",
      "title",
      "severity",
      "vendor",
      "kb",
      "cves",
      "knownExploited",
      "patchDate",
      "patchDateSource",
      ...FACT_STATES,
      "superseded",
      "supersededBy",
    ],
    rows: rows.map(({ patch, states, superseded, supersededBy, date, dateSource }) => [
      patch.id,
      patch.title,
      patch.severity,
      patch.vendor,
      patch.kb,
      patch.cves.join(" "),
      patch.kev === null ? "no" : "yes",
      instantCell(date),
      dateSource,
      ...FACT_STATES.map((state) => states[state]),
      superseded,
      supersededBy.join(" "),
    ]),
  };
}

function Ages(props: { readonly model: SiteModel }): Child {
  const { ages, at } = props.model;
  const whole = Math.max(...ages.map(({ facts }) => facts), 1);
  const old = ages.find(({ label }) => label.startsWith("over"))!;
  return (
    <Chart
      sentence={`${counted(old.patches, "patch", "patches")} not installed everywhere ${old.patches === 1 ? "is" : "are"} older than 90 days, on ${counted(old.facts, "install")}.`}
      caption="Installs that measured devices lack, by the age of the patch. Denominator: measured, not installed, not covered by a newer patch. Clock: the patch date, which is the release date where one is known."
      rows={ages.map(({ label, patches, facts }) => ({
        label,
        bar: (
          <StackedBar
            whole={whole}
            parts={[{ name: label, look: "plain", value: facts }]}
            label={`${label}: ${facts} installs of ${patches} patches`}
          />
        ),
        value: formatCount(facts),
      }))}
      table={{
        caption: `Age of what is not installed, at ${dateOf(at)}`,
        columns: [
          { header: "Age" },
          { header: "Patches", number: true },
          { header: "Installs", number: true },
        ],
        children: ages.map(({ label, patches, facts }) => (
          <tr>
            <th scope="row">{label}</th>
            <Count value={patches} />
            <Count value={facts} />
          </tr>
        )),
      }}
    />
  );
}

export function Patches(props: { readonly model: SiteModel }): Child {
  const { model } = props;
  const visible = model.patches.filter(({ states }) => SHOWN_STATES.some(([state]) => states[state] > 0));
  const open = visible.filter((row) => row.open > 0);
  const hidden = model.patches.length - visible.length;
  const shown = visible.slice(0, MOST_ROWS);
  return (
    <>
      <p>
        {`${counted(model.patches.length, "patch", "patches")} reported; ${formatCount(open.length)} not installed on every measured device that needs them. `}
        {`${counted(model.totals.superseded, "fact")} covered by a newer patch ${model.totals.superseded === 1 ? "is" : "are"} hidden (${formatCount(model.totals.installedBySuperseding)} of them have the newer one installed), ${counted(hidden, "patch", "patches")} with them.`}
      </p>
      <Ages model={model} />
      <DataTable
        caption="Patches, the most urgent first"
        columns={COLUMNS}
        id="patches-table"
        csv={csvOf(shown)}
        shortened={{
          shown: shown.length,
          all: visible.length,
          rest: "All of them: patchring report overview --group-by patch.",
        }}
      >
        {shown.map((row) => (
          <Row row={row} />
        ))}
      </DataTable>
    </>
  );
}
