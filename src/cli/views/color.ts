import type { ColorMode } from "../arguments/globals.ts";

/** Whether to colour: what was asked for, else a terminal that says nothing against it (no-color.org). */
export function wantsColor(
  mode: ColorMode,
  sink: { readonly isTTY: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (mode !== "auto") return mode === "always";
  return sink.isTTY && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}
