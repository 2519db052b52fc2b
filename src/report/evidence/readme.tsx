/** The guide of an evidence pack: scope, how to read it, how to check it, what is not in it. */
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import type { AuditTable } from "../../core/audit-table.ts";
import { INTEGRITY_STATEMENT } from "../../core/evidence-pack.ts";
import { showControls } from "../escape/controls.ts";
import { Page, Table } from "../html/page.tsx";
import { QUESTIONS } from "./questions.ts";

export interface GuideInput {
  readonly period: { readonly name: string; readonly from: string; readonly to: string };
  readonly builtAt: string;
  readonly tool: string;
  readonly commit: string | null;
  readonly snapshotTakenAt: string;
  readonly profiles: readonly string[];
  readonly gaps: readonly string[];
  readonly tables: readonly AuditTable[];
}

function Facts({ input }: { readonly input: GuideInput }): Child {
  const { period, builtAt, tool, commit, snapshotTakenAt, profiles } = input;
  const rows: readonly (readonly [string, string])[] = [
    ["Period", `${period.from} up to ${period.to} (the end is not in it)`],
    ["Made", `${builtAt} by ${tool}`],
    ["Policy", commit === null ? "not in Git" : `commit ${commit}`],
    ["Devices and patches", `as the backend reported them at ${snapshotTakenAt}`],
    ["Deadline profiles", profiles.length === 0 ? "none" : profiles.join(", ")],
  ];
  return (
    <Table caption="What this pack is about" columns={[{ header: "What" }, { header: "Here" }]}>
      {rows.map(([what, here]) => (
        <tr>
          <th scope="row">{what}</th>
          <td>{showControls(here)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Populations({ tables }: { readonly tables: readonly AuditTable[] }): Child {
  return (
    <Table
      caption="Populations"
      columns={[{ header: "List" }, { header: "Rows", number: true }, { header: "What is in it" }]}
    >
      {tables.map(({ name, rows, about }) => (
        <tr>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td class="number">{rows.length}</td>
          <td>{about}</td>
        </tr>
      ))}
    </Table>
  );
}

function Columns({ table }: { readonly table: AuditTable }): Child {
  return (
    <details>
      <summary>
        Columns of <code>{table.name}</code>
      </summary>
      <dl>
        {table.columns.map(({ name, meaning }) => (
          <>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{meaning}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}

export function renderGuide(input: GuideInput): string {
  const page: Child = (
    <Page title={`Patch evidence ${input.period.name}`}>
      <h1>Patch evidence {input.period.name}</h1>
      <p>{INTEGRITY_STATEMENT}</p>
      <Facts input={input} />
      <h2>Questions and where their answers are</h2>
      <Table caption="Questions" columns={[{ header: "Question" }, { header: "Answer" }]}>
        {QUESTIONS.map(({ question, files, how }) => (
          <tr>
            <th scope="row">{question}</th>
            <td>
              {files.map((file, index) => (
                <>
                  {index === 0 ? "" : ", "}
                  <code>{file}</code>
                </>
              ))}
              <span class="soft">{how}</span>
            </td>
          </tr>
        ))}
      </Table>
      <h2>Known gaps</h2>
      {input.gaps.length === 0 ? (
        <p>None that this program knows of. A device that the backend does not know is in no list.</p>
      ) : (
        <ul>
          {input.gaps.map((gap) => (
            <li>{showControls(gap)}</li>
          ))}
        </ul>
      )}
      <h2>How to check it</h2>
      <p>
        <code>python3 verify.py .</code> in this folder needs Python 3.9 and nothing else; read it first, it
        is short. <code>patchring evidence verify FOLDER</code> checks the same with another program. Both say{" "}
        <em>skipped</em> for what they could not check here, and never <em>passed</em>.
      </p>
      <p>
        Draw your own sample:{" "}
        <code>patchring evidence sample FOLDER --population obligations --n 25 --seed "your words"</code>.
        Rank every id by the SHA-256 of your words, a line feed and the id; the smallest ones are the sample.
      </p>
      <h2>Lists</h2>
      <Populations tables={input.tables} />
      {input.tables.map((table) => (
        <Columns table={table} />
      ))}
    </Page>
  );
  return `<!doctype html>${page as HtmlEscapedString}\n`;
}
