"""Junk over a profile's database: that profile says so with a 500, the others and the server go on."""
from harness import E2E, main, message


class Corrupt(E2E):
    def spoil(self, word, junk):
        """Overwrites the database that holds `word`, with the server stopped."""
        self.assertEqual(self.server.stop(), 0)
        files = self.server.files_with(word)
        self.assertTrue(files, "the profile's file was not found")
        for file in files:
            size = file.stat().st_size
            file.write_bytes((junk * (size // len(junk) + 1))[:size])
        self.server.start()

    def test_one_spoilt_profile(self):
        for name, junk in (("noise", bytes(range(256))), ("zeroes", b"\0"), ("text", b"this is no database\n")):
            with self.subTest(name):
                word = f"vermilionheron{name}"
                spoilt, sound = self.fresh(), self.fresh()
                self.ok(spoilt.ingest([message(f"Our staging server is called {word}.")], "s"))
                self.ok(sound.ingest([message("Our production server is called osprey.")], "s"))
                self.spoil(word, junk)
                for method, path, body in (("GET", "/memories", None), ("POST", "/recall", {"query": "staging server"}),
                                           ("POST", "/remember", {"content": "A new note."}), ("GET", "/status", None),
                                           ("POST", "/ingest", {"messages": [message("A new note.")]}), ("GET", "/export", None)):
                    answer = self.error(spoilt.call(method, path, body), 500)
                    self.assertNotIn(str(self.server.data), answer["message"], "paths are for the log, not for clients")
                self.assertEqual(self.server.request("GET", "/readyz", token=None).status, 200)
                self.memory_saying(sound, "osprey")
                self.ok(sound.remember("The mail server is called ibis."))
                self.assertIn("osprey", str(self.ok(sound.recall("What is the production server called?"))))
                self.assertIsNone(self.ok(spoilt.call("DELETE")), "a spoilt profile can be deleted")
                self.assertEqual(spoilt.memories(), [])
                self.ok(spoilt.remember("And its name can be used again."))

    def test_a_truncated_database(self):
        spoilt, sound = self.fresh(), self.fresh()
        texts = [f"Machine {i} of the truncated profile is called heron-{i}." for i in range(200)]
        self.ok(spoilt.ingest([message(t) for t in texts], "s"))
        self.ok(sound.remember("Our production server is called osprey."))
        self.assertEqual(self.server.stop(), 0)
        for file in self.server.files_with("of the truncated profile"):
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2 // 4096 * 4096 + 100])
        self.server.start()
        self.error(spoilt.call("GET", "/memories"), 500)
        self.memory_saying(sound, "osprey")


if __name__ == "__main__":
    main()
