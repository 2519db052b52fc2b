import { chainProblem } from "../../core/ledger-chain.ts";
import { NO_RECORD, type LedgerHead } from "../../core/ledger.ts";
import { digestText } from "../digest.ts";
import { StoreError, type StoreProblem } from "../store.ts";
import type { Database } from "./database.ts";
import { readUnsettled } from "./journal-table.ts";
import { unseal } from "./seal.ts";
import { readSeenTables } from "./seen-table.ts";
import type { StoreFiles } from "./store-files.ts";

/** Everything that is not as it was written: the pages, the sealed rows, the chain of the ledger, the cache. */
export function findProblems({ main, cache }: StoreFiles): readonly StoreProblem[] {
  const damage = cache.findDamage();
  return [
    ...pageProblems(main),
    ...rowProblems(main),
    ...ledgerProblems(main),
    ...(damage === null
      ? []
      : [
          {
            code: "store/cache-damaged",
            message: `${cache.path} is damaged (${damage}); it is only a cache, and the next run builds it anew`,
          },
        ]),
  ];
}

/** Damage as a problem; what is no damage is thrown on. */
function caught(work: () => void): readonly StoreProblem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "corrupt") throw error;
    return [{ code: "store/corrupt", message: error.message }];
  }
}

function pageProblems(main: Database): readonly StoreProblem[] {
  const found: StoreProblem[] = [];
  const thrown = caught(() => {
    for (const [text] of main.all("PRAGMA integrity_check(10)")) {
      if (text !== "ok") found.push({ code: "store/corrupt", message: `${main.path}: ${String(text)}` });
    }
  });
  return [...found, ...thrown];
}

function rowProblems(main: Database): readonly StoreProblem[] {
  const bodies = (table: string): readonly StoreProblem[] =>
    caught(() => {
      for (const [body] of main.all(`SELECT body FROM ${table}`)) {
        unseal(body, `a row of ${table}`, main.path);
      }
    });
  return [
    ...["runs", "journal", "fleet", "brakes", "notices"].flatMap(bodies),
    ...caught(() => void readUnsettled(main)),
    ...caught(() => void readSeenTables(main)),
  ];
}

/** How many records are in memory at a time. */
const PAGE = 1_000;

function ledgerProblems(main: Database): readonly StoreProblem[] {
  let head: LedgerHead = { seq: 0, hash: NO_RECORD };
  const found: StoreProblem[] = [];
  const thrown = caught(() => {
    for (;;) {
      const rows = main.all("SELECT line FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?", [head.seq, PAGE]);
      for (const [line] of rows) {
        const checked = chainProblem(head, String(line), digestText);
        if (checked.problem !== null) {
          const { code, detail } = checked.problem;
          found.push({ code, message: `${main.path}, ledger record ${String(head.seq + 1)}: ${detail}` });
          return;
        }
        head = checked.head;
      }
      if (rows.length < PAGE) return;
    }
  });
  return [...found, ...thrown];
}
