/** The small parts of every page of a site. JSX escapes; `Foreign` also shows what cannot be seen. */
import type { Child } from "hono/jsx";
import type { Share } from "../../core/share.ts";
import { formatInstant } from "../../core/time.ts";
import type { Instant, Patch } from "../../core/model.ts";
import { htmlText as h } from "../escape/html.ts";
import { relative } from "../relative-time.ts";
import { formatCount, formatShare } from "../words.ts";
import { CsvLink, type TableCsv } from "./table-csv.tsx";

/** Text of a backend, a policy or a person beside ours: `bdi` keeps its direction to itself. */
export function Foreign(props: { readonly text: string; readonly most?: number }): Child {
  return <bdi>{h(props.text, props.most)}</bdi>;
}

/** The same as code. */
export function ForeignCode(props: { readonly text: string }): Child {
  return (
    <code>
      <Foreign text={props.text} />
    </code>
  );
}

/** `2026-03-19T03:10:00Z (in 18 h 10 min)`: never the relative time alone (design 5.3). */
export function When(props: {
  readonly at: Instant | null;
  readonly now: Instant;
  readonly absent: string;
}): Child {
  if (props.at === null) return props.absent;
  const text = formatInstant(props.at);
  const twin = relative(text, formatInstant(props.now));
  return (
    <span class="when">
      <time datetime={text}>{text}</time>
      {twin === null ? null : <span class="twin">{` (${twin})`}</span>}
    </span>
  );
}

export interface TableColumn {
  readonly header: string;
  readonly number?: boolean;
  /** Sentences stand here: it is not squeezed, rather the table scrolls. */
  readonly wide?: boolean;
  /** Rows can be chosen by the values of this column; the name stands in the address. */
  readonly choose?: string;
}

/** How many rows there are when not all are shown. */
export interface Shortened {
  readonly shown: number;
  readonly all: number;
  /** What the rest is, and where it is. */
  readonly rest: string;
}

/**
 * A table that scrolls in a labelled region of its own. With `id` the script adds sorting and, where
 * a column says so, filters; without a script it is a plain table.
 */
export function DataTable(props: {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly children: Child;
  readonly id?: string;
  readonly shortened?: Shortened | null;
  /** The rows shown, as a file. */
  readonly csv?: TableCsv;
}): Child {
  const { caption, columns, id, shortened, csv } = props;
  return (
    <>
      <div class="scroll" role="region" aria-label={caption} tabindex={0}>
        <table id={id} data-table={id}>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ header, number, wide, choose }) => (
                <th
                  scope="col"
                  class={number === true ? "number" : wide === true ? "wide" : undefined}
                  data-choose={choose}
                >
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{props.children}</tbody>
        </table>
      </div>
      {shortened === null || shortened === undefined || shortened.shown >= shortened.all ? null : (
        <p class="shortened">
          {`Showing ${formatCount(shortened.shown)} of ${formatCount(shortened.all)}. ${shortened.rest}`}
        </p>
      )}
      {csv === undefined || csv.rows.length === 0 ? null : <CsvLink csv={csv} />}
    </>
  );
}

/** A number cell whose zero does not shout. */
export function Count(props: { readonly value: number; readonly mark?: "bad" | "warn" }): Child {
  const { value, mark } = props;
  const look = value === 0 ? "zero" : (mark ?? "");
  return <td class={`number ${look}`.trim()}>{formatCount(value)}</td>;
}

/** One of the numbers at the head of a page, with a link to the rows behind it. */
export function Tile(props: {
  readonly title: string;
  readonly value: string;
  readonly note: string;
  readonly href: string;
  readonly mark?: "bad" | "warn" | "good";
}): Child {
  return (
    <li class={`tile ${props.mark ?? ""}`.trim()}>
      <a href={props.href}>
        <span class="tile-title">{props.title}</span>
        <span class="tile-value">{props.value}</span>
        <span class="tile-note">{props.note}</span>
      </a>
    </li>
  );
}

export function shareText(share: Share): string {
  return formatShare(share);
}

/** A patch: its id, title and how grave it is. `KEV` is said in words in the help. */
export function PatchName(props: { readonly patch: Patch; readonly link?: boolean }): Child {
  const { patch, link } = props;
  const id = <ForeignCode text={patch.id} />;
  return (
    <>
      {link === false ? id : <a href={lookupLink({ patch: patch.id })}>{id}</a>}
      {patch.kev === null ? null : <strong class="kev"> KEV</strong>}
      {patch.title === null ? null : (
        <span class="soft">
          <Foreign text={patch.title} most={120} />
        </span>
      )}
    </>
  );
}

export function DeviceName(props: { readonly id: string; readonly name: string | null }): Child {
  return (
    <>
      <a href={lookupLink({ device: props.id })}>
        <ForeignCode text={props.id} />
      </a>
      {props.name === null || props.name === props.id ? null : (
        <span class="soft">
          <Foreign text={props.name} />
        </span>
      )}
    </>
  );
}

/** Where the lookup answers for a device, a patch or both, named as they are shown. Without a script it is the page of devices. */
export function lookupLink(query: { readonly device?: string; readonly patch?: string }): string {
  const parts = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(h(value))}`);
  return `#devices?${parts.join("&")}`;
}

/** A command to copy; what stands in it from outside is quoted for a POSIX shell. */
export function Command(props: { readonly words: readonly string[] }): Child {
  return <code class="command">{h(props.words.map(quoteWord).join(" "))}</code>;
}

function quoteWord(word: string): string {
  return /^[\w.:/@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A severity in words; unknown is said. */
export function severityText(severity: string): string {
  return severity === "unknown" ? "not known" : severity;
}
