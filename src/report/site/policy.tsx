/** Policy: what do the rules do? */
import type { Child } from "hono/jsx";
import { ACTIONS, VERDICTS } from "../../core/model.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import type { SiteRule } from "../../core/site/rules.ts";
import { formatDuration } from "../../core/time.ts";
import { diagnosticHead } from "../diagnostics/diagnostic-head.ts";
import { counted, formatCount, guardWords, RELEASE_MEANS } from "../words.ts";
import { Chart, StackedBar } from "./charts.tsx";
import { NotInstalled } from "./not-installed.tsx";
import { Command, Count, DataTable, Foreign, ForeignCode } from "./parts.tsx";

const MOST_BARS = 12;
const MOST_FINDINGS = 100;

function Decisions(props: { readonly rules: readonly SiteRule[] }): Child {
  const deciding = props.rules.filter(({ decides }) => decides.facts > 0);
  if (deciding.length === 0) return null;
  const shown = deciding.slice(0, MOST_BARS);
  const idle = props.rules.length - deciding.length;
  return (
    <Chart
      sentence={`${counted(deciding.length, "rule")} of ${formatCount(props.rules.length)} ${deciding.length === 1 ? "decides" : "decide"} something today${idle === 0 ? "" : `; ${formatCount(idle)} ${idle === 1 ? "decides" : "decide"} nothing`}.`}
      caption="Facts (a device and a patch) that each rule decides, the busiest rules first; solid is installed, hatched is not. Denominator: the busiest rule. Clock: the snapshot."
      rows={shown.map(({ rule, decides }) => ({
        label: <ForeignCode text={rule.id} />,
        bar: (
          <StackedBar
            whole={shown[0]!.decides.facts}
            parts={[
              { name: "installed", look: "installed", value: decides.facts - decides.open },
              { name: "not installed", look: "missing", value: decides.open },
            ]}
            label={`${decides.facts} facts, ${decides.open} of them not installed`}
          />
        ),
        value: formatCount(decides.facts),
      }))}
      table={{
        caption: "What each rule decides",
        columns: [
          { header: "Rule" },
          { header: "Facts", number: true },
          { header: "Not installed", number: true },
          { header: "Devices", number: true },
        ],
        children: shown.map(({ rule, decides }) => (
          <tr>
            <th scope="row">
              <ForeignCode text={rule.id} />
            </th>
            <Count value={decides.facts} />
            <Count value={decides.open} />
            <Count value={decides.devices} />
          </tr>
        )),
      }}
    />
  );
}

const COLUMNS = [
  { header: "Rule" },
  { header: "Then", choose: "then" },
  { header: "Patches", wide: true },
  { header: "Devices and rings", wide: true },
  { header: "Delay and soak" },
  { header: "Priority", number: true },
  { header: "Facts decided", number: true },
  { header: "Why", wide: true },
  { header: "Owner" },
];

function Row(props: { readonly one: SiteRule }): Child {
  const { rule, patches, devices, decides, place } = props.one;
  return (
    <tr>
      <th scope="row">
        <ForeignCode text={rule.id} />
        <span class="soft">
          <Foreign text={place} />
        </span>
      </th>
      <td>{rule.then}</td>
      <td>
        <Foreign text={patches} most={240} />
      </td>
      <td>
        {devices === null ? "devices of this client" : <Foreign text={devices} most={240} />}
        <span class="soft">
          {rule.rings === null ? "every ring" : <Foreign text={`rings ${rule.rings.join(", ")}`} />}
        </span>
      </td>
      <td>
        {`delay ${formatDuration(rule.delay)}`}
        <span class="soft">
          {rule.soak === null ? "the ring's soak" : `soak ${formatDuration(rule.soak)}`}
        </span>
      </td>
      <Count value={rule.priority} />
      <Count value={decides.facts} />
      <td>{rule.rationale === null ? "none given" : <Foreign text={rule.rationale} />}</td>
      <td>{rule.owner === null ? "none named" : <Foreign text={rule.owner} />}</td>
    </tr>
  );
}

function NextRun(props: { readonly model: SiteModel }): Child {
  const { plan, fleet } = props.model;
  if (plan === null) return null;
  const total = plan.actions.length;
  return (
    <section aria-labelledby="next-run">
      <h3 id="next-run">What a run would do now</h3>
      <p>
        {`Mode ${fleet.mode}. A run would send ${counted(total, "action")} to ${counted(plan.summary.devices, "device")}: ${ACTIONS.map((action) => `${formatCount(plan.summary.actions[action])} ${action}`).join(", ")}. `}
        {`${formatCount(plan.scheduled.length)} scheduled, ${formatCount(plan.blocked.length)} blocked. do-nothing is a ${RELEASE_MEANS}. `}
        <Command words={["patchring", "plan"]} /> shows each.
      </p>
      <DataTable
        caption="Guards"
        columns={[
          { header: "State" },
          { header: "Guard" },
          { header: "Value", number: true },
          { header: "Limit", number: true },
          { header: "Counts" },
        ]}
      >
        {plan.guards.map(({ guard, value, limit, tripped }) => (
          <tr>
            <td class={tripped ? "bad" : undefined}>{tripped ? "▲ TRIPPED" : "ok"}</td>
            <th scope="row">
              <Foreign text={guard} />
            </th>
            <td class="number">{formatCount(value)}</td>
            <td class="number">{formatCount(limit)}</td>
            <td>{guardWords(guard)}</td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

function Verdicts(props: { readonly model: SiteModel }): Child {
  const { kinds } = props.model;
  const count = (verdict: string): number =>
    kinds.reduce((sum, { kind, facts }) => (kind.verdict === verdict ? sum + facts : sum), 0);
  const all = kinds.reduce((sum, { facts }) => sum + facts, 0);
  return (
    <p>{`Verdicts on ${counted(all, "fact")}: ${VERDICTS.map((verdict) => `${formatCount(count(verdict))} ${verdict}`).join(", ")}.`}</p>
  );
}

function Findings(props: { readonly model: SiteModel }): Child {
  const { diagnostics } = props.model;
  if (diagnostics.length === 0) return null;
  return (
    <section aria-labelledby="findings">
      <h3 id="findings">{`Findings: ${formatCount(diagnostics.length)}`}</h3>
      <ul>
        {diagnostics.slice(0, MOST_FINDINGS).map((one) => (
          <li>
            <Foreign text={diagnosticHead(one)} />
            <span class="soft">
              <Foreign text={one.detail} />
            </span>
          </li>
        ))}
      </ul>
      {diagnostics.length <= MOST_FINDINGS ? null : (
        <p>
          {`Showing ${MOST_FINDINGS} of ${formatCount(diagnostics.length)}. All: `}
          <Command words={["patchring", "validate"]} />
        </p>
      )}
    </section>
  );
}

export function Policy(props: { readonly model: SiteModel }): Child {
  const { model } = props;
  return (
    <>
      <Verdicts model={model} />
      <Decisions rules={model.rules} />
      <NextRun model={model} />
      <NotInstalled model={model} />
      <section aria-labelledby="rules">
        <h3 id="rules">{`Rules: ${formatCount(model.rules.length)}`}</h3>
        <DataTable caption="Rules, the busiest first" columns={COLUMNS} id="rules-table">
          {model.rules.map((one) => (
            <Row one={one} />
          ))}
        </DataTable>
      </section>
      <Findings model={model} />
    </>
  );
}
