import { showControls } from "./controls.ts";

/** The message of a GitHub workflow command; its line breaks stay line breaks. */
export function escapeCommandData(text: string): string {
  return showControls(text, "\n\r").replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** A property (`file=…`) of a GitHub workflow command. */
export function escapeCommandProperty(text: string): string {
  return escapeCommandData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
