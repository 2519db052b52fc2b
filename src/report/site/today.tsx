/** Today: does anybody have to do anything? */
import type { Child } from "hono/jsx";
import type { Instant } from "../../core/model.ts";
import type { Notice } from "../../core/notice.ts";
import type { NoticeLevel } from "../../core/notice-settings.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import { htmlText as h } from "../escape/html.ts";
import { noticeWhat } from "../notices/what.ts";
import { ACTOR_WORDS, LEVEL_WORDS, needsHeading, safeLink } from "../notices/words.ts";
import { counted, formatCount } from "../words.ts";
import { Chart, StackedBar } from "./charts.tsx";
import { comingWords } from "./coming-words.ts";
import { DeadlineStrip } from "./deadlines.tsx";
import { noticeStep } from "./notice-steps.ts";
import { Command, DataTable, Foreign, PatchName, shareText, Tile, When } from "./parts.tsx";
import { stateParts, stateWords } from "./states.ts";

const LEVEL_MARKS: Readonly<Record<NoticeLevel, string>> = { page: "▲", ticket: "●", digest: "○" };

/** What `status` says of it, with the page that has its rows. */
function Item(props: { readonly notice: Notice; readonly now: Instant }): Child {
  const { notice, now } = props;
  const { level, subject, by, actor, next } = notice;
  const link = safeLink(notice.link);
  const { advice, href } = noticeStep(subject);
  return (
    <li class={`item ${LEVEL_WORDS[level]}`} data-kind={subject.kind}>
      <span class="level">{`${LEVEL_MARKS[level]} ${LEVEL_WORDS[level]}`}</span>
      <div>
        <p class="what">
          <a href={href}>
            <Foreign text={`${noticeWhat(subject)}.`} most={2000} />
          </a>
        </p>
        <p class="next">
          {"To act"}
          {by === null ? null : (
            <>
              {" by "}
              <When at={by} now={now} absent="" />
            </>
          )}
          {`: ${ACTOR_WORDS[actor]}. Next: ${advice}: `}
          <Command words={next} />
          {link === null ? null : (
            <>
              {" or "}
              <a href={link} rel="noreferrer">
                open its page
              </a>
            </>
          )}
        </p>
      </div>
    </li>
  );
}

function Attention(props: { readonly model: SiteModel }): Child {
  const { notices, at } = props.model;
  return (
    <section aria-labelledby="attention">
      <h3 id="attention">Needs attention</h3>
      <p class="answer">{needsHeading(notices)}</p>
      {notices.length === 0 ? null : (
        <ul class="attention">
          {notices.map((notice) => (
            <Item notice={notice} now={at} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Tiles(props: { readonly model: SiteModel }): Child {
  const { totals, concerns, failures } = props.model;
  const { devices, patchLevel, conformance, states } = totals;
  // Nothing is good news where nothing was measured.
  const good = devices.measured === 0 ? {} : ({ mark: "good" } as const);
  const unmeasured = devices.stale + devices.neverScanned;
  const lacking = patchLevel.whole - patchLevel.part;
  return (
    <ul class="tiles">
      <Tile
        title="Patch level"
        value={shareText(patchLevel)}
        note="measured devices that lack no security patch"
        href="#devices"
        {...(lacking === 0 ? good : { mark: "warn" })}
      />
      <Tile
        title="Policy conformance"
        value={shareText(conformance)}
        note="installs where the backend was told what policy wants"
        href="#policy"
      />
      <Tile
        title="Failed"
        value={formatCount(states.failed)}
        note={`installs, ${counted(failures.length, "cause")}`}
        href="#failures"
        {...(states.failed === 0 ? good : { mark: "bad" })}
      />
      <Tile
        title="Known exploited"
        value={formatCount(concerns.exploited)}
        note="devices that lack a patch for one"
        href="#patches"
        {...(concerns.exploited === 0 ? good : { mark: "bad" })}
      />
      <Tile title="Waits for a reboot" value={formatCount(concerns.reboot)} note="devices" href="#devices" />
      <Tile
        title="Not measured"
        value={formatCount(unmeasured)}
        note={`of ${counted(devices.all, "device")}: scan too old or missing`}
        href="#quality"
        {...(unmeasured === 0 ? good : { mark: "warn" })}
      />
    </ul>
  );
}

function Level(props: { readonly model: SiteModel }): Child {
  const { devices, patchLevel } = props.model.totals;
  const parts = [
    { name: "lack no security patch", look: "installed", value: patchLevel.part },
    { name: "lack at least one", look: "missing", value: patchLevel.whole - patchLevel.part },
    { name: "not measured", look: "stale", value: devices.stale + devices.neverScanned },
  ] as const;
  return (
    <Chart
      sentence={`${shareText(patchLevel)} measured devices lack no security patch.`}
      caption={`Patch level of ${counted(devices.all, "device")}. Denominator: measured devices. Clock: the last scan of each device. What people decided to ignore counts as lacking.`}
      legend={parts}
      rows={[
        {
          label: "Devices",
          bar: (
            <StackedBar parts={parts} label={parts.map(({ name, value }) => `${value} ${name}`).join(", ")} />
          ),
          value: formatCount(devices.all),
        },
      ]}
      table={{
        caption: "Patch level",
        columns: [{ header: "Devices that" }, { header: "Count", number: true }],
        children: parts.map(({ name, value }) => (
          <tr>
            <th scope="row">{name}</th>
            <td class="number">{formatCount(value)}</td>
          </tr>
        )),
      }}
    />
  );
}

function Rings(props: { readonly model: SiteModel }): Child {
  const { progress } = props.model;
  const first = progress[0];
  if (first === undefined) return <p>No patch is on its way.</p>;
  return (
    <Chart
      sentence={`${counted(progress.length, "patch", "patches")} on the way, newest security patches first.`}
      caption="Devices of each ring that need the patch, by state. Denominator: devices with a fact for it that no newer patch covers. Clock: the snapshot."
      rows={progress.slice(0, 4).flatMap(({ patch, rings }) =>
        rings.map(({ ring, states, devices }, index) => ({
          label: (
            <>
              {index === 0 ? <PatchName patch={patch.patch} /> : null}
              <span class="ring-name">
                <Foreign text={ring} />
              </span>
            </>
          ),
          bar: (
            <StackedBar
              parts={stateParts(states)}
              label={h(`${patch.patch.id} in ${ring}: ${stateWords(states)}`)}
            />
          ),
          value: `${formatCount(states.installed)} of ${formatCount(devices)}`,
        })),
      )}
      table={{
        caption: "Progress by ring",
        columns: [
          { header: "Patch" },
          { header: "Ring" },
          { header: "Devices", number: true },
          { header: "States" },
        ],
        children: progress.flatMap(({ patch, rings }) =>
          rings.map(({ ring, states, devices }) => (
            <tr>
              <th scope="row">
                <PatchName patch={patch.patch} />
              </th>
              <td>
                <Foreign text={ring} />
              </td>
              <td class="number">{formatCount(devices)}</td>
              <td>{stateWords(states)}</td>
            </tr>
          )),
        ),
      }}
    />
  );
}

function Coming(props: { readonly model: SiteModel }): Child {
  const { coming, at } = props.model;
  if (coming.length === 0) return <p>Nothing changes by itself in the next 30 days.</p>;
  return (
    <DataTable
      caption="What happens next by itself"
      columns={[{ header: "When" }, { header: "Who" }, { header: "What" }]}
    >
      {coming.map((event) => (
        <tr>
          <td>
            <When at={event.at} now={at} absent="" />
          </td>
          <th scope="row">
            <Foreign text={event.subject} />
          </th>
          <td>{comingWords(event)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

function LastRun(props: { readonly model: SiteModel }): Child {
  const { runs, at } = props.model;
  const last = runs?.runs[0];
  if (last === undefined) {
    return (
      <p>
        No runs recorded. A scheduled <code>patchring reconcile</code> with a store records them; see{" "}
        <a href="#runs">Runs</a>.
      </p>
    );
  }
  return (
    <p>
      The last run started <When at={last.startedAt} now={at} absent="" /> and{" "}
      {last.summary === null
        ? "did not end yet, or was cut off"
        : `ended with exit code ${last.summary.exitCode}`}
      . <a href="#runs">All runs</a>
    </p>
  );
}

export function Today(props: { readonly model: SiteModel }): Child {
  const { model } = props;
  return (
    <>
      <Attention model={model} />
      <Tiles model={model} />
      {model.deadlines === null ? null : (
        <section aria-labelledby="strip">
          <h3 id="strip">Deadlines</h3>
          <DeadlineStrip deadlines={model.deadlines} />
        </section>
      )}
      <div class="columns">
        <section aria-labelledby="level">
          <h3 id="level">Devices</h3>
          <Level model={model} />
          <h3>Last run</h3>
          <LastRun model={model} />
        </section>
        <section aria-labelledby="on-the-way">
          <h3 id="on-the-way">On the way through the rings</h3>
          <Rings model={model} />
        </section>
      </div>
      <section aria-labelledby="coming">
        <h3 id="coming">Coming up</h3>
        <Coming model={model} />
      </section>
    </>
  );
}
