/** Which labels change, three ways: what we put on, what people did since, what is wanted now. */

export interface LabelState {
  /** On the request now. */
  readonly present: readonly string[];
  /** Of these, those that we put on. */
  readonly ours: readonly string[];
  /** Those of ours that a person took off. */
  readonly takenOff: readonly string[];
}

export interface LabelChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** People win both ways: what they took off stays off, what they put on stays on. */
export function diffLabels(state: LabelState, wanted: readonly string[]): LabelChange {
  const isWanted = (name: string): boolean => wanted.includes(name);
  return {
    add: [...new Set(wanted)].filter(
      (name) => !state.present.includes(name) && !state.takenOff.includes(name),
    ),
    remove: state.present.filter((name) => state.ours.includes(name) && !isWanted(name)),
  };
}
