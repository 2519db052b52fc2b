/** Help: what each number and each word means. The same in every site. */
import type { Child } from "hono/jsx";
import { OBSTACLES, REASONS } from "../../core/model.ts";
import { OBSTACLE_WORDS, REASON_WORDS } from "../words.ts";
import { DataTable } from "./parts.tsx";

const NUMBERS: readonly (readonly [string, string])[] = [
  [
    "Measured",
    "A device whose last scan is not too old. What is not measured counts neither as installed nor as missing.",
  ],
  [
    "Patch level",
    "Measured devices that lack no security patch, of all measured devices. A patch that is ignored or waits for a reboot is lacking; one that a newer installed patch covers is not.",
  ],
  [
    "Policy conformance",
    "Installs where the backend was told what policy wants, of all that policy speaks of. It is not a measure of safety.",
  ],
  [
    "Deadlines",
    "An obligation is a device and a patch that a deadline profile asks for. Met in time or not yet due, of all measured obligations, exceptions included.",
  ],
  ["Security patch", "A patch of category security, or one that closes a CVE."],
  ["KEV", "The vulnerability is in CISA's list of known exploited vulnerabilities."],
  [
    "Covered by newer",
    "A newer patch is installed on the device or on its way there; such rows are hidden and counted.",
  ],
  [
    "Kept off",
    "A decision to ignore or a recall keeps the patch off the device; a rule that ignores is no exception.",
  ],
  ["Percentages", "Rounded down, with their counts; under 20 in the whole, only counts."],
  ["Times", "UTC. What stands in brackets is relative to the time of this report, not to now."],
];

const VERDICTS: readonly (readonly [string, string])[] = [
  ["approve", "should be installed"],
  ["ignore", "must not be installed"],
  ["uninstall", "must be removed, and must not come back"],
  ["wait", "will be approved when a gate opens"],
  ["manual", "needs a decision by a person"],
  ["superseded", "is covered by a newer patch here"],
  ["leave", "no policy statement speaks of it: hands off"],
];

function Words(props: {
  readonly caption: string;
  readonly words: readonly (readonly [string, string])[];
  readonly isCode?: boolean;
}): Child {
  return (
    <DataTable caption={props.caption} columns={[{ header: "Word" }, { header: "Meaning" }]}>
      {props.words.map(([word, meaning]) => (
        <tr>
          <th scope="row">{props.isCode === true ? <code>{word}</code> : word}</th>
          <td>{meaning}</td>
        </tr>
      ))}
    </DataTable>
  );
}

export function Help(): Child {
  return (
    <>
      <p>
        This page is a report: it reads and never changes anything. To change something, change the policy in
        Git. Pages, filters and answers stand in the address, so a link leads another reader to what you see.
        Print prints the page that is shown; <a href="#all">All pages</a> shows every page at once.
      </p>
      <h3>Numbers</h3>
      <Words caption="Numbers" words={NUMBERS} />
      <h3>Verdicts</h3>
      <Words caption="Verdicts" words={VERDICTS} />
      <h3>Why: reasons</h3>
      <Words caption="Reasons" words={REASONS.map((code) => [code, REASON_WORDS[code]])} isCode />
      <h3>Why not now: obstacles</h3>
      <Words caption="Obstacles" words={OBSTACLES.map((code) => [code, OBSTACLE_WORDS[code]])} isCode />
    </>
  );
}
