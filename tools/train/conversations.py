"""Labelled conversations as one file, for `holdfast-dev features`.

    conversations.py CASES.jsonl … [--again AGAIN.jsonl] [--pairs PAIRS.jsonl] > all.jsonl

CASES are conversations (README.md). AGAIN has lines {"id", "again": sessions, "same": [[message, message again], …]}:
the conversation of that id told a second time in other words; it becomes a conversation ID~again that holds both. PAIRS
has lines {"old", "new", "relation": "same" | "replaces" | "coexists"}: ten of them make one conversation of two
sessions, so that each has others beside it.
"""
import argparse
import json

TOGETHER = 10


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def joined(case, again):
    return {"id": case["id"] + "~again", "sessions": case["sessions"] + again["again"], "same": again["same"],
            "replaces": case.get("replaces", []), "told": [s["sessionId"] for s in again["again"]]}


def of_pairs(pairs):
    groups = (len(pairs) + TOGETHER - 1) // TOGETHER
    for number in range(groups):
        group = pairs[number::groups]
        case = {"id": f"pairs-{number}", "sessions": [], "same": [], "replaces": [], "coexistFrom": []}
        for session, side, day in (("s1", "old", 2), ("s2", "new", 23)):
            messages = [{"role": "user", "content": pair[side], "timestamp": f"2026-03-{day:02d}T{9 + at:02d}:00:00Z"}
                        for at, pair in enumerate(group)]
            case["sessions"].append({"sessionId": session, "messages": messages})
        for at, pair in enumerate(group):
            old, new = f"s1:{at}", f"s2:{at}"
            if pair["relation"] == "same":
                case["same"].append([old, new])
            elif pair["relation"] == "replaces":
                case["replaces"].append({"about": pair.get("about", ""), "oldFrom": [old], "newFrom": [new]})
            else:
                case["coexistFrom"].append([[old], [new]])
        yield case


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--again", action="append", default=[])
    parser.add_argument("--pairs", action="append", default=[])
    args = parser.parse_args()
    cases = [case for path in args.cases for case in lines_of(path)]
    by_id = {case["id"]: case for case in cases}
    cases += [joined(by_id[again["id"]], again) for path in args.again for again in lines_of(path) if again["id"] in by_id]
    for path in args.pairs:
        cases += of_pairs(lines_of(path))
    for case in cases:
        print(json.dumps(case, ensure_ascii=False))


if __name__ == "__main__":
    main()
