/** What waits for a ring: each patch with its gates, what opens them, and by when to merge. */
import type { Child } from "hono/jsx";
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import type { SiteRing } from "../../core/site/rings.ts";
import { htmlText as h } from "../escape/html.ts";
import { gateWords, stateWords } from "../promotion-words.ts";
import { counted, formatCount, REASON_WORDS } from "../words.ts";
import { DataTable, PatchName, When } from "./parts.tsx";

/** Candidates that a ring shows without more words. */
const MOST_CANDIDATES = 50;

const STATE_WORDS = {
  ready: "▲ ready",
  waiting: "● waits",
  held: "■ held",
  frozen: "■ frozen",
  superseded: "superseded",
} as const;

/** Every gate with its numbers; in the site of one client the values that others lack are not named. */
function Gates(props: { readonly candidate: PromotionCandidate; readonly model: SiteModel }): Child {
  const { candidate, model } = props;
  return (
    <ul class="gates">
      {candidate.gates.map((gate) => {
        const mark = gate.isOpen === null ? "– not asked" : gate.isOpen ? "✓ open" : "✗ shut";
        const isHidden = model.client !== null && gate.gate === "coverage" && gate.lacking.length > 0;
        const words = isHidden
          ? `${counted(gate.lacking.length, "value")} not seen in ${h(candidate.from)}`
          : gateWords(gate, candidate.from, model.at, h);
        return (
          <li>
            <span class={gate.isOpen === false ? "shut" : "open"}>{mark}</span> {gate.gate}: {words}
          </li>
        );
      })}
    </ul>
  );
}

function MergeByCell(props: {
  readonly ring: SiteRing;
  readonly candidate: PromotionCandidate;
  readonly now: number;
}): Child {
  const found = props.ring.mergeBy.get(props.candidate);
  if (found === undefined) return "no deadline";
  return (
    <>
      <When at={found.at} now={props.now} absent="too late for its deadline" />
      {found.lost === 0 ? null : (
        <span class="soft">{`${counted(found.lost, "device")} will miss ${found.lost === 1 ? "its" : "their"} strictest deadline anyway`}</span>
      )}
    </>
  );
}

/** What would name others in the site of one client, said without names; null where nothing does. */
function hiddenWords({ state }: PromotionCandidate, { client, statements }: SiteModel): string | null {
  if (client === null) return null;
  if (state.kind === "waiting" && state.reason === "COVERAGE") return REASON_WORDS.COVERAGE;
  const isOwn = state.kind !== "held" || statements.some(({ source }) => source === state.hold);
  return isOwn ? null : "a hold stops it";
}

const CANDIDATE_COLUMNS = [
  { header: "State", choose: "state" },
  { header: "Patch", wide: true },
  { header: "Devices", number: true },
  { header: "Merge by" },
  { header: "What it waits for, and what opens it", wide: true },
  { header: "Gates" },
];

/** Every candidate of a ring, the most urgent first. */
export function Candidates(props: { readonly ring: SiteRing; readonly model: SiteModel }): Child {
  const { ring, model } = props;
  const { candidates, supersededCandidates } = ring;
  if (candidates.length === 0) {
    return (
      <p>{`Nothing waits for this ring${supersededCandidates === 0 ? "" : `; ${counted(supersededCandidates, "patch", "patches")} covered by newer ones ${supersededCandidates === 1 ? "is" : "are"} left out`}.`}</p>
    );
  }
  const shown = candidates.slice(0, MOST_CANDIDATES);
  return (
    <>
      {supersededCandidates === 0 ? null : (
        <p>{`${counted(supersededCandidates, "patch", "patches")} covered by newer ones left out.`}</p>
      )}
      <DataTable
        caption={`Waiting for ring ${h(ring.ring.name)}`}
        columns={CANDIDATE_COLUMNS}
        id={`ring-${ring.ringIndex}`}
        shortened={{
          shown: shown.length,
          all: candidates.length,
          rest: "The rest wait in the same way; `patchring promote` lists all.",
        }}
      >
        {shown.map((one) => {
          const words = stateWords(one, model.at, h);
          return (
            <tr>
              <td class={`state ${one.state.kind}`}>{STATE_WORDS[one.state.kind]}</td>
              <th scope="row">
                <PatchName patch={one.patch} />
              </th>
              <td class="number">
                {formatCount(one.devices)}
                {one.staleDevices === 0 ? null : (
                  <span class="soft">{`${formatCount(one.staleDevices)} stale`}</span>
                )}
              </td>
              <td>
                <MergeByCell ring={ring} candidate={one} now={model.at} />
              </td>
              <td>
                {hiddenWords(one, model) ?? words.why}
                <span class="soft">{`Opens by: ${words.fix}`}</span>
              </td>
              <td>
                <details>
                  <summary>{`${one.gates.filter(({ isOpen }) => isOpen === true).length} of ${one.gates.length} open`}</summary>
                  <Gates candidate={one} model={model} />
                </details>
              </td>
            </tr>
          );
        })}
      </DataTable>
    </>
  );
}
