"""Who may do what: scopes, patterns, expiry, revocation; and what of a token is on disk."""
import datetime
import stat

from harness import E2E, TOKEN, Server, Space, main, message, until


def in_seconds(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Tokens(E2E):
    def make(self, scopes, **fields):
        return self.ok(self.server.request("POST", "/admin/tokens", {"scopes": scopes, **fields}))

    def reads(self, token, profile="p"):
        return self.space.profile(profile, token).call("GET", "/memories")

    def writes(self, token, profile="p"):
        return self.space.profile(profile, token).remember("The office is in Lisbon.")

    def test_scopes(self):
        reader, writer = self.make(["memory:read"])["token"], self.make(["memory:write"])["token"]
        both, admin = self.make(["memory:read", "memory:write"])["token"], self.make(["admin"])["token"]
        self.ok(self.writes(writer))
        self.ok(self.reads(reader))
        self.ok(self.reads(both))
        self.ok(self.writes(both))
        self.ok(self.reads(admin))
        self.ok(self.writes(admin))
        self.error(self.writes(reader), 403, 10000)
        self.error(self.reads(writer), 403, 10000)
        self.error(Space(self.server, "by-reader", token=reader).create(), 403, 10000)
        for token in (reader, writer, both):
            self.error(self.server.request("GET", "/admin/tokens", token=token), 403, 10000)
            self.error(self.server.request("POST", "/admin/tokens", {"scopes": ["admin"]}, token), 403, 10000)
        self.ok(self.server.request("GET", "/admin/tokens", token=admin))

    def test_reading_calls_need_reading_writing_calls_writing(self):
        reader = self.make(["memory:read"])["token"]
        profile = self.space.profile("scoped")
        memory = self.ok(profile.remember("The office is in Lisbon."))["id"]
        limited = self.space.profile("scoped", reader)
        for method, path, body in (("GET", f"/memories/{memory}", None), ("POST", "/recall", {"query": "office"}),
                                   ("POST", "/summary", None), ("GET", "/status", None), ("GET", "/export", None),
                                   ("GET", "/messages", None), ("GET", "/sessions", None)):
            with self.subTest(f"{method} {path}"):
                self.assertEqual(limited.call(method, path, body).status, 200)
        for method, path, body in (("POST", "/ingest", {"messages": [message("hello")]}), ("DELETE", f"/memories/{memory}", None),
                                   ("DELETE", "/sessions/s", None), ("DELETE", "", None), ("POST", "/import", b"")):
            with self.subTest(f"{method} {path}"):
                self.error(limited.call(method, path, body), 403, 10000)
        self.assertEqual(self.ok(profile.get(memory))["id"], memory)

    def test_namespace_and_profile_patterns(self):
        token = self.make(["memory:read", "memory:write"], namespace=self.namespace, profile="team-*")["token"]
        self.ok(self.writes(token, "team-a"))
        self.ok(self.reads(token, "team-b"))
        self.error(self.writes(token, "private"), 403, 10000)
        self.error(self.reads(token, "ateam-a"), 403, 10000)
        other = Space(self.server, "elsewhere")
        self.ok(other.create(), 201)
        self.error(other.profile("team-a", token).remember("x"), 403, 10000)
        self.error(Space(self.server, "unborn", token=token).profile("team-a").remember("x"), 403, 10000)

    def test_expiry(self):
        made = self.make(["memory:read"], expiresAt=in_seconds(1.5))
        self.ok(self.reads(made["token"]))
        self.assertTrue(until(lambda: self.reads(made["token"]).status == 401, 10, 0.2))
        self.error(self.reads(made["token"]), 401, 10000)

    def test_revocation(self):
        made = self.make(["memory:read"])
        self.ok(self.reads(made["token"]))
        listed = self.ok(self.server.request("GET", "/admin/tokens"))
        row = next(t for t in listed if t["id"] == made["id"])
        self.assertNotIn(made["token"], str(listed), "a token is shown once, when it is made")
        self.assertEqual(row["scopes"], ["memory:read"])
        self.ok(self.server.request("DELETE", f"/admin/tokens/{made['id']}"))
        self.error(self.reads(made["token"]), 401, 10000)
        self.assertEqual(self.server.request("DELETE", f"/admin/tokens/{made['id']}").status, 404)
        self.error(self.server.request("DELETE", "/admin/tokens/x"), 400, 11001)

    def test_bad_requests_for_tokens(self):
        for body in ({}, {"scopes": []}, {"scopes": "admin"}, {"scopes": ["root"]}, {"scopes": [1]},
                     {"scopes": ["admin"], "expiresAt": "soon"}, {"scopes": ["admin"], "namespace": "A B"}):
            with self.subTest(str(body)):
                self.error(self.server.request("POST", "/admin/tokens", body), 400, 11001)

    def test_no_token_no_answer(self):
        for path in (self.space.root, self.space.path, self.space.path + "/profiles/p/memories", "/admin/tokens"):
            for token in (None, "", "x" * 40):
                self.error(self.server.request("GET", path, token=None, headers=None if token is None else
                                               {"Authorization": f"Bearer {token}"}), 401, 10000)

    def test_only_hashes_are_on_disk_and_tokens_outlive_a_restart(self):
        made = self.make(["memory:read"])
        self.ok(self.writes(""))
        self.assertEqual(self.server.files_with(made["token"]), [])
        self.restart()
        self.ok(self.reads(made["token"]))
        self.assertEqual(self.server.files_with(made["token"]), [])
        self.assertNotIn(made["token"], self.server.log_path.read_text())
        self.assertNotIn(TOKEN, self.server.log_path.read_text())


class AdminToken(E2E):
    """Without HOLDFAST_TOKEN the server makes its administrator's token itself."""

    @classmethod
    def setUpClass(cls):
        cls.profiles = 0
        cls.server = Server(token=None)
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.file = cls.server.data / "admin.token"
        cls.server.token = cls.file.read_text().strip()
        cls.space = Space(cls.server, cls.namespace)

    def test_made_once_readable_by_the_owner_only(self):
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertGreaterEqual(len(self.server.token), 32)
        self.ok(self.space.create(), 201)
        self.ok(self.server.request("GET", "/admin/tokens"))
        token, self.server.token = self.server.token, None
        try:
            self.restart()
        finally:
            self.server.token = token
        self.assertEqual(self.file.read_text().strip(), token)
        self.ok(self.server.request("GET", "/admin/tokens"))
        self.assertNotIn(token, self.server.log_path.read_text())
        others = [f for f in self.server.files_with(token) if f != self.file]
        self.assertEqual(others, [])


if __name__ == "__main__":
    main()
