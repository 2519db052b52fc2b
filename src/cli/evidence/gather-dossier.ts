/** Everything that a pack has about one item of a population. */
import type { AuditRow } from "../../core/audit-table.ts";
import type { Drawn, Population } from "../../core/evidence-pack.ts";
import { factsOf, type Dossier, type DossierSection } from "../../report/evidence/dossier.tsx";
import { sha256Hex } from "./pack-folder.ts";
import type { Pack } from "./read-pack.ts";

/** What an item names, by the columns that it has. */
interface Subject {
  readonly device: string | null;
  readonly patch: string | null;
  readonly ring: string | null;
  readonly request: string | null;
  readonly commit: string | null;
  readonly statement: string | null;
}

function subjectOf(row: AuditRow): Subject {
  const text = (...names: readonly string[]): string | null => {
    const found = names.map((name) => row[name]).find((value) => typeof value === "string" && value !== "");
    return typeof found === "string" ? found : null;
  };
  return {
    device: text("device"),
    patch: text("patch"),
    ring: text("ring", "to"),
    request: text("approval_ref", "request"),
    commit: text("policy_commit", "commit"),
    statement: text("rule", "source", "statement", "emergency"),
  };
}

export class DossierGatherer {
  readonly #pack: Pack;
  readonly #tables = new Map<string, Population>();

  constructor(pack: Pack) {
    this.#pack = pack;
  }

  #rows(name: string): readonly AuditRow[] {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = this.#pack.readPopulation(name)));
    return table.rows;
  }

  #parts(name: string, belongs: (row: AuditRow) => boolean): DossierSection["parts"] {
    return this.#rows(name)
      .filter(belongs)
      .map((row) => ({ from: `populations/${name}.json`, facts: factsOf(row) }));
  }

  gather(population: Population, row: AuditRow, { id, rank }: Drawn): Dossier {
    const about = subjectOf(row);
    const own = { from: `populations/${population.name}.json`, facts: factsOf(row) };
    const pick = (names: readonly string[]): DossierSection["parts"] => {
      const facts = own.facts.filter(({ name }) => names.includes(name));
      return facts.length === 0 ? [] : [{ ...own, facts }];
    };
    const section = (
      title: string,
      parts: DossierSection["parts"],
      nothing: string,
      text: string | null = null,
    ): DossierSection => ({ title, parts, nothing, text });
    const isPair = (other: AuditRow): boolean =>
      about.device !== null && other["device"] === about.device && other["patch"] === about.patch;
    const sections = [
      section(
        "What and where",
        [
          own,
          ...this.#parts("devices", (one) => about.device !== null && one["device"] === about.device),
          ...this.#parts("patches", (one) => about.patch !== null && one["patch"] === about.patch),
        ],
        "Nothing.",
      ),
      section("Detected", pick(["detected_at", "status"]), "No scan tells when it was first seen missing."),
      section(
        "Rated and due",
        pick(["profile", "tier", "clock", "clock_start", "due_at", "other_profiles", "outcome"]),
        "No deadline profile asks for it.",
      ),
      section(
        "Approved",
        [
          ...pick(["rule", "policy_commit", "approved_at", "approval_ref", "approved_by"]),
          ...this.#approval(about.request),
        ],
        "Git tells of no approval.",
        this.#statement(about),
      ),
      section(
        "Tested and deployed",
        [
          ...this.#parts(
            "promotions",
            (one) => about.patch !== null && one["patch"] === about.patch && one["to"] === about.ring,
          ),
          ...this.#parts("actions", isPair),
        ],
        "No promotion and no action of ours in the period.",
      ),
      section(
        "Verified",
        pick(["installed_at", "verified_at", "settled", "settled_at"]),
        "No later scan has shown it yet.",
      ),
      section(
        "Exceptions",
        this.#parts("exceptions", (one) => about.statement !== null && one["id"] === about.statement),
        "None decides it.",
      ),
      section("Proofs", this.#proofs(isPair), "The ledger tells nothing of it."),
    ];
    return { format: "patchring.dossier/1", population: population.name, id, rank, sections };
  }

  #approval(request: string | null): DossierSection["parts"] {
    const number = /(\d+)$/.exec(request ?? "")?.[1];
    const path = `approvals/request-${String(number)}.json`;
    if (number === undefined || !this.#pack.has(path)) return [];
    const file = this.#pack.readJson(path) as Readonly<Record<string, unknown>>;
    const list = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
      Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : [];
    const row: AuditRow = {
      title: String(file["title"]),
      author: String(file["author"]),
      merged_by: String(file["merged_by"]),
      merged_at: String(file["merged_at"]),
      reviews: list(file["reviews"]).map(
        (one) =>
          `${String(one["at"])} ${String(one["author"])}: ${String(one["state"])} at ${String(one["head"])}`,
      ),
      checks: list(file["checks"]).map((one) => `${String(one["name"])}: ${String(one["state"])}`),
    };
    return [{ from: path, facts: factsOf(row) }];
  }

  /** The statement as it stood at the commit that let it in, else at the newest commit of the pack. */
  #statement({ statement, commit }: Subject): string | null {
    if (statement === null) return null;
    const head = this.#pack.manifest.policy.commit;
    for (const one of [commit, head]) {
      const path = `policy/effective/${String(one)}.json`;
      if (one === null || !this.#pack.has(path)) continue;
      const { statements } = this.#pack.readJson(path) as { readonly statements?: unknown };
      if (!Array.isArray(statements)) continue;
      const found = (statements as Readonly<Record<string, unknown>>[]).find(({ id }) => id === statement);
      if (found !== undefined) return `${statement} at ${one}\n${JSON.stringify(found["value"], null, 2)}`;
    }
    return null;
  }

  #proofs(isPair: (row: AuditRow) => boolean): DossierSection["parts"] {
    const seqs = this.#rows("actions")
      .filter(isPair)
      .map((row) => `record ${String(row["ledger_seq"])}`);
    const head = this.#pack.manifest.ledger;
    const row: AuditRow = {
      manifest: `SHA-256 ${sha256Hex(this.#pack.manifestText)}`,
      ledger_head: head === null ? null : `record ${head.seq}: ${head.hash}`,
      ledger_records: seqs,
    };
    return [{ from: "MANIFEST.json", facts: factsOf(row) }];
  }
}
