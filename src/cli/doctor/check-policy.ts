/** Checks of what policy says about the world around it: channels, windows. */
import type { Seconds } from "../../core/model.ts";
import type { ChannelSettings } from "../../core/notice-settings.ts";
import type { PolicySet } from "../../core/policy.ts";
import { formatDuration } from "../../core/time.ts";
import { fine, type Check } from "../../report/doctor/check.ts";
import { counted } from "../../report/words.ts";
import type { PolicyReading } from "../inputs/policy.ts";
import { failed, warning } from "./report.ts";

export function checkPolicy({ policy, diagnostics, files }: PolicyReading): Check {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (policy === null && first !== undefined) {
    const where = first.place === null ? "" : `${first.place.file}:${String(first.place.line)}: `;
    const more = errors.length === 1 ? "" : ` (and ${counted(errors.length - 1, "more error")})`;
    return {
      name: "policy",
      state: "failed",
      code: first.code,
      found: `${where}${first.summary}${more}`,
      fix: "`patchring validate` shows all of it.",
    };
  }
  const size = `${counted(files, "file")}, mode ${policy?.fleet.mode ?? "none"}`;
  return diagnostics.length === 0
    ? fine("policy", size)
    : warning(
        "policy",
        "doctor/policy-warnings",
        `${size}, ${counted(diagnostics.length, "finding")}`,
        "`patchring validate` shows them.",
      );
}

/** Names of variables, never values. */
export function checkChannels(
  { fleet }: PolicySet,
  env: Readonly<Record<string, string | undefined>>,
): Check {
  const channels = fleet.notices?.channels ?? [];
  if (channels.length === 0) {
    return fleet.mode === "apply"
      ? warning(
          "notices",
          "doctor/nobody-told",
          "no channel: nobody is told when something needs a person",
          "name one in `notices` of the Fleet.",
        )
      : fine("notices", "no channel; the fleet's mode sends nothing");
  }
  const missing = channels.flatMap((channel) =>
    variablesOf(channel)
      .filter((name) => (env[name] ?? "") === "")
      .map((name) => `${name} of channel ${channel.name}`),
  );
  if (missing.length === 0) {
    return fine("notices", `${counted(channels.length, "channel")}, every variable is set`);
  }
  return failed(
    "notices",
    "doctor/channel",
    `not set here: ${missing.join(", ")}`,
    "set it where the scheduled job runs; if it is set there, run `doctor` there too.",
  );
}

function variablesOf(channel: ChannelSettings): string[] {
  if (channel.kind === "file") return [];
  if (channel.kind !== "mail") return [channel.urlEnv];
  return [channel.userEnv, channel.passwordEnv].filter((name) => name !== null);
}

/** `interval`: between two runs; null when it is not known. */
export function checkWindows({ schedules }: PolicySet, interval: Seconds | null): Check {
  const windows = schedules.flatMap(({ name, windows: own }) =>
    own.map(({ duration }) => ({ name, duration })),
  );
  const count = counted(windows.length, "window");
  if (windows.length === 0) return fine("windows", "no schedule: always open");
  if (interval === null) return fine("windows", `${count}; how often runs come is not known yet`);
  const short = windows.filter(({ duration }) => duration < interval);
  if (short.length === 0)
    return fine("windows", `${count}, each longer than ${formatDuration(interval)} between runs`);
  const names = [...new Set(short.map(({ name, duration }) => `${name} (${formatDuration(duration)})`))];
  return warning(
    "windows",
    "doctor/window-short",
    `shorter than the ${formatDuration(interval)} between two runs: ${names.join(", ")}`,
    "let the job run more often, or make the window longer.",
  );
}
