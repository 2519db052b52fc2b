/** A comparison of two policies as one HTML file, by the rules of the plan's page (design 4.4). */
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import type {
  ChangeGroup,
  ComparedPolicy,
  Comparison,
  NewFinding,
  SiteChanges,
  TimingGroup,
} from "../../core/comparison.ts";
import { compareTotals } from "../compare/totals.ts";
import { GUARD_WOULD_STOP, viewComparison, type CompareSection } from "../compare/view.ts";
import { changeText, ringText, sourceText, timingText, verdictText, whyText } from "../compare/words.ts";
import { htmlText as h } from "../escape/html.ts";
import { instantText } from "../group-words.ts";
import { formatCount } from "../words.ts";
import { Page, Table } from "./page.tsx";
import { Foreign, Guards, Totals } from "./parts.tsx";

function PatchCell(props: { readonly id: string; readonly title: string | null }): Child {
  const { id, title } = props;
  return (
    <th scope="row">
      <code>
        <Foreign text={id} />
      </code>
      {title === null || title === id ? null : (
        <span class="soft">
          <Foreign text={title} />
        </span>
      )}
    </th>
  );
}

const GROUP_COLUMNS = [
  { header: "Change" },
  { header: "Devices", number: true },
  { header: "Patch" },
  { header: "Ring" },
  { header: "Verdict" },
  { header: "Decided by" },
  { header: "Why" },
];

/** The words take `h` for foreign text; `bdi` keeps it from moving what stands beside it. */
function GroupRow(props: { readonly group: ChangeGroup }): Child {
  const { group } = props;
  return (
    <tr>
      <td class={`change ${group.danger}`}>{changeText(group)}</td>
      <td class="number">{formatCount(group.devices)}</td>
      <PatchCell id={group.patch} title={group.title} />
      <td>
        <bdi>{ringText(group, h)}</bdi>
      </td>
      <td>{verdictText(group)}</td>
      <td>
        <bdi>{sourceText(group, h)}</bdi>
      </td>
      <td>{whyText(group)}</td>
    </tr>
  );
}

function Section(props: { readonly section: CompareSection }): Child {
  const { title, notes, groups } = props.section;
  return (
    <section>
      <h2>{title}</h2>
      {notes.map((note) => (
        <p>{note}</p>
      ))}
      {groups.length === 0 ? null : (
        <Table caption={title} columns={GROUP_COLUMNS}>
          {groups.map((group) => (
            <GroupRow group={group} />
          ))}
        </Table>
      )}
    </section>
  );
}

const TIMING_COLUMNS = [
  { header: "Devices", number: true },
  { header: "Patch" },
  { header: "Ring" },
  { header: "Decided by" },
  { header: "Now" },
  { header: "Was" },
];

function Timing(props: {
  readonly title: string;
  readonly rows: readonly TimingGroup[];
  readonly at: string;
}): Child {
  const { title, rows, at } = props;
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <Table caption={title} columns={TIMING_COLUMNS}>
        {rows.map(({ kind, devices, patch, title: name, ring, source, base, head }) => (
          <tr>
            <td class="number">{formatCount(devices)}</td>
            <PatchCell id={patch} title={name} />
            <td>{ring === null ? "no ring" : <Foreign text={ring} />}</td>
            <td>{source === null ? "no statement" : <Foreign text={source} />}</td>
            <td>{timingText(head, kind, at, h)}</td>
            <td>{timingText(base, kind, at, h)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

const SITE_COLUMNS = [
  { header: "Site" },
  { header: "Client" },
  { header: "Devices", number: true },
  { header: "Stale", number: true },
  { header: "Changes", number: true },
  { header: "Dangerous", number: true },
];

function Sites(props: { readonly sites: readonly SiteChanges[] }): Child {
  if (props.sites.length === 0) return null;
  return (
    <section>
      <h2>Devices by site</h2>
      <Table caption="Devices by site" columns={SITE_COLUMNS}>
        {props.sites.map(({ client, site, ...counts }) => (
          <tr>
            <th scope="row">{site === null ? "not known" : <Foreign text={site} />}</th>
            <td>{client === null ? "not known" : <Foreign text={client} />}</td>
            {[counts.devices, counts.stale, counts.changed, counts.dangerous].map((count) => (
              <td class="number">{formatCount(count)}</td>
            ))}
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Findings(props: { readonly title: string; readonly findings: readonly NewFinding[] }): Child {
  return (
    <section>
      <h2>{props.title}</h2>
      <ul>
        {props.findings.map(({ place, severity, summary, code, detail }) => (
          <li>
            {severity}
            {place === null ? "" : " "}
            {place === null ? null : (
              <code>
                <Foreign text={place} />
              </code>
            )}
            : <Foreign text={summary} /> (<code>{h(code)}</code>). <Foreign text={detail} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Policy(props: { readonly label: string; readonly policy: ComparedPolicy }): Child {
  const { ref, commit, dirty, digest } = props.policy;
  return (
    <>
      {props.label} {ref === null ? "work tree" : <Foreign text={ref} />} at{" "}
      <code>{h(commit ?? "outside Git")}</code>
      {dirty ? " with changes not committed" : ""}, <code>{h(digest)}</code>.{" "}
    </>
  );
}

/** The comparison as a self-contained HTML page with all its groups, ending in a line break. */
export function renderCompareHtml(comparison: Comparison): string {
  const view = viewComparison(comparison);
  const { at, base, head, snapshot, timing, guards, findings } = comparison;
  const page = (
    <Page title={`Change of patch policy, ${h(at)}`}>
      <h1>{view.headline}</h1>
      {view.counts.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {view.tripped.length === 0 ? null : (
        <section class="stop">
          <h2>A guard would stop the run</h2>
          <Guards caption="Tripped guards" guards={view.tripped} />
          <p>{GUARD_WOULD_STOP}</p>
        </section>
      )}
      {view.sections.map((section) => (
        <Section section={section} />
      ))}
      <Timing title={view.timingTitle} rows={timing} at={at} />
      {guards.length === 0 ? null : (
        <section>
          <h2>Guards</h2>
          <Guards caption="All guards" guards={guards} />
        </section>
      )}
      <Findings title={view.findingsTitle} findings={findings} />
      <Sites sites={view.sites} />
      <Totals totals={compareTotals(comparison)} />
      <p class="soft">
        <Policy label="Base" policy={base} />
        <Policy label="Head" policy={head} />
        Snapshot taken {instantText(snapshot.takenAt, at, "", h)}, <code>{h(snapshot.digest)}</code>. Seen
        from {h(at)}.
      </p>
      {view.hints.length === 0 ? null : (
        <p>
          Next:{" "}
          {view.hints.map((hint) => (
            <code>{h(hint)}</code>
          ))}
        </p>
      )}
    </Page>
  );
  return `<!doctype html>\n${page as HtmlEscapedString}\n`;
}
