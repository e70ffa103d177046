"""The story of the README: a project changes its package manager, and the agent that asks months later hears the truth."""
from harness import E2E, main, message

JANUARY = [
    message("Hi! I'm setting up the web shop. We use npm as the package manager.", "2026-01-12T09:00:00Z"),
    message("Noted. Anything else I should know?", "2026-01-12T09:00:30Z", "assistant"),
    message("Yes: never force-push to main.", "2026-01-12T09:01:00Z"),
    message("Understood.", "2026-01-12T09:01:10Z", "assistant"),
    message("Thanks!", "2026-01-12T09:01:20Z"),
]
APRIL = [
    message("We switched from npm to pnpm as the package manager yesterday.", "2026-04-21T10:00:00Z"),
    message("Good choice, I will use pnpm from now on.", "2026-04-21T10:00:20Z", "assistant"),
]


class Story(E2E):
    def test_the_story(self):
        profile = self.fresh()
        self.ok(profile.ingest(JANUARY, "january"))
        first = self.ok(profile.recall("Which package manager do we use?"))
        self.assertIn("npm", first["answer"])
        self.assertNotIn("pnpm", first["answer"])

        self.ok(profile.ingest(APRIL, "april"))
        for query in ("Which package manager do we use?", "What package manager does the project use?"):
            answer = self.ok(profile.recall(query, referenceDate="2026-05-01"))["answer"]
            self.assertIn("pnpm", answer, query)
        self.assertIn("force-push", self.ok(profile.recall("What must I never do on main?"))["answer"])
        self.assertEqual(self.ok(profile.recall("What is the CEO's favourite opera?"))["answer"], "")

        head = self.memory_saying(profile, "pnpm")
        self.assertTrue(any("2026-04-20" in m["content"] + m["summary"] for m in profile.memories(superseded=1)),
                        "'yesterday' is the day before the message")
        chain = self.ok(profile.call("GET", f"/memories/{head['id']}/history"))
        self.assertGreaterEqual(len(chain), 2, "the old value is kept in the history")
        self.assertEqual(chain[0]["supersededBy"], chain[1]["id"])
        self.assertIsNone(chain[-1]["supersededBy"])
        self.assertEqual({s["sessionId"] for s in head["sources"]}, {"april"})
        current = [m["content"] for m in profile.memories() if "package manager" in m["content"]]
        self.assertFalse([c for c in current if "pnpm" not in c], "the old value is no longer current")

        words = [m["content"].lower() for m in profile.memories(superseded=1)]
        self.assertFalse([w for w in words if w.startswith(("thanks", "understood", "noted"))], "small talk is not kept")
        summary = self.ok(profile.summary())["summary"]
        self.assertIn("pnpm", summary)
        self.assertIn("force-push", summary)

        before = profile.export()
        self.ok(profile.ingest(JANUARY, "january"))
        self.assertEqual(profile.export(), before)
        self.restart()
        self.assertEqual(profile.export(), before)

    def test_the_conversation_of_the_readme(self):
        profile = self.fresh()
        self.ok(profile.ingest([message("I prefer pnpm as the package manager.", "2026-01-12T09:00:00Z"),
                                message("Never force-push to main.", "2026-01-12T09:01:00Z")], "january"))
        query = "What package manager does the user prefer?"
        self.assertIn("pnpm", self.ok(profile.recall(query))["answer"])
        self.ok(profile.ingest([message("We switched from pnpm to Yarn as the package manager yesterday.",
                                        "2026-04-21T10:00:00Z")], "april"))
        self.assertIn("Yarn", self.ok(profile.recall(query))["answer"])
        chain = self.ok(profile.call("GET", f"/memories/{self.memory_saying(profile, 'Yarn')['id']}/history"))
        self.assertEqual([m["sources"][0]["sessionId"] for m in chain], ["january", "april"])
        self.assertTrue(any("2026-04-20" in m["content"] for m in profile.memories()))


if __name__ == "__main__":
    main()
