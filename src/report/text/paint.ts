import { styleText } from "node:util";
import type { Paint } from "./layout.ts";

/** Colours text, or leaves it alone; whether a terminal wants colour is the caller's to know. */
export function paintWith(color: boolean): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}
