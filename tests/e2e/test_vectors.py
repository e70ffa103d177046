"""Vectors are made in the background, survive a crash, and are done without when there is no encoder."""
import os
import random
import tempfile
import unittest

from harness import E2E, Server, Space, main, message, until

LINES = ["I keep bees behind the barn.", "The queen of hive three is two years old.", "Honey harvest is in July.",
         "My neighbour lends me her extractor.", "Hive five swarmed last spring.", "I sell the wax to a candle maker."]


def talk(n, salt=""):
    chance = random.Random(n)
    return [message(f"{chance.choice(LINES)} Note {salt}{i}.", role="assistant" if i % 2 else "user") for i in range(n)]


def settled(profile, seconds=120):
    return until(lambda: (lambda s: s["vectors_pending"] == 0 and s["jobs_pending"] == 0)(profile.status()), seconds)


class Vectors(E2E):
    def metric(self, name):
        lines = self.server.request("GET", "/metrics").raw.decode().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith(name + " ")))

    def test_everything_gets_its_vectors_and_keeps_them(self):
        profile = self.fresh()
        self.ok(profile.ingest(talk(24), "s"))
        self.ok(profile.remember("The bees are Buckfast bees."))
        self.assertTrue(settled(profile), profile.status())
        made = self.metric("holdfast_vectors_made")
        self.assertGreaterEqual(made, 24)
        self.assertEqual(self.metric("holdfast_vectors_waiting"), 0)
        self.restart()
        self.assertEqual(profile.status()["vectors_pending"], 0)
        self.ok(profile.recall("What kind of bees are they?"))
        self.assertEqual(self.metric("holdfast_vectors_made"), 0, "they were made again")

    def test_a_crash_loses_none(self):
        profile = self.fresh()
        for batch in range(4):
            self.ok(profile.ingest(talk(40, f"{batch}-"), f"s{batch}", **{"async": True}), 202)
        left = profile.status()["vectors_pending"]
        self.server.kill()
        self.server.start()
        self.assertGreater(left, 0, "the crash came too late to show anything")
        self.assertTrue(settled(profile), profile.status())
        self.assertEqual(len(profile.contents()), 160)

    def test_what_is_forgotten_waits_no_longer(self):
        profile = self.fresh()
        self.ok(profile.ingest(talk(30), "s"))
        self.ok(profile.call("DELETE", "/sessions/s"))
        self.assertTrue(settled(profile, 30), profile.status())


class WithoutModel(unittest.TestCase):
    def serve(self, *lines):
        with tempfile.NamedTemporaryFile("w", suffix=".toml", delete=False) as config:
            config.write("\n".join(lines))
        self.addCleanup(os.unlink, config.name)
        server = Server(options=("--config", config.name))
        self.addCleanup(server.remove)
        return server.start()

    def check(self, server):
        space = Space(server, "e2e")
        self.assertEqual(space.create().status, 201)
        profile = space.profile("p")
        self.assertEqual(profile.ingest(talk(4), "s").status, 200)
        self.assertEqual(profile.status()["vectors_pending"], 0)
        self.assertEqual(profile.recall("When is the honey harvest?").status, 200)
        self.assertEqual(server.stop(), 0)

    def test_none_by_configuration(self):
        server = self.serve("[models]", 'encoder = "none"')
        self.check(server)
        self.assertNotIn("warning", server.log_tail())

    def test_a_missing_file_is_a_warning(self):
        server = self.serve("[models]", 'file = "/nowhere/at-all.model"')
        self.check(server)
        self.assertIn("/nowhere/at-all.model", server.log_tail())
        self.assertIn("HOLDFAST_MODELS_FILE", server.log_tail())


if __name__ == "__main__":
    main()
