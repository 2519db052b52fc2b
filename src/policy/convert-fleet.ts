/** Fleet: defaults filled, limits read, products' settings checked for slips and secrets. */
import type { Fleet, Limit } from "../core/policy.ts";
import type { Fleet as Written } from "../generated/policy-documents.ts";
import { checkZone, durationOf, statementOf, type ConvertContext } from "./convert-context.ts";
import { convertNotices } from "./convert-notices.ts";
import { deadlineSettings } from "./convert-deadlines.ts";
import { report } from "./finding.ts";
import { nearestSpelling } from "../core/near-name.ts";
import { placeOfKey, placeOfValue } from "./node-path.ts";

type Product = "provider" | "forge" | "store";
type Settings = Readonly<Record<string, unknown>>;

/** What a product's settings are in the design; a key near to one of these is a slip, any other is the product's own. */
const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  file: ["kind", "path"],
  github: ["kind", "repository", "baseBranch", "tokenEnv"],
  sqlite: ["kind", "path", "ledger"],
};
const SECRET_KEY = /(?:token|password|passwd|secret|apikey|api_key|privatekey|private_key|credential)s?$/i;

export function convertFleet(context: ConvertContext, written: Written): Fleet {
  const { spec } = written;
  if (spec.timezone !== undefined) checkZone(context, ["spec", "timezone"], spec.timezone);
  return {
    ...statementOf(context, written),
    mode: spec.mode ?? "observe",
    timezone: spec.timezone ?? "UTC",
    staleAfter: durationOf(spec.staleAfter ?? "72h"),
    onUnmatched: spec.onUnmatched ?? "release",
    retries: { max: spec.retries?.max ?? 3, backoff: durationOf(spec.retries?.backoff ?? "24h") },
    provider: product(context, "provider", spec.provider),
    forge: product(context, "forge", spec.forge),
    store: product(context, "store", spec.store),
    notices: convertNotices(context, spec.notices),
    limits: {
      actionsPerRun: spec.limits?.actionsPerRun ?? 500,
      devicesPerRun: limit(context, "devicesPerRun", spec.limits?.devicesPerRun ?? "25%"),
      uninstallsPerRun: spec.limits?.uninstallsPerRun ?? 10,
      fleetShrink: limit(context, "fleetShrink", spec.limits?.fleetShrink ?? "10%"),
    },
    ...(spec.deadlines === undefined ? {} : { deadlines: deadlineSettings(context, spec.deadlines) }),
  };
}

function limit(context: ConvertContext, key: string, written: number | string): Limit {
  if (typeof written === "number") return { kind: "count", value: written };
  const value = Number(written.slice(0, -1));
  if (value > 100) {
    context.out.push(
      report(
        "policy/out-of-range",
        "Percentage is out of range",
        placeOfValue(context.document, ["spec", "limits", key]),
        `\`${key}\` is ${written}; a percentage is from 0% to 100%.`,
        `Write a percentage up to \`100%\`, or a count such as \`50\`.`,
      ),
    );
  }
  return { kind: "percent", value };
}

function product(context: ConvertContext, name: Product, written: object | undefined): Settings | null {
  if (written === undefined) return null;
  const settings = written as Settings;
  for (const key of Object.keys(settings)) {
    checkSecret(context, name, key, settings[key]);
    checkKey(context, name, key, String(settings["kind"]));
  }
  return settings;
}

function checkSecret(context: ConvertContext, name: Product, key: string, value: unknown): void {
  if (!SECRET_KEY.test(key) || typeof value !== "string") return;
  context.out.push(
    report(
      "policy/secret",
      "Secret in a policy file",
      placeOfKey(context.document, ["spec", name, key]),
      `\`${key}\` looks like a secret. Whoever reads the repository reads it, now and in its history. If it was one, replace it where it was issued.`,
      `Write \`${key}Env: NAME\` with the name of the environment variable that holds it.`,
    ),
  );
}

function checkKey(context: ConvertContext, name: Product, key: string, kind: string): void {
  const known = KNOWN_KEYS[kind];
  if (known === undefined || known.includes(key)) return;
  const near = nearestSpelling(key, known);
  if (near === null) return;
  context.out.push(
    report(
      "policy/unknown-key",
      "Unknown key",
      placeOfKey(context.document, ["spec", name, key]),
      `\`spec.${name}\` of kind ${kind} has no key \`${key.slice(0, 60)}\`. Known keys: ${known.join(", ")}.`,
      `Write \`${near}:\`.`,
    ),
  );
}
