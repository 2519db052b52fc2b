import type { PreviewInvocation } from "../invocation.ts";
import { wantsColor } from "./color.ts";

/** How wide and how colourful text for the result may be. */
export function textLook({ output, globals, io }: PreviewInvocation): { width: number; color: boolean } {
  return { width: output.columns ?? 100, color: wantsColor(globals.color, output, io.env) };
}
