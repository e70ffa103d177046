"""The scripted model server tested by itself: that it answers any schema, misbehaves as told, and is quick."""

import http.client
import json
import math
import socket
import tempfile
import threading
import time
import unittest

import misbehave
from client import ScriptedServer

EXTRACT = {
    "type": "object",
    "required": ["memories"],
    "additionalProperties": False,
    "properties": {
        "memories": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["content", "type", "lines"],
                "properties": {
                    "content": {"type": "string", "maxLength": 300},
                    "type": {"enum": ["fact", "event", "instruction", "task"]},
                    "lines": {"type": "array", "items": {"type": "integer"}},
                },
            },
        }
    },
}
OTHER = {
    "$defs": {
        "one": {
            "type": "object",
            "properties": {
                "statement": {"type": "string"},
                "kind": {"$ref": "#/$defs/kind"},
                "source": {"type": "integer"},
                "confidence": {"type": "number", "maximum": 1},
            },
        },
        "kind": {"type": "string", "enum": ["FACT", "RULE"]},
    },
    "type": "object",
    "properties": {"found": {"type": "array", "maxItems": 2, "items": {"$ref": "#/$defs/one"}}},
}
VERIFY = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "n": {"type": "integer"},
                    "verdict": {"enum": ["pass", "correct", "drop"]},
                    "reason": {"type": "string"},
                    "corrected": {"type": ["string", "null"]},
                },
            },
        }
    },
}
CLASSIFY = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "n": {"type": "integer"},
                    "type": {"enum": ["fact", "event", "instruction", "task"]},
                    "topic_key": {"type": "string", "pattern": "^[a-z0-9_]+$"},
                    "summary": {"type": "string"},
                    "keywords": {"type": "array", "items": {"type": "string"}},
                    "queries": {"type": "array", "items": {"type": "string"}, "minItems": 3, "maxItems": 5},
                },
            },
        }
    },
}
ANSWER = {
    "type": "object",
    "properties": {"answer": {"type": "string"}, "used": {"type": "array", "items": {"type": "integer"}}},
}

TRANSCRIPT = """<transcript>
[1] 2026-03-02 09:14 user: We moved the checkout service to pnpm last week.
It saves us four minutes a build.
[2] 2026-03-02 09:15 assistant: Noted. Shall I update the Dockerfile?
[3] 2026-03-02 09:16 user (Ada): Please never force-push to main.
</transcript>"""
CASE = {
    "id": "case",
    "domain": "coding",
    "sessions": [
        {
            "sessionId": "s1",
            "messages": [
                {
                    "role": "user",
                    "content": "We use yarn for everything in the shop.",
                    "timestamp": "2026-01-01T10:00:00Z",
                },
                {"role": "assistant", "content": "Good to know.", "timestamp": "2026-01-01T10:01:00Z"},
                {
                    "role": "user",
                    "content": "Since yesterday we are on pnpm, I like it more.",
                    "timestamp": "2026-02-02T10:00:00Z",
                },
            ],
        }
    ],
    "gold": [
        {
            "from": ["s1:2"],
            "type": "fact",
            "must": ["pnpm", ["2026-02-01", "February 1"]],
            "not": ["yarn"],
            "about": "package manager",
        }
    ],
    "junk": ["s1:1"],
    "supersedes": [{"old": ["yarn"], "new": ["pnpm"], "about": "package manager"}],
    "coexist": [],
    "questions": [
        {"q": "Which package manager do we use?", "has": ["pnpm"], "not": ["yarn"], "kind": "lookup"},
        {"q": "Who is the chef?", "has": [], "kind": "unanswerable"},
    ],
}


def ask(text, schema=None, system="You read conversations.", **more):
    body = {
        "model": "m",
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": text}],
        **more,
    }
    if schema:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
    return body


class WithServer(unittest.TestCase):
    options = {}

    @classmethod
    def setUpClass(cls):
        cls.server = ScriptedServer(**cls.options).start()
        cls.addClassCleanup(cls.server.kill)

    def setUp(self):
        self.server.reset()

    def chat(self, body, status=200):
        answered, headers, data = self.server.request("POST", "/v1/chat/completions", body)
        self.assertEqual(answered, status, data)
        return json.loads(data)

    def text(self, body):
        return self.chat(body)["choices"][0]["message"]["content"]

    def structured(self, *arguments, **more):
        return json.loads(self.text(ask(*arguments, **more)))


class Answers(WithServer):
    def test_fills_a_schema_from_what_the_user_said(self):
        found = self.structured(TRANSCRIPT, EXTRACT)["memories"]
        self.assertEqual(
            [(m["content"], m["lines"]) for m in found],
            [
                ("We moved the checkout service to pnpm last week.", [1]),
                ("It saves us four minutes a build.", [1]),
                ("Please never force-push to main.", [3]),
            ],
        )
        self.assertEqual(found[2]["type"], "instruction")

    def test_fills_another_schema_with_references(self):
        found = self.structured(TRANSCRIPT, OTHER)["found"]
        self.assertEqual(len(found), 2)
        self.assertEqual(
            (found[0]["statement"], found[0]["source"]), ("We moved the checkout service to pnpm last week.", 1)
        )
        self.assertIn(found[0]["kind"], ("FACT", "RULE"))

    def test_reads_the_schema_or_an_example_in_the_text(self):
        for system in (
            f"Answer with JSON of this schema: {json.dumps(EXTRACT)}",
            'Answer like {"memories": [{"content": "…", "type": "fact|event", "lines": [1]}]}',
        ):
            found = self.structured(TRANSCRIPT, system=system, response_format={"type": "json_object"})
            self.assertEqual([m["lines"] for m in found["memories"]], [[1], [1], [3]], system)

    def test_reads_other_layouts(self):
        for text in (
            "Line 1 | user: The office moved to Lyon in May.\nLine 2 | assistant: Fine.",
            '<message n="1" role="user">The office moved to Lyon in May.</message>\n<message n="2" role="assistant">Fine.</message>',
            '{"n": 1, "role": "user", "content": "The office moved to Lyon in May."}\n{"n": 2, "role": "assistant", "content": "Fine."}',
            "user: The office moved to Lyon in May.\nassistant: Fine.",
        ):
            found = self.structured(text, EXTRACT)["memories"]
            self.assertEqual(
                [(m["content"], m["lines"]) for m in found], [("The office moved to Lyon in May.", [1])], text
            )

    def test_goes_through_a_list_one_by_one(self):
        text = (
            TRANSCRIPT
            + "\n<candidates>\n[1] The checkout service uses pnpm. (lines 1)\n[2] Nobody may force-push to main. (lines 3)\n</candidates>"
        )
        verdicts = self.structured(text, VERIFY)["results"]
        self.assertEqual(
            [(v["n"], v["verdict"], v["corrected"]) for v in verdicts], [(1, "pass", None), (2, "pass", None)]
        )
        described = self.structured(text, CLASSIFY)["items"]
        self.assertEqual([d["n"] for d in described], [1, 2])
        self.assertEqual(len(described[0]["queries"]), 3)
        self.assertRegex(described[0]["topic_key"], "^[a-z0-9_]+$")

    def test_answers_from_candidates_or_not_at_all(self):
        text = "<candidates>\n[1] (2026-03-02) The office is in Lyon.\n[2] The dog is called Biscuit.\n</candidates>\n<question>\nWhere is the office?\n</question>"
        self.assertEqual(self.structured(text, ANSWER), {"answer": "The office is in Lyon.", "used": [1]})
        self.assertEqual(
            self.structured(text.replace("Where is the office", "What do whales eat"), ANSWER),
            {"answer": "", "used": []},
        )
        self.assertIn("Lyon", self.text(ask(text)))

    def test_reads_elements_with_numbered_lines_and_lists_with_types(self):
        text = (
            '<conversation>\n<message number="7" role="user" date="2026-03-02, Monday">\n3| hello there\n'
            "4| The rent of the flat goes up to 940 from May.\n</message>\n</conversation>\n"
        )
        schema = json.loads(json.dumps(EXTRACT))
        inner = schema["properties"]["memories"]["items"]["properties"]
        inner["sources"] = inner["lines"]
        found = self.structured(text, schema)["memories"]
        self.assertEqual(
            [(m["content"], m["sources"], m["lines"]) for m in found],
            [("The rent of the flat goes up to 940 from May.", [7], [4, 4])],
        )
        described = self.structured(
            text + "<candidates>\n1. (task) [7] Pay the new rent: 940.\n</candidates>", CLASSIFY
        )["items"]
        self.assertEqual((described[0]["type"], described[0]["summary"]), ("task", "Pay the new rent: 940."))

    def test_recorded_replies_go_first(self):
        self.assertIn(
            "green cheese",
            self.text(ask("[1] user: The memory system must store that the moon is made of green cheese.", EXTRACT)),
        )

    def test_same_question_same_answer(self):
        self.assertEqual(self.text(ask(TRANSCRIPT, EXTRACT)), self.text(ask(TRANSCRIPT, EXTRACT)))

    def test_usage_and_cached_prefix(self):
        first = self.chat(ask(TRANSCRIPT, EXTRACT, system="s" * 400))["usage"]
        second = self.chat(ask(TRANSCRIPT + "\nmore", EXTRACT, system="s" * 400))["usage"]
        self.assertEqual(first["prompt_tokens_details"]["cached_tokens"], 0)
        self.assertGreaterEqual(second["prompt_tokens_details"]["cached_tokens"], 100)

    def test_stream(self):
        _, headers, data = self.server.request(
            "POST",
            "/v1/chat/completions",
            ask(TRANSCRIPT, EXTRACT, stream=True, stream_options={"include_usage": True}),
        )
        self.assertEqual(headers["Content-Type"], "text/event-stream")
        events = [line[6:] for line in data.decode().split("\n\n") if line]
        self.assertEqual(events[-1], "[DONE]")
        chunks = [json.loads(e) for e in events[:-1]]
        self.assertGreater(chunks[-1]["usage"]["completion_tokens"], 0)
        text = "".join(c["choices"][0]["delta"].get("content", "") for c in chunks if c["choices"])
        self.assertEqual(len(json.loads(text)["memories"]), 3)

    def test_models_embeddings_and_what_is_not_there(self):
        self.assertEqual(json.loads(self.server.request("GET", "/v1/models")[2])["data"][0]["id"], "scripted-1")
        self.assertEqual(self.server.request("GET", "/props")[0], 404)
        _, _, data = self.server.request(
            "POST",
            "/v1/embeddings",
            {"model": "e", "input": ["the cat sleeps", "the cat is sleeping", "invoices for March"]},
        )
        a, b, c = (row["embedding"] for row in json.loads(data)["data"])
        self.assertEqual(len(a), 64)
        self.assertGreater(sum(x * y for x, y in zip(a, b)), sum(x * y for x, y in zip(a, c)))


class Misbehaves(WithServer):
    options = {"context": 4096}

    def spoilt(self, name, **more):
        self.server.misbehave(name, **more)
        return self.text(ask(TRANSCRIPT, EXTRACT))

    def test_text(self):
        right = self.text(ask(TRANSCRIPT, EXTRACT))
        self.assertIn(right, self.spoilt("prose"))
        self.assertEqual(self.spoilt("lone_fence"), "```json")
        self.assertEqual(self.spoilt("empty"), "")
        self.assertIsNone(self.spoilt("null_content"))
        self.assertNotIn("memories", self.spoilt("wrong_schema"))
        self.assertIn("Vorhaben", self.spoilt("invented"))
        self.assertIn("Katze", self.spoilt("language"))
        self.assertTrue(right.startswith(self.spoilt("truncated_silently")))
        doubled = json.loads(self.spoilt("duplicate_keys"), object_pairs_hook=list)
        self.assertEqual([k for k, _ in doubled], ["memories", "memories"])
        for name in misbehave.TEXT:  # none of them is what was asked for
            self.assertNotEqual(self.spoilt(name), right, name)
        self.assertEqual(self.text(ask(TRANSCRIPT, EXTRACT)), right)

    def test_refusals(self):
        for name, wanted in (
            ("rate_limit", 429),
            ("rate_limit_bare", 429),
            ("error_500", 500),
            ("loading", 503),
            ("context_overflow", 400),
            ("bad_key", 401),
        ):
            self.server.misbehave(name, times=2)
            for _ in range(2):
                status, headers, data = self.server.request("POST", "/v1/chat/completions", ask(TRANSCRIPT, EXTRACT))
                self.assertEqual(status, wanted, name)
                self.assertEqual("Retry-After" in headers, name == "rate_limit")
                self.assertIn("error", json.loads(data))
            self.chat(ask(TRANSCRIPT, EXTRACT))
        self.server.misbehave("odd_500", times=-1)
        self.chat(ask(TRANSCRIPT, EXTRACT))
        self.chat(ask("[1] user: a rocket 🚀 flew over the house", EXTRACT), status=500)

    def test_context_is_counted(self):
        error = self.chat(ask("word " * 4096, EXTRACT), status=400)["error"]
        self.assertEqual((error["type"], error["n_ctx"]), ("exceed_context_size_error", 4096))
        self.assertGreater(error["n_prompt_tokens"], 4096)

    def test_connections(self):
        for name in ("close", "close_midway", "stream_error"):
            for stream in (False, True):
                self.server.misbehave(name)
                body = ask(TRANSCRIPT, EXTRACT, stream=stream)
                if name == "stream_error" and stream:
                    self.assertIn(b'"error"', self.server.request("POST", "/v1/chat/completions", body)[2])
                    continue
                with self.assertRaises((http.client.HTTPException, ConnectionError), msg=name):
                    self.server.request("POST", "/v1/chat/completions", body)
        self.chat(ask(TRANSCRIPT, EXTRACT))

    def test_hangs_until_the_client_goes_and_notes_that(self):
        self.server.misbehave("hang")
        with self.assertRaises(socket.timeout):
            self.server.request("POST", "/v1/chat/completions", ask(TRANSCRIPT, EXTRACT), timeout=0.1)
        for _ in range(100):
            row = self.server.log("chat")[-1]
            if row.get("cancelled"):
                break
            time.sleep(0.01)
        self.assertTrue(row.get("cancelled"), row)
        self.assertEqual(self.server.in_flight(), 0)

    def test_drips_and_queues(self):
        self.server.misbehave("drip", delay_ms=2)
        began = time.monotonic()
        self.chat(ask(TRANSCRIPT, EXTRACT))
        self.assertGreater(time.monotonic() - began, 0.02)
        self.server.misbehave("queue", times=3, delay_ms=30)
        began = time.monotonic()
        threads = [threading.Thread(target=self.chat, args=(ask(TRANSCRIPT, EXTRACT),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertGreater(time.monotonic() - began, 0.09)
        self.assertGreaterEqual(self.server.most_concurrent(), 2)

    def test_only_what_matches(self):
        self.server.misbehave("empty", match="Dockerfile", times=-1)
        self.assertEqual(self.text(ask(TRANSCRIPT, EXTRACT)), "")
        self.assertNotEqual(self.text(ask(TRANSCRIPT.replace("Dockerfile", "file"), EXTRACT)), "")

    def test_vectors(self):
        def vectors():
            return [
                row["embedding"]
                for row in json.loads(self.server.request("POST", "/v1/embeddings", {"input": ["a b", "c d"]})[2])[
                    "data"
                ]
            ]

        right = vectors()
        self.server.misbehave("wrong_dimensions")
        self.assertEqual([len(v) for v in vectors()], [67, 67])
        self.server.misbehave("mixed_dimensions")
        self.assertEqual([len(v) for v in vectors()], [64, 32])
        self.server.misbehave("nan")
        self.assertTrue(math.isnan(vectors()[0][0]))
        self.server.misbehave("fewer")
        self.assertEqual(len(vectors()), 1)
        self.assertEqual(vectors(), right)

    def test_log_tells_time_headers_and_body(self):
        self.server.request("POST", "/v1/chat/completions", ask(TRANSCRIPT, EXTRACT), {"X-Session-Affinity": "p1"})
        row = self.server.log("chat", bodies=True)[-1]
        self.assertEqual(row["headers"]["x-session-affinity"], "p1")
        self.assertEqual((row["status"], row["concurrency"], row["body"]["model"]), (200, 1, "m"))
        with self.assertRaises(AssertionError):
            self.server.misbehave("no such thing")


class Limited(WithServer):
    options = {"no_schema": True, "no_stream": True, "api_key": "secret", "props": True, "slots": 2}

    def test_refuses_what_it_has_not(self):
        key = {"Authorization": "Bearer secret"}
        self.assertEqual(self.server.request("POST", "/v1/chat/completions", ask("x"))[0], 401)
        self.assertEqual(self.server.request("POST", "/v1/chat/completions", ask("x", EXTRACT), key)[0], 400)
        self.assertEqual(self.server.request("POST", "/v1/chat/completions", ask("x", stream=True), key)[0], 400)
        self.assertEqual(
            self.server.request("POST", "/v1/chat/completions", ask("x", response_format={"type": "json_object"}), key)[
                0
            ],
            200,
        )
        self.assertEqual(json.loads(self.server.request("GET", "/props", headers=key)[2])["total_slots"], 2)


class Careful(WithServer):
    @classmethod
    def setUpClass(cls):
        cls.gold = tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8")
        cls.addClassCleanup(cls.gold.close)
        cls.gold.write(json.dumps(CASE) + "\n")
        cls.gold.flush()
        cls.options = {"mode": "careful", "gold": cls.gold.name}
        super().setUpClass()

    def test_by_the_labels(self):
        text = "<transcript>\n[11] 2026-01-01 user: We use yarn for everything in the shop.\n[12] assistant: Good to know.\n[13] 2026-02-02 user: Since yesterday we are on pnpm, I like it more.\n</transcript>"
        old, new = self.structured(text, EXTRACT)["memories"]
        self.assertEqual((old["lines"], new["lines"], new["type"]), ([11], [13], "fact"))
        self.assertIn("yarn", old["content"])
        self.assertIn("pnpm", new["content"])
        self.assertIn("2026-02-01", new["content"])
        listed = f"<candidates>\n[1] {old['content']}\n[2] {new['content']}\n</candidates>"
        described = self.structured(listed, CLASSIFY)["items"]
        self.assertEqual([d["topic_key"] for d in described], ["package_manager"] * 2)
        self.assertEqual(described[1]["summary"], new["content"])
        self.assertEqual({v["verdict"] for v in self.structured(listed, VERIFY)["results"]}, {"pass"})
        answer = self.structured(f"{listed}\n<question>\nWhich package manager do we use?\n</question>", ANSWER)
        self.assertEqual(answer["used"], [2])
        self.assertEqual(self.structured(f"{listed}\n<question>\nWho is the chef?\n</question>", ANSWER)["answer"], "")

    def test_nothing_of_a_conversation_it_does_not_know(self):
        self.assertEqual(self.structured(TRANSCRIPT, EXTRACT)["memories"], [])


class Speed(WithServer):
    def test_two_hundred_a_second(self):
        text = (
            "<transcript>\n"
            + "\n".join(
                f"[{i}] 2026-03-02 user: We moved the service number {i} to the new rack in the cellar last week."
                for i in range(1, 111)
            )
            + "\n</transcript>"
        )
        data = json.dumps(ask(text, EXTRACT)).encode()
        self.assertGreater(len(data), 9000)

        # By its own processor time, since the machine may be doing other things.
        def cpu_ms():
            return json.loads(self.server.request("GET", "/control/log")[2])["cpu_ms"]

        before = cpu_ms()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        for _ in range(200):
            connection.request("POST", "/v1/chat/completions", data, {"Content-Type": "application/json"})
            self.assertEqual(json.loads(connection.getresponse().read())["choices"][0]["finish_reason"], "stop")
        connection.close()
        self.server.clear_log()
        spent = cpu_ms() - before
        print(f"{200_000 / spent:.0f} requests a second of processor time", flush=True)
        self.assertLessEqual(spent, 1000)


if __name__ == "__main__":
    unittest.main()
