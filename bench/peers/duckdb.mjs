/**
 * DuckDB: the same decision as SQL over its own tables, on one core or all of them. Three ways to write it, the best counts:
 * a CASE over all rules per fact; a table of winners per (class, patch), then a join; the same table for only
 * those pairs that have facts. The result is what a plan needs: counts by verdict, rule and operation, and the
 * list of facts that need one.
 */
import {
  BIGINT,
  BOOLEAN,
  DuckDBDataChunk,
  DuckDBInstance,
  UINTEGER,
  USMALLINT,
  UTINYINT,
} from "@duckdb/node-api";
import { createDevices, NOW } from "../fleet.mjs";
import { BACKOFF_SECONDS, RETRIES_MAX } from "../outcome.mjs";
import { parsePattern } from "../rules.mjs";

export const name = "DuckDB";

const FACT_TYPES = [UINTEGER, USMALLINT, UTINYINT, UTINYINT, BOOLEAN, UTINYINT, BIGINT];

/**
 * Loads the first `deviceCount` devices. Answers `{ cores, setThreads, variants }`: on how many cores it
 * would run, how to have fewer, and the variants as `{ label, run, read }`, `read` giving the groups.
 */
export async function prepare(workload, deviceCount) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await createTables(connection, workload);
  await loadFacts(connection, workload, deviceCount);
  const reader = await connection.runAndReadAll("SELECT current_setting('threads')::INTEGER AS cores");
  const [{ cores }] = reader.getRowObjects();
  const setThreads = (count) => connection.run(`SET threads = ${count}`);
  return { cores, setThreads, variants: prepareVariants(connection, workload) };
}

function prepareVariants(connection, workload) {
  return formatVariants(workload.rules).map(({ label, sql }) => ({
    label,
    run: async () => {
      await connection.run(`CREATE OR REPLACE TEMP TABLE plan AS ${sql}`);
    },
    read: async () => {
      const reader = await connection.runAndReadAll(
        "SELECT verdict, winner, operation, n::INTEGER AS n, coalesce(len(changes), 0)::INTEGER AS changes FROM plan ORDER BY ALL",
      );
      return reader.getRowObjects();
    },
  }));
}

async function createTables(connection, { patches, classes }) {
  await connection.run(
    `CREATE TABLE patches (patch USMALLINT, vendor TEXT, product TEXT, category TEXT, severity TEXT, cvss10 INTEGER, kev BOOLEAN, date BIGINT)`,
  );
  const patchRows = await connection.createAppender("patches");
  for (const { index, lower, date } of patches) {
    patchRows.appendUSmallInt(index);
    for (const key of ["vendor", "product", "category", "severity"]) patchRows.appendVarchar(lower[key]);
    patchRows.appendInteger(lower.cvss10);
    patchRows.appendBoolean(lower.kev);
    patchRows.appendBigInt(BigInt(date));
    patchRows.endRow();
  }
  patchRows.closeSync();
  await connection.run(
    `CREATE TABLE classes (class USMALLINT, client TEXT, site TEXT, type TEXT, os TEXT, ring TEXT, tags TEXT[])`,
  );
  for (const { index, lower } of classes) {
    const texts = ["client", "site", "type", "os", "ring"].map((key) => quote(lower[key])).join(", ");
    await connection.run(`INSERT INTO classes VALUES (${index}, ${texts}, ${formatList(lower.tags)})`);
  }
  await connection.run(`CREATE TABLE devices (device UINTEGER, class USMALLINT, stale BOOLEAN)`);
  await connection.run(
    `CREATE TABLE facts (device UINTEGER, patch USMALLINT, status UTINYINT, approval UTINYINT, ours BOOLEAN, attempts UTINYINT, last BIGINT)`,
  );
}

async function loadFacts(connection, workload, deviceCount) {
  const devices = await connection.createAppender("devices");
  const facts = await connection.createAppender("facts");
  let columns = FACT_TYPES.map(() => []);
  const flush = () => {
    const chunk = DuckDBDataChunk.create(FACT_TYPES, columns[0].length);
    chunk.setColumns(columns);
    facts.appendDataChunk(chunk);
    columns = FACT_TYPES.map(() => []);
  };
  for (const device of createDevices(workload)) {
    if (device.index === deviceCount) break;
    devices.appendUInteger(device.index);
    devices.appendUSmallInt(device.class.index);
    devices.appendBoolean(device.stale);
    devices.endRow();
    for (let k = 0; k < device.count; k++) {
      const row = [
        device.index,
        device.patch[k],
        device.status[k],
        device.approval[k],
        device.ours[k],
        device.attempts[k],
        BigInt(device.lastAttemptAt[k]),
      ];
      row.forEach((value, c) => columns[c].push(value));
      if (columns[0].length === 2048) flush();
    }
  }
  if (columns[0].length > 0) flush();
  devices.closeSync();
  facts.closeSync();
}

function formatVariants(rules) {
  const winner = `CASE ${rules.map((rule, i) => `WHEN ${formatRule(rule)} THEN ${i}`).join(" ")} ELSE -1 END::SMALLINT`;
  const all = "facts f JOIN devices v USING (device) JOIN patches p USING (patch)";
  const cells = (from) =>
    `WITH cells AS MATERIALIZED (SELECT class, patch, date, ${winner} AS winner FROM ${from})
     ${formatPlan(rules, "facts f JOIN devices v USING (device) JOIN cells USING (class, patch)", "winner")}`;
  return [
    { label: "CASE per fact", sql: formatPlan(rules, `${all} JOIN classes c USING (class)`, winner) },
    { label: "decision table", sql: cells("classes c CROSS JOIN patches p") },
    {
      label: "decision table of touched pairs",
      sql: cells(
        "(SELECT DISTINCT class, patch FROM facts JOIN devices USING (device)) JOIN classes c USING (class) JOIN patches p USING (patch)",
      ),
    },
  ];
}

function formatPlan(rules, from, winner) {
  const won = (then) => rules.flatMap((rule, i) => (rule.then === then ? [i] : [])).join(", ");
  const delays = [...new Set(rules.map((rule) => rule.delayDays))].filter((days) => days > 0);
  const delay = `CASE ${delays.map((days) => `WHEN winner IN (${rules.flatMap((r, i) => (r.delayDays === days ? [i] : []))}) THEN ${days * 86_400}`).join(" ")} ELSE 0 END`;
  return `SELECT winner, verdict, operation, count(*) AS n,
      list({ device: device, patch: patch }) FILTER (WHERE operation <> 0) AS changes
    FROM (SELECT *, ${formatOperation()} AS operation
      FROM (SELECT *, CASE WHEN winner = -1 THEN 'leave' WHEN winner IN (${won("ignore")}) THEN 'ignore' WHEN winner IN (${won("manual")}) THEN 'manual'
          WHEN ${NOW} < date + ${delay} THEN 'wait' ELSE 'approve' END AS verdict
        FROM (SELECT device, patch, status, approval, ours, attempts, last, stale, date, ${winner} AS winner FROM ${from})))
    GROUP BY winner, verdict, operation`;
}

/** The table of design 1.5, with the operation codes of outcome.mjs. */
function formatOperation() {
  const hold = (
    blocked,
  ) => `CASE WHEN verdict = 'ignore' THEN CASE WHEN approval <> 2 THEN ${2 | blocked} ELSE 0 END
    WHEN approval <> 0 THEN ${3 | blocked} ELSE 0 END`;
  const approve = "CASE WHEN stale THEN 25 ELSE 1 END";
  return `CASE
    WHEN verdict = 'leave' THEN CASE WHEN approval <> 0 AND ours AND status <> 2 THEN 3 ELSE 0 END
    WHEN status IN (0, 1, 5) THEN CASE WHEN verdict = 'approve' THEN CASE WHEN approval <> 1 THEN ${approve} ELSE 0 END ELSE ${hold(0)} END
    WHEN status = 4 THEN CASE WHEN verdict <> 'approve' THEN ${hold(0)}
      WHEN approval <> 1 THEN ${approve}
      WHEN attempts >= ${RETRIES_MAX} THEN 20
      WHEN stale THEN 28
      WHEN ${NOW} >= last + ${BACKOFF_SECONDS} THEN 4 ELSE 36 END
    WHEN status = 3 THEN CASE WHEN approval = 3 THEN 3 ELSE 0 END
    WHEN status = 2 THEN CASE WHEN verdict = 'approve' THEN 0 ELSE ${hold(8)} END
    ELSE 0 END::UTINYINT`;
}

function formatRule(rule) {
  const clauses = rule.conditions.map(({ side, key, values, not }) => {
    const text = formatTest(`${side === "patch" ? "p" : "c"}.${key}`, key, values);
    return not ? `NOT (${text})` : `(${text})`;
  });
  if (rule.rings !== null) clauses.push(`c.ring IN (${rule.rings.map(quote).join(", ")})`);
  return clauses.length === 0 ? "TRUE" : clauses.join(" AND ");
}

function formatTest(field, key, values) {
  if (key === "cvssAtLeast") return `p.cvss10 >= ${values[0] * 10}`;
  if (key === "kev") return `p.kev = ${values[0]}`;
  if (key === "tags") return `list_has_any(${field}, ${formatList(values)})`;
  const patterns = values.map(parsePattern);
  if (patterns.every(({ kind }) => kind === "exact")) return `${field} IN (${values.map(quote).join(", ")})`;
  return values.map((value) => `${field} LIKE ${quote(value.replaceAll("*", "%"))}`).join(" OR ");
}

function formatList(values) {
  return `[${values.map(quote).join(", ")}]`;
}

function quote(text) {
  return `'${text.replaceAll("'", "''")}'`;
}
