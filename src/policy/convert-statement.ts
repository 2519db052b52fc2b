/** Decision, Freeze, Hold, Recall and Emergency. */
import type { Decision, Emergency, Freeze, Hold, Recall } from "../core/policy.ts";
import { formatInstant } from "../core/time.ts";
import type {
  Decision as WrittenDecision,
  Emergency as WrittenEmergency,
  Freeze as WrittenFreeze,
  Hold as WrittenHold,
  Recall as WrittenRecall,
} from "../generated/policy-documents.ts";
import {
  instantOf,
  statementOf,
  warnEndsBeforeStart,
  warnWithoutReason,
  type ConvertContext,
} from "./convert-context.ts";
import { ringNames } from "./convert-ring.ts";
import { deviceSelector, patchSelector } from "./convert-selector.ts";
import { report } from "./finding.ts";
import { placeOfValue } from "./node-path.ts";

const LONGEST_EMERGENCY = 72 * 3600;

export function convertDecision(context: ConvertContext, written: WrittenDecision): Decision {
  const { spec } = written;
  if (spec.action === "ignore") checkIgnore(context, written);
  return {
    ...statementOf(context, written),
    patches: patchSelector(spec.patches),
    devices: deviceSelector(spec.devices),
    action: spec.action,
    reason: spec.reason ?? null,
    ticket: spec.ticket ?? null,
    expires: spec.expires === undefined ? null : instantOf(context, ["spec", "expires"], spec.expires),
    locked: spec.locked ?? false,
  };
}

function checkIgnore(context: ConvertContext, { spec }: WrittenDecision): void {
  const place = () => placeOfValue(context.document, ["spec", "action"]);
  if (spec.expires === undefined) {
    context.out.push(
      report(
        "policy/ignore-without-expiry",
        "Ignore without an end",
        place(),
        "A decision to ignore a patch must end, so that somebody looks at it again. This one has no `expires`.",
        "Add `expires: 2027-01-31` with the day on which it ends; to ignore for good, write a rule with `then: ignore`.",
      ),
    );
  }
  if (spec.reason === undefined || spec.reason.trim() === "") {
    context.out.push(
      report(
        "policy/ignore-without-reason",
        "Ignore without a reason",
        place(),
        "A decision to ignore a patch must say why. This one has no `reason`.",
        'Add `reason: "..."`.',
      ),
    );
  }
}

export function convertFreeze(context: ConvertContext, written: WrittenFreeze): Freeze {
  const { spec } = written;
  const from = instantOf(context, ["spec", "from"], spec.from, "first-of-day");
  const to = instantOf(context, ["spec", "to"], spec.to);
  warnEndsBeforeStart(context, { key: "from", at: from }, { key: "to", at: to });
  warnWithoutReason(context, "Freeze", spec.reason);
  return {
    ...statementOf(context, written),
    from,
    to,
    devices: deviceSelector(spec.devices),
    pending: spec.pending ?? "leave",
    reason: spec.reason ?? null,
  };
}

export function convertHold(context: ConvertContext, written: WrittenHold): Hold {
  const { spec } = written;
  const statement = statementOf(context, written);
  warnWithoutReason(context, "Hold", spec.reason);
  if (spec.until === undefined) {
    context.out.push(
      report(
        "policy/hold-without-end",
        "Hold without an end",
        placeOfValue(context.document, ["metadata", "name"]),
        "This hold has no `until`: it stays in force until its file is removed.",
        "Add `until: 2027-01-31` with the day on which somebody should look again.",
        { severity: "warning" },
      ),
    );
  }
  return {
    ...statement,
    patches: patchSelector(spec.patches),
    rings: ringNames(spec.rings),
    devices: deviceSelector(spec.devices),
    reason: spec.reason ?? null,
    ticket: spec.ticket ?? null,
    until: spec.until === undefined ? null : instantOf(context, ["spec", "until"], spec.until),
  };
}

export function convertRecall(context: ConvertContext, written: WrittenRecall): Recall {
  const { spec } = written;
  warnWithoutReason(context, "Recall", spec.reason);
  return {
    ...statementOf(context, written),
    patches: patchSelector(spec.patches),
    devices: deviceSelector(spec.devices),
    uninstall: spec.uninstall ?? false,
    maxDevices: spec.maxDevices ?? null,
    skip: spec.skip ?? [],
    reason: spec.reason ?? null,
    ticket: spec.ticket ?? null,
  };
}

export function convertEmergency(context: ConvertContext, written: WrittenEmergency): Emergency {
  const { spec } = written;
  const requestedAt = instantOf(context, ["spec", "requestedAt"], spec.requestedAt);
  const expiresAt = instantOf(context, ["spec", "expiresAt"], spec.expiresAt);
  warnWithoutReason(context, "Emergency", spec.reason);
  warnEndsBeforeStart(context, { key: "requestedAt", at: requestedAt }, { key: "expiresAt", at: expiresAt });
  if (expiresAt - requestedAt > LONGEST_EMERGENCY) {
    context.out.push(
      report(
        "policy/emergency-too-long",
        "Emergency longer than 72 hours",
        placeOfValue(context.document, ["spec", "expiresAt"]),
        `It lasts until ${formatInstant(expiresAt)}. An emergency skips gates, so it ends 72 hours after \`requestedAt\` at most.`,
        `Write \`expiresAt: ${formatInstant(requestedAt + LONGEST_EMERGENCY)}\` or earlier.`,
        {
          related: [
            { message: "requested here", place: placeOfValue(context.document, ["spec", "requestedAt"]) },
          ],
        },
      ),
    );
  }
  return {
    ...statementOf(context, written),
    patches: patchSelector(spec.patches),
    devices: deviceSelector(spec.devices),
    skip: spec.skip ?? [],
    reason: spec.reason ?? null,
    ticket: spec.ticket ?? null,
    requestedAt,
    expiresAt,
  };
}
