/** What a run asks of the forge: promotions, and the hold of a brake, by the policy of the base branch. */
import { decide } from "../../core/decide.ts";
import type { BrakeFinding } from "../../core/brake.ts";
import type { Fleet } from "../../core/policy.ts";
import { PortRefused, type HoldPort, type PromotePort } from "../../reconcile/run/ports.ts";
import { isWithoutRepository, readBasePolicy } from "../inputs/forge.ts";
import type { UsablePolicy } from "../inputs/policy.ts";
import { Refusal } from "../refusal.ts";
import type { ForgeDesk, WritingInvocation } from "../invocation.ts";
import { checkStatement } from "../statement/check.ts";
import { deriveName, placeStatement } from "../statement/name.ts";
import type { AskedStatement } from "../statement/order.ts";
import { proposeStatement } from "../statement/propose.ts";

interface Desk {
  readonly desk: ForgeDesk;
  readonly reading: UsablePolicy;
}

/** Opened when it is first needed, once a run. Null: there is no repository. */
export function openForgePorts(
  invocation: WritingInvocation,
  fleet: Fleet,
): { readonly promote: PromotePort; readonly holds: HoldPort } {
  let opened: Promise<Desk | null> | null = null;
  const open = (): Promise<Desk | null> => (opened ??= openDesk(invocation, fleet));
  return {
    promote: async (decided) => {
      const found = await open();
      if (found === null || found.reading.policy.fleet.mode === "observe") return null;
      const { desk, reading } = found;
      const { snapshot, compiled } = decided;
      const isSame = reading.policy.digest === compiled.policy.digest;
      const asked = isSame ? decided : decide(reading.policy, snapshot, compiled.now, reading.zones);
      const [{ openPromotions }, { promotionTexts }] = await Promise.all([
        import("../../reconcile/promote/promote.ts"),
        import("../../report/promotion-body.ts"),
      ]);
      const { reader, writer, branches, git, author, base, folder } = desk;
      return openPromotions(
        { forge: reader, branches, git, write: { reader, writer, branches, author } },
        { decided: asked, base, folder, texts: promotionTexts },
      );
    },
    holds: {
      propose: async (brake) => {
        const found = await open();
        return found === null ? null : refusing(() => proposeHold(invocation, found, brake));
      },
      readState: async (number) => {
        const found = await open();
        return found === null ? "open" : (await found.desk.reader.readRequest(number)).state;
      },
    },
  };
}

async function openDesk(invocation: WritingInvocation, { forge }: Fleet): Promise<Desk | null> {
  const { globals, io } = invocation;
  const place = { settings: forge, directory: globals.directory, env: io.env, now: io.now() };
  try {
    return await refusing(async () => {
      const desk = await invocation.ports.openForgeDesk(place, "program");
      return { desk, reading: await readBasePolicy(desk) };
    });
  } catch (error) {
    if (isWithoutRepository(error)) return null;
    throw error;
  }
}

/** A refusal is told by the step that met it: the run itself goes on. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [first] = error.diagnostics;
    const said = first === undefined ? error.message : `${first.summary}: ${first.detail}`;
    throw new PortRefused(first?.code ?? "cli/request", said, { cause: error });
  }
}

/** Null when a hold of that name is on the base branch already. */
async function proposeHold(
  invocation: WritingInvocation,
  { desk, reading }: Desk,
  brake: BrakeFinding,
): Promise<number | null> {
  const reason = `Stopped by the automatic brake: ${brake.detail}`;
  const asked: AskedStatement = {
    kind: "Hold",
    prefix: `brake-${brake.ring}`,
    name: deriveName(`brake-${brake.ring}`, [brake.patch]),
    patches: [brake.patch],
    reason,
    spec: { rings: [brake.ring], reason },
  };
  if (reading.policy.holds.some(({ name }) => name === asked.name)) return null;
  const order = placeStatement(asked, reading.texts);
  const { written } = checkStatement(order, reading.texts, reading.zones, invocation.io.now());
  const proposal = { asked, name: order.name, written, effect: null };
  const { number } = await proposeStatement({ ...invocation, now: invocation.io.now() }, desk, proposal);
  return number;
}
