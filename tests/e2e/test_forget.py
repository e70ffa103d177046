"""Forgetting is for good: not back with the transcript, not in the files, unless it is said anew with `remember`."""
from harness import E2E, main, message, until

TALK = [
    message("Our staging server is called zyzzyvaheron.", "2026-03-02T09:14:00Z"),
    message("Noted.", "2026-03-02T09:14:20Z", "assistant"),
    message("The production database is PostgreSQL 16 in Frankfurt.", "2026-03-02T09:15:00Z"),
]
SECRET = "zyzzyvaheron"


class Forget(E2E):
    def anywhere(self, profile):
        """Every place a client can look for the forgotten word."""
        found = self.ok(profile.recall("What is the staging server called?", explain=True))
        return [name for name, text in (
            ("memories", str(profile.memories(superseded=1))), ("messages", str(profile.contents())),
            ("recall", str(found)), ("summary", str(self.ok(profile.summary()))),
            ("export", profile.export().decode())) if SECRET in text.lower()]

    def gone_from_files(self, word):
        left = lambda: self.server.files_with(word)
        self.assertTrue(until(lambda: not left(), 30, 0.25), f"'{word}' is still in {left()}")

    def test_a_forgotten_memory_stays_forgotten_until_it_is_remembered(self):
        profile = self.fresh()
        self.ok(profile.ingest(TALK, "s1"))
        memory = self.memory_saying(profile, SECRET)
        self.assertEqual(self.ok(profile.forget(memory["id"]))["id"], memory["id"])
        self.assertEqual(self.anywhere(profile), [])
        self.ok(profile.ingest(TALK, "s1"))
        profile.settle()
        self.assertEqual(self.anywhere(profile), [], "sending the transcript again brought it back")
        self.ok(profile.ingest([message("Our staging server is called zyzzyvaheron.")], "another"))
        self.assertEqual([m for m in profile.memories(superseded=1) if SECRET in m["content"].lower()], [],
                         "the same statement in another session brought the memory back")
        again = self.ok(profile.remember("Our staging server is called zyzzyvaheron."))
        self.assertEqual(self.ok(profile.get(again["id"]))["content"], "Our staging server is called zyzzyvaheron.")
        self.assertIn(SECRET, str(self.ok(profile.recall("What is the staging server called?"))).lower())

    def test_forgetting_survives_a_restart_and_leaves_the_rest(self):
        profile = self.fresh()
        self.ok(profile.ingest(TALK, "s1"))
        self.ok(profile.forget(self.memory_saying(profile, SECRET)["id"]))
        self.restart()
        self.ok(profile.ingest(TALK, "s1"))
        self.assertEqual(self.anywhere(profile), [])
        self.memory_saying(profile, "Frankfurt")

    def test_a_message_that_other_memories_come_from_is_kept(self):
        profile = self.fresh()
        text = "Our staging server is called quokkabay. The production database is PostgreSQL 16 in Frankfurt."
        self.ok(profile.ingest([message(text)], "s1"))
        memories = profile.memories()
        self.assertGreaterEqual(len(memories), 1)
        kept = len(memories) > 1
        self.ok(profile.forget(memories[0]["id"]))
        self.assertEqual(profile.contents(), {text} if kept else set())
        for memory in memories[1:]:
            self.ok(profile.forget(memory["id"]))
        self.assertEqual(profile.contents(), set())

    def test_forgetting_the_newest_does_not_bring_its_predecessor_back(self):
        profile = self.fresh()
        self.ok(profile.ingest([message("We use npm as the package manager.", "2026-01-05T10:00:00Z")], "january"))
        self.ok(profile.ingest([message("We use pnpm as the package manager.", "2026-04-01T10:00:00Z")], "april"))
        self.ok(profile.forget(self.memory_saying(profile, "pnpm")["id"]))
        self.assertEqual([m["content"] for m in profile.memories() if "npm" in m["content"]], [])

    def test_deleting_a_session_closes_the_gap_in_a_chain(self):
        profile = self.fresh()
        for session, tool, at in (("one", "npm", "2026-01-05"), ("two", "yarn", "2026-03-05"), ("three", "pnpm", "2026-04-01")):
            self.ok(profile.ingest([message(f"We use {tool} as the package manager.", at + "T10:00:00Z")], session))
        head = self.memory_saying(profile, "pnpm")
        self.ok(profile.call("DELETE", "/sessions/two"))
        chain = self.ok(profile.call("GET", f"/memories/{head['id']}/history"))
        self.assertEqual([m["sessionId"] for m in chain], ["one", "three"])
        self.assertEqual(chain[0]["supersededBy"], head["id"])

    def test_a_forgotten_text_leaves_the_files(self):
        profile = self.fresh()
        word = "xanthippegrove"
        self.ok(profile.ingest([message(f"Our build server is called {word}.")], "s1"))
        self.assertTrue(self.server.files_with(word), "it should be in the files before")
        self.ok(profile.forget(self.memory_saying(profile, word)["id"]))
        self.gone_from_files(word)

    def test_deleted_messages_sessions_profiles_and_namespaces_leave_the_files(self):
        for what in ("message", "session", "profile", "namespace"):
            with self.subTest(what):
                word = f"wolpertinger{what}"
                space = type(self.space)(self.server, f"purge-{what}")
                self.ok(space.create(), 201)
                profile = space.profile("p")
                self.ok(profile.ingest([message(f"Can you look at the log of {word} please?")], "s1"))
                self.ok(profile.ingest([message("The production database is PostgreSQL 16 in Frankfurt.")], "s2"))
                self.assertTrue(self.server.files_with(word))
                if what == "message":
                    row = next(m for m in profile.all("messages") if word in m["content"])
                    self.ok(profile.call("DELETE", f"/messages/{row['id']}"))
                elif what == "session":
                    self.ok(profile.call("DELETE", "/sessions/s1"))
                elif what == "profile":
                    self.ok(profile.call("DELETE"))
                else:
                    self.ok(self.server.request("DELETE", space.path))
                self.gone_from_files(word)

    def test_a_profile_made_anew_under_an_old_name_is_empty(self):
        profile = self.fresh()
        self.ok(profile.ingest(TALK, "s1"))
        self.ok(profile.call("DELETE"))
        self.assertEqual(profile.contents(), set())
        self.ok(profile.ingest(TALK[2:], "s1"))
        self.assertEqual(profile.contents(), {TALK[2]["content"]})
        self.ok(profile.ingest(TALK, "s1"))
        self.assertIn(TALK[0]["content"], profile.contents(), "a deleted profile's tombstones are not the new one's")


if __name__ == "__main__":
    main()
