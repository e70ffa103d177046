"""The same conversation again, grown, or late: messages and memories know themselves."""
from harness import E2E, main, message, says

TALK = [
    message("Hi, I am Mara and I work at Ostrea Labs in Lisbon.", "2026-03-02T09:14:00Z"),
    message("Hello Mara.", "2026-03-02T09:14:20Z", "assistant"),
    message("We use PostgreSQL 16 for the billing service.", "2026-03-02T09:15:00Z"),
    message("Noted.", "2026-03-02T09:15:10Z", "assistant"),
]
GROWTH = [
    message("The billing service is deployed every Tuesday at 14:00.", "2026-03-02T09:20:00Z"),
    message("Got it.", "2026-03-02T09:20:10Z", "assistant"),
]


class Identity(E2E):
    def test_ingesting_again_stores_nothing(self):
        profile = self.fresh()
        self.ok(profile.ingest(TALK, "s1"))
        before, status = profile.export(), profile.status()
        self.assertEqual(status["messages"], 4)
        for _ in range(3):
            self.ok(profile.ingest(TALK, "s1"))
        self.assertEqual(profile.export(), before)
        later = [dict(m, timestamp="2026-05-01T00:00:00Z") for m in TALK]
        self.ok(profile.ingest(later, "s1"))
        self.assertEqual(profile.export(), before, "timestamps are no part of a message's identity")

    def test_equal_messages_of_one_session_are_one_of_two_sessions_two(self):
        profile = self.fresh()
        twice = [message("Our staging server is called heron."), message("Our staging server is called heron.")]
        self.ok(profile.ingest(twice, "s1"))
        self.assertEqual(len(profile.all("messages")), 1)
        self.ok(profile.ingest(twice, "s2"))
        self.assertEqual(len(profile.all("messages")), 2)
        saying = [m for m in profile.memories() if says(m, "heron")]
        self.assertEqual(len(saying), 1, "one memory for one thing, with a source in each session")
        self.assertEqual({source["sessionId"] for source in saying[0]["sources"]}, {"s1", "s2"})

    def test_a_grown_conversation_without_a_session_id_stores_the_growth(self):
        for name, strip in (("with timestamps", False), ("without", True)):
            with self.subTest(name):
                profile = self.fresh()
                talk, growth = ([{k: v for k, v in m.items() if k != "timestamp"} for m in part] if strip else part
                                for part in (TALK, GROWTH))
                self.ok(profile.ingest(talk))
                memories = {m["id"] for m in profile.memories(superseded=1)}
                self.ok(profile.ingest(talk + growth))
                status = profile.status()
                self.assertEqual((status["messages"], status["sessions"]), (6, 1))
                self.assertLessEqual(memories, {m["id"] for m in profile.memories(superseded=1)})
                before = profile.export()
                self.ok(profile.ingest(talk + growth))
                self.assertEqual(profile.export(), before)

    def test_a_derived_session_does_not_depend_on_the_time_of_arrival(self):
        one, two = self.fresh(), self.fresh()
        untimed = [{k: v for k, v in m.items() if k != "timestamp"} for m in TALK]
        self.ok(one.ingest(untimed))
        self.ok(two.ingest(untimed))
        ids = lambda profile: sorted(m["id"] for m in profile.all("messages"))
        self.assertEqual(ids(one), ids(two))

    def test_the_same_input_gives_the_same_bytes(self):
        one, two = self.fresh(), self.fresh()
        for profile in (one, two):
            self.ok(profile.ingest(TALK + GROWTH, "s1"))
        self.assertEqual(one.export(), two.export())

    def test_an_older_conversation_imported_later_supersedes_nothing_newer(self):
        profile = self.fresh()
        self.ok(profile.ingest([message("We use pnpm as the package manager.", "2026-04-01T10:00:00Z")], "april"))
        self.ok(profile.ingest([message("We use npm as the package manager.", "2026-01-05T10:00:00Z")], "january"))
        current = [m["content"] for m in profile.memories() if says(m, "package manager")]
        self.assertEqual(len(current), 1, current)
        self.assertIn("pnpm", current[0])
        old = [m for m in profile.memories(superseded=1) if m["supersededBy"]]
        self.assertEqual(len(old), 1, "the old value is there, superseded from the start")
        self.assertEqual(old[0]["supersededBy"], self.memory_saying(profile, "pnpm")["id"])
        answer = self.ok(profile.recall("Which package manager do we use?"))["answer"]
        self.assertIn("pnpm", answer)

    def test_the_order_of_arrival_does_not_change_what_is_current(self):
        talks = [("january", "We use npm as the package manager.", "2026-01-05T10:00:00Z"),
                 ("march", "We use yarn as the package manager.", "2026-03-05T10:00:00Z"),
                 ("april", "We use pnpm as the package manager.", "2026-04-01T10:00:00Z")]
        chains = []
        for order in (talks, talks[::-1], [talks[1], talks[2], talks[0]]):
            profile = self.fresh()
            for session, text, at in order:
                self.ok(profile.ingest([message(text, at)], session))
            head = self.memory_saying(profile, "pnpm")
            chains.append([m["id"] for m in self.ok(profile.call("GET", f"/memories/{head['id']}/history"))])
        self.assertEqual(len(chains[0]), 3)
        self.assertEqual(chains[0], chains[1])
        self.assertEqual(chains[0], chains[2])


if __name__ == "__main__":
    main()
