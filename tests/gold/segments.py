#!/usr/bin/env python3
"""How well paragraphs are found: compares `leitmotif classify --format jsonl` with gold paragraphs.

segments.py BINARY FOLDER-OF-ARTICLES GOLD.jsonl [-v]

A gold object is {"doc": file, "lines": [[first, last], ...], "kind": ...}; lines count from 1. Prints
the shares and exits 1 where one is below its floor.
"""
import json, os, subprocess, sys

binary, folder, gold_file = sys.argv[1:4]
verbose = "-v" in sys.argv
fold = lambda text: " ".join(text.split())
gold, paths = {}, []
for line in open(gold_file, encoding="utf-8"):
    paragraph = json.loads(line)
    path = os.path.join(folder, paragraph["doc"])
    if path not in paths:
        paths.append(path)
    lines = open(path, encoding="utf-8", newline="\n").read().split("\n")
    text = fold(" ".join(" ".join(lines[a - 1:b]) for a, b in paragraph["lines"]))
    gold.setdefault(path, []).append((paragraph["kind"], text))
run = subprocess.run([binary, "classify", "--format", "jsonl", *paths], capture_output=True, text=True, check=True)
answers = {}
for line in run.stdout.splitlines():
    answer = json.loads(line)
    answers.setdefault(answer["article"], []).append((answer["kind"], fold(answer["text"])))

n_body = n_found = n_answers = n_right = n_kind = 0
unwanted = []
for path in paths:
    found = answers.get(path, [])
    texts = [text for _, text in found]
    wanted = {text: kind for kind, text in gold[path] if kind in ("body", "caption", "pullquote")}
    for kind, text in gold[path]:
        if kind == "body":
            n_body += 1
            n_found += text in texts
            if verbose and text not in texts:
                print("MISSED", path, text[:120])
        elif kind not in ("caption", "pullquote") and text in texts and text not in wanted:
            unwanted.append((path, kind, text))
    for kind, text in found:
        n_answers += 1
        n_right += text in wanted
        n_kind += wanted.get(text) == kind
        if verbose and wanted.get(text) != kind:
            print("ANSWER", kind, wanted.get(text), path, text[:120])
for path, kind, text in unwanted:
    print("UNWANTED", kind, path, text[:120])
print(f"gold body paragraphs found whole: {n_found} of {n_body} = {n_found / n_body:.3f} (at least 0.900)")
print(f"answers that are gold body, caption or pull quote: {n_right} of {n_answers} = {n_right / n_answers:.3f} (at least 0.850)")
print(f"  of the same kind: {n_kind} of {n_answers}")
print(f"gold duplicates, titles, bylines, datelines or boilerplate among the answers: {len(unwanted)} (none)")
sys.exit(n_found < 0.9 * n_body or n_right < 0.85 * n_answers or bool(unwanted))
