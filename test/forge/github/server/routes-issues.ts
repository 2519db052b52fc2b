/** What a pull request has as an issue: labels, comments, events. */
import { invalid, notFound, requireWrite, type Call, type Route } from "./context.ts";
import { fill } from "./openapi.ts";
import { renderComment, renderEvent } from "./render.ts";
import { pullOf } from "./routes-pulls.ts";
import { nextId, tick, type Comment, type LabelEvent, type Pull } from "./world.ts";

const LONGEST_LABEL = 50;
const LONGEST_BODY = 65_536;

const sameLabel = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function record(call: Call, pull: Pull, event: LabelEvent["event"], label: string, login: string): void {
  const { world } = call.context;
  pull.events.push({ id: nextId(world), event, label, login, at: tick(world) });
  pull.updatedAt = world.now;
}

const addLabels: Route = (call) => {
  const pull = pullOf(call);
  const login = requireWrite(call);
  for (const label of call.body["labels"] as readonly string[]) {
    if (label === "" || label.length > LONGEST_LABEL) {
      throw invalid({ resource: "Label", field: "name", code: "invalid", value: label });
    }
    if (pull.labels.some((there) => sameLabel(there, label))) continue;
    pull.labels.push(label);
    record(call, pull, "labeled", label, login);
  }
  return Promise.resolve({
    status: 200,
    body: pull.labels.map((name) => fill("label", { name, description: "" })),
  });
};

const removeLabel: Route = (call) => {
  const pull = pullOf(call);
  const login = requireWrite(call);
  const label = pull.labels.find((there) => sameLabel(there, call.parameters["name"]!));
  if (label === undefined) throw notFound();
  pull.labels = pull.labels.filter((there) => there !== label);
  record(call, pull, "unlabeled", label, login);
  return Promise.resolve({
    status: 200,
    body: pull.labels.map((name) => fill("label", { name, description: "" })),
  });
};

const listEvents: Route = (call) =>
  Promise.resolve({
    status: 200,
    list: { items: pullOf(call).events.map((event) => renderEvent(call.context, event)) },
  });

const listComments: Route = (call) =>
  Promise.resolve({
    status: 200,
    list: { items: pullOf(call).comments.map((comment) => renderComment(call.context, comment)) },
  });

function checkBody(body: string): string {
  if (body.trim() !== "" && body.length <= LONGEST_BODY) return body;
  const message = `body is too long (maximum is ${LONGEST_BODY} characters)`;
  throw invalid({ resource: "IssueComment", code: "custom", field: "body", message });
}

/** Whoever sees the repository can comment. */
const createComment: Route = (call) => {
  const pull = pullOf(call);
  const login = call.access?.login;
  if (login === undefined) throw notFound();
  const { world } = call.context;
  const body = checkBody(call.body["body"] as string);
  const at = tick(world);
  const comment: Comment = { id: nextId(world), body, login, createdAt: at, updatedAt: at };
  pull.comments.push(comment);
  pull.updatedAt = at;
  return Promise.resolve({ status: 201, body: renderComment(call.context, comment) });
};

function commentOf(call: Call): { readonly pull: Pull; readonly comment: Comment } {
  const id = Number(call.parameters["comment_id"]);
  for (const pull of call.context.world.pulls) {
    const comment = pull.comments.find((item) => item.id === id);
    if (comment !== undefined) return { pull, comment };
  }
  throw notFound();
}

const updateComment: Route = (call) => {
  const { comment } = commentOf(call);
  requireWrite(call);
  comment.body = checkBody(call.body["body"] as string);
  comment.updatedAt = tick(call.context.world);
  return Promise.resolve({ status: 200, body: renderComment(call.context, comment) });
};

const deleteComment: Route = (call) => {
  const { pull, comment } = commentOf(call);
  requireWrite(call);
  pull.comments.splice(pull.comments.indexOf(comment), 1);
  tick(call.context.world);
  return Promise.resolve({ status: 204 });
};

export const issueRoutes: Readonly<Record<string, Route>> = {
  "issues/add-labels": addLabels,
  "issues/remove-label": removeLabel,
  "issues/list-events": listEvents,
  "issues/list-comments": listComments,
  "issues/create-comment": createComment,
  "issues/update-comment": updateComment,
  "issues/delete-comment": deleteComment,
};
