"""Export and import: everything, once, in the same bytes."""
import json

from harness import E2E, main, message, until

KINDS = ["memory", "message", "tombstone"]


class Transfer(E2E):
    def filled(self):
        profile = self.fresh()
        self.ok(profile.ingest([message("We use npm as the package manager.", "2026-01-05T10:00:00Z"),
                                message("Noted.", role="assistant"),
                                message("Ünïcode 漢字 👩‍👩‍👧‍👦 \u202e and a \"quote\" \\ and\nlines", name="Ada")], "january"))
        self.ok(profile.ingest([message("We use pnpm as the package manager.", "2026-04-01T10:00:00Z"),
                                message("The staging server is called heron.", "2026-04-01T10:01:00Z")], "april"))
        self.ok(profile.remember("Never push to main on a Friday.", sessionId="april"))
        self.ok(profile.forget(self.memory_saying(profile, "heron")["id"]))
        return profile

    def test_lines(self):
        rows = [json.loads(line) for line in self.filled().export().decode().splitlines()]
        self.assertEqual({row["kind"] for row in rows}, set(KINDS))
        self.assertEqual(rows, sorted(rows, key=lambda row: (row["kind"], row.get("id") or row["hash"])))
        for row in rows:
            if row["kind"] == "message":
                self.assertLessEqual({"id", "sessionId", "role", "content", "timestamp", "position"}, set(row))
            elif row["kind"] == "memory":
                self.assertLessEqual({"id", "type", "summary", "content", "sessionId", "createdAt", "updatedAt", "topicKey",
                                      "keywords", "queries", "supersededBy", "sources"}, set(row))
            else:
                self.assertEqual(set(row), {"kind", "hash"})
        self.assertNotIn("heron", json.dumps(rows))

    def test_export_after_import_gives_the_same_bytes(self):
        one, two = self.filled(), self.fresh()
        exported = one.export()
        self.assertEqual(one.export(), exported)
        counts = self.ok(two.load(exported))
        self.assertEqual(set(counts), {"messages", "memories", "tombstones", "skipped"})
        self.assertEqual(sum(counts[k] for k in ("messages", "memories", "tombstones")), len(exported.splitlines()))
        self.assertEqual(counts["skipped"], 0)
        self.assertEqual(two.export(), exported)
        self.assertEqual(two.memories(superseded=1), one.memories(superseded=1))
        for profile in (one, two):  # recall goes by words alone until the vectors are there
            self.assertTrue(until(lambda: profile.status()["vectors_pending"] == 0, 60))
        for query in ("Which package manager do we use?", "What must never be done on a Friday?"):
            self.assertEqual(self.ok(two.recall(query)), self.ok(one.recall(query)))
        self.assertEqual(self.ok(two.summary()), self.ok(one.summary()))

    def test_import_is_idempotent_and_merges(self):
        profile, target = self.filled(), self.fresh()
        exported = profile.export()
        self.ok(target.load(exported))
        again = self.ok(target.load(exported))
        self.assertEqual((again["messages"], again["memories"], again["tombstones"]), (0, 0, 0))
        self.assertEqual(again["skipped"], len(exported.splitlines()))
        self.assertEqual(target.export(), exported)
        mixed = self.fresh()
        self.ok(mixed.remember("The office is in Lisbon."))
        self.ok(mixed.load(exported))
        self.memory_saying(mixed, "Lisbon")
        self.memory_saying(mixed, "pnpm")

    def test_a_forgotten_thing_stays_forgotten_where_it_is_imported(self):
        profile, target = self.filled(), self.fresh()
        self.ok(target.load(profile.export()))
        self.ok(target.ingest([message("The staging server is called heron.", "2026-04-01T10:01:00Z")], "april"))
        self.assertEqual([m for m in target.memories() if "heron" in m["content"]], [])

    def test_imported_state_survives_a_restart(self):
        profile, target = self.filled(), self.fresh()
        exported = profile.export()
        self.ok(target.load(exported))
        self.restart()
        self.assertEqual(target.export(), exported)

    def test_bad_lines_are_refused(self):
        good = self.filled().export().splitlines()[0]
        for bad in (b"{", b"[]", b"null", b'{"kind":"planet"}', b'{"kind":"message"}', b'{"kind":"tombstone","hash":"x"}', b"\xff",
                    b'{"kind":"message","id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","sessionId":"s","role":"user","content":1,'
                    b'"timestamp":"2026-01-01T00:00:00.000Z","position":0}'):
            with self.subTest(bad):
                self.error(self.fresh().load(good + b"\n" + bad + b"\n"), 400, 11001)

    def test_nothing_exports_as_nothing_and_imports(self):
        profile = self.fresh()
        self.assertEqual(profile.export(), b"")
        self.assertEqual(self.ok(profile.load(b"")), {"messages": 0, "memories": 0, "tombstones": 0, "skipped": 0})


if __name__ == "__main__":
    main()
