"""What a careless, odd or hostile client sends: it gets a 4xx or is stored verbatim; nothing falls over."""
import json
import socket
import time

from harness import E2E, main, message, read_answer, until


class BadInput(E2E):
    def post(self, profile, path, raw):
        return profile.call("POST", path, raw)

    def test_malformed_json(self):
        profile = self.fresh()
        for raw in (b"", b"{", b"}", b"nope", b'{"messages":', b'{"messages":[{"role":"user","content":"a"}]', b"\x00",
                    b'{"messages":[{"role":"user","content":"a"}]} trailing', b"{'messages':[]}", b'{"messages":[1,]}',
                    b'\xff\xfe{"messages":[]}', b'{"messages":[{"role":"user","content":"\\uD800"}]}',
                    b'{"messages":[{"role":"user","content":"a\x00b"}]}', b'{"messages":[{"role":"user","content":"a\nb"}]}'):
            with self.subTest(raw):
                self.error(self.post(profile, "/ingest", raw), 400, 11001)
        self.assertEqual(profile.contents(), set())

    def test_wrong_types(self):
        profile = self.fresh()
        good = message("a note")
        for body in ([], None, 1, "text", {"messages": None}, {"messages": {}}, {"messages": "a"}, {"messages": [None]},
                     {"messages": ["a"]}, {"messages": [[]]}, {"messages": [{"role": "user"}]},
                     {"messages": [{"content": "a"}]}, {"messages": [dict(good, content=1)]},
                     {"messages": [dict(good, content=None)]}, {"messages": [dict(good, role=1)]},
                     {"messages": [dict(good, role="USER")]}, {"messages": [dict(good, timestamp=5)]},
                     {"messages": [dict(good, timestamp={})]}, {"messages": [dict(good, name=[])]},
                     {"messages": [good], "async": "yes"}, {"messages": [good], "sessionId": {}}):
            with self.subTest(str(body)):
                self.error(profile.call("POST", "/ingest", json.dumps(body).encode()), 400, 11001)
        for body in ({}, {"content": 1}, {"content": None}, {"content": ["x"]}, []):
            self.error(profile.call("POST", "/remember", body), 400, 11001)
        for body in ({}, {"query": 1}, {"query": None}, {"query": {}}, []):
            self.error(profile.call("POST", "/recall", body), 400, 11001)
        self.assertEqual(profile.contents(), set())

    def test_invalid_utf8(self):
        profile = self.fresh()
        for bad in (b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"ok\x80"):
            with self.subTest(bad):
                self.error(self.post(profile, "/ingest", b'{"messages":[{"role":"user","content":"' + bad + b'"}]}'), 400, 11001)
                self.error(self.post(profile, "/remember", b'{"content":"' + bad + b'"}'), 400, 11001)
                self.error(self.post(profile, "/recall", b'{"query":"' + bad + b'"}'), 400, 11001)
        self.error(profile.call("GET", "/memories?session_id=%ff"), 400, 11001)

    def test_nul_inside_a_string_is_kept_or_refused(self):
        profile = self.fresh()
        reply = profile.ingest([message("before\u0000after, the server is called heron")], "s")
        if reply.status == 200:
            self.assertEqual(profile.contents(), {"before\u0000after, the server is called heron"})
        else:
            self.error(reply, 400, 11001, "/messages/0/content")
        self.assertIn(profile.recall("what\u0000is").status, (200, 400))
        self.assertIn(profile.call("GET", "/memories?session_id=a%00b").status, (200, 400))

    def test_scripts_of_the_world_come_back_verbatim_and_are_found(self):
        profile = self.fresh()
        texts = {
            "Kyoto": "会議は京都の事務所で行います。担当は佐藤さんです。",
            "Chinese": "我们的生产数据库在上海机房，用的是 PostgreSQL 16。",
            "Arabic": "اجتماع الفريق كل يوم ثلاثاء في مكتب الرياض",
            "Hebrew": "השרת הראשי נמצא בתל אביב",
            "emoji": "👩‍👩‍👧‍👦 the family plan 🎉🏳️‍🌈 is booked for Nîmes",
            "combining": "Ju\u0308rgen leads the team in Zu\u0308rich; e\u0301te\u0301 is the code name",
            "override": "file \u202egnp.exe\u202c is quarantined in Malmö",
        }
        for i, text in enumerate(texts.values()):
            self.ok(profile.ingest([message(text)], f"s{i}"))
        self.assertEqual(profile.contents(), set(texts.values()))
        for query, word in (("京都の事務所", "京都"), ("上海机房的数据库", "上海"), ("مكتب الرياض", "الرياض"), ("family plan Nimes", "Nîmes")):
            with self.subTest(query):
                found = self.ok(profile.recall(query))
                self.assertTrue(any(word in c["summary"] for c in found["candidates"]), found)

    def test_a_line_of_32_kib_without_spaces(self):
        profile = self.fresh()
        for text in ("x" * 32768, "a1-" * 10922, "漢" * 10922, "(" * 32768, "." * 32768, "\u0301" * 16384, "@" * 32768, "9" * 32768):
            begin = time.monotonic()
            self.ok(profile.ingest([message(text)], "s"))
            self.assertLess(time.monotonic() - begin, 20, text[:10])
        self.assertEqual(len(profile.contents()), 8)
        self.ok(profile.recall("x" * 1024))
        self.ok(profile.recall("漢" * 341))

    def test_of_repeated_keys_the_last_one_counts(self):
        profile = self.fresh()
        reply = self.post(profile, "/remember", b'{"content":"the first value","content":"the second value"}')
        self.assertEqual(self.ok(reply)["content"], "the second value")
        self.error(self.post(profile, "/remember", b'{"content":"fine","content":7}'), 400, 11001, "/content")

    def test_deep_nesting_is_refused(self):
        profile = self.fresh()
        for depth in (100, 1000, 100_000, 400_000):
            for raw in (b"[" * depth, b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth,
                        b'{"messages":' + b"[" * depth + b"]" * depth + b"}"):
                if len(raw) < 1 << 20:
                    self.error(self.post(profile, "/remember", raw), 400, 11001)
                self.error(self.post(profile, "/ingest", raw), 400, 11001)

    def test_numbers_out_of_range(self):
        profile = self.fresh()
        for number in (b"1e999", b"-1e999", b"123456789012345678901234567890", b"0x10", b"NaN", b"Infinity", b"-"):
            self.error(self.post(profile, "/recall", b'{"query":' + number + b"}"), 400, 11001)

    def test_broken_http(self):
        head = b"Host: x\r\nAuthorization: Bearer " + self.server.token.encode() + b"\r\n"
        path = self.fresh().path.encode()
        for raw in (b"\r\n\r\n", b"GARBAGE\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
                    b"POST " + path + b"/remember HTTP/1.1\r\n" + head + b"Content-Length: -5\r\n\r\n",
                    b"POST " + path + b"/remember HTTP/1.1\r\n" + head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                    b"POST " + path + b"/remember HTTP/1.1\r\n" + head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    b"POST " + path + b"/remember HTTP/1.1\r\n" + head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + head + b"\r\n"):
            with self.subTest(raw[:60]):
                with self.server.raw(b"") as sock:
                    try:
                        sock.sendall(raw)
                        sock.shutdown(socket.SHUT_WR)
                        answer = sock.recv(64)
                    except (ConnectionResetError, BrokenPipeError):
                        continue
                    if answer:
                        self.assertRegex(answer.split(b"\r\n")[0], rb"^HTTP/1.1 [45]\d\d ")
                        self.assertNotRegex(answer, rb"^HTTP/1.1 500")


class Clients(E2E):
    def body(self, text):
        return json.dumps({"messages": [message(text)], "sessionId": "s"}).encode()

    def head(self, profile, length):
        return self.server.head("POST", profile.path + "/ingest", "Content-Type: application/json", f"Content-Length: {length}")

    def test_a_slow_client_is_served_and_holds_up_nobody(self):
        profile, other = self.fresh(), self.fresh()
        body = self.body("The slow client's server is called tortoise.")
        with self.server.raw(self.head(profile, len(body))) as sock:
            for at in range(0, len(body), 8):
                sock.sendall(body[at:at + 8])
                begin = time.monotonic()
                self.ok(other.recall("anything"))
                self.assertLess(time.monotonic() - begin, 2)
                time.sleep(0.1)
            status, answer = read_answer(sock)
        self.assertEqual(status, 200, answer)
        self.assertEqual(profile.contents(), {"The slow client's server is called tortoise."})

    def test_a_client_that_goes_away_after_sending_loses_nothing(self):
        profile = self.fresh()
        texts = [f"The staging server of team {i} is called heron-{i}." for i in range(20)]
        for text in texts:
            body = self.body(text)
            self.server.raw(self.head(profile, len(body)) + body).close()
        self.assertTrue(until(lambda: profile.contents() == set(texts)), profile.contents())
        profile.settle()
        self.assertTrue(profile.memories(), "the messages were kept but nothing was extracted")
        self.assertTrue(self.ok(profile.recall("What is the staging server of team 7 called?"))["candidates"])

    def test_a_client_that_goes_away_while_sending_stores_nothing(self):
        profile = self.fresh()
        body = self.body("The half sent server is called mayfly.")
        self.server.raw(self.head(profile, len(body)) + body[:-5]).close()
        self.server.raw(self.head(profile, len(body))).close()
        time.sleep(0.5)
        self.assertEqual(profile.contents(), set())

    def test_many_idle_connections_hold_up_nobody(self):
        socks = [self.server.raw(b"GET / HTTP/1.1\r\n") for _ in range(200)]
        try:
            self.ok(self.fresh().recall("anything"))
        finally:
            for sock in socks:
                sock.close()


if __name__ == "__main__":
    main()
