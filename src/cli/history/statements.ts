/** The statements of one policy file, with what each of them names: enough to follow it through history. */
import { compileGlob } from "../../core/glob.ts";
import { parsePolicyText } from "../../policy/yaml-document.ts";

export interface HistoricStatement {
  /** `Hold/kiosk-shell`, `Ring/pilot`; a rule is `microsoft/security`. */
  readonly id: string;
  readonly kind: string;
  readonly value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Documents that cannot be read name nothing. */
export function statementsOf(path: string, text: string): HistoricStatement[] {
  return parsePolicyText(path, text).documents.flatMap(({ value }): HistoricStatement[] => {
    const document = fieldsOf(value);
    const kind = document["kind"];
    const name = fieldsOf(document["metadata"])["name"];
    if (typeof kind !== "string" || (typeof name !== "string" && kind !== "Fleet")) return [];
    if (kind !== "ApprovalRules") return [{ id: `${kind}/${String(name)}`, kind, value: document["spec"] }];
    const rules = fieldsOf(document["spec"])["rules"];
    return (Array.isArray(rules) ? rules : []).map((rule) => ({
      id: `${String(name)}/${String(fieldsOf(rule)["name"])}`,
      kind: "Rule",
      value: rule as unknown,
    }));
  });
}

/** What the history is asked about; all that are given must hold. */
export interface Subject {
  readonly patch: string | null;
  readonly device: string | null;
  readonly ring: string | null;
  readonly rule: string | null;
}

export function isAbout({ id, kind, value }: HistoricStatement, subject: Subject): boolean {
  const spec = fieldsOf(value);
  if (subject.rule !== null && (kind !== "Rule" || id.toLowerCase() !== subject.rule.toLowerCase()))
    return false;
  if (subject.ring !== null && !namesRing(id, kind, spec, subject.ring)) return false;
  if (subject.patch !== null && !namesPatch(kind, spec, subject.patch)) return false;
  return subject.device === null || names(spec["devices"], ["id", "name"], subject.device);
}

function namesRing(id: string, kind: string, spec: Fields, ring: string): boolean {
  if (kind === "Ring") return id === `Ring/${ring}`;
  if (kind === "Promotion") return spec["to"] === ring;
  const { rings } = spec;
  return rings === ring || (Array.isArray(rings) && rings.includes(ring));
}

function namesPatch(kind: string, spec: Fields, patch: string): boolean {
  if (kind === "Promotion") {
    const id = fieldsOf(spec["patch"])["id"];
    return typeof id === "string" && id.toLowerCase() === patch.toLowerCase();
  }
  return names(spec["patches"], ["id", "cve"], patch);
}

/** A selector that names it by one of these keys; a plain list or text names ids. */
function names(selector: unknown, keys: readonly string[], wanted: string): boolean {
  const lower = wanted.toLowerCase();
  const matches = (pattern: unknown): boolean =>
    typeof pattern === "string" && compileGlob(pattern).matches(lower);
  if (typeof selector === "string") return matches(selector);
  if (Array.isArray(selector)) return selector.some((one) => names(one, keys, wanted));
  if (typeof selector !== "object" || selector === null) return false;
  const map = fieldsOf(selector);
  const own = keys.flatMap((key) => map[key] ?? []);
  return own.some(matches) || names(map["any"], keys, wanted);
}
