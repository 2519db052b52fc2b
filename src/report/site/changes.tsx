/** Changes: who changed what, who let it in, and on what evidence? */
import type { Child } from "hono/jsx";
import { MOST_ROWS } from "../../core/site/make-site.ts";
import type { HistoryEntry } from "../../core/policy-history.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import { parseInstant } from "../../core/time.ts";
import { counted, formatCount, formatShare } from "../words.ts";
import { DataTable, Foreign, ForeignCode, When } from "./parts.tsx";

const MARKS = { added: "+ added", changed: "± changed", removed: "− removed" } as const;

const COLUMNS = [
  { header: "Written" },
  { header: "Change", choose: "change" },
  { header: "Statement", wide: true },
  { header: "Written by", choose: "author" },
  { header: "Let in by" },
  { header: "Why", wide: true },
  { header: "Evidence" },
];

function LetIn(props: { readonly entry: HistoryEntry; readonly now: number }): Child {
  const { arrival } = props.entry;
  if (arrival === null) return "written onto the branch itself";
  return (
    <>
      <Foreign text={arrival.by.name} />
      <span class="soft">
        <When at={parseInstant(arrival.at)} now={props.now} absent="" />
      </span>
      {arrival.request === null ? null : (
        <span class="soft">
          {"request "}
          <Foreign text={arrival.request} />
        </span>
      )}
      <span class="soft">
        {arrival.reviewers.length === 0 ? (
          "no reviewer named"
        ) : (
          <>
            {"reviewed by "}
            <Foreign text={arrival.reviewers.join(", ")} />
          </>
        )}
      </span>
    </>
  );
}

function EvidenceCell(props: { readonly entry: HistoryEntry; readonly now: number }): Child {
  const { evidence } = props.entry;
  if (evidence === null) return "";
  const { installed, eligible, failed, metAt } = evidence;
  return (
    <>
      {installed === null || eligible === null
        ? "not told"
        : `${formatShare({ part: installed, whole: eligible })} installed`}
      {failed === null ? null : `, ${formatCount(failed)} failed`}
      {metAt === null ? null : (
        <span class="soft">
          {"soak over "}
          <When at={parseInstant(metAt)} now={props.now} absent="" />
        </span>
      )}
    </>
  );
}

function Row(props: { readonly entry: HistoryEntry; readonly now: number }): Child {
  const { entry, now } = props;
  const at = parseInstant(entry.at);
  return (
    <tr>
      <td data-value={String(at ?? 0)}>
        <When at={at} now={now} absent="" />
        <span class="soft">
          <code>{entry.commit.slice(0, 12)}</code>
        </span>
      </td>
      <td>{MARKS[entry.change]}</td>
      <th scope="row">
        <ForeignCode text={entry.statement} />
        <span class="soft">
          <Foreign text={entry.path} />
        </span>
      </th>
      <td>
        <Foreign text={entry.author.name} />
      </td>
      <td>
        <LetIn entry={entry} now={now} />
      </td>
      <td>{entry.reason === null ? <Foreign text={entry.subject} /> : <Foreign text={entry.reason} />}</td>
      <td>
        <EvidenceCell entry={entry} now={now} />
      </td>
    </tr>
  );
}

export function Changes(props: { readonly model: SiteModel }): Child {
  const { history, at, client } = props.model;
  if (history === null) {
    return (
      <p>
        The policy stands in no Git repository with a commit, so nobody recorded who changed it. Put it into
        one: <code>git init</code>, and commit.
      </p>
    );
  }
  const { entries, isComplete } = history;
  const newest = entries.toReversed();
  const shown = newest.slice(0, MOST_ROWS);
  const promotions = entries.filter(({ evidence }) => evidence !== null).length;
  return (
    <>
      <p>
        {`${counted(entries.length, "change")} of statements, ${counted(promotions, "of them a promotion", "of them promotions")}; from Git at commit `}
        <code>{history.commit.slice(0, 12)}</code>
        {isComplete ? "." : ". This is a shallow clone: older changes may be missing."}
        {client === null ? "" : " Only statements that reach this client."}
      </p>
      {entries.length === 0 ? null : (
        <DataTable
          caption="Changes, the newest first"
          columns={COLUMNS}
          id="changes-table"
          shortened={{
            shown: shown.length,
            all: entries.length,
            rest: "Older ones: patchring history --patch, --ring or --rule.",
          }}
        >
          {shown.map((entry) => (
            <Row entry={entry} now={at} />
          ))}
        </DataTable>
      )}
    </>
  );
}
