/**
 * The hidden line by which requests and comments are found again, never by title (design 4.3).
 * It is the first line of its kind in a text; the products write and strip it, so that
 * callers see `marker` and `body` apart.
 */

export interface Marker {
  /** What the text is: `promotion`, `plan`. Lower-case words of letters and digits with single dashes between. */
  readonly kind: string;
  /**
   * Which one of its kind: at most one open request, and one comment of a request, has a given
   * kind and key. Any text without line breaks, at most 200 characters.
   */
  readonly key: string;
  /** What the text stands for (ring, patch ids, digest), read back as it was written. No name is `key`. */
  readonly data: Readonly<Record<string, string | readonly string[]>>;
}

/** What finds a marker. */
export type MarkerName = Pick<Marker, "kind" | "key">;

const LINE = /^<!-- patchring:([a-z][a-z0-9]*(?:-[a-z0-9]+)*) v1 (\{.*\}) -->$/;
const KIND = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** `<!-- patchring:promotion v1 {"key":"production","digest":"sha256:…"} -->`, keys of data sorted. */
export function formatMarker(marker: Marker): string {
  if (!KIND.test(marker.kind)) throw new Error(`marker kind ${JSON.stringify(marker.kind)}`);
  if (marker.key.length > 200 || /[\r\n]/.test(marker.key)) {
    throw new Error(`marker key ${JSON.stringify(marker.key)}`);
  }
  if (Object.hasOwn(marker.data, "key")) throw new Error("marker data named key");
  const data = Object.fromEntries(Object.entries(marker.data).sort(([a], [b]) => (a < b ? -1 : 1)));
  // Neither "--" nor ">" may stand inside an HTML comment; in JSON strings they can be written otherwise.
  const json = JSON.stringify({ key: marker.key, ...data }).replace(
    /[-<>\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `<!-- patchring:${marker.kind} v1 ${json} -->`;
}

/** The text with its marker line on top. */
export function withMarker(marker: Marker, body: string): string {
  return `${formatMarker(marker)}\n${body}`;
}

export interface MarkedText {
  /** Null when no line is a well-formed marker. */
  readonly marker: Marker | null;
  /** The text without that line. */
  readonly body: string;
}

/** Finds the first marker line. Line ends that a forge turned into CR LF are read, and given back as LF. */
export function splitMarker(text: string): MarkedText {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  for (const [at, line] of lines.entries()) {
    const marker = parseMarkerLine(line);
    if (marker !== null) return { marker, body: lines.toSpliced(at, 1).join("\n") };
  }
  return { marker: null, body: lines.join("\n") };
}

function parseMarkerLine(line: string): Marker | null {
  const match = LINE.exec(line);
  if (match === null) return null;
  const parsed = parseObject(match[2]!);
  if (parsed === null || typeof parsed["key"] !== "string") return null;
  const data: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === "key") continue;
    if (typeof value !== "string" && !isTexts(value)) return null;
    data[name] = value;
  }
  return { kind: match[1]!, key: parsed["key"], data };
}

function parseObject(json: string): Record<string, unknown> | null {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

export function isMarked(marker: Marker | null, name: MarkerName): boolean {
  return marker?.kind === name.kind && marker.key === name.key;
}
