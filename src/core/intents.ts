/** What policy wants done, in columns. */
import type { Obstacle } from "./model.ts";
import { OBSTACLES } from "./model.ts";
import type { ObstacleFinder } from "./obstacle.ts";
import type { OutcomeColumn } from "./pass-state.ts";
import type { TransitionCode } from "./transition.ts";

/** In the order in which devices were decided. */
export interface Intents {
  length: number;
  device: Uint32Array;
  fact: Uint32Array;
  /** See `transition.ts`. */
  transition: Uint8Array;
  /** 0 when it may be sent now, else 1 + the index into OBSTACLES; filled by `findObstacles`. */
  obstacle: Uint8Array;
}

export function createIntents(): Intents {
  return {
    length: 0,
    device: new Uint32Array(1024),
    fact: new Uint32Array(1024),
    transition: new Uint8Array(1024),
    obstacle: new Uint8Array(1024),
  };
}

export function addIntent(intents: Intents, device: number, fact: number, transition: TransitionCode): void {
  const at = intents.length;
  if (at === intents.device.length) growIntents(intents);
  intents.device[at] = device;
  intents.fact[at] = fact;
  intents.transition[at] = transition;
  intents.length = at + 1;
}

function growIntents(intents: Intents): void {
  const size = intents.device.length * 2;
  const copy = <T extends Uint32Array | Uint8Array>(from: T, to: T): T => {
    to.set(from);
    return to;
  };
  intents.device = copy<Uint32Array>(intents.device, new Uint32Array(size));
  intents.fact = copy<Uint32Array>(intents.fact, new Uint32Array(size));
  intents.transition = copy<Uint8Array>(intents.transition, new Uint8Array(size));
  intents.obstacle = copy<Uint8Array>(intents.obstacle, new Uint8Array(size));
}

/** Finds what stands in the way of each intent from a position on. `outcomes` are those of the facts. */
export function findObstacles(
  intents: Intents,
  from: number,
  finder: ObstacleFinder,
  outcomes: OutcomeColumn,
): void {
  const { length, device, fact, transition, obstacle } = intents;
  for (let at = from; at < length; at += 1) {
    const wanted = {
      device: device[at]!,
      fact: fact[at]!,
      outcome: outcomes[fact[at]!]!,
      transition: transition[at]!,
    };
    obstacle[at] = obstacleCode(finder.find(wanted));
  }
}

function obstacleCode(obstacle: Obstacle | null): number {
  return obstacle === null ? 0 : OBSTACLES.indexOf(obstacle) + 1;
}

/** Null when the action may be sent now. */
export function obstacleOfCode(code: number): Obstacle | null {
  return code === 0 ? null : (OBSTACLES[code - 1] as Obstacle);
}
