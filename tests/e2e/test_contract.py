"""The wire contract (docs/api.md): every call, every limit from both sides, the envelope, pages, malformed and unknown ids."""
import json

from harness import ACCOUNT, TIME, TOKEN, ULID, E2E, Space, main, message, read_answer

UNKNOWN = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
MEMORY_FIELDS = {"id", "type", "summary", "content", "sessionId", "createdAt", "updatedAt"}


class Namespaces(E2E):
    def test_life_of_a_namespace(self):
        space = Space(self.server, "life")
        made = self.ok(space.create(), 201)
        self.assertEqual(set(made), {"id", "name", "account_id", "created_at", "updated_at"})
        self.assertRegex(made["id"], ULID)
        self.assertRegex(made["created_at"], TIME)
        self.assertEqual((made["name"], made["account_id"]), ("life", ACCOUNT))
        self.assertIn("already exists", self.error(space.create(), 409, 10008)["message"])
        self.assertEqual(self.ok(self.server.request("GET", space.path)), made)
        self.assertIsNone(self.ok(self.server.request("DELETE", space.path)))
        self.assertEqual(self.error(self.server.request("GET", space.path), 404, 1003)["message"], "namespace not found")
        self.error(self.server.request("DELETE", space.path), 404, 1003)
        self.assertNotEqual(self.ok(space.create(), 201)["id"], made["id"])

    def test_deleted_namespace_comes_back_empty(self):
        space = Space(self.server, "reborn")
        self.ok(space.create(), 201)
        self.ok(space.profile("p").remember("The office is in Lisbon."))
        self.ok(self.server.request("DELETE", space.path))
        self.error(space.profile("p").call("GET", "/memories"), 404, 1003)
        self.ok(space.create(), 201)
        self.assertEqual(space.profile("p").memories(), [])
        self.assertEqual(self.ok(self.server.request("GET", space.path + "/profiles")), [])

    def test_names(self):
        for good in ("a", "9", "a-b", "a--b", "a" * 32):
            self.ok(Space(self.server, good).create(), 201)
        for bad in ("", "-a", "a-", "A", "a_b", "ä", "a.b", "..", "a b", "a" * 33, "a\n", "a\u0000"):
            with self.subTest(bad):
                self.error(Space(self.server, bad).create(), 400, 11001, "/name")
        root = self.space.root
        for body in (None, b"", b"{", b"[]", b"null", b'"a"', {}, {"name": 1}, {"name": None}, {"name": ["a"]}):
            with self.subTest(str(body)):
                self.error(self.server.request("POST", root, body), 400, 11001)

    def test_dots_and_escapes_in_paths_are_names_like_others(self):
        root = self.space.root
        for segment in ("..", ".", "%2e%2e", "%2E", "a%2Fb", "%2e%2e%2f%2e%2e", "%00", "A", "a%20b", "-a", "a" * 33):
            with self.subTest(segment):
                self.error(self.server.request("GET", f"{root}/{segment}"), 400, 11001)
        for segment in ("%", "%zz", "%ff"):
            with self.subTest(segment):
                self.error(self.server.request("GET", f"{root}/{segment}"), 400)
        for segment in ("..", "%2e%2e", "P", "a" * 101, "a%2Fb", "%00"):
            with self.subTest("profile " + segment):
                self.error(self.server.request("GET", f"{self.space.path}/profiles/{segment}/memories"), 400, 11001)

    def test_pages(self):
        account = "pages"
        names = ["delta", "alpha", "echo", "bravo", "charlie"]
        for name in names:
            self.ok(Space(self.server, name, account).create(), 201)
        root = Space(self.server, "x", account).root

        def pages(query):
            cursor, seen = "", []
            while True:
                reply = self.server.request("GET", f"{root}?{query}{cursor}")
                rows = self.ok(reply)
                info = reply.json["result_info"]
                self.assertEqual(info["count"], len(rows))
                seen.append([row["name"] for row in rows])
                if "cursor" not in info:
                    return seen
                self.assertRegex(info["cursor"], r"^[A-Za-z0-9_-]{1,256}$")
                cursor = "&cursor=" + info["cursor"]

        self.assertEqual(pages("per_page=2"), [names[:2], names[2:4], names[4:]])
        self.assertEqual(pages("per_page=2&order=name"), [["alpha", "bravo"], ["charlie", "delta"], ["echo"]])
        self.assertEqual(pages("per_page=3&order=name&direction=desc"), [["echo", "delta", "charlie"], ["bravo", "alpha"]])
        self.assertEqual(pages("per_page=2&order=id&direction=desc"), [names[:2:-1], names[2:0:-1], names[:1]])
        self.assertEqual(pages("per_page=5"), [names])  # a full last page has no cursor either
        self.assertEqual(pages(""), [names])
        reply = self.server.request("GET", root)
        self.assertEqual(reply.json["result_info"]["per_page"], 20)

    def test_page_parameters(self):
        root = self.space.root
        self.ok(self.server.request("GET", root + "?per_page=1000"))
        for bad in ("per_page=0", "per_page=1001", "per_page=-1", "per_page=x", "per_page=", "per_page=1.5", "cursor=a%2Fb",
                    "cursor=" + "a" * 257, "order=size", "direction=up", "per_page=99999999999999999999"):
            with self.subTest(bad):
                self.error(self.server.request("GET", f"{root}?{bad}"), 400, 11001)

    def test_accounts_are_separate(self):
        mine, other = Space(self.server, "shared-name", "one"), Space(self.server, "shared-name", "two")
        self.ok(mine.create(), 201)
        self.error(self.server.request("GET", other.path), 404, 1003)
        self.ok(other.create(), 201)
        self.ok(mine.profile("p").remember("The office is in Lisbon."))
        self.assertEqual(other.profile("p").memories(), [])

    def test_unknown_paths_and_methods(self):
        for path in ("/", "/client", "/client/v4/accounts", self.space.root + "/", self.space.path + "/nothing",
                     self.space.path + "/profiles/p/nothing"):
            with self.subTest(path):
                self.error(self.server.request("GET", path), 404)
        reply = self.server.request("PUT", self.space.root)
        self.error(reply, 405)
        self.assertLessEqual({"GET", "POST"}, set(reply.headers["Allow"].split(", ")))
        reply = self.server.request("GET", self.space.path + "/profiles/p/recall")
        self.error(reply, 405)
        self.assertEqual(reply.headers["Allow"], "POST")

    def test_a_missing_namespace_is_said_by_every_call(self):
        nowhere = Space(self.server, "nowhere").profile("p")
        for method, path, body in (
                ("GET", "/memories", None), ("GET", f"/memories/{UNKNOWN}", None), ("DELETE", f"/memories/{UNKNOWN}", None),
                ("POST", "/ingest", {"messages": [message("hello there")]}), ("POST", "/remember", {"content": "x"}),
                ("POST", "/recall", {"query": "x"}), ("POST", "/summary", None), ("DELETE", "", None),
                ("DELETE", "/sessions/s", None), ("GET", "/status", None), ("GET", "/export", None),
                ("GET", "/messages", None), ("GET", "/sessions", None)):
            with self.subTest(f"{method} {path}"):
                self.error(nowhere.call(method, path, body), 404, 1003)


class Profiles(E2E):
    def test_one_never_written(self):
        profile = self.fresh()
        self.assertEqual(self.ok(profile.recall("anything at all")), {"answer": "", "count": 0, "candidates": []})
        self.assertEqual(self.ok(profile.call("GET", "/memories")), [])
        self.assertEqual(self.ok(profile.summary()), {"summary": ""})
        self.assertEqual(profile.get(UNKNOWN).status, 404)
        self.assertIsNone(self.ok(profile.call("DELETE")))
        self.assertIsNone(self.ok(profile.call("DELETE", "/sessions/none")))
        names = [p["name"] for p in self.ok(self.server.request("GET", self.space.path + "/profiles?per_page=1000"))]
        self.assertNotIn(profile.name, names)

    def test_appears_at_its_first_write_and_is_deleted_at_once(self):
        profile = self.space.profile("z" * 100)
        self.ok(profile.remember("The office is in Lisbon."))
        listed = self.ok(self.server.request("GET", self.space.path + "/profiles?per_page=1000"))
        row = next(p for p in listed if p["name"] == profile.name)
        self.assertEqual(set(row), {"name", "createdAt"})
        self.assertRegex(row["createdAt"], TIME)
        self.assertEqual([p["name"] for p in listed], sorted(p["name"] for p in listed))
        self.assertIsNone(self.ok(profile.call("DELETE")))
        self.assertEqual(profile.memories(), [])
        self.error(self.space.profile("z" * 101).remember("x"), 400, 11001)

    def test_remember_get_list_forget(self):
        profile = self.fresh()
        text = "Deployments go out on Tuesdays at 14:00 from the release branch."
        made = self.ok(profile.remember(text, sessionId="s1"))
        self.assertEqual(set(made), MEMORY_FIELDS)
        self.assertEqual((made["content"], made["sessionId"]), (text, "s1"))
        self.assertIn(made["type"], ("fact", "event", "instruction", "task"))
        self.assertRegex(made["id"], ULID)
        self.assertRegex(made["createdAt"], TIME)
        self.assertRegex(made["updatedAt"], TIME)
        self.assertNotEqual(made["summary"], "")
        self.assertEqual(self.ok(profile.get(made["id"])), made)
        listed = self.ok(profile.call("GET", "/memories"))
        self.assertEqual(listed, [{k: v for k, v in made.items() if k != "content"}])
        self.assertEqual(self.ok(profile.call("GET", "/memories?verbose=1"))[0]["content"], text)
        verbose = self.ok(profile.get(made["id"], "?verbose=1"))
        self.assertLessEqual({"topicKey", "keywords", "queries", "supersedes", "supersededBy", "sources"}, set(verbose))
        self.assertEqual(verbose["sources"], [])
        self.assertEqual([m["id"] for m in self.ok(profile.call("GET", f"/memories/{made['id']}/history"))], [made["id"]])
        self.assertEqual(self.ok(profile.forget(made["id"])), made)
        self.error(profile.get(made["id"]), 404, 11005)
        self.error(profile.forget(made["id"]), 404, 11005)
        self.assertIsNone(self.ok(self.fresh().remember("No session here, the sky is blue."))["sessionId"])

    def test_filters_of_the_list(self):
        profile = self.fresh()
        first = self.ok(profile.remember("The office is in Lisbon.", sessionId="s1"))
        second = self.ok(profile.remember("Never push to main on a Friday.", sessionId="s2"))
        ids = lambda query: [m["id"] for m in self.ok(profile.call("GET", f"/memories?{query}"))]
        self.assertEqual(ids("session_id=s1"), [first["id"]])
        self.assertEqual(ids("session_id=s3"), [])
        self.assertIn(second["id"], ids("type=" + second["type"]))
        for bad in ("type=opinion", "per_page=0", "per_page=1001", "session_id=" + "s" * 65, "session_id=", "verbose=2",
                    "cursor=abc", "cursor=" + "A" * 27, "cursor=%2F" + "A" * 25):
            with self.subTest(bad):
                self.error(profile.call("GET", f"/memories?{bad}"), 400, 11001)
        self.ok(profile.call("GET", "/memories?per_page=1000"))

    def test_pages_of_memories(self):
        profile = self.fresh()
        towns = ["Lisbon", "Oslo", "Kyoto", "Quito", "Accra"]
        made = [self.ok(profile.remember(f"There is a warehouse in {town}."))["id"] for town in towns]
        seen, cursor, sizes = [], "", []
        while True:
            reply = profile.call("GET", "/memories?per_page=2" + cursor)
            seen += [m["id"] for m in self.ok(reply)]
            sizes.append(len(reply.result))
            self.assertEqual(reply.json["result_info"]["count"], sizes[-1])
            if "cursor" not in reply.json["result_info"]:
                break
            self.assertRegex(reply.cursor, r"^[A-Za-z0-9_-]{26}$")
            cursor = "&cursor=" + reply.cursor
        self.assertEqual(sizes, [2, 2, 1])
        self.assertEqual(sorted(seen), sorted(made))
        self.assertNotIn("cursor", profile.call("GET", "/memories?per_page=5").json["result_info"])

    def test_malformed_ids_come_before_unknown_ones(self):
        profile = self.fresh()
        self.ok(profile.remember("The office is in Lisbon."))
        nowhere = Space(self.server, "nowhere").profile("p")
        for what, code in (("memories", 11005), ("messages", 11006)):
            for bad in ("x", UNKNOWN[:-1], UNKNOWN + "A", UNKNOWN.lower(), UNKNOWN[:-1] + "U", "..", "%2e%2e"):
                with self.subTest(f"{what} {bad}"):
                    self.error(profile.call("GET", f"/{what}/{bad}"), 400, 11001)
                    self.error(nowhere.call("GET", f"/{what}/{bad}"), 400, 11001)
            self.error(profile.call("GET", f"/{what}/{UNKNOWN}"), 404, code)
            self.error(profile.call("DELETE", f"/{what}/{UNKNOWN}"), 404, code)
        self.error(profile.call("GET", f"/memories/{UNKNOWN}/history"), 404, 11005)

    def test_messages_and_sessions(self):
        profile = self.fresh()
        self.assertIsNone(self.ok(profile.ingest([
            message("We deploy from the release branch.", "2026-03-02T09:14:00Z"),
            message("Noted.", role="assistant"),
            message("The staging server is called heron.", "2026-03-02", name="Ada")], "s1")))
        rows = profile.all("messages", session_id="s1")
        self.assertEqual(len(rows), 3)
        by_text = {row["content"]: row for row in rows}
        first = by_text["We deploy from the release branch."]
        self.assertRegex(first["id"], ULID)
        self.assertEqual((first["role"], first["sessionId"], first["timestamp"]),
                         ("user", "s1", "2026-03-02T09:14:00.000Z"))
        self.assertEqual(by_text["Noted."]["timestamp"], "2026-03-02T09:14:00.000Z")
        self.assertEqual(by_text["The staging server is called heron."]["timestamp"], "2026-03-02T00:00:00.000Z")
        self.assertEqual(by_text["The staging server is called heron."]["name"], "Ada")
        self.assertEqual(self.ok(profile.call("GET", f"/messages/{first['id']}"))["content"], first["content"])
        self.assertEqual(len(self.ok(profile.call("GET", "/sessions"))), 1)
        answer = self.error(profile.get(first["id"]), 404, 11005)
        self.assertIn("messages", answer["message"])
        self.ok(profile.call("DELETE", f"/messages/{first['id']}"))
        self.error(profile.call("GET", f"/messages/{first['id']}"), 404, 11006)
        status = profile.status()
        self.assertLessEqual({"messages", "memories", "sessions", "jobs_pending", "vectors_pending", "bytes"}, set(status))
        self.assertEqual((status["messages"], status["sessions"]), (2, 1))

    def test_deleting_a_session_leaves_the_others(self):
        profile = self.fresh()
        self.ok(profile.ingest([message("The staging server is called heron.")], "s1"))
        self.ok(profile.ingest([message("The production server is called osprey.")], "s2"))
        self.assertIsNone(self.ok(profile.call("DELETE", "/sessions/s1")))
        self.assertEqual(profile.contents(), {"The production server is called osprey."})
        self.assertEqual([m for m in profile.memories(superseded=1) if m["sessionId"] == "s1"], [])

    def test_limits_of_ingest(self):
        profile = self.fresh()
        self.ok(profile.ingest([message(f"note number {i}") for i in range(500)], "many", **{"async": True}), 202)
        self.error(profile.ingest([message(f"note number {i}") for i in range(501)], "many"), 400, 11001, "/messages")
        self.error(profile.ingest([], "s"), 400, 11001, "/messages")
        self.ok(profile.ingest([message("x" * 32768)], "s" * 64))
        self.error(profile.ingest([message("x" * 32769)], "s"), 400, 11001, "/messages/0/content")
        self.error(profile.ingest([message("fine"), message("ä" * 16385)], "s"), 400, 11001, "/messages/1/content")
        self.error(profile.ingest([message("")], "s"), 400, 11001, "/messages/0/content")
        self.ok(profile.ingest([message("the session's name is long")], "é" * 64))
        for bad in ("s" * 65, "", 7, ["s"]):
            self.error(profile.ingest([message("x")], bad), 400, 11001, "/sessionId")
        self.error(profile.ingest([message("x", role="tool")], "s"), 400, 11001, "/messages/0/role")
        self.error(profile.ingest([message("x", timestamp="yesterday")], "s"), 400, 11001, "/messages/0/timestamp")
        self.error(profile.ingest([message("x", name="n" * 65)], "s"), 400, 11001, "/messages/0/name")
        self.ok(profile.ingest([message("x", name="n" * 64)], "s"))
        self.ok(profile.call("POST", "/ingest", {"messages": [message("sent with a null session")], "sessionId": None}))
        self.assertNotIn("fine", profile.contents(), "a refused call stores nothing")
        profile.settle()

    def test_limits_of_remember_and_recall(self):
        profile = self.fresh()
        self.ok(profile.remember("y" * 32768))
        self.error(profile.remember("y" * 32769), 400, 11001, "/content")
        self.error(profile.remember(""), 400, 11001, "/content")
        self.error(profile.remember("x", sessionId="s" * 65), 400, 11001, "/sessionId")
        self.ok(profile.recall("q" * 1024))
        self.error(profile.recall("q" * 1025), 400, 11001, "/query")
        self.error(profile.recall("é" * 513), 400, 11001, "/query")
        self.error(profile.recall(""), 400, 11001, "/query")
        for field, value in (("thinkingLevel", "deep"), ("responseLength", "huge"), ("referenceDate", "soon"),
                             ("thinkingLevel", 3), ("referenceDate", "2026-13-01"), ("explain", "yes")):
            self.error(profile.recall("what is there", **{field: value}), 400, 11001, f"/{field}")
        for level in ("low", "medium", "high"):
            for length in ("short", "medium", "long"):
                self.ok(profile.recall("what is there", thinkingLevel=level, responseLength=length,
                                       referenceDate="2026-05-01"))

    def test_bodies_over_their_limit(self):
        profile = self.fresh()
        self.error(profile.call("POST", "/remember", b'{"content":"' + b"x" * (1 << 20) + b'"}'), 413, 11013)
        sock = self.server.raw(self.server.head("POST", profile.path + "/ingest", "Content-Type: application/json",
                                                f"Content-Length: {100 * 1024 * 1024 + 1}"))
        with sock:
            status, body = read_answer(sock)
        self.assertEqual((status, json.loads(body)["errors"][0]["code"]), (413, 11013))

    def test_recall_and_explain(self):
        profile = self.fresh()
        for i in range(14):
            self.ok(profile.remember(f"Server number {i} stands in rack {i + 40} of the Lisbon data centre."))
        found = self.ok(profile.recall("Which servers stand in the Lisbon data centre?"))
        self.assertEqual(set(found), {"answer", "count", "candidates"})
        self.assertEqual(found["count"], len(found["candidates"]))
        self.assertEqual(found["count"], 10)
        scores = [c["score"] for c in found["candidates"]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        for candidate in found["candidates"]:
            self.assertEqual(set(candidate), {"id", "summary", "sessionId", "score"})
        self.assertGreater(self.ok(profile.recall("Which servers stand in the Lisbon data centre?", thinkingLevel="medium"))["count"], 10)
        explained = self.ok(profile.recall("Where does server number 7 stand?", explain=True))
        best = explained["candidates"][0]
        self.assertIn(best["kind"], ("memory", "message"))
        self.assertIn("sources", best)
        self.assertEqual(self.ok(profile.recall("Where does server number 7 stand?")),
                         self.ok(profile.recall("Where does server number 7 stand?")))

    def test_summary(self):
        profile = self.fresh()
        self.ok(profile.remember("Never push to main on a Friday."))
        text = self.ok(profile.summary())["summary"]
        self.assertRegex(text, r"(?m)^## ")
        self.assertEqual(self.ok(profile.summary({}))["summary"], text)
        self.ok(profile.summary({"sessionId": "none"}))
        self.error(profile.summary({"sessionId": 1}), 400, 11001, "/sessionId")

    def test_asynchronous_ingest(self):
        profile = self.fresh()
        job = self.ok(profile.ingest([message("The staging server is called heron.")], "s1", **{"async": True}), 202)
        self.assertRegex(job["jobId"], ULID)
        self.assertEqual(profile.contents(), {"The staging server is called heron."})
        self.ok(profile.call("GET", f"/jobs/{job['jobId']}"))
        self.error(profile.call("GET", "/jobs/x"), 400, 11001)
        self.assertEqual(profile.call("GET", f"/jobs/{UNKNOWN}").status, 404)
        profile.settle()

    def test_verbose_ingest_reports(self):
        report = self.ok(self.fresh().ingest([message("The staging server is called heron.")], "s1", "?verbose=1"))
        self.assertIsInstance(report, dict)
        self.assertTrue(report)


class Auth(E2E):
    def test_no_token_no_answer(self):
        for token in (None, "wrong", TOKEN + "x", TOKEN[:-1]):
            with self.subTest(str(token)):
                answer = self.error(self.server.request("GET", self.space.root, token=token), 401, 10000)
                self.assertEqual(answer["message"], "Authentication error")
        for header in ("Basic " + TOKEN, TOKEN, "Bearer", "Bearer  ", "bearer"):
            with self.subTest(header):
                self.error(self.server.request("GET", self.space.root, headers={"Authorization": header}), 401, 10000)


if __name__ == "__main__":
    main()
