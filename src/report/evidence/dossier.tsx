/** One item of a sample on one page, in a fixed order: 1 what and where … 8 proofs (interfaces d.4). */
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import type { AuditCell, AuditRow } from "../../core/audit-table.ts";
import { INTEGRITY_STATEMENT } from "../../core/evidence-pack.ts";
import { showControls } from "../escape/controls.ts";
import { Page, Table } from "../html/page.tsx";

export interface DossierFact {
  readonly name: string;
  readonly value: AuditCell;
}

export interface DossierSection {
  readonly title: string;
  /** Rows of the pack that belong here, each with where it stands. */
  readonly parts: readonly { readonly from: string; readonly facts: readonly DossierFact[] }[];
  /** What is said when there are none. */
  readonly nothing: string;
  /** A text as it was, such as a rule; null for none. */
  readonly text: string | null;
}

export interface Dossier {
  readonly format: "patchring.dossier/1";
  readonly population: string;
  readonly id: string;
  readonly rank: string;
  readonly sections: readonly DossierSection[];
}

/** The cells of a row that say something. */
export function factsOf(row: AuditRow): readonly DossierFact[] {
  return Object.entries(row).flatMap(([name, value]) =>
    value === null || (Array.isArray(value) && value.length === 0) ? [] : [{ name, value }],
  );
}

function showCell(value: AuditCell): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return showControls(typeof value === "object" ? value.join("; ") : String(value));
}

function Section({ number, section }: { readonly number: number; readonly section: DossierSection }): Child {
  const { title, parts, nothing, text } = section;
  return (
    <section>
      <h2>
        {number} {title}
      </h2>
      {parts.length === 0 && text === null ? <p>{nothing}</p> : ""}
      {parts.map(({ from, facts }) => (
        <>
          <p>
            <code>{from}</code>
          </p>
          <Table caption={`${title}: ${from}`} columns={[{ header: "Field" }, { header: "Value" }]}>
            {facts.map(({ name, value }) => (
              <tr>
                <th scope="row">{name}</th>
                <td>{showCell(value)}</td>
              </tr>
            ))}
          </Table>
        </>
      ))}
      {text === null ? "" : <pre>{showControls(text, "\n")}</pre>}
    </section>
  );
}

export function renderDossier({ population, id, rank, sections }: Dossier): string {
  const page: Child = (
    <Page title={`Dossier ${id}`}>
      <h1>{showControls(id)}</h1>
      <p>
        An item of <code>{population}</code>, drawn with rank <code>{rank.slice(0, 16)}…</code>
      </p>
      {sections.map((section, index) => (
        <Section number={index + 1} section={section} />
      ))}
      <p>{INTEGRITY_STATEMENT}</p>
    </Page>
  );
  return `<!doctype html>${page as HtmlEscapedString}\n`;
}
