/** The overview as one HTML file: nothing is loaded, nothing runs, and every text from outside is a text node. */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import {
  GROUP_COUNTS,
  OVERVIEW_COLUMNS,
  type Cell,
  type OverviewColumn,
} from "../../core/overview-columns.ts";
import type { OverviewGroup } from "../../core/overview.ts";
import { htmlText as h } from "../escape/html.ts";
import { Page, Table } from "../html/page.tsx";
import type { Write } from "../json/plan-json.ts";
import { counted, formatCount } from "../words.ts";
import { Chunks } from "./chunks.ts";
import { makeRowEncoder } from "./encode-rows.ts";
import { OVERVIEW_STYLE } from "./html-style.ts";
import {
  cellText,
  COLUMN_NAMES,
  groupCount,
  groupTitle,
  overviewSentences,
  overviewTotals,
  type OverviewReport,
} from "./report.ts";

export interface OverviewHtmlOptions {
  /** Rows of groups and rows together, groups first; null shows all. */
  readonly maxRows: number | null;
}

/** Where the rows go in; no text can hold it, because its `<` would be escaped. */
const ROWS_HERE = "<!--rows-->";

/** Writes the page in pieces: rows are never held as a whole. */
export function writeOverviewHtml(
  report: OverviewReport,
  { maxRows }: OverviewHtmlOptions,
  write: Write,
): void {
  const { overview } = report;
  const out = new Chunks(write);
  const budget = maxRows ?? Number.POSITIVE_INFINITY;
  const groups = overview.groups.slice(0, budget);
  const rows = Math.min(overview.totals.shown, budget - groups.length);
  const sentences = overviewSentences(report);
  const page = (
    <Page title={`Patch overview of ${h(report.at)}`} style={OVERVIEW_STYLE}>
      <h1>{sentences.headline}</h1>
      {sentences.counts.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {sentences.filters === null ? null : <p>{h(sentences.filters, 2000)}</p>}
      <Groups report={report} shown={groups} rows={rows} />
      <Rows report={report} rows={rows} />
      <Totals report={report} />
      <Identity report={report} />
    </Page>
  );
  const [before, after] = `<!doctype html>\n${page as HtmlEscapedString}\n`.split(ROWS_HERE);
  out.add(before!);
  if (after !== undefined) {
    writeRows(report, rows, out);
    out.add(after);
  }
  out.flush();
}

/** Foreign text beside ours: `bdi` keeps right-to-left letters from moving what stands next to them. */
function Foreign(props: { readonly text: string }): Child {
  return <bdi>{h(props.text)}</bdi>;
}

function Groups(props: {
  readonly report: OverviewReport;
  readonly shown: readonly OverviewGroup[];
  readonly rows: number;
}): Child {
  const { report, shown, rows } = props;
  const { groups, groupBy } = report.overview;
  if (groups.length === 0) return null;
  const titled = groupBy === "patch" || groupBy === "device";
  const columns = [
    { header: groupBy },
    ...(titled ? [{ header: "title" }] : []),
    ...GROUP_COUNTS.map((header) => ({ header, number: true })),
  ];
  let firstRow = 0;
  return (
    <section>
      <h2>{`Groups: ${formatCount(groups.length)}`}</h2>
      <Table caption={`Groups: counts by ${groupBy}`} columns={columns}>
        {shown.map((group, index) => {
          const linked = firstRow < rows;
          firstRow += group.shown;
          const name = <Foreign text={groupTitle(group, report)} />;
          return (
            <tr>
              <th scope="row">{linked ? <a href={`#g${index}`}>{name}</a> : name}</th>
              {titled ? <td>{group.title === null ? "" : <Foreign text={group.title} />}</td> : null}
              {GROUP_COUNTS.map((count) => (
                <td class="number">{formatCount(groupCount(group, count))}</td>
              ))}
            </tr>
          );
        })}
      </Table>
      {shown.length < groups.length ? (
        <p>{`… and ${counted(groups.length - shown.length, "more group")}: not shown (--max-rows).`}</p>
      ) : null}
    </section>
  );
}

function Rows(props: { readonly report: OverviewReport; readonly rows: number }): Child {
  const { report, rows } = props;
  const { totals, groupBy } = report.overview;
  if (totals.shown === 0) return null;
  const left = totals.shown - rows;
  const caption = `Rows: one patch on one device each, by ${groupBy}`;
  return (
    <section>
      <h2>{`Rows: ${formatCount(totals.shown)}`}</h2>
      {rows === 0 ? null : (
        <div class="scroll" role="region" aria-label={caption} tabindex={0}>
          <table class="rows">
            <caption>{caption}</caption>
            <thead>
              <tr>
                {OVERVIEW_COLUMNS.map(({ name, kind }) => (
                  <th scope="col" class={kind === "number" ? "number" : ""}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            {raw(ROWS_HERE)}
          </table>
        </div>
      )}
      {left > 0 ? (
        <p>{`… and ${counted(left, "more row")}: not shown (--max-rows). CSV, XML and JSON have all.`}</p>
      ) : null}
    </section>
  );
}

/** A `tbody` for each group, under a heading that the table of groups leads to. */
function writeRows(report: OverviewReport, rows: number, out: Chunks): void {
  const { overview, cells } = report;
  const encode = makeRowEncoder(cells, (column, cell) => asText(<RowCell column={column} cell={cell} />), "");
  let left = rows;
  let group = -1;
  for (const row of overview.rows()) {
    if (left === 0) break;
    left -= 1;
    if (row.group !== group) {
      if (group >= 0) out.add("</tbody>");
      group = row.group;
      out.add(asText(<GroupHead report={report} group={overview.groups[group]!} index={group} />));
    }
    out.add(`<tr>${encode(row)}</tr>\n`);
  }
  if (group >= 0) out.add("</tbody>");
}

/** The opening of the group's `tbody`; its end follows its rows. */
function GroupHead(props: {
  readonly report: OverviewReport;
  readonly group: OverviewGroup;
  readonly index: number;
}): Child {
  const { report, group, index } = props;
  return (
    <>
      {raw(`<tbody id="g${index}">`)}
      <tr>
        <th scope="rowgroup" colspan={COLUMN_NAMES.length} class="group">
          <span>
            <Foreign text={groupTitle(group, report)} />
            {`: ${counted(group.shown, "row")}`}
          </span>
        </th>
      </tr>
    </>
  );
}

function RowCell(props: { readonly column: OverviewColumn; readonly cell: Cell }): Child {
  const { column, cell } = props;
  const text = cellText(cell);
  if (text === "") return <td></td>;
  if (column.name === "device") {
    return (
      <th scope="row">
        <Foreign text={text} />
      </th>
    );
  }
  if (column.name === "status") return <td class={`state ${text}`}>{text}</td>;
  if (column.kind === "number") return <td class="number">{text}</td>;
  if (column.kind === "instant") return <td class="when">{text}</td>;
  return (
    <td>
      <Foreign text={text} />
    </td>
  );
}

function Totals(props: { readonly report: OverviewReport }): Child {
  return (
    <section>
      <h2>All totals</h2>
      <Table caption="All totals" columns={[{ header: "total" }, { header: "count", number: true }]}>
        {Object.entries(overviewTotals(props.report)).map(([name, count]) => (
          <tr>
            <th scope="row">{name}</th>
            <td class="number">{formatCount(count)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Identity(props: { readonly report: OverviewReport }): Child {
  const { policy, snapshot, at } = props.report;
  return (
    <p class="soft">
      Policy <code>{h(policy.commit ?? "outside Git")}</code>
      {policy.dirty ? " with changes not committed" : ""}, <code>{h(policy.digest)}</code>. Snapshot taken{" "}
      {h(snapshot.takenAt)}, <code>{h(snapshot.digest)}</code>. Seen from {h(at)}.
    </p>
  );
}

function asText(child: Child): string {
  return (child as HtmlEscapedString).toString();
}
