/** What is not installed, and why: the rows behind "waits for a decision" and the like. */
import type { Child } from "hono/jsx";
import { groupOpen, type OpenGroup } from "../../core/site/open-facts.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import { counted, OBSTACLE_WORDS, REASON_WORDS } from "../words.ts";
import { Command, Count, DataTable, ForeignCode, When } from "./parts.tsx";

const COLUMNS = [
  { header: "Facts", number: true },
  { header: "Verdict", choose: "verdict" },
  { header: "Why", wide: true },
  { header: "Decided by", choose: "source" },
  { header: "What is done", wide: true },
  { header: "First opens" },
];

function doing({ action, obstacle }: OpenGroup): string {
  if (action === null) return "nothing: the backend was told";
  return obstacle === null
    ? `next run: ${action}`
    : `${action}, not now: ${obstacle}, ${OBSTACLE_WORDS[obstacle]}`;
}

export function NotInstalled(props: { readonly model: SiteModel }): Child {
  const { kinds, at } = props.model;
  const groups = groupOpen(kinds);
  const all = groups.reduce((sum, { facts }) => sum + facts, 0);
  return (
    <section aria-labelledby="not-installed">
      <h3 id="not-installed">What is not installed, and why</h3>
      <p>{`${counted(all, "fact")} (a device and a patch that it reports) not installed, those of devices with an old scan included.`}</p>
      <DataTable caption="Not installed, by verdict and reason" columns={COLUMNS} id="not-installed-table">
        {groups.map((group) => (
          <tr>
            <Count value={group.facts} />
            <th scope="row">{group.verdict}</th>
            <td>
              <code>{group.reason}</code>
              <span class="soft">{REASON_WORDS[group.reason]}</span>
            </td>
            <td>{group.source === null ? "no statement" : <ForeignCode text={group.source} />}</td>
            <td>{doing(group)}</td>
            <td data-value={String(group.until ?? 0)}>
              <When at={group.until} now={at} absent="no time known" />
            </td>
          </tr>
        ))}
      </DataTable>
      <p>
        Each device and patch of a verdict:{" "}
        <Command words={["patchring", "verdicts", "--verdict", "manual"]} />
      </p>
    </section>
  );
}
