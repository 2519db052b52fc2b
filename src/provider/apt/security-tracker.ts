/**
 * Debian's own security data: the JSON that its security tracker publishes, kept as a file beside
 * the inventory (`tracker` of the provider). It tells what a version fixes before any host has it.
 * Shape: `{ source: { "CVE-…": { releases: { bookworm: { status, fixed_version, urgency } } } } }`.
 */
import { readFile } from "node:fs/promises";
import type { Diagnostic } from "../../core/diagnostic.ts";
import { diagnostic } from "./diagnostics.ts";
import { isVersion } from "./names.ts";
import { isObject } from "./read-fields.ts";
import { compareVersions } from "./version.ts";

/** What a version of a source package fixes against an older one. */
export interface Fixes {
  readonly cves: readonly string[];
  /** Debian's urgencies of them, such as `high`; without those that were never judged. */
  readonly urgencies: readonly string[];
}

export interface SecurityTracker {
  /** What is fixed in a source package in (`from`, `to`], for releases such as `bookworm`. */
  readonly fixesBetween: (source: string, codenames: ReadonlySet<string>, from: string, to: string) => Fixes;
}

const CVE = /^CVE-\d{4}-\d{4,10}$/;
const MAX_CVES = 2000;

function fixOf(entry: unknown, codenames: ReadonlySet<string>, from: string, to: string): string | null {
  const releases = isObject(entry) && isObject(entry["releases"]) ? entry["releases"] : {};
  for (const codename of codenames) {
    const release = releases[codename];
    if (!isObject(release) || release["status"] !== "resolved") continue;
    const fixed = release["fixed_version"];
    // "0" says that the release never had the fault.
    if (typeof fixed !== "string" || fixed === "0" || !isVersion(fixed)) continue;
    if (compareVersions(fixed, from) <= 0 || compareVersions(fixed, to) > 0) continue;
    // Trailing stars mark a judgement by hand.
    return typeof release["urgency"] === "string" ? release["urgency"].replace(/\*+$/, "") : "";
  }
  return null;
}

/** Throws `SyntaxError` for a text that is no JSON, or no map. What does not fit inside of it is passed over. */
export function parseTracker(text: string): SecurityTracker {
  const document: unknown = JSON.parse(text);
  if (!isObject(document)) throw new SyntaxError("not a map of source packages");
  return {
    fixesBetween(source, codenames, from, to) {
      const entries = Object.hasOwn(document, source) ? document[source] : null;
      const cves: string[] = [];
      const urgencies = new Set<string>();
      for (const [cve, entry] of isObject(entries) ? Object.entries(entries) : []) {
        if (!CVE.test(cve) || cves.length >= MAX_CVES) continue;
        const urgency = fixOf(entry, codenames, from, to);
        if (urgency === null) continue;
        cves.push(cve);
        urgencies.add(urgency);
      }
      return { cves, urgencies: [...urgencies] };
    },
  };
}

/** A file that cannot be read is a warning: nothing depends on it but what is known of a patch. */
export async function readTracker(
  path: string,
): Promise<{ readonly tracker: SecurityTracker | null; readonly diagnostics: readonly Diagnostic[] }> {
  try {
    return { tracker: parseTracker(await readFile(path, "utf8")), diagnostics: [] };
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? "it is not the JSON of a security tracker"
        : `the system says ${error instanceof Error && "code" in error ? String(error.code) : "an error"}`;
    const finding = diagnostic({
      severity: "warning",
      code: "apt/tracker-unreadable",
      summary: "Security tracker data cannot be read",
      detail: `${path}: ${reason}. CVE ids and severities come from changelogs alone.`,
      fix: "fetch https://security-tracker.debian.org/tracker/data/json again, or take `tracker` out of the provider.",
    });
    return { tracker: null, diagnostics: [finding] };
  }
}
