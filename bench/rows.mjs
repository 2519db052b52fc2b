/** Rows of the result: a goal, what was measured, and whether it holds. */

export function row(goal, what, target, { measured, pass, note = "", value = null }) {
  return { goal, what, target, measured, result: pass ? "pass" : "MISS", note, value };
}

/** Something that could not be measured here; said loudly, never counted as held. */
export function skipped(goal, what, target, reason) {
  return { goal, what, target, measured: "-", result: "NOT MEASURED", note: reason, value: null };
}

/** A number beside the goals, without a target. */
export function information(goal, what, measured, note = "", value = null) {
  return { goal, what, target: "", measured, result: "", note, value };
}

/** The answer of a measurement, or `{ error }`. */
export function attempt(measure) {
  try {
    return measure();
  } catch (error) {
    return { error: error.message };
  }
}
