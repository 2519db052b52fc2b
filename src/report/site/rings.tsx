/** Rings: where is this month's set, what is each patch waiting for, and when does it open? */
import type { Child } from "hono/jsx";
import type { PromotionCandidate } from "../../core/promotion-candidates.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import type { SiteRing } from "../../core/site/rings.ts";
import { formatDuration, formatInstant } from "../../core/time.ts";
import { htmlText as h } from "../escape/html.ts";
import { counted, formatCount } from "../words.ts";
import { Chart, SpanBar, StackedBar, type Look } from "./charts.tsx";
import { Command, Count, Foreign, ForeignCode, PatchName, When } from "./parts.tsx";
import { Candidates } from "./ring-candidates.tsx";
import { SHOWN_STATES, stateParts, stateWords as countsWords } from "./states.ts";

const MOST_SOAKS = 12;

function Soaks(props: { readonly ring: SiteRing; readonly now: number }): Child {
  const { ring, now } = props;
  const running = ring.candidates.filter(
    ({ evidence, soakedAt }) => evidence.t0 !== null && soakedAt !== null,
  );
  if (running.length === 0) return null;
  const shown = running.slice(0, MOST_SOAKS);
  const from = Math.min(...shown.map(({ evidence }) => evidence.t0!), now);
  const to = Math.max(...shown.map(({ soakedAt }) => soakedAt!), now);
  const over = shown.filter(({ soakedAt }) => soakedAt! <= now).length;
  const look = (one: PromotionCandidate): Look => (one.soakedAt! <= now ? "good" : "pending");
  return (
    <Chart
      sentence={`${formatCount(over)} of ${counted(shown.length, "soak")} shown ${over === 1 ? "is" : "are"} over.`}
      caption={`From ${formatInstant(from)} to ${formatInstant(to)}; the upright line is now, ${formatInstant(now)}. Each bar starts when ${h(ring.ring.after ?? "")} reached the clock (${ring.ring.soak.clock}) and ends when the soak is over.`}
      rows={shown.map((one) => ({
        label: <PatchName patch={one.patch} />,
        bar: (
          <SpanBar
            domain={[from, to]}
            from={one.evidence.t0!}
            to={one.soakedAt!}
            now={now}
            look={look(one)}
            label={h(
              `${one.patch.id}: from ${formatInstant(one.evidence.t0!)} to ${formatInstant(one.soakedAt!)}`,
            )}
          />
        ),
        value: one.soakedAt! <= now ? "over" : <When at={one.soakedAt} now={now} absent="" />,
      }))}
      table={{
        caption: `Soaks into ${h(ring.ring.name)}`,
        columns: [
          { header: "Patch" },
          { header: "Clock started" },
          { header: "Soak" },
          { header: "Over at" },
        ],
        children: shown.map((one) => (
          <tr>
            <th scope="row">
              <ForeignCode text={one.patch.id} />
            </th>
            <td>
              <When at={one.evidence.t0} now={now} absent="" />
            </td>
            <td>{formatDuration(one.soak)}</td>
            <td>
              <When at={one.soakedAt} now={now} absent="" />
            </td>
          </tr>
        )),
      }}
    />
  );
}

function rules({ ring }: SiteRing): string {
  if (ring.after === null)
    return "First ring: a patch is approved when its rule says so, after the rule's delay.";
  const { soak, gates, promotion } = ring;
  const quorum =
    soak.clock === "quorum"
      ? ` of ${soak.quorum.percent} % (at least ${counted(soak.quorum.minDevices, "device")})`
      : "";
  return [
    `After ${h(ring.after)}: soak ${formatDuration(soak.for)}, clock ${soak.clock}${quorum};`,
    `gates: ${gates.installedPercent} % installed, at most ${gates.failedDevices} failed, coverage ${gates.coverage.map((one) => h(one)).join(", ") || "none"};`,
    `merged by ${promotion.by === "auto" ? "the reconciler when every gate is open" : "people, by pull request"}.`,
  ].join(" ");
}

function Ring(props: { readonly ring: SiteRing; readonly model: SiteModel }): Child {
  const { ring, model } = props;
  const id = `ring-${ring.ringIndex}-head`;
  return (
    <section class="ring" aria-labelledby={id}>
      <h3 id={id}>
        <Foreign text={ring.ring.name} />
        {ring.isFrozen ? <span class="flag"> ■ frozen</span> : null}
      </h3>
      <p>
        {`${counted(ring.devices, "device")}, ${formatCount(ring.stale)} of them not measured. ${rules(ring)}`}
        {ring.selector === null ? null : (
          <>
            {" Devices: "}
            <Foreign text={ring.selector} />.
          </>
        )}
      </p>
      <p>
        {ring.windows === null ? (
          "No schedule: always open."
        ) : ring.windows.length === 0 ? (
          "No window in the next 400 days."
        ) : (
          <>
            {"Next windows: "}
            {ring.windows.map((window, index) => (
              <>
                {index === 0 ? "" : "; "}
                <When at={window.opensAt} now={model.at} absent="" />
              </>
            ))}
            {`. Schedule ${h(ring.ring.schedule ?? "")}.`}
          </>
        )}
      </p>
      <Soaks ring={ring} now={model.at} />
      {ring.ring.after === null ? null : <Candidates ring={ring} model={model} />}
    </section>
  );
}

function Progress(props: { readonly rings: readonly SiteRing[] }): Child {
  const { rings } = props;
  return (
    <Chart
      sentence="Where the installs of each ring stand."
      caption="Facts of the devices of each ring, without those that a newer patch covers. Denominator: those facts. Clock: the snapshot."
      legend={SHOWN_STATES.map(([name, look]) => ({
        name,
        look,
        value: rings.reduce((sum, { states }) => sum + states[name], 0),
      }))}
      rows={rings.map(({ ring, states }) => ({
        label: <Foreign text={ring.name} />,
        bar: <StackedBar parts={stateParts(states)} label={h(`${ring.name}: ${countsWords(states)}`)} />,
        value: formatCount(SHOWN_STATES.reduce((sum, [state]) => sum + states[state], 0)),
      }))}
      table={{
        caption: "States by ring",
        columns: [
          { header: "Ring" },
          { header: "Devices", number: true },
          ...SHOWN_STATES.map(([name]) => ({ header: name, number: true })),
        ],
        children: rings.map(({ ring, states, devices }) => (
          <tr>
            <th scope="row">
              <Foreign text={ring.name} />
            </th>
            <Count value={devices} />
            {SHOWN_STATES.map(([state]) => (
              <Count value={states[state]} />
            ))}
          </tr>
        )),
      }}
    />
  );
}

export function Rings(props: { readonly model: SiteModel }): Child {
  const { model } = props;
  if (model.rings.length === 0) return <p>The policy has no ring.</p>;
  return (
    <>
      {model.client === null ? null : (
        <p>
          Rings reach over all clients: evidence and gates are those of the whole fleet, the devices in each
          ring are this client's.
        </p>
      )}
      <Progress rings={model.rings} />
      {model.rings.map((ring) => (
        <Ring ring={ring} model={model} />
      ))}
      <p>
        Who merged what is under <a href="#changes">Changes</a>. To see or open the requests:{" "}
        <Command words={["patchring", "promote"]} />.
      </p>
    </>
  );
}
