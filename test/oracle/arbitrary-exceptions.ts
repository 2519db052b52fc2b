/** Random decisions, freezes, holds, recalls and emergencies, most of them about named patches. */
import fc from "fast-check";
import type * as P from "../../src/core/policy.ts";
import { HOUR, type Made, offset, ringNames, statements } from "./arbitrary-policy.ts";
import { devices, fewPatches } from "./arbitrary-selectors.ts";
import { DAY } from "./world.ts";

export const decisions: fc.Arbitrary<Made<P.Decision[]>> = statements(
  fc.record({
    patches: fewPatches,
    devices,
    action: fc.constantFrom("approve" as const, "ignore" as const, "manual" as const),
    expires: fc.option(offset, { freq: 2 }),
    locked: fc.constantFrom(false, false, false, true),
  }),
  4,
  (drawn, base, now) => ({
    ...base,
    ...drawn,
    reason: null,
    ticket: null,
    expires: drawn.expires === null ? null : now + drawn.expires,
  }),
);

export const freezes: fc.Arbitrary<Made<P.Freeze[]>> = statements(
  fc.record({
    devices,
    from: offset,
    length: fc.constantFrom(1, HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 420 * DAY),
    pending: fc.constantFrom("leave" as const, "withdraw" as const),
  }),
  3,
  ({ from, length, ...drawn }, base, now) => ({
    ...base,
    ...drawn,
    from: now + from,
    to: now + from + length,
    reason: null,
  }),
);

export const holds: fc.Arbitrary<Made<P.Hold[]>> = statements(
  fc.record({
    patches: fewPatches,
    devices,
    ringIndexes: fc.option(fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 }), { freq: 2 }),
    until: fc.option(offset, { freq: 3 }),
  }),
  2,
  ({ ringIndexes, until, ...drawn }, base, now, rings) => ({
    ...base,
    ...drawn,
    rings: ringNames(ringIndexes, rings),
    until: until === null ? null : now + until,
    reason: null,
    ticket: null,
  }),
);

export const recalls: fc.Arbitrary<Made<P.Recall[]>> = statements(
  fc.record({
    patches: fewPatches,
    devices,
    uninstall: fc.constantFrom(true, true, false),
    maxDevices: fc.option(fc.nat(2), { freq: 2 }),
    skip: fc.subarray(["window" as const, "freeze" as const]),
  }),
  2,
  (drawn, base) => ({ ...base, ...drawn, reason: null, ticket: null }),
);

export const emergencies: fc.Arbitrary<Made<P.Emergency[]>> = statements(
  fc.record({
    patches: fewPatches,
    devices,
    skip: fc.subarray(["promotion" as const, "window" as const, "freeze" as const]),
    requested: fc.constantFrom(-3 * DAY, -3 * DAY + 1, -2 * DAY, -DAY, -HOUR, 0, 1),
    lasts: fc.constantFrom(HOUR, DAY, 2 * DAY, 3 * DAY, 3 * DAY),
  }),
  2,
  ({ requested, lasts, ...drawn }, base, now) => ({
    ...base,
    ...drawn,
    reason: null,
    ticket: null,
    requestedAt: now + requested,
    expiresAt: now + requested + lasts,
  }),
);
