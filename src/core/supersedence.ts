/**
 * Which patch covers which (design 3, step 6b): q supersedes p when p can be reached from q
 * along `supersedes` and q cannot be reached from p; an id that names no patch of the snapshot
 * ends the chain.
 */
import type { Patch } from "./model.ts";
import { ranks } from "./order.ts";

export interface Supersedence {
  /** 1 for a patch that some other patch supersedes, whatever the device. */
  readonly superseded: Uint8Array;
  /**
   * A number for each patch so that whoever supersedes has a greater one than whom it
   * supersedes: work in descending order to see newest first.
   */
  readonly age: Uint32Array;
  /** The indexes of all patches that supersede p, transitively, sorted by id. */
  readonly superseders: (patch: number) => Uint32Array;
}

interface Graph {
  readonly older: readonly (readonly number[])[];
  readonly newer: readonly (readonly number[])[];
}

export function buildSupersedence(patches: readonly Patch[]): Supersedence {
  const graph = buildGraph(patches);
  const component = stronglyConnected(graph.older);
  const superseded = new Uint8Array(patches.length);
  const supersededComponents = new Set<number>();
  graph.older.forEach((olderOnes, q) => {
    for (const p of olderOnes) {
      if (component[p] !== component[q]) supersededComponents.add(component[p]!);
    }
  });
  for (let p = 0; p < patches.length; p += 1) {
    if (supersededComponents.has(component[p]!)) superseded[p] = 1;
  }
  const idRanks = lazily(() => ranks(patches.map((patch) => patch.id)));
  const collect = (patch: number): Uint32Array => {
    const rank = idRanks();
    return collectNewer(graph, component, patch).sort((a, b) => rank[a]! - rank[b]!);
  };
  const cache: (Uint32Array | undefined)[] = patches.map(() => undefined);
  const superseders = (patch: number): Uint32Array => (cache[patch] ??= collect(patch));
  return { superseded, age: component, superseders };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function buildGraph(patches: readonly Patch[]): Graph {
  const indexOf = new Map(patches.map((patch, index) => [patch.id, index]));
  const newer: number[][] = patches.map(() => []);
  const older = patches.map((patch, q) => {
    const targets = new Set<number>();
    for (const id of patch.supersedes) {
      const p = indexOf.get(id);
      if (p !== undefined && p !== q) targets.add(p);
    }
    for (const p of targets) newer[p]!.push(q);
    return [...targets];
  });
  return { older, newer };
}

function collectNewer(graph: Graph, component: Uint32Array, patch: number): Uint32Array {
  const seen = new Set([patch]);
  const queue = [patch];
  const found: number[] = [];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const q of graph.newer[next]!) {
      if (seen.has(q)) continue;
      seen.add(q);
      queue.push(q);
      if (component[q] !== component[patch]) found.push(q);
    }
  }
  return Uint32Array.from(found);
}

/**
 * Tarjan's strongly connected components, without recursion. A component gets its number after
 * all that it can reach, so older patches have smaller numbers.
 */
function stronglyConnected(edges: readonly (readonly number[])[]): Uint32Array {
  const count = edges.length;
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const component = new Uint32Array(count).fill(0xffffffff);
  const cursor = new Uint32Array(count);
  const open: number[] = [];
  let clock = 0;
  let components = 0;
  for (let root = 0; root < count; root += 1) {
    if (order[root] !== -1) continue;
    const path = [root];
    while (path.length > 0) {
      const node = path[path.length - 1]!;
      if (cursor[node] === 0 && order[node] === -1) {
        order[node] = low[node] = clock;
        clock += 1;
        open.push(node);
      }
      const next = edges[node]![cursor[node]!];
      if (next !== undefined) {
        cursor[node]! += 1;
        if (order[next] === -1) path.push(next);
        else if (component[next] === 0xffffffff) low[node] = Math.min(low[node]!, order[next]!);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
      if (low[node] !== order[node]) continue;
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        component[member] = components;
        if (member === node) break;
      }
      components += 1;
    }
  }
  return component;
}
