#!/usr/bin/env python3
"""Gold paragraphs of articles as labelled data for `leitmotif evaluate`.

labelled.py FOLDER-OF-ARTICLES GOLD.jsonl > labelled.jsonl

Takes the kinds that are classified (body, caption, pull quote); the form of GOLD is told in segments.py.
"""
import json, os, sys

folder, gold_file = sys.argv[1:3]
for line in open(gold_file, encoding="utf-8"):
    paragraph = json.loads(line)
    if paragraph["kind"] not in ("body", "caption", "pullquote"):
        continue
    path = os.path.join(folder, paragraph["doc"])
    lines = open(path, encoding="utf-8", newline="\n").read().split("\n")
    text = " ".join(" ".join(" ".join(lines[a - 1:b]) for a, b in paragraph["lines"]).split())
    record = {"text": text, "labels": paragraph["labels"], "article": paragraph["doc"]}
    print(json.dumps(record, ensure_ascii=False))
