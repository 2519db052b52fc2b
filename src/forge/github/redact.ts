/** Takes secrets out of text before it leaves this adapter (design 6.2). */

const LONGEST_MESSAGE = 400;
/** GitHub's own forms: personal, OAuth, App and refresh tokens, the older 40 hex digits behind a word, JSON Web Tokens. */
const TOKEN = /\b(?:gh[pousr]_\w{8,}|github_pat_\w{8,}|v1\.[0-9a-f]{40}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*)/g;
const CREDENTIALS = /\b(authorization|bearer|token|basic)(["']?\s*[:= ]\s*["']?)[\w.~+/=-]{20,}/gi;
const KEY = /-----BEGIN[^-]*-----[\s\S]*?(?:-----END[^-]*-----|$)/g;
const ADDRESS = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@"'<>]*@)?([^\s?#"'<>]*)(?:[?#][^\s"'<>]*)?/gi;
const QUERY = /(\/[\w./{}%-]*)\?[^\s"'<>]*/g;

/** Remembers every secret that was used, so that an answer that echoes one can be shown. */
export class Redactor {
  readonly #secrets = new Set<string>();

  remember(secret: string): void {
    if (secret.length >= 6) this.#secrets.add(secret);
  }

  /** One line, without secrets, user names in addresses and query strings; cut where it is too long. */
  clean(text: string): string {
    let out = text;
    for (const secret of this.#secrets) out = out.replaceAll(secret, "***");
    out = out
      .replace(KEY, "***")
      .replace(TOKEN, "***")
      .replace(CREDENTIALS, "$1$2***")
      .replace(ADDRESS, "$1$2")
      .replace(QUERY, "$1")
      .replace(/\s+/g, " ")
      .trim();
    return out.length > LONGEST_MESSAGE ? `${out.slice(0, LONGEST_MESSAGE)}…` : out;
  }
}
