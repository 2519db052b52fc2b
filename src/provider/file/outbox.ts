import { readFile } from "node:fs/promises";
import { formatInstant } from "../../core/time.ts";
import { writeFileAtomically } from "../../snapshot/atomic-file.ts";
import { ProviderError, type ActionBatch, type ActionRequest, type RaisedGuard } from "../provider.ts";

interface Line {
  readonly run: string;
  readonly device: string;
  readonly patch: string;
  readonly action: string;
}

function keyOf(line: Line): string {
  return JSON.stringify([line.run, line.device, line.patch, line.action]);
}

/** The key of a line that was written before; null for a line that somebody else wrote. */
function writtenKey(text: string): string | null {
  try {
    const { run, device, patch, action } = JSON.parse(text) as Line;
    return keyOf({ run, device, patch, action });
  } catch {
    return null;
  }
}

function format(batch: ActionBatch, request: ActionRequest): string {
  const { device, patch, action, reason, source } = request;
  return `${JSON.stringify({ run: batch.run, at: formatInstant(batch.at), device, patch, action, reason, source })}\n`;
}

/** One line a guard that was raised, before the actions that it let pass. */
function formatRaised(batch: ActionBatch, raised: RaisedGuard): string {
  const { guard, limit, value, reason } = raised;
  const line = {
    record: "raised-guard",
    run: batch.run,
    at: formatInstant(batch.at),
    guard,
    limit,
    value,
    reason,
  };
  return `${JSON.stringify(line)}\n`;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function readOutbox(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}

/**
 * Appends a batch to the outbox: NDJSON with `run`, `at`, `device`, `patch`, `action`,
 * `reason`, `source`. The file then holds the whole batch, synced to disk, or none of it:
 * it is written anew and renamed. Guards that were raised for the run stand before its actions, as
 * lines with `record: raised-guard`. Lines that the same run has written before are not
 * written again. Whoever works the outbox off takes it by renaming it away.
 */
export async function appendToOutbox(path: string, batch: ActionBatch): Promise<void> {
  try {
    const before = await readOutbox(path);
    const written = new Set(before.split("\n").map(writtenKey));
    const fresh = batch.actions.filter((request) => !written.has(keyOf({ run: batch.run, ...request })));
    if (fresh.length === 0) return;
    const separator = before === "" || before.endsWith("\n") ? "" : "\n";
    const raised = (batch.raised ?? []).map((one) => formatRaised(batch, one));
    const lines = fresh.map((request) => format(batch, request));
    await writeFileAtomically(path, [before, separator, ...raised, ...lines]);
  } catch (cause) {
    throw new ProviderError("storage", true, `could not write the outbox ${path}`, { cause });
  }
}
