import type { Diagnostic } from "../../../src/core/diagnostic.ts";

export const unknownRing: Diagnostic = {
  severity: "error",
  code: "policy/unknown-ring",
  summary: "Unknown ring",
  place: { file: "rings/production.yaml", line: 7, column: 12, length: 4, text: "    after: brod" },
  detail:
    '"production" comes after a ring named "brod", but no policy defines it. Defined rings: broad, pilot.',
  fix: 'write `after: broad`, or add a ring named "brod".',
  related: [],
};

export const windowGap: Diagnostic = {
  severity: "error",
  code: "policy/window-gap",
  summary: "Window start never occurs",
  place: { file: "schedules/sunday-night.yaml", line: 8, column: 10, length: 7, text: '  start: "02:30"' },
  detail:
    "02:30 does not exist in Europe/Berlin on 2027-03-28 (02:00 jumps to 03:00), so the window would not open that night.",
  fix: "start at 01:30 or 03:00, or set `dst: shift-forward`.",
  related: [],
};

export const duplicateRing: Diagnostic = {
  severity: "warning",
  code: "policy/duplicate-name",
  summary: "Two rings of one name",
  place: { file: "rings/b.yaml", line: 3, column: 19, length: 5, text: "metadata: { name: pilot }" },
  detail: "A name stands for one ring.\nThe first by file is used.",
  fix: null,
  related: [
    {
      message: "the other one is here",
      place: { file: "rings/a.yaml", line: 3, column: 19, length: 5, text: "metadata: { name: pilot }" },
    },
  ],
};

export const noFleet: Diagnostic = {
  severity: "info",
  code: "policy/no-fleet",
  summary: "No fleet defined",
  place: null,
  detail: "",
  fix: "patchring init",
  related: [],
};

export const samples: readonly Diagnostic[] = [unknownRing, windowGap, duplicateRing, noFleet];

/** A diagnostic with this text in every place that takes any. */
export function hostileDiagnostic(text: string): Diagnostic {
  const place = { file: text, line: 4, column: 3, length: 5, text };
  return {
    severity: "error",
    code: text,
    summary: text,
    place,
    detail: text,
    fix: text,
    related: [{ message: text, place }],
  };
}
