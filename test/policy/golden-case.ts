import type { Diagnostic } from "../../src/core/diagnostic.ts";
import { parseInstant } from "../../src/core/time.ts";
import { loadPolicy, type PolicyFile } from "../../src/policy/load.ts";
import { reviewPolicy } from "../../src/policy/review.ts";
import { testZones } from "./test-zones.ts";

/**
 * A case: `# description`, then files (`--- path ---`), then `--- expected ---`. `--- review INSTANT ---` before it
 * also reviews the policy at that time. A Fleet is added where no file has one, unless the description says "no fleet".
 */
export interface GoldenCase {
  readonly description: string;
  readonly files: readonly PolicyFile[];
  readonly reviewAt: string | null;
  readonly expected: string;
}

const FLEET: PolicyFile = {
  path: "fleet.yaml",
  text: "apiVersion: patchring/v1\nkind: Fleet\nmetadata: { name: acme }\nspec: { timezone: Europe/London }\n",
};

export function parseGolden(text: string): GoldenCase {
  const parts = text.split(/^--- (.+) ---\n/m);
  const description = parts[0]!.replace(/^# /, "").trim();
  const files: PolicyFile[] = [];
  let reviewAt: string | null = null;
  let expected = "";
  for (let i = 1; i < parts.length; i += 2) {
    const title = parts[i]!;
    if (title === "expected") expected = parts[i + 1]!;
    else if (title.startsWith("review ")) reviewAt = title.slice("review ".length);
    else files.push({ path: title, text: parts[i + 1]! });
  }
  const fleetGiven =
    files.some((file) => file.text.includes("kind: Fleet")) || description.includes("no fleet");
  return { description, files: fleetGiven ? files : [FLEET, ...files], reviewAt, expected };
}

export function runGolden(golden: GoldenCase): string {
  const { policy, diagnostics } = loadPolicy(golden.files, { zones: testZones });
  const review =
    golden.reviewAt === null || policy === null
      ? []
      : reviewPolicy(policy, parseInstant(golden.reviewAt)!, { zones: testZones });
  const lines = [...diagnostics, ...review].map(printed);
  return `${lines.join("")}${policy === null ? "no policy" : "policy"}\n`;
}

function printed(diagnostic: Diagnostic): string {
  const { place } = diagnostic;
  const where = place === null ? "-" : `${place.file}:${place.line}:${place.column}+${place.length}`;
  const related = diagnostic.related.map(
    (one) =>
      `  also ${one.place.file}:${one.place.line}:${one.place.column}+${one.place.length} ${one.message}\n`,
  );
  return [
    `${where} ${diagnostic.severity}: ${diagnostic.summary} [${diagnostic.code}]\n`,
    `  ${diagnostic.detail}\n`,
    `  Fix: ${diagnostic.fix ?? "-"}\n`,
    ...related,
  ].join("");
}
