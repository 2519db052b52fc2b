/** Commit statuses, by any token that writes; check runs, by Apps alone. */
import { invalid, notFound, Refusal, requireWrite, type Call, type Route } from "./context.ts";
import { renderRepository, renderRun, renderStatus } from "./render.ts";
import { nextId, tick, type RunRecord, type StatusRecord } from "./world.ts";

const LONGEST_DESCRIPTION = 140;
const LONGEST_SUMMARY = 65_535;

async function commitOf(call: Call, name: string): Promise<string> {
  const sha = await call.context.git.resolve(name);
  if (sha === null) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return sha;
}

const createStatus: Route = async (call) => {
  const login = requireWrite(call);
  const { world } = call.context;
  const {
    state,
    description = null,
    context,
    target_url: url = null,
  } = call.body as Readonly<Record<string, string | null>> & { state: string; context: string };
  const sha = await commitOf(call, call.parameters["sha"]!);
  if (description !== null && description.length > LONGEST_DESCRIPTION) {
    const message = `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`;
    throw invalid({ resource: "Status", code: "custom", field: "description", message });
  }
  const at = tick(world);
  const status: StatusRecord = { id: nextId(world), sha, context, state, description, url, at };
  world.statuses.push(status);
  return { status: 201, body: renderStatus(call.context, status, "status", login) };
};

const combined: Route = async (call) => {
  const { world, apiUrl } = call.context;
  const sha = await call.context.git.resolve(call.parameters["ref"]!);
  if (sha === null) throw notFound();
  const latest = new Map<string, StatusRecord>();
  for (const status of world.statuses) if (status.sha === sha) latest.set(status.context, status);
  const items = [...latest.values()];
  const states = items.map(({ state }) => state);
  const isBad = states.some((state) => state === "failure" || state === "error");
  return {
    status: 200,
    list: {
      items: items.map((status) => renderStatus(call.context, status, "simple-commit-status", "")),
      wrap: (statuses) => ({
        state: isBad
          ? "failure"
          : states.length > 0 && states.every((state) => state === "success")
            ? "success"
            : "pending",
        statuses,
        sha,
        total_count: items.length,
        repository: renderRepository(call.context, "minimal-repository"),
        commit_url: `${apiUrl}/commits/${sha}`,
        url: `${apiUrl}/commits/${sha}/status`,
      }),
    },
  };
};

/** The latest of each name and App. */
const listRuns: Route = async (call) => {
  const sha = await commitOf(call, call.parameters["ref"]!);
  const name = call.query.get("check_name");
  const latest = new Map<string, RunRecord>();
  for (const run of call.context.world.runs) {
    if (run.sha === sha && (name === null || run.name === name)) latest.set(`${run.app} ${run.name}`, run);
  }
  const items = [...latest.values()].map((run) => renderRun(call.context, run));
  return {
    status: 200,
    list: { items, wrap: (runs) => ({ total_count: items.length, check_runs: runs }) },
  };
};

function requireApp(call: Call): string {
  const login = requireWrite(call);
  if (call.access?.isInstallation !== true) {
    throw new Refusal(403, "You must authenticate via a GitHub App.");
  }
  return login.replace(/\[bot\]$/, "");
}

function setRun(call: Call, run: RunRecord): RunRecord {
  const { body, context } = call;
  const output = body["output"] as { title?: string; summary?: string } | undefined;
  if ((output?.summary ?? "").length > LONGEST_SUMMARY) {
    throw invalid({ resource: "CheckRun", code: "custom", field: "summary", message: "summary is too long" });
  }
  const conclusion = (body["conclusion"] as string | undefined) ?? null;
  const status = conclusion === null ? ((body["status"] as string | undefined) ?? "queued") : "completed";
  return Object.assign(run, {
    status,
    conclusion,
    title: output?.title ?? run.title,
    summary: output?.summary ?? run.summary,
    url: (body["details_url"] as string | undefined) ?? run.url,
    externalId: (body["external_id"] as string | undefined) ?? run.externalId,
    completedAt: status === "completed" ? context.world.now : null,
  });
}

const createRun: Route = async (call) => {
  const app = requireApp(call);
  const { world } = call.context;
  const sha = await commitOf(call, call.body["head_sha"] as string);
  const run = setRun(call, {
    ...{ id: nextId(world), sha, name: call.body["name"] as string, app, status: "queued", conclusion: null },
    ...{ title: null, summary: null, url: null, externalId: "", startedAt: tick(world), completedAt: null },
  });
  world.runs.push(run);
  return { status: 201, body: renderRun(call.context, run) };
};

const updateRun: Route = (call) => {
  const app = requireApp(call);
  const { world } = call.context;
  const run = world.runs.find(({ id }) => id === Number(call.parameters["check_run_id"]));
  if (run === undefined) throw notFound();
  if (run.app !== app) throw new Refusal(403, "Invalid app_id. The check run belongs to another App.");
  tick(world);
  setRun(call, run);
  return Promise.resolve({ status: 200, body: renderRun(call.context, run) });
};

export const checkRoutes: Readonly<Record<string, Route>> = {
  "repos/create-commit-status": createStatus,
  "repos/get-combined-status-for-ref": combined,
  "checks/list-for-ref": listRuns,
  "checks/create": createRun,
  "checks/update": updateRun,
};
