/** A pack as it stands in its folder. Its content is not trusted: what does not fit is a refusal, never a crash. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { MANIFEST_FORMAT, type PackManifest, type Population } from "../../core/evidence-pack.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { refuse, usage, type Refusal } from "../refusal.ts";

export class Pack {
  readonly path: string;
  readonly shown: string;
  readonly manifest: PackManifest;
  readonly manifestText: string;

  constructor(path: string, shown: string) {
    this.path = path;
    this.shown = shown;
    this.manifestText = this.readText("MANIFEST.json");
    const manifest = this.#parse("MANIFEST.json", this.manifestText) as Omit<
      Partial<PackManifest>,
      "format"
    > & { readonly format?: unknown };
    const isPack =
      manifest.format === MANIFEST_FORMAT &&
      Array.isArray(manifest.files) &&
      manifest.files.every(
        ({ path, sha256, bytes }) =>
          typeof path === "string" && typeof sha256 === "string" && typeof bytes === "number",
      );
    if (!isPack) throw this.#wrong(`its manifest is not of format ${MANIFEST_FORMAT}`);
    this.manifest = manifest as unknown as PackManifest;
  }

  #wrong(what: string): Refusal {
    return refuse(
      "error",
      "cli/evidence",
      "This is no evidence pack",
      `${JSON.stringify(this.shown)} cannot be used: ${what}.`,
      "name the folder that `patchring evidence build` wrote.",
    );
  }

  readText(path: string): string {
    try {
      return readFileSync(join(this.path, path), "utf8");
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error)) throw error;
      throw this.#wrong(`${path} could not be read (${String(error.code)})`);
    }
  }

  #parse(path: string, text: string): unknown {
    try {
      const value = JSON.parse(text) as unknown;
      if (typeof value === "object" && value !== null) return value;
    } catch {
      // Told below, like JSON that is no map.
    }
    throw this.#wrong(`${path} is not its JSON`);
  }

  readJson(path: string): unknown {
    return this.#parse(path, this.readText(path));
  }

  /** Throws a refusal for a name that no population of the pack has. */
  readPopulation(name: string): Population {
    const names = this.manifest.files.flatMap(
      ({ path }) => /^populations\/([a-z-]+)\.json$/.exec(path)?.[1] ?? [],
    );
    if (!names.includes(name)) {
      throw usage(`The pack has no population ${JSON.stringify(name)}. It has: ${names.join(", ")}.`);
    }
    return this.readTable(`populations/${name}.json`);
  }

  readTable(path: string): Population {
    const population = this.readJson(path) as Population;
    if (
      !Array.isArray(population.rows) ||
      !Array.isArray(population.columns) ||
      population.columns.length === 0
    ) {
      throw this.#wrong(`${path} is no population`);
    }
    return population;
  }

  has(path: string): boolean {
    return this.manifest.files.some((file) => file.path === path);
  }
}

export function openPack(folder: string | null, invocation: PreviewInvocation): Pack {
  if (folder === null)
    throw usage("Name the folder of the pack.", "such as `patchring evidence verify evidence-2026Q1`.");
  return new Pack(resolve(invocation.io.cwd, folder), folder);
}
