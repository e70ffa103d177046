"""Recall, keeping and answers must not fall below what they have reached: measured by `holdfast-dev bench`.

usage: test_floors.py HOLDFAST_DEV FLOORS.json NAME FILE-OR-DIRECTORY

FLOORS.json holds, by NAME, the kind of measurement and the least (or, under "most", the greatest) value of each figure.
"""
import json
import subprocess
import sys


def figures(kind, run):
    """The figures of a run by name."""
    if kind == "memories":
        named = {name: run[name] for name in ("gold", "typed", "junk", "superseded", "coexisting", "score")}
        return named | {"answers": run["answers"]["share"], "unanswerable": run["kinds"]["unanswerable"]["share"]}
    row = next(row for row in run["rows"] if row["category"] == "all")
    named = {name: row[name] for name in ("recallAt5", "recallAt10", "mrr")}
    return named | ({"newestFirst": row["newestFirst"] / row["changed"]} if row.get("changed") else {})


def main():
    program, floors_file, name, data = sys.argv[1:5]
    with open(floors_file, encoding="utf-8") as file:
        floors = json.load(file)[name]
    run = json.loads(subprocess.run([program, "bench", floors["kind"], data, "--json"], check=True,
                                    stdout=subprocess.PIPE).stdout)
    found = figures(floors["kind"], run)
    print(json.dumps({key: round(value, 4) for key, value in found.items()}))
    missed = [f"{key} is {found[key]:.3f}, at least {least} is wanted" for key, least in floors["least"].items()
              if found[key] < least]
    missed += [f"{key} is {found[key]:.3f}, at most {most} is wanted" for key, most in floors.get("most", {}).items()
               if found[key] > most]
    if missed:
        sys.exit("\n".join(missed))


if __name__ == "__main__":
    main()
