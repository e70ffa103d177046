#!/usr/bin/env python3
"""What the pipeline adds to a language model's own time, with the time lines: ./dev bench runs it.

    tools/bench/models.py [--delay-ms 300] [--messages 500] [--questions 20] [--runs 3]

The model is the scripted server of tests/model_server, told to take `delay-ms` for every call. The critical path of an
ingest is what the design's bounds on calls in flight allow at best: the longer of the full pass (4 in flight) and the
detail pass (2), then verification (4), then classification (4), each call taking as long as the server took in the mean.
"""
import argparse
import math
import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/model_server")]
import client  # noqa: E402
import harness  # noqa: E402

IN_FLIGHT = {"extract": 4, "detail": 2, "verify": 4, "classify": 4}
WIDTH = 60  # columns of a time line

SUBJECTS = ["billing service", "search page", "mobile app", "import job", "status board", "login form", "mail relay"]
CITIES = ["Lisbon", "Graz", "Turku", "Bergen", "Leeds", "Nantes", "Porto", "Gdansk", "Ghent", "Bari", "Aarhus"]


def conversation(length):
    """Something new in every other message, as long as people write."""
    messages = []
    for at in range(length // 2):
        subject, city = SUBJECTS[at % len(SUBJECTS)], CITIES[at % len(CITIES)]
        day = f"2026-03-{1 + at % 28:02d}T{8 + at % 10:02d}:00:00Z"
        messages.append({"role": "user", "timestamp": day, "content":
                         f"We moved the {subject} number {at} to the data centre in {city} and gave it {at + 3} nodes. "
                         f"Its deploys are on port {8000 + at} from now on."})
        messages.append({"role": "assistant", "timestamp": day, "content":
                         f"Good. I will keep the {subject} in mind when we talk about {city} again."})
    return messages


def calls_of(stages):
    return [stage for stage in stages if stage.get("call")]


def print_time_line(stages):
    end = max(stage["endMs"] for stage in stages)
    for stage in stages:
        if stage.get("call"):
            continue
        of = [call for call in calls_of(stages) if call["stage"] == stage["stage"]]
        first, last = (round(stage[key] / end * WIDTH) for key in ("startMs", "endMs"))
        bar = " " * first + "█" * max(1, last - first)
        print(f"    {stage['stage']:<12} {stage['startMs']:>9.0f} – {stage['endMs']:>9.0f} ms  {len(of):>4} calls  {bar}")


def critical_path_ms(stages):
    calls = calls_of(stages)
    mean = statistics.mean(call["endMs"] - call["startMs"] for call in calls)
    rounds = {stage: math.ceil(sum(call["stage"] == stage for call in calls) / most)
              for stage, most in IN_FLIGHT.items()}
    return mean * (max(rounds["extract"], rounds["detail"]) + rounds["verify"] + rounds["classify"])


def measure(arguments):
    model = client.ScriptedServer().start()
    server = harness.Server(environment={
        "HOLDFAST_LLM_BASE_URL": model.base_url, "HOLDFAST_LLM_MODEL": "scripted-1", "HOLDFAST_LLM_CACHE": "false",
        "HOLDFAST_LLM_RECALL_TIMEOUT_MS": str(60_000 + 4 * arguments.delay_ms)}).start()
    try:
        space = harness.Space(server, "bench")
        space.create()
        profile = space.profile("models")
        model.control(delay_ms=arguments.delay_ms)
        began = time.monotonic()
        body = {"messages": conversation(arguments.messages), "sessionId": "s"}
        reply = profile.call("POST", "/ingest?verbose=1", body, timeout=3600)
        wall = (time.monotonic() - began) * 1000
        if reply.status != 200:
            raise SystemExit(f"ingest answered {reply}")
        stages = reply.result["stages"]
        ratios = wall / critical_path_ms(stages)
        added = []
        for at in range(arguments.questions):
            question = {"query": f"Where is the {SUBJECTS[at % len(SUBJECTS)]} number {at} and on which port?",
                        "explain": True}
            began = time.monotonic()
            answer = profile.call("POST", "/recall", question)
            took = (time.monotonic() - began) * 1000
            calls = calls_of(answer.result["stages"])
            added.append(took - sum(call["endMs"] - call["startMs"] for call in calls))
        return wall, ratios, stages, added, answer.result["stages"]
    finally:
        if server.running():
            server.stop()
        server.remove()
        model.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--delay-ms", type=int, default=300, help="of every call of the model [300]")
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    os.chdir(ROOT)
    runs = [measure(arguments) for _ in range(arguments.runs)]
    walls, ratios = [run[0] for run in runs], [run[1] for run in runs]
    added = sorted(ms for run in runs for ms in run[3])
    print(f"ingest of {arguments.messages} messages, {arguments.delay_ms} ms a call: {statistics.median(walls):.0f} ms, "
          f"{statistics.median(ratios):.2f} of the critical path (aim 1.3; runs "
          f"{', '.join(f'{ratio:.2f}' for ratio in ratios)})")
    print_time_line(runs[-1][2])
    print(f"recall: {statistics.median(added):.1f} ms beside the model's own time (aim 30; "
          f"p90 {added[int(len(added) * .9)]:.1f})")
    print_time_line(runs[-1][4])


if __name__ == "__main__":
    main()
