import { resolve } from "node:path";
import type { Fleet } from "../../core/policy.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { Observation } from "../../provider/provider.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { Refusal, refuse } from "../refusal.ts";
import type { PreviewInvocation, SnapshotSource } from "../invocation.ts";

/** `--snapshot`, else the provider of the fleet. With `--snapshot` no provider is opened (design 5.2). */
export function snapshotSource(invocation: PreviewInvocation, fleet: Fleet): SnapshotSource {
  const { snapshot, directory } = invocation.globals;
  if (snapshot !== null) return { kind: "file", path: snapshot };
  if (fleet.provider !== null) return { kind: "provider", provider: fleet.provider, folder: directory };
  throw refuse(
    "policy",
    "cli/no-provider",
    "No provider to read",
    "The Fleet names no provider, and no snapshot was given.",
    "give `--snapshot FILE`, or write `provider: { kind: file, path: inventory/fleet.ndjson }` in the Fleet.",
  );
}

/**
 * Reads devices, patches and facts. Warnings go to stderr; errors refuse with exit 1. A file may be
 * opened early, to be read `after` something else; see `readSnapshotFile`.
 */
export async function readSnapshot(
  invocation: PreviewInvocation,
  source: SnapshotSource,
  after?: Promise<unknown>,
): Promise<Snapshot> {
  const { snapshot, diagnostics } = await invocation.progress.during("reading the snapshot", () =>
    observe(invocation, source, after),
  );
  if (snapshot === null) throw new Refusal(EXIT_CODES.error, diagnostics);
  await invocation.report(diagnostics);
  return snapshot;
}

async function observe(
  invocation: PreviewInvocation,
  source: SnapshotSource,
  after?: Promise<unknown>,
): Promise<Observation> {
  if (source.kind === "file") {
    const { readSnapshotFile } = await import("../../snapshot/read.ts");
    const path = resolve(invocation.io.cwd, source.path);
    const { snapshot, diagnostics } = await readSnapshotFile(path, Date.now, after);
    return {
      snapshot,
      diagnostics: diagnostics.map((one) =>
        one.place?.file === path ? { ...one, place: { ...one.place, file: source.path } } : one,
      ),
    };
  }
  const opened = await invocation.ports.openReader(source.provider, source.folder);
  if (opened.port === null) throw new Refusal(EXIT_CODES.policy, opened.diagnostics);
  return opened.port.readSnapshot();
}
