/** `Fleet.spec.deadlines`: names resolved, defaults filled. */
import type { DeadlineAssumptions, DeadlineProfile, DeadlineSettings } from "../core/deadline-profile.ts";
import { DEFAULT_ASSUMPTIONS, DEFAULT_WARN_BEFORE } from "../core/deadline-profile.ts";
import { nearestName } from "../core/near-name.ts";
import type { Fleet as Written } from "../generated/policy-documents.ts";
import { durationOf, type ConvertContext } from "./convert-context.ts";
import { convertProfile, shippedProfiles } from "./deadline-profiles.ts";
import { report } from "./finding.ts";
import { placeOfValue } from "./node-path.ts";

type WrittenDeadlines = NonNullable<Written["spec"]["deadlines"]>;

export function deadlineSettings(context: ConvertContext, written: WrittenDeadlines): DeadlineSettings {
  const own = (written.own ?? []).map(convertProfile);
  checkNames(context, own);
  const stated = Object.keys(written.assume ?? {}) as (keyof DeadlineAssumptions)[];
  return {
    profiles: written.profiles === undefined ? own : named(context, written.profiles, own),
    own,
    warnBefore: written.warnBefore === undefined ? DEFAULT_WARN_BEFORE : durationOf(written.warnBefore),
    assume: {
      ...DEFAULT_ASSUMPTIONS,
      ...Object.fromEntries(stated.map((key) => [key, durationOf(written.assume![key]!)])),
    },
    stated,
  };
}

function named(
  context: ConvertContext,
  names: readonly string[],
  own: readonly DeadlineProfile[],
): DeadlineProfile[] {
  const known = [...own, ...shippedProfiles()];
  return [...new Set(names)].flatMap((name) => {
    const profile = known.find((one) => one.name === name);
    if (profile !== undefined) return [profile];
    unknownProfile(context, names.indexOf(name), name, [...new Set(known.map((one) => one.name))]);
    return [];
  });
}

function unknownProfile(
  context: ConvertContext,
  index: number,
  name: string,
  known: readonly string[],
): void {
  const near = nearestName(name, known);
  context.out.push(
    report(
      "policy/unknown-profile",
      "Unknown deadline profile",
      placeOfValue(context.document, ["spec", "deadlines", "profiles", index]),
      `No deadline profile is named "${name}". Known ones: ${known.join(", ")}.`,
      near === null
        ? "Write one of these names, or define it under `own`."
        : `Write \`${near}\`, or define "${name}" under \`own\`.`,
    ),
  );
}

function checkNames(context: ConvertContext, own: readonly DeadlineProfile[]): void {
  own.forEach(({ name }, index) => {
    const first = own.findIndex((one) => one.name === name);
    if (first === index) return;
    const place = (at: number) => placeOfValue(context.document, ["spec", "deadlines", "own", at, "name"]);
    context.out.push(
      report(
        "policy/duplicate-name",
        "Two deadline profiles of one name",
        place(index),
        `There are two deadline profiles named "${name}". Names are unique.`,
        `Rename this one, for example \`name: ${name.slice(0, 61)}-2\`, or remove it.`,
        { related: [{ message: "the other one", place: place(first) }] },
      ),
    );
  });
}
