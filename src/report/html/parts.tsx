/** Pieces that several pages have. */
import type { Child } from "hono/jsx";
import type { GuardRow } from "../../core/plan.ts";
import { htmlText as h } from "../escape/html.ts";
import { formatCount, guardWords } from "../words.ts";
import { Table } from "./page.tsx";

/** Foreign text beside ours: `bdi` keeps right-to-left letters from moving what stands next to them. */
export function Foreign(props: { readonly text: string }): Child {
  return <bdi>{h(props.text)}</bdi>;
}

const GUARD_COLUMNS = [
  { header: "State" },
  { header: "Guard" },
  { header: "Value", number: true },
  { header: "Limit", number: true },
  { header: "Counts" },
];

export function Guards(props: { readonly caption: string; readonly guards: readonly GuardRow[] }): Child {
  return (
    <Table caption={props.caption} columns={GUARD_COLUMNS}>
      {props.guards.map(({ guard, value, limit, tripped }) => (
        <tr>
          <td class={tripped ? "change tripped" : "change"}>{tripped ? "! TRIPPED" : "ok"}</td>
          <th scope="row">
            <Foreign text={guard} />
          </th>
          <td class="number">{formatCount(value)}</td>
          <td class="number">{formatCount(limit)}</td>
          <td>{guardWords(guard)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** Every number of the page by its name. */
export function Totals(props: { readonly totals: Readonly<Record<string, number>> }): Child {
  return (
    <section>
      <h2>All totals</h2>
      <Table caption="All totals" columns={[{ header: "Total" }, { header: "Count", number: true }]}>
        {Object.entries(props.totals).map(([name, value]) => (
          <tr>
            <th scope="row">{name}</th>
            <td class="number">{formatCount(value)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
