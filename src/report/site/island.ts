/** The data of a page for its own script: columns with dictionaries; every text made visible first. */
import { ACTIONS, OBSTACLES, REASONS, STATUSES, VERDICTS } from "../../core/model.ts";
import type { SiteDevice } from "../../core/site/devices.ts";
import type { FactKind } from "../../core/site/fact-kind.ts";
import type { SiteLookup } from "../../core/site/lookup.ts";
import { aliasesOf } from "../../core/lookup.ts";
import type { SiteModel } from "../../core/site/site-model.ts";
import { htmlText as h } from "../escape/html.ts";
import { OBSTACLE_WORDS, REASON_WORDS, RELEASE_MEANS } from "../words.ts";

/** Titles are cut: they stand here once more than in the tables. */
const TITLE_LENGTH = 100;
const ERROR_LENGTH = 200;

/** JSON that can stand in a script element: no `<` is left, so nothing in it ends or opens markup. */
export function islandJson(model: SiteModel): string {
  const { lookup, devices } = model;
  const data =
    lookup === null || devices === null
      ? { at: model.at, ...directoryColumns(model) }
      : {
          at: model.at,
          retries: model.fleet.retriesMax,
          words: {
            statuses: STATUSES,
            verdicts: VERDICTS,
            reasons: REASONS.map((code) => [code, REASON_WORDS[code]]),
            obstacles: OBSTACLES.map((code) => [code, OBSTACLE_WORDS[code]]),
            actions: ACTIONS,
            release: RELEASE_MEANS,
          },
          devices: deviceColumns(devices, model.order, lookup.starts),
          patches: patchColumns(lookup),
          ...kindColumns(lookup.kinds, model.places),
          errors: lookup.errors.map((text) => h(text, ERROR_LENGTH)),
          facts: Buffer.from(lookup.facts).toString("base64"),
        };
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}

function directoryColumns({ directory, clients }: SiteModel): object {
  if (directory === null || clients === null) return {};
  const { ids, names } = directory;
  return {
    directory: {
      id: ids.map((id) => h(id)),
      name: ids.map((id, index) => (names[index] === id ? "" : h(names[index] ?? ""))),
      client: directory.clients,
      files: clients.map(({ file }) => file),
    },
  };
}

interface Dictionary {
  readonly values: readonly string[];
  readonly codes: readonly number[];
}

/** Code 0 is "not known". */
function encode(texts: readonly (string | null)[]): Dictionary {
  const values = [""];
  const known = new Map<string, number>();
  const codes = texts.map((text) => {
    if (text === null) return 0;
    let code = known.get(text);
    if (code === undefined) known.set(text, (code = values.push(h(text)) - 1));
    return code;
  });
  return { values, codes };
}

function deviceColumns(devices: readonly SiteDevice[], order: Uint32Array, starts: Uint32Array): unknown {
  return {
    id: devices.map(({ id }) => h(id)),
    name: devices.map(({ id, name }) => (name === null || name === id ? "" : h(name))),
    client: encode(devices.map(({ client }) => client)),
    site: encode(devices.map(({ site }) => site)),
    ring: encode(devices.map(({ ring }) => ring)),
    os: encode(devices.map(({ os }) => os)),
    scan: devices.map(({ scannedAt }) => scannedAt ?? 0),
    stale: devices.map(({ isStale }) => (isStale ? "1" : "0")).join(""),
    security: devices.map(({ security }) => security),
    exploited: devices.map(({ exploited }) => exploited),
    failed: devices.map(({ states }) => states.failed),
    reboot: devices.map(({ states }) => states["reboot-required"]),
    excepted: devices.map(({ excepted }) => excepted),
    order: [...order],
    bytes: devices.map((_, position) => starts[position + 1]! - starts[position]!),
  };
}

function patchColumns({ patches }: SiteLookup): unknown {
  return {
    id: patches.map(({ id }) => h(id)),
    title: patches.map(({ title }) => h(title ?? "", TITLE_LENGTH)),
    severity: encode(patches.map(({ severity }) => severity)),
    kev: patches.map(({ kev }) => (kev === null ? "0" : "1")).join(""),
    alias: patches.map((patch) =>
      aliasesOf(patch)
        .filter((alias) => alias !== patch.id)
        .map((alias) => h(alias))
        .join("\n"),
    ),
  };
}

function kindColumns(
  kinds: readonly FactKind[],
  places: ReadonlyMap<string, string>,
): { readonly kinds: unknown; readonly sources: unknown } {
  const sources: string[] = [];
  const known = new Map<string, number>();
  const sourceOf = (source: string | null): number => {
    if (source === null) return -1;
    let code = known.get(source);
    if (code === undefined) known.set(source, (code = sources.push(source) - 1));
    return code;
  };
  const rows = kinds.map((kind) => [
    STATUSES.indexOf(kind.status),
    VERDICTS.indexOf(kind.verdict),
    REASONS.indexOf(kind.reason),
    sourceOf(kind.source),
    kind.until,
    kind.action === null ? -1 : ACTIONS.indexOf(kind.action),
    kind.obstacle === null ? -1 : OBSTACLES.indexOf(kind.obstacle),
    kind.opensAt,
  ]);
  return { kinds: rows, sources: sources.map((source) => [h(source), h(places.get(source) ?? "")]) };
}
