/** A plan as one HTML file: nothing is loaded, nothing runs, and every text from outside is a text node. */
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import { ACTIONS } from "../../core/model.ts";
import type { Plan, WaitingRow } from "../../core/plan.ts";
import { diagnosticHead } from "../diagnostics/diagnostic-head.ts";
import { htmlText as h } from "../escape/html.ts";
import type { ActionGroup } from "../group-actions.ts";
import { groupBySite } from "../group-by-site.ts";
import { instantText, opensText, reasonText, retryText, statusText } from "../group-words.ts";
import { patchFacts } from "../patch-facts.ts";
import type { PlanContext } from "../plan-context.ts";
import { planTotals } from "../plan-totals.ts";
import { GUARD_STOPS, viewPlan, type PlanSection } from "../plan-view.ts";
import { actionWord, formatCount, REASON_WORDS } from "../words.ts";
import { Page, Table } from "./page.tsx";
import { Foreign, Guards, Totals } from "./parts.tsx";

interface Scope {
  readonly at: string;
  readonly context: PlanContext;
}

function PatchCell(props: { readonly id: string; readonly scope: Scope }): Child {
  const info = props.scope.context.patch(props.id);
  return (
    <th scope="row">
      <code>
        <Foreign text={props.id} />
      </code>
      {info === null || info.title === null ? null : (
        <span class="soft">
          <Foreign text={info.title} />
        </span>
      )}
      {info === null ? null : <span class="soft">{h(patchFacts(info))}</span>}
    </th>
  );
}

function GroupRow(props: {
  readonly group: ActionGroup;
  readonly scheduled: boolean;
  readonly scope: Scope;
}): Child {
  const { group, scheduled, scope } = props;
  const place = group.source === null ? null : scope.context.place(group.source);
  const why = [
    scheduled ? opensText(group, scope.at, h) : "",
    retryText(group),
    reasonText(group.reason),
    statusText(group),
  ];
  return (
    <tr>
      <td class={`change ${group.danger}`}>{actionWord(group.action)}</td>
      <td class="number">{formatCount(group.devices)}</td>
      <PatchCell id={group.patch} scope={scope} />
      <td>{group.ring === null ? "no ring" : <Foreign text={group.ring} />}</td>
      <td>
        {group.source === null ? "no statement" : <Foreign text={group.source} />}
        {place === null ? null : (
          <span class="soft">
            <Foreign text={place} />
          </span>
        )}
      </td>
      <td>{why.filter((part) => part !== "").join("; ")}</td>
    </tr>
  );
}

const GROUP_COLUMNS = [
  { header: "Change" },
  { header: "Devices", number: true },
  { header: "Patch" },
  { header: "Ring" },
  { header: "Decided by" },
  { header: "Why" },
];

function Section(props: { readonly section: PlanSection; readonly scope: Scope }): Child {
  const { section, scope } = props;
  return (
    <section>
      <h2>{section.title}</h2>
      {section.notes.map((note) => (
        <p>{note}</p>
      ))}
      {section.groups.length === 0 ? null : (
        <Table caption={section.title} columns={GROUP_COLUMNS}>
          {section.groups.map((group) => (
            <GroupRow group={group} scheduled={section.id === "scheduled"} scope={scope} />
          ))}
        </Table>
      )}
    </section>
  );
}

const WAITING_COLUMNS = [
  { header: "Devices", number: true },
  { header: "Patch" },
  { header: "Ring" },
  { header: "Waits for" },
  { header: "Until" },
];

function Waiting(props: {
  readonly title: string;
  readonly rows: readonly WaitingRow[];
  readonly scope: Scope;
}): Child {
  const { title, rows, scope } = props;
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <Table caption={title} columns={WAITING_COLUMNS}>
        {rows.map((row) => (
          <tr>
            <td class="number">{formatCount(row.devices)}</td>
            <PatchCell id={row.patch} scope={scope} />
            <td>
              <Foreign text={row.ring} />
            </td>
            <td>{`${row.reason}: ${REASON_WORDS[row.reason]}`}</td>
            <td class="when">{instantText(row.until, scope.at, "no time known", h)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Sites(props: { readonly plan: Plan; readonly scope: Scope }): Child {
  const sites = groupBySite(props.plan, props.scope.context);
  if (sites.length === 0) return null;
  const columns = [
    { header: "Site" },
    { header: "Client" },
    { header: "Devices", number: true },
    ...ACTIONS.map((action) => ({ header: action, number: true })),
  ];
  return (
    <section>
      <h2>Devices by site</h2>
      <Table caption="Devices by site" columns={columns}>
        {sites.map(({ client, site, devices, actions }) => (
          <tr>
            <th scope="row">{site === null ? "not known" : <Foreign text={site} />}</th>
            <td>{client === null ? "not known" : <Foreign text={client} />}</td>
            <td class="number">{formatCount(devices)}</td>
            {ACTIONS.map((action) => (
              <td class="number">{formatCount(actions[action])}</td>
            ))}
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Identity(props: { readonly plan: Plan }): Child {
  const { policy, snapshot, at } = props.plan;
  return (
    <p class="soft">
      Policy <code>{h(policy.commit ?? "outside Git")}</code>
      {policy.dirty ? " with changes not committed" : ""}, <code>{h(policy.digest)}</code>. Snapshot taken{" "}
      {instantText(snapshot.takenAt, at, "", h)}, <code>{h(snapshot.digest)}</code>. Seen from {h(at)}.
    </p>
  );
}

function Findings(props: { readonly context: PlanContext }): Child {
  const { diagnostics } = props.context;
  if (diagnostics.length === 0) return null;
  return (
    <section>
      <h2>Findings: {formatCount(diagnostics.length)}</h2>
      <ul>
        {diagnostics.map((diagnostic) => (
          <li>
            <Foreign text={diagnosticHead(diagnostic)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The plan as a self-contained HTML page with all its groups, ending in a line break. */
export function renderPlanHtml(plan: Plan, context: PlanContext): string {
  const view = viewPlan(plan, context);
  const scope: Scope = { at: plan.at, context };
  const page = (
    <Page title={`Patch plan of ${h(plan.at)}`}>
      <h1>{view.headline}</h1>
      {view.counts.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {view.tripped.length === 0 ? null : (
        <section class="stop">
          <h2>Stopped by a guard</h2>
          <Guards caption="Tripped guards" guards={view.tripped} />
          <p>{GUARD_STOPS}</p>
        </section>
      )}
      {view.sections.map((section) => (
        <Section section={section} scope={scope} />
      ))}
      <Waiting title={view.waitingTitle} rows={plan.waiting} scope={scope} />
      {plan.guards.length === 0 ? null : (
        <section>
          <h2>Guards</h2>
          <Guards caption="All guards" guards={plan.guards} />
        </section>
      )}
      <p>{view.stale}</p>
      <p>{view.verdicts}</p>
      <Findings context={context} />
      <Sites plan={plan} scope={scope} />
      <Totals totals={planTotals(plan)} />
      <Identity plan={plan} />
    </Page>
  );
  return `<!doctype html>\n${page as HtmlEscapedString}\n`;
}
