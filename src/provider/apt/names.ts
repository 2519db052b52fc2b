/** Names that may come near a shell: nothing passes that Debian's grammars do not allow. */

/** Debian policy 5.6.7, with an architecture where it is not the host's own. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]{1,127}(?::[a-z0-9][a-z0-9-]{1,31})?$/;
/** Debian policy 5.6.12; a colon stands only after an epoch. */
const VERSION = /^(?:[0-9]{1,9}:[0-9A-Za-z][0-9A-Za-z.+~:-]*|[0-9A-Za-z][0-9A-Za-z.+~-]*)$/;
const MAX_VERSION = 128;
const PREFIX = "apt:";
const MAX_ID = 200;

export interface PackageVersion {
  /** With `:arch` where it is not the host's own. */
  readonly package: string;
  readonly version: string;
}

export function isPackageName(text: string): boolean {
  return PACKAGE.test(text);
}

export function isVersion(text: string): boolean {
  return text.length <= MAX_VERSION && VERSION.test(text);
}

/** The id of a patch: `apt:<package>@<version>`; null when it cannot be one. */
export function patchIdOf({ package: name, version }: PackageVersion): string | null {
  const id = `${PREFIX}${name}@${version}`;
  return isPackageName(name) && isVersion(version) && id.length <= MAX_ID ? id : null;
}

/** Null for an id that is not of this provider, or that breaks Debian's grammars. */
export function parsePatchId(id: string): PackageVersion | null {
  const at = id.indexOf("@");
  if (!id.startsWith(PREFIX) || at < 0) return null;
  const parts = { package: id.slice(PREFIX.length, at), version: id.slice(at + 1) };
  return patchIdOf(parts) === id ? parts : null;
}
