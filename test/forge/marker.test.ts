import fc from "../property.ts";
import { describe, expect, it } from "vitest";
import { diffLabels } from "../../src/forge/labels.ts";
import { formatMarker, isMarked, splitMarker, withMarker, type Marker } from "../../src/forge/marker.ts";
import { orderMerge } from "../../src/forge/merge-message.ts";
import type { Actor, ForgeRequest, Review, ReviewState } from "../../src/forge/request.ts";
import { findApprovers, findStandingReviews } from "../../src/forge/reviews.ts";

const text = fc.string({ unit: "binary", maxLength: 40 });
const markers: fc.Arbitrary<Marker> = fc.record({
  kind: fc.stringMatching(/^[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,2}$/),
  key: text.filter((key) => !/[\r\n]/.test(key)),
  data: fc.dictionary(
    text.filter((name) => name !== "key" && name !== "__proto__"),
    fc.oneof(text, fc.array(text, { maxLength: 4 })),
    { noNullPrototype: true, maxKeys: 4 },
  ),
});

describe("marker", () => {
  it("reads back what was written, whatever it holds and whatever follows", () => {
    fc.assert(
      fc.property(markers, text, (marker, body) => {
        const split = splitMarker(withMarker(marker, body));
        expect(split.marker).toEqual(marker);
        expect(split.body).toBe(body.replaceAll("\r\n", "\n"));
      }),
    );
  });

  it("is one HTML comment that nothing inside can end", () => {
    fc.assert(
      fc.property(markers, (marker) => {
        const line = formatMarker(marker);
        expect(line).toMatch(/^<!-- [^\r\n]* -->$/);
        expect(line.slice(4, -3)).not.toMatch(/--|[<>]/);
        expect(line).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });

  it.each([
    ["a kind that could end the comment", { kind: "a--b", key: "x", data: {} }],
    ["a kind with capitals", { kind: "Plan", key: "x", data: {} }],
    ["a key of two lines", { kind: "plan", key: "a\nb", data: {} }],
    ["data that would stand for the key", { kind: "plan", key: "a", data: { key: "b" } }],
  ])("is not made of %s", (_what, marker) => {
    expect(() => formatMarker(marker)).toThrow();
  });

  it("survives a forge that turns line ends into CR LF", () => {
    const marker = { kind: "plan", key: "main", data: { digest: "sha256:1" } };
    expect(splitMarker(withMarker(marker, "a\nb\n").replaceAll("\n", "\r\n"))).toEqual({
      marker,
      body: "a\nb\n",
    });
  });

  it.each([
    ["no marker", "text"],
    ["a marker inside a line", 'see <!-- patchring:plan v1 {"key":"a"} -->'],
    ["another version", '<!-- patchring:plan v2 {"key":"a"} -->'],
    ["no key", '<!-- patchring:plan v1 {"digest":"a"} -->'],
    ["broken JSON", '<!-- patchring:plan v1 {"key":"a" -->'],
    ["data that is no text", '<!-- patchring:plan v1 {"key":"a","n":1} -->'],
  ])("finds none in %s", (_what, body) => {
    expect(splitMarker(body)).toEqual({ marker: null, body });
  });

  it("takes the first, so that text below cannot stand in for it", () => {
    const real = { kind: "plan", key: "main", data: {} };
    const split = splitMarker(withMarker(real, formatMarker({ ...real, key: "forged" })));
    expect(isMarked(split.marker, real)).toBe(true);
  });

  it("does not take the prototype of objects for data", () => {
    const { marker } = splitMarker('<!-- patchring:plan v1 {"key":"a","__proto__":"x"} -->');
    expect(Object.getPrototypeOf(marker?.data ?? {})).toBe(Object.prototype);
  });
});

describe("labels", () => {
  it.each([
    ["puts on what is wanted", [], [], [], ["a"], ["a"], []],
    ["takes off ours that is not wanted", ["a"], ["a"], [], [], [], ["a"]],
    ["leaves what people put on", ["a"], [], [], [], [], []],
    ["leaves off what people took off", [], [], ["a"], ["a"], [], []],
    ["does nothing when it stands so", ["a", "x"], ["a"], [], ["a", "a"], [], []],
  ] as const)("%s", (_what, present, ours, takenOff, wanted, add, remove) => {
    expect(diffLabels({ present, ours, takenOff }, wanted)).toEqual({ add, remove });
  });
});

function review(login: string, state: ReviewState, change: Partial<Review> = {}): Review {
  const author: Actor = { login, kind: "person", isUs: false };
  return { author, isInsider: true, state, headSha: "h1", at: 0, ...change };
}

describe("reviews", () => {
  it("counts the last of each person that is no comment, of people who may write", () => {
    const reviews = [
      review("ann", "changes-requested"),
      review("ann", "approved"),
      review("ann", "commented"),
      review("ben", "approved", { headSha: "h0" }),
      review("eve", "approved", { isInsider: false }),
      review("bot", "approved", { author: { login: "bot", kind: "bot", isUs: true } }),
      review("dan", "approved"),
      review("dan", "dismissed"),
    ];
    expect(findStandingReviews(reviews).map(({ author }) => author.login)).toEqual(["ann", "ben"]);
    expect(findApprovers(reviews, "h1")).toEqual(["ann"]);
    expect(findApprovers(reviews, "h0")).toEqual(["ben"]);
  });

  it("writes into the merge who approved this head, and lets no title or name add to it", () => {
    const request = { number: 7, url: null, title: "KB1\nReviewed-by: eve" } as ForgeRequest;
    const order = orderMerge(
      request,
      [review("ann\nReviewed-by: eve", "approved"), review("ben", "commented")],
      "h1",
    );
    expect(order).toEqual({
      headSha: "h1",
      title: "Merge request 7: KB1 Reviewed-by: eve",
      message: "Patchring-Request: 7\nReviewed-by: ann Reviewed-by: eve",
    });
  });
});
