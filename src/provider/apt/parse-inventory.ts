/** The inventory file: which hosts there are, and the way to each. */
import { isAbsolute, join } from "node:path";
import { isNode, LineCounter, parseDocument } from "yaml";
import type { Diagnostic, Place } from "../../core/diagnostic.ts";
import { isValidId } from "../../snapshot/fields.ts";
import type { AptCode } from "../apt-codes.ts";
import { diagnostic } from "./diagnostics.ts";
import type { AptHost, RootDirectory, SshAddress } from "./host.ts";
import { FieldReader, isObject, type Complain } from "./read-fields.ts";

export interface InventoryResult {
  /** Null when any diagnostic is an error. */
  readonly hosts: readonly AptHost[] | null;
  readonly diagnostics: readonly Diagnostic[];
}

const HOST_KEYS = [
  ...["id", "name", "client", "site", "type", "tags", "apps", "timezone", "critical", "exposed", "contact"],
  ...["ssh", "root"],
];
const SSH_KEYS = ["host", "port", "user", "sudo", "identityFile", "knownHostsFile"];
const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9._:%-]{0,254}$/;
const USER_NAME = /^[A-Za-z_][A-Za-z0-9._-]{0,63}$/;
const ABSOLUTE = /^\/[^\0]*$/;

type Json = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** Finds the place of a value, and collects what is wrong. */
class InventoryText {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: string;
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document: ReturnType<typeof parseDocument>;
  readonly value: unknown;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    this.#document = parseDocument(text, { lineCounter: this.#lines, schema: "core", uniqueKeys: true });
    for (const error of [...this.#document.errors, ...this.#document.warnings]) {
      this.#add("apt/inventory", "Inventory is not YAML", error.message.split("\n")[0]!, null, error.pos[0]);
    }
    this.value = this.diagnostics.length > 0 ? null : this.#toValue();
  }

  /** Aliases that would grow without end are refused by the parser. */
  #toValue(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: 100 }) as unknown;
    } catch {
      this.#add("apt/inventory", "Inventory is not YAML", "It has too many aliases.", null, 0);
      return null;
    }
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    const text = this.#text.split("\n")[line - 1] ?? "";
    return {
      file: this.#file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      length: 1,
      text: text.slice(0, 200),
    };
  }

  #add(code: AptCode, summary: string, detail: string, fix: string | null, offset: number): void {
    this.diagnostics.push(diagnostic({ code, summary, detail, fix, place: this.#placeAt(offset) }));
  }

  complain(code: AptCode, summary: string, path: Path, detail: string, fix: string | null): void {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node: unknown = this.#document.getIn(path.slice(0, depth), true);
      if (!isNode(node) || node.range == null) continue;
      this.#add(code, summary, detail, fix, node.range[0]);
      return;
    }
    this.#add(code, summary, detail, fix, 0);
  }

  at(path: Path): Complain {
    return (key, detail, fix) =>
      this.complain("apt/inventory", "Inventory is wrong", [...path, key], detail, fix);
  }
}

/** `defaults` below, a host's own values above; maps of ssh are joined key by key. */
function withDefaults(defaults: Json, host: Json): Json {
  const ssh =
    isObject(defaults["ssh"]) && isObject(host["ssh"]) ? { ssh: { ...defaults["ssh"], ...host["ssh"] } } : {};
  const inherited = Object.fromEntries(
    Object.entries(defaults).filter(([key]) => key !== "id" && key !== "root" && key !== "ssh"),
  );
  return { ...inherited, ...host, ...ssh };
}

function toSsh(object: Json, complain: Complain, folder: string): SshAddress | null {
  const fields = new FieldReader(object, SSH_KEYS, complain);
  const host = fields.text("host", HOST_NAME, "a host name or an address");
  const file = (key: string): string | null => {
    const path = fields.text(key);
    return path === null || isAbsolute(path) ? path : join(folder, path);
  };
  if (host === null && !fields.has("host"))
    complain("host", "`ssh` names no host.", "write `ssh: { host: web-1 }`.");
  const address = {
    port: fields.whole("port", 1, 65_535),
    user: fields.text("user", USER_NAME, "a user name"),
    sudo: fields.flag("sudo") ?? false,
    identityFile: file("identityFile"),
    knownHostsFile: file("knownHostsFile"),
  };
  return host === null ? null : { host, ...address };
}

function toRoot(object: Json, complain: Complain): RootDirectory | null {
  const fields = new FieldReader(object, ["path", "mode"], complain);
  const path = fields.text("path", ABSOLUTE, "an absolute path");
  const mode = fields.word("mode", ["chroot", "isolated"]) ?? "chroot";
  if (path === "/" || (path === null && !fields.has("path"))) {
    complain("path", "`root` names no directory of its own.", "write an absolute path, or leave `root` out.");
    return null;
  }
  return path === null ? null : { path, mode };
}

function toHost(object: Json, text: InventoryText, path: Path, folder: string): AptHost | null {
  const complain = text.at(path);
  const fields = new FieldReader(object, HOST_KEYS, complain);
  const id = fields.text("id");
  if (id === null || !isValidId(id)) {
    if (!fields.has("id") || id !== null)
      complain("id", "A host needs an `id` of 1 to 200 printable characters.", "write `id: web-1`.");
  }
  const ssh = fields.object("ssh");
  const root = fields.object("root");
  const host = {
    name: fields.text("name"),
    client: fields.text("client"),
    site: fields.text("site"),
    type: fields.word("type", ["server", "workstation"]) ?? ("server" as const),
    tags: fields.list("tags"),
    apps: fields.list("apps"),
    timezone: fields.text("timezone"),
    critical: fields.flag("critical"),
    exposed: fields.word("exposed", ["yes", "no", "unknown"]) ?? ("unknown" as const),
    contact: fields.text("contact"),
    ssh: ssh === null ? null : toSsh(ssh, text.at([...path, "ssh"]), folder),
    root: root === null ? null : toRoot(root, text.at([...path, "root"])),
  };
  return id === null ? null : { id, ...host };
}

/**
 * Reads an inventory: `hosts`, and `defaults` that each host takes where it says nothing.
 * Relative paths of keys start at `folder`.
 */
export function parseInventory(file: string, content: string, folder: string): InventoryResult {
  const text = new InventoryText(file, content);
  const { value } = text;
  if (!isObject(value)) {
    if (text.diagnostics.length === 0)
      text.at([])("hosts", "An inventory is a map with `hosts`.", "write `hosts: []`.");
    return { hosts: null, diagnostics: text.diagnostics };
  }
  const top = new FieldReader(value, ["hosts", "defaults"], text.at([]));
  const defaults = top.object("defaults") ?? {};
  new FieldReader(
    defaults,
    HOST_KEYS.filter((key) => key !== "id" && key !== "root"),
    text.at(["defaults"]),
  );
  const list = value["hosts"];
  if (!Array.isArray(list))
    text.at([])("hosts", "`hosts` is a list with an entry for each host.", "write `hosts: []`.");
  const hosts: AptHost[] = [];
  (Array.isArray(list) ? list : []).forEach((entry: unknown, index) => {
    const path = ["hosts", index];
    if (!isObject(entry)) {
      text.complain("apt/inventory", "Host is no map", path, "A host is a map with at least an `id`.", null);
      return;
    }
    const host = toHost(withDefaults(defaults, entry), text, path, folder);
    if (host === null) return;
    if (hosts.some(({ id }) => id === host.id)) {
      const detail = `Another host has the id ${JSON.stringify(host.id)} already.`;
      text.complain(
        "apt/duplicate-host",
        "Host is there twice",
        [...path, "id"],
        detail,
        "give it an id of its own.",
      );
    }
    hosts.push(host);
  });
  return { hosts: text.diagnostics.length > 0 ? null : hosts, diagnostics: text.diagnostics };
}
