/** From the words of `hold`, `recall`, `decide` and `emergency` to a statement of policy. */
import type { Instant } from "../../core/model.ts";
import { formatInstant, parseDuration } from "../../core/time.ts";
import type { StatementKind, StatementOrder } from "../../policy/write-statement.ts";
import type { Input } from "../arguments/input.ts";
import { usage } from "../refusal.ts";

export type Spec = Readonly<Record<string, unknown>>;

export interface AskedStatement {
  readonly kind: StatementKind;
  /** The verb that asked, where it is not that of the kind. */
  readonly verb?: string;
  /** What a derived name starts with. */
  readonly prefix: string;
  /** Null: derived. */
  readonly name: string | null;
  readonly patches: readonly string[];
  readonly reason: string;
  /** Without patches. Only what was given. */
  readonly spec: Spec;
  /** Lines that the request shows beside the reason; hostile text. */
  readonly evidence?: readonly EvidenceLine[];
}

export interface EvidenceLine {
  readonly label: string;
  readonly text: string;
}

export const VERB_OF_KIND: Readonly<Record<StatementKind, string>> = {
  Hold: "hold",
  Recall: "recall",
  Decision: "decide",
  Emergency: "emergency",
};

/** Refuses with exit 64 what is missing, with the words to add. */
export function readAsked(kind: StatementKind, input: Input, now: Instant): AskedStatement {
  const verb = VERB_OF_KIND[kind];
  const patches = [...new Set(input.arguments())];
  const reason = (input.text("reason") ?? "").trim();
  if (reason === "") {
    throw usage(
      `\`${verb}\` needs a reason: whoever reads the file later must know why.`,
      'add `--reason "…"`.',
    );
  }
  const own = readOwn(kind, input, now);
  const devices = readDevices(input);
  const spec = {
    ...(devices === null ? {} : { devices }),
    ...own,
    reason,
    ...(input.text("ticket") === null ? {} : { ticket: input.text("ticket") }),
  };
  const prefix = kind === "Decision" ? String(own["action"]) : kind === "Recall" ? "pull" : verb;
  return { kind, prefix, name: readName(input), patches, reason, spec };
}

/** `--name`; null where it is derived. Refuses what is no name. */
export function readName(input: Input): string | null {
  const name = input.text("name");
  if (name === null || /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw usage(
    `\`--name\` takes lower-case letters, digits and dashes, at most 63, but was given ${JSON.stringify(name)}.`,
  );
}

/** One value stays a text, several become a list. */
function oneOrMany(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? values[0]! : values;
}

function readDevices(input: Input): Spec | null {
  const keys = [
    ["id", "device"],
    ["client", "client"],
    ["site", "site"],
    ["tags", "tag"],
  ] as const;
  const given = keys.flatMap(([key, option]) => {
    const values = input.values(option);
    return values.length === 0 ? [] : [[key, oneOrMany(values)] as const];
  });
  return given.length === 0 ? null : Object.fromEntries(given);
}

function readOwn(kind: StatementKind, input: Input, now: Instant): Spec {
  switch (kind) {
    case "Hold": {
      const rings = input.list("ring");
      return { ...(rings.length === 0 ? {} : { rings }), ...given(input, "until") };
    }
    case "Recall": {
      const maxDevices = input.count("maxDevices");
      return {
        ...(input.flag("uninstall") ? { uninstall: true } : {}),
        ...(maxDevices === null ? {} : { maxDevices }),
        ...skip(input),
      };
    }
    case "Decision":
      return readDecision(input);
    case "Emergency":
      return { ...skip(input), ...readEmergencyTimes(input, now) };
  }
}

/** One option as a key of the spec, if it was given. */
export function given(input: Input, name: string): Spec {
  const value = input.text(name);
  return value === null ? {} : { [name]: value };
}

function skip(input: Input): Spec {
  const list = input.list("skip");
  return list.length === 0 ? {} : { skip: list };
}

function readDecision(input: Input): Spec {
  const action = input.text("action");
  if (action === null) {
    throw usage("`decide` needs what is decided.", "add `--action approve`, `ignore` or `manual`.");
  }
  if (action === "ignore" && input.text("expires") === null) {
    throw usage(
      "A decision to ignore must end, so that somebody looks at it again.",
      "add `--expires 2027-01-31`, the day on which it ends; to ignore for good, write a rule with `then: ignore`.",
    );
  }
  return { action, ...given(input, "expires"), ...(input.flag("locked") ? { locked: true } : {}) };
}

function readEmergencyTimes(input: Input, now: Instant): Spec {
  const [expires, length] = [input.text("expires"), input.text("for")];
  if ((expires === null) === (length === null)) {
    throw usage(
      "An emergency skips gates, so it ends: 72 hours after it was asked for at most.",
      "add `--for 24h`, or `--expires` with an instant.",
    );
  }
  const requestedAt = formatInstant(now);
  if (length === null) return { requestedAt, expiresAt: expires };
  const seconds = parseDuration(length);
  if (seconds === null || seconds <= 0) {
    throw usage(`\`--for\` takes a duration such as 24h, but was given ${JSON.stringify(length)}.`);
  }
  return { requestedAt, expiresAt: formatInstant(now + seconds) };
}

/** The order for a document of that name. */
export function orderFor(asked: AskedStatement, name: string, patches: readonly string[]): StatementOrder {
  return { kind: asked.kind, name, spec: { patches, ...asked.spec } as StatementOrder["spec"] };
}
