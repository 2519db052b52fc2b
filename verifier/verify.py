#!/usr/bin/env python3
"""Checks an evidence pack of patchring with nothing but Python's standard library.

    python3 verify.py [FOLDER]

Prints one line a check: passed, skipped or FAILED. Ends with 0 when nothing failed, else with 1.
What could not be checked here says skipped, never passed. These checks show that the records have
not changed since they were written; not that the backend reported the truth.
"""
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

results = []


def report(outcome, name, detail):
    results.append(outcome)
    # What stands in a pack is not trusted: nothing of it may steer a terminal.
    print("%-7s  %s: %s" % (outcome, name, ascii(detail)[1:-1]))


def load(folder, path):
    with open(os.path.join(folder, path), encoding="utf-8") as file:
        return json.load(file)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def number(value):
    """A number as ECMAScript prints it (RFC 8785, 3.2.2.3)."""
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    if -7 < int(exponent) < 0:
        return ("%.*f" % (len(mantissa.replace("-", "").replace(".", "")) - 1 - int(exponent), value)).rstrip("0")
    return "%se%s%d" % (mantissa, "+" if int(exponent) > 0 else "-", abs(int(exponent)))


def canonical(value):
    """RFC 8785: the one text of a JSON value."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{%s}" % ",".join("%s:%s" % (canonical(key), canonical(value[key])) for key in keys)
    if isinstance(value, list):
        return "[%s]" % ",".join(canonical(one) for one in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def is_inside(path):
    return not os.path.isabs(path) and ".." not in path.split("/") and "\\" not in path


def check_files(folder, manifest):
    listed = {one["path"]: one for one in manifest["files"]}
    wrong = [path for path in listed if not is_inside(path)]
    if wrong:
        report("FAILED", "files", "the manifest names %s, which is outside of the pack" % wrong[0])
        return False
    for path, one in listed.items():
        place = os.path.join(folder, path)
        if not os.path.isfile(place) or os.path.islink(place):
            wrong.append("%s is missing" % path)
        elif os.path.getsize(place) != one["bytes"] or sha256_of_file(place) != one["sha256"]:
            wrong.append("%s was changed" % path)
    extra = []
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.relpath(os.path.join(root, name), folder).replace(os.sep, "/")
            if path not in listed and not path.startswith(("MANIFEST.json", "samples/")):
                extra.append("%s is not in the manifest" % path)
    for detail in sorted(wrong) + sorted(extra):
        report("FAILED", "files", detail)
    if not wrong and not extra:
        report("passed", "files", "%d files have the digests of the manifest, and there are no others" % len(listed))
    return not wrong


def check_populations(folder, manifest):
    count = 0
    failed = False
    for one in manifest["files"]:
        match = re.fullmatch(r"((?:populations|reconciliation)/[a-z-]+)\.json", one["path"])
        if match is None:
            continue
        count += 1
        population = load(folder, one["path"])
        rows = population["rows"]
        with open(os.path.join(folder, match.group(1) + ".csv"), encoding="utf-8", newline="") as file:
            lines = sum(1 for _ in csv.reader(file)) - 1
        if not len(rows) == lines == one["rows"]:
            report("FAILED", "populations", "%s: %d rows as JSON, %d as CSV, %s in the manifest"
                   % (match.group(1), len(rows), lines, one["rows"]))
            failed = True
        key = population["columns"][0]["name"]
        if len({row[key] for row in rows}) != len(rows):
            report("FAILED", "populations", "%s: an id stands there twice" % match.group(1))
            failed = True
    if not failed:
        report("passed", "populations", "%d lists have as many rows as the manifest says, each id once" % count)


def read_ledger(folder, manifest):
    """The records, or None when the chain is broken."""
    head = manifest["ledger"]
    if head is None:
        report("skipped", "ledger", "the pack has none")
        return None
    previous = "sha256:" + "0" * 64
    records = []
    with open(os.path.join(folder, "ledger/ledger.ndjson"), encoding="utf-8", newline="\n") as file:
        for line, text in enumerate(file, 1):
            record = json.loads(text)
            digest = "sha256:" + sha256(canonical({k: v for k, v in record.items() if k != "hash"}).encode("utf-8", "surrogatepass"))
            if record["seq"] != line or record["previous"] != previous or record["hash"] != digest:
                report("FAILED", "ledger", "line %d does not follow from the line before, or was edited" % line)
                return None
            previous = digest
            records.append(record)
    if head["seq"] != len(records) or head["hash"] != previous:
        report("FAILED", "ledger", "it ends at record %d, the manifest says %d" % (len(records), head["seq"]))
        return None
    report("passed", "ledger", "%d records, each holds the hash of the one before" % len(records))
    return records


def check_counts(folder, manifest, records):
    if records is None:
        report("skipped", "counts", "without a ledger that is whole nothing can be counted against it")
        return
    start, end = manifest["period"]["from"], manifest["period"]["to"]
    for name, kind in (("actions", "action"), ("runs", "run")):
        told = len(load(folder, "populations/%s.json" % name)["rows"])
        counted = sum(1 for one in records if one["type"] == kind and start <= one["at"] < end)
        outcome = "passed" if told == counted else "FAILED"
        report(outcome, "counts", "%s: %d in the list, %d in the ledger" % (name, told, counted))


def check_order(folder):
    """Nothing was sent before it was approved. Says how many cannot be told."""
    for name, column in (("obligations", "approved_before_sent"), ("promotions", "tested_before_approved")):
        rows = load(folder, "populations/%s.json" % name)["rows"]
        wrong = [row for row in rows if row[column] is False]
        unknown = sum(1 for row in rows if row[column] is None)
        report("finding" if wrong else "passed", "order", "%s.%s: %d no, %d cannot be told, of %d"
               % (name, column, len(wrong), unknown, len(rows)))


def check_samples(folder):
    path = os.path.join(folder, "samples")
    names = sorted(os.listdir(path)) if os.path.isdir(path) else []
    if not names:
        report("skipped", "samples", "none was drawn")
    for name in names:
        sample = load(folder, "samples/%s/sample.json" % name)
        if not re.fullmatch(r"[a-z-]+", sample["population"]):
            report("FAILED", "samples", "%s: no population of that name" % name)
            continue
        population = load(folder, "populations/%s.json" % sample["population"])
        key = population["columns"][0]["name"]
        ids = [row[key] for row in population["rows"]]
        ranked = sorted((sha256(("%s\n%s" % (sample["seed"], one)).encode("utf-8", "surrogatepass")), one) for one in ids)
        drawn = [(item["rank"], item["id"]) for item in sample["items"]]
        files = [one for item in sample["items"] for one in item["files"]]
        broken = [one["path"] for one in files
                  if not is_inside(one["path"]) or sha256_of_file(os.path.join(folder, one["path"])) != one["sha256"]]
        if drawn != ranked[:sample["n"]] or sample["manifest"] != sha256_of_file(os.path.join(folder, "MANIFEST.json")):
            report("FAILED", "samples", "%s: the seed draws other items from this pack" % name)
        elif broken:
            report("FAILED", "samples", "%s: %s was changed" % (name, broken[0]))
        else:
            report("passed", "samples", "%s: %d items, drawn again from the seed" % (name, len(drawn)))


def check_bundle(folder):
    path = os.path.abspath(os.path.join(folder, "policy/repo.bundle"))
    if not os.path.isfile(path):
        report("skipped", "history", "the pack has no bundle")
    elif shutil.which("git") is None:
        report("skipped", "history", "Git is not installed here")
    else:
        done = subprocess.run(["git", "bundle", "list-heads", path], capture_output=True, check=False)
        head = load(folder, "MANIFEST.json")["policy"]["commit"]
        heads = done.stdout.decode("utf-8", "replace")
        good = done.returncode == 0 and (head is None or head in heads)
        report("passed" if good else "FAILED", "history",
               "the bundle has the commit of the policy" if good else "the bundle lacks the commit of the policy")


def check_signature(folder):
    place = os.path.join(folder, "MANIFEST.json.sig")
    if not os.path.isfile(place):
        report("skipped", "signature", "MANIFEST.json is not signed")
    else:
        report("skipped", "signature", "check MANIFEST.json.sig with `ssh-keygen -Y verify` and the keys that you trust")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else "."
    try:
        manifest = load(folder, "MANIFEST.json")
        if manifest.get("format") != "patchring.evidence/1":
            report("FAILED", "manifest", "this is no pack of format patchring.evidence/1")
        elif check_files(folder, manifest):
            check_populations(folder, manifest)
            check_counts(folder, manifest, read_ledger(folder, manifest))
            check_order(folder)
            check_samples(folder)
            check_bundle(folder)
            check_signature(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        report("FAILED", "pack", "it cannot be read: %s" % error)
    failed = results.count("FAILED")
    print("%d passed, %d skipped, %d with findings, %d failed"
          % (results.count("passed"), results.count("skipped"), results.count("finding"), failed))
    sys.exit(1 if failed else 0)


main()
