/** Stops the process at the n-th call of a set of ports: before it, or just after it took effect. */
import type { WorldPorts } from "./git-world.ts";

/** What no code may catch as a failure of the world. */
export class Crash extends Error {}

export class Fuse {
  calls: string[] = [];
  readonly #at: number;
  readonly #when: "before" | "after";

  constructor(at: number, when: "before" | "after") {
    this.#at = at;
    this.#when = when;
  }

  async pass(name: string, call: () => unknown): Promise<unknown> {
    const turn = this.calls.push(name);
    if (turn > this.#at) throw new Crash(`${name} after the crash`);
    if (turn === this.#at && this.#when === "before") throw new Crash(name);
    const answer = await call();
    if (turn === this.#at) throw new Crash(name);
    return answer;
  }
}

export function fused<T extends object>(name: string, target: T, fuse: Fuse): T {
  return new Proxy(target, {
    get: (object, key) => {
      const value: unknown = Reflect.get(object, key);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        fuse.pass(`${name}.${String(key)}`, () => Reflect.apply(value, object, args) as unknown);
    },
  });
}

export function fusePorts(ports: WorldPorts, fuse: Fuse): WorldPorts {
  const forge = fused("forge", ports.forge, fuse);
  const branches = fused("branches", ports.write.branches, fuse);
  return {
    forge,
    branches,
    git: fused("git", ports.git, fuse),
    write: { ...ports.write, reader: forge, writer: fused("forge", ports.write.writer, fuse), branches },
  };
}

/** Calls that may change something. */
export function isWriting(call: string): boolean {
  return /\.(?:write|open|ask|update|ensure|set|close|merge|move|delete)/.test(call);
}
