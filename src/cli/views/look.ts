import type { PreviewSession } from "../session.ts";
import { wantsColor } from "./color.ts";

/** How wide and how colourful text for the result may be. */
export function textLook({ output, globals, io }: PreviewSession): { width: number; color: boolean } {
  return { width: output.columns ?? 100, color: wantsColor(globals.color, output, io.env) };
}
