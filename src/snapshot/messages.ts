/** The wording of what can be wrong with a line or a file; fields word their own (`fields.ts`). */
import { quote, type Problem } from "./problems.ts";

export const EMPTY: Problem = {
  code: "snapshot/empty",
  summary: "Snapshot is empty",
  detail: "The file holds no line. A snapshot has at least a header line.",
  fix: "write the snapshot again (`patchring snapshot`).",
};

export const NOT_UTF8: Problem = {
  code: "snapshot/not-utf8",
  summary: "Line is not UTF-8",
  detail: "The line holds bytes that are no UTF-8 text, so its names cannot be read.",
  fix: "export the file as UTF-8.",
};

export const HEADER_AGAIN: Problem = {
  code: "snapshot/header-again",
  summary: "Second header line",
  detail: "A header stands on the first line and nowhere else. Were two snapshots joined?",
};

export const LINE_TOO_LONG: Problem = {
  code: "snapshot/too-large",
  summary: "Line is too long",
  detail: "The line has more than 64 MiB. A snapshot has one patch or one device a line.",
};

export const CHANGED: Problem = {
  code: "snapshot/changed",
  summary: "File changed while it was read",
  detail:
    "Its size or time of change is not what it was at the start, so what was read fits no one state of it.",
  fix: "write to a temporary file and rename it; then run again.",
};

export function brokenLine(error: unknown): Problem {
  const reason = error instanceof Error ? error.message : "";
  return {
    code: "snapshot/broken-line",
    summary: "Line is not JSON",
    detail: `Every line is one complete JSON object. ${reason.slice(0, 200)}`.trim(),
    fix: "export the snapshot again; a file cut short ends like this.",
  };
}

export function notObject(value: unknown): Problem {
  return {
    code: "snapshot/not-object",
    summary: "Line is no object",
    detail: `The line holds ${quote(value)}; expected an object with a "record".`,
  };
}

function recordName(record: unknown): string {
  return record === undefined ? "no record" : `the record ${quote(record)}`;
}

export function headerMissing(record: unknown): Problem {
  return {
    code: "snapshot/header-missing",
    summary: "Header is missing",
    detail: `The first line names ${recordName(record)}; expected the header: {"record":"header","format":"patchring.snapshot/1","takenAt":…}.`,
  };
}

export function unknownRecord(record: unknown, laterMinor: boolean): Problem {
  const found = `The line names ${recordName(record)}. Known records after the header: patch, device.`;
  return {
    code: "snapshot/unknown-record",
    severity: laterMinor ? "warning" : "error",
    summary: "Unknown record",
    detail: laterMinor ? `${found} The file is of a later minor version; the line is skipped.` : found,
  };
}

export function wrongFormat(format: unknown): Problem {
  return {
    code: "snapshot/format",
    summary: "Unknown snapshot format",
    detail: `"format" is ${format === undefined ? "absent" : quote(format)}; expected "patchring.snapshot/1".`,
    fix: "export the snapshot for this version of patchring.",
  };
}

export function patchAfterDevice(id: string): Problem {
  return {
    code: "snapshot/order",
    summary: "Patch after a device",
    detail: `Patch ${quote(id)} stands after a device. All patches come before the first device.`,
  };
}

export function duplicate(kind: "patch" | "device", id: string): Problem {
  return {
    code: `snapshot/duplicate-${kind}`,
    summary: `Duplicate ${kind}`,
    detail: `A ${kind} with the id ${quote(id)} stands on an earlier line already.`,
  };
}

export function duplicateFact(patch: string, device: string): Problem {
  return {
    code: "snapshot/duplicate-fact",
    summary: "Two facts for one patch",
    detail: `Device ${quote(device)} has more than one fact about patch ${quote(patch)}.`,
  };
}

export function unknownPatch(patch: string, device: string): Problem {
  return {
    code: "snapshot/unknown-patch",
    summary: "Fact names no patch",
    detail: `A fact of device ${quote(device)} names the patch ${quote(patch)}, but no patch line has that id.`,
  };
}

export function wrongFacts(detail: string): Problem {
  return { code: "snapshot/wrong-type", summary: "Wrong type of value", detail };
}

export function wrongCount(key: string, said: number, found: number): Problem {
  return {
    code: "snapshot/counts",
    summary: "Counts do not agree",
    detail: `The header says ${String(said)} ${key}, the file holds ${String(found)}.`,
    fix: "export the snapshot again; lines are missing or were added.",
  };
}
