"""kill -9 under load, again and again: every acknowledged write is there, work goes on, the export is whole.

HOLDFAST_CRASH_ROUNDS (10 unless given) rounds on one data directory, with a fixed seed for the moments of the kill.
"""
import json
import os
import random
import threading
import time

from harness import E2E, main, message

ROUNDS = int(os.environ.get("HOLDFAST_CRASH_ROUNDS", "10"))
WRITERS = 3


class Crash(E2E):
    def write(self, number, profile, count, acknowledged):
        """Writes until the server is gone; notes what it answered with success."""
        chance = random.Random(f"{number}-{count}")
        try:
            while True:
                count += 1
                time.sleep(0.003)  # keeps a hundred rounds small enough to be checked whole after each
                text = f"Machine {count} of writer {number} is called node-{number}-{count}."
                kind = chance.randrange(4)
                if kind == 0:
                    reply = profile.remember(text)
                else:
                    batch = [message(text)] + [message(f"and detail {i} of {number}-{count}") for i in range(chance.randrange(3))]
                    reply = profile.ingest(batch, f"s{number}-{count % 5}", **({"async": True} if kind == 1 else {}))
                if reply.status in (200, 202):
                    acknowledged.append((kind, reply.result["id"] if kind == 0 else text))
                elif reply.status not in (429, 503):
                    acknowledged.append(("unexpected", repr(reply)))
                    return
        except OSError:
            return

    def test_every_acknowledged_write_survives(self):
        chance = random.Random(20261124)
        profiles = [self.space.profile(f"writer-{i}") for i in range(WRITERS)]
        acknowledged = [[] for _ in profiles]
        for round_number in range(ROUNDS):
            fresh = [[] for _ in profiles]
            threads = [threading.Thread(target=self.write, args=(i, profile, round_number * 100_000, fresh[i]))
                       for i, profile in enumerate(profiles)]
            for thread in threads:
                thread.start()
            threads[0].join(0.15 + chance.random())
            self.server.kill()
            for thread in threads:
                thread.join()
            self.server.start()
            for i, profile in enumerate(profiles):
                self.check(profile, fresh[i], f"round {round_number}")
                acknowledged[i] += fresh[i]
        self.assertGreater(sum(map(len, acknowledged)), ROUNDS, "the load was too small to show anything")
        for i, profile in enumerate(profiles):
            profile.settle(120)
            self.check(profile, acknowledged[i], "the end")
            rows = [json.loads(line) for line in profile.export().decode().splitlines()]
            self.assertEqual(rows, sorted(rows, key=lambda row: (row["kind"], row.get("id") or row["hash"])))
            ids = {row["id"] for row in rows if row["kind"] == "message"}
            for row in rows:
                if row["kind"] == "memory":
                    named = {s if isinstance(s, str) else s["id"] for s in row["sources"]}
                    self.assertLessEqual(named, ids, "a memory's source is missing")
            self.ok(profile.recall(f"What is machine 1 of writer {i} called?"))
            self.ok(profile.summary())

    def check(self, profile, acknowledged, when):
        unexpected = [text for kind, text in acknowledged if kind == "unexpected"]
        self.assertEqual(unexpected, [], when)
        have = profile.contents()
        lost = [text for kind, text in acknowledged if kind != 0 and text not in have]
        self.assertEqual(lost, [], f"{when}: acknowledged messages are gone")
        ids = {m["id"] for m in profile.memories(superseded=1)}
        lost = [memory for kind, memory in acknowledged if kind == 0 and memory not in ids]
        self.assertEqual(lost, [], f"{when}: acknowledged memories are gone")


if __name__ == "__main__":
    main()
