/** `Fleet.spec.notices`: each kind of channel has what it needs, names are unique, and no password goes in clear. */
import {
  NOTICE_LEVELS,
  type ChannelSettings,
  type NoticeSettings,
  type PilotNoticeSettings,
} from "../core/notice-settings.ts";
import { nearestName } from "../core/near-name.ts";
import type { Fleet as Written } from "../generated/policy-documents.ts";
import { durationOf, type ConvertContext } from "./convert-context.ts";
import { report } from "./finding.ts";
import { placeOfKey, placeOfValue, type ValuePath } from "./node-path.ts";

type WrittenNotices = NonNullable<Written["spec"]["notices"]>;
type WrittenChannel = NonNullable<WrittenNotices["channels"]>[number];
type ChannelKey = Exclude<keyof WrittenChannel, "name" | "kind" | "levels">;

/** What a kind must have, and what it may have besides. */
const KEYS: Readonly<
  Record<WrittenChannel["kind"], { needs: readonly ChannelKey[]; may: readonly ChannelKey[] }>
> = {
  webhook: { needs: ["urlEnv"], may: [] },
  slack: { needs: ["urlEnv"], may: [] },
  teams: { needs: ["urlEnv"], may: [] },
  mail: { needs: ["host", "from", "to"], may: ["port", "tls", "userEnv", "passwordEnv"] },
  file: { needs: ["path"], may: [] },
};
const PORTS = { starttls: 587, implicit: 465, none: 25 } as const;
const ROOT: ValuePath = ["spec", "notices"];

export function convertNotices(
  context: ConvertContext,
  written: WrittenNotices | undefined,
): NoticeSettings | null {
  if (written === undefined) return null;
  const channels = written.channels ?? [];
  channels.forEach((channel, index) => {
    checkChannel(context, channel, index);
    checkName(context, channels, index);
  });
  return {
    remindAfter: durationOf(written.remindAfter ?? "24h"),
    channels: channels.map(channelOf),
    pilot: pilotOf(context, written, channels),
  };
}

/** Complete where `checkChannel` found nothing; what it refuses is never used. */
function channelOf(written: WrittenChannel): ChannelSettings {
  const base = { name: written.name, levels: written.levels ?? NOTICE_LEVELS };
  switch (written.kind) {
    case "webhook":
    case "slack":
    case "teams":
      return { ...base, kind: written.kind, urlEnv: written.urlEnv ?? "" };
    case "mail": {
      const tls = written.tls ?? "starttls";
      return {
        ...base,
        kind: "mail",
        host: written.host ?? "",
        port: written.port ?? PORTS[tls],
        tls,
        userEnv: written.userEnv ?? null,
        passwordEnv: written.passwordEnv ?? null,
        from: written.from ?? "",
        to: written.to ?? [],
      };
    }
    case "file":
      return { ...base, kind: "file", path: written.path ?? "" };
  }
}

function checkChannel(context: ConvertContext, channel: WrittenChannel, index: number): void {
  const path = [...ROOT, "channels", index];
  const { needs, may } = KEYS[channel.kind];
  for (const key of needs) {
    if (channel[key] !== undefined) continue;
    context.out.push(
      report(
        "policy/notice-channel",
        "Channel lacks a setting",
        placeOfValue(context.document, [...path, "kind"]),
        `The channel "${channel.name}" is of kind ${channel.kind}, which needs ${needs.map((one) => `\`${one}\``).join(", ")}.`,
        `Add \`${key}:\`.`,
      ),
    );
  }
  const known: readonly string[] = ["name", "kind", "levels", ...needs, ...may];
  for (const key of Object.keys(channel)) {
    if (known.includes(key)) continue;
    context.out.push(
      report(
        "policy/notice-channel",
        "Setting of another kind",
        placeOfKey(context.document, [...path, key]),
        `A channel of kind ${channel.kind} has no \`${key}\`; it takes ${known.join(", ")}.`,
        "Remove it, or change the `kind`.",
      ),
    );
  }
  checkLogin(context, channel, path);
}

/** A login needs both halves, and an encrypted connection. */
function checkLogin(context: ConvertContext, channel: WrittenChannel, path: ValuePath): void {
  const { userEnv, passwordEnv } = channel;
  if ((userEnv === undefined) !== (passwordEnv === undefined)) {
    const [has, lacks] = userEnv === undefined ? ["passwordEnv", "userEnv"] : ["userEnv", "passwordEnv"];
    context.out.push(
      report(
        "policy/notice-channel",
        "Login lacks a half",
        placeOfKey(context.document, [...path, has]),
        `\`${has}\` is given without \`${lacks}\`, and a login needs both.`,
        `Add \`${lacks}:\` with the name of an environment variable.`,
      ),
    );
  }
  if (passwordEnv === undefined || channel.tls !== "none") return;
  context.out.push(
    report(
      "policy/notice-channel",
      "Password in clear",
      placeOfValue(context.document, [...path, "tls"]),
      "With `tls: none` the password would cross the network where anybody on the way can read it.",
      "Write `tls: starttls` or `tls: implicit`, or use a server that needs no login.",
    ),
  );
}

function checkName(context: ConvertContext, channels: readonly WrittenChannel[], index: number): void {
  const { name } = channels[index]!;
  const first = channels.findIndex((one) => one.name === name);
  if (first === index) return;
  const place = (at: number) => placeOfValue(context.document, [...ROOT, "channels", at, "name"]);
  context.out.push(
    report(
      "policy/notice-channel",
      "Two channels of one name",
      place(index),
      `There are two channels named "${name}"; what was given on one would count for the other.`,
      "Rename one of them.",
      { related: [{ message: "the other one", place: place(first) }] },
    ),
  );
}

function pilotOf(
  context: ConvertContext,
  { pilot }: WrittenNotices,
  channels: readonly WrittenChannel[],
): PilotNoticeSettings | null {
  if (pilot === undefined) return null;
  pilot.channels.forEach((name, index) => {
    const channel = channels.find((one) => one.name === name);
    const place = placeOfValue(context.document, [...ROOT, "pilot", "channels", index]);
    if (channel === undefined) {
      const names = channels.map((one) => one.name);
      const near = nearestName(name, names);
      context.out.push(
        report(
          "policy/notice-channel",
          "Unknown channel",
          place,
          `The pilot notice goes to "${name}", but no channel has that name. Channels: ${names.length === 0 ? "none" : names.join(", ")}.`,
          near === null ? "Add the channel to `channels`." : `Write \`${near}\`.`,
        ),
      );
    } else if (channel.kind === "slack" || channel.kind === "teams") {
      context.out.push(
        report(
          "policy/notice-channel",
          "Pilot notice to a chat",
          place,
          `"${name}" is of kind ${channel.kind}: everybody there would read what is meant for one contact.`,
          "Name a channel of kind `mail`, `webhook` or `file`.",
        ),
      );
    }
  });
  return {
    channels: pilot.channels,
    before: durationOf(pilot.before ?? "24h"),
    reportTo: pilot.reportTo ?? null,
  };
}
