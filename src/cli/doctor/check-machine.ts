/** Checks of the machine: Node, Git, time zones. */
import type { ZoneRules } from "../../core/zone.ts";
import { dayNumber } from "../../core/time.ts";
import { askGit } from "../../repo/git-process.ts";
import { fine, type Check } from "../../report/doctor/check.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { failed, warning } from "./report.ts";

const NODE = [20, 19] as const;
const GIT = [2, 38] as const;

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, a, b] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return a === undefined || Number(a) < major || (Number(a) === major && Number(b) < minor);
}

export function checkNode(version: string = process.version): Check {
  return isOlder(version, NODE)
    ? failed("node", "doctor/node", `Node ${version}`, `install Node ${NODE.join(".")} or newer.`)
    : fine("node", `Node ${version}`);
}

export async function checkGit({ globals, io }: PreviewInvocation, seconds: number): Promise<Check> {
  const fix = `install Git ${GIT.join(".")} or newer.`;
  try {
    const place = { directory: globals.directory, env: io.env };
    const { stdout } = await askGit(place, ["--version"], { timeoutMs: seconds * 1000 });
    const version = /(\d+\.\d+\S*)/.exec(stdout.toString("utf8"))?.[1] ?? "";
    return isOlder(version, GIT)
      ? warning("git", "doctor/git", `Git ${version === "" ? "of an unknown version" : version}`, fix)
      : fine("git", `Git ${version}`);
  } catch {
    return warning("git", "doctor/git", "Git does not answer", fix);
  }
}

/** On 29 March 2026 the clocks of London go from 01:00 to 02:00: 01:30 does not exist. */
export function checkZones(zones: ZoneRules, fleetZone: string | null): Check {
  const day = dayNumber(2026, 3, 29);
  const isRight = zones.isKnown("Europe/London") && zones.resolve("Europe/London", day, 90).kind === "gap";
  if (!isRight) {
    return failed(
      "time zones",
      "doctor/zones",
      "this Node does not know when the clocks of Europe/London change in 2026",
      "install a Node with full ICU data.",
    );
  }
  const data = process.versions["tz"];
  return fine(
    "time zones",
    `data${data === undefined ? "" : ` ${data}`} is right about the change of clocks on 2026-03-29${fleetZone === null ? "" : `; the fleet's zone is ${fleetZone}`}`,
  );
}
