import type { Instant } from "../../core/model.ts";
import type { PreviewInvocation } from "../invocation.ts";

/**
 * `--at`, or the clock once the snapshot has been read: a live backend reports what it saw after the
 * command was started, and that must not lie in the future.
 */
export function instantOfDecision(invocation: PreviewInvocation): Instant {
  return invocation.globals.at ?? invocation.io.now();
}
