/** What the forge has open: requests for promotion, with what they ask for. */
import type { OpenRequest } from "../../core/waiting-requests.ts";
import { askedByMarker } from "../../reconcile/promote/closed.ts";
import { PROMOTION_MARKER } from "../../reconcile/promote/slot.ts";
import type { PreviewInvocation } from "../invocation.ts";
import { isWithoutRepository } from "./forge.ts";
import type { UsablePolicy } from "./policy.ts";

/** Requests for promotion that are open; null where there is no repository: nothing can be asked for there. */
export async function readRequests(
  { ports, globals, io, now }: PreviewInvocation,
  { policy }: Pick<UsablePolicy, "policy">,
): Promise<readonly OpenRequest[] | null> {
  const place = { settings: policy.fleet.forge, directory: globals.directory, env: io.env, now };
  try {
    const { reader } = await ports.openForge(place);
    const open = await reader.listRequests({ states: ["open"], kind: PROMOTION_MARKER, closedSince: null });
    return open.flatMap(({ number, marker, url }): OpenRequest[] => {
      const patches = askedByMarker(marker).map(({ id }) => id);
      const ring = marker?.data["ring"];
      if (typeof ring !== "string" || patches.length === 0) return [];
      return [{ ring, number, version: patches.join(","), patches, url }];
    });
  } catch (error) {
    if (isWithoutRepository(error)) return null;
    throw error;
  }
}
