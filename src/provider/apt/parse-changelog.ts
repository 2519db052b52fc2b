import type { ChangelogStanza } from "./scan.ts";

const HEADING = /^([a-z0-9][a-z0-9+.-]+) \(([^()\s]+)\)[^;]*;?.*$/;
const URGENCY = /\burgency=([a-z]+)/i;
const CVE = /^CVE-\d{4}-\d{4,10}$/;
const MAX_CVES = 2000;

interface OpenStanza extends ChangelogStanza {
  urgency: string | null;
  at: number | null;
  readonly cves: string[];
}

function instantOf(text: string): number | null {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000);
}

/** Stanzas of Debian changelogs, as the scan has cut them down: heading, CVE ids, ` -- ` line. */
export function parseChangelogs(lines: readonly string[]): readonly ChangelogStanza[] {
  const stanzas = new Map<string, OpenStanza>();
  let stanza: OpenStanza | null = null;
  for (const line of lines) {
    const heading = HEADING.exec(line);
    if (heading !== null) {
      const [, source, version] = heading;
      stanza = { source: source!, version: version!, urgency: null, at: null, cves: [] };
      stanza.urgency = URGENCY.exec(line)?.[1]?.toLowerCase() ?? null;
      stanzas.set(`${source!} ${version!}`, stanza);
    } else if (stanza !== null && line.startsWith(" -- ")) {
      stanza.at = instantOf(line.slice(line.lastIndexOf(">") + 1).trim());
    } else if (stanza !== null && CVE.test(line) && stanza.cves.length < MAX_CVES) {
      if (!stanza.cves.includes(line)) stanza.cves.push(line);
    }
  }
  return [...stanzas.values()];
}
