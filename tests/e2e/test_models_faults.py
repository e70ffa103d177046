"""Whatever a model server does: every message is stored, memories are made, a fallback is counted, nothing is a 500."""
import pathlib
import threading
import time

from harness import main, message, until
from model_harness import ModelE2E, essence, long_talk, talk, timed

ROOT = pathlib.Path(__file__).resolve().parents[2]
STAGES = ("extract", "verify", "classify")  # of an ingest of a short conversation, in this order, a call each
# What tells their requests apart, also those without a schema: the first line of each prompt.
PROMPTS = [(ROOT / "prompts" / f"{stage}.md").read_text(encoding="utf-8").splitlines()[0] for stage in STAGES]

# What is made good: the reply is read all the same, or a second turn or attempt brings a better one.
MENDED = ["prose", "fence", "fence_prose", "thinking", "sloppy", "duplicate_keys", "no_usage", "crlf", "pings", "drip",
          "queue"]
# Once is mended by asking again.
ONCE = ["empty", "blank", "null_content", "lone_fence", "truncated_fence", "wrong_schema", "wrong_types", "refusal", "rate_limit_bare",
        "loading", "close", "close_midway", "stream_error", "stream_unfinished", "error_500", "html"]
# As often as it is asked: the builtin stage goes on. (name, reason that is counted, None: any)
LOST = [("empty", "unreadable"), ("lone_fence", "unreadable"), ("refusal", "unreadable"), ("wrong_schema", "unreadable"),
        ("null_content", "unreadable"), ("wrong_types", "unreadable"), ("other_numbers", None), ("language", None), ("filtered", None),
        ("rate_limit_bare", "rate_limited"), ("loading", None), ("overloaded", None), ("error_500", "failed"), ("html", "failed"),
        ("bad_request", "refused"), ("bad_key", "refused"), ("no_credit", "refused"), ("no_model", "refused"), ("redirect", None),
        ("close", None), ("close_midway", None), ("stream_error", None), ("stream_unfinished", None), ("not_json", None)]


class Faults(ModelE2E):
    configured = {"HOLDFAST_LLM_RETRIES": 1, "HOLDFAST_LLM_TIMEOUT_MS": 4000}

    def ingest(self, name):
        profile, messages = self.fresh(), talk(name)
        reply, seconds = timed(lambda: profile.ingest(messages, "s", "?verbose=1"))
        self.assertEqual(reply.status, 200, f"{name}: {reply}")
        memories = self.all_stored(profile, messages)
        for word in ("Alfama", "Novo Nordisk"):
            self.assertTrue(any(word in m["content"] for m in memories), f"{name}: '{word}' is lost: {[m['content'] for m in memories]}")
        return profile, memories, seconds

    def tearDown(self):
        super().tearDown()
        self.models.reset()
        self.calm()

    def test_what_can_be_read_is_read(self):
        for name in MENDED:
            for stage in range(len(STAGES)):
                with self.subTest(misbehaviour=name, stage=STAGES[stage]):
                    self.models.reset()
                    before = self.fallbacks()
                    self.models.misbehave(name, skip=stage, delay_ms=2)
                    self.ingest(f"{name}-{stage}")
                    self.assertEqual(self.fallbacks() - before, {})

    def test_once_is_made_good_by_asking_again(self):
        for name in ONCE:
            with self.subTest(misbehaviour=name):
                self.models.reset()
                before = self.fallbacks()
                self.models.misbehave(name)
                self.ingest(f"once-{name}")
                self.assertEqual(self.fallbacks() - before, {})
                self.assertEqual(len(self.chats()), 1 + len(STAGES))

    def test_the_builtin_stage_stands_in_and_is_counted(self):
        for name, reason in LOST:
            for stage in range(len(STAGES)):
                with self.subTest(misbehaviour=name, stage=STAGES[stage]):
                    self.models.reset()
                    self.calm()
                    before = self.fallbacks()
                    self.models.misbehave(name, times=-1, match=PROMPTS[stage])
                    self.ingest(f"lost-{name}-{stage}")
                    more = self.fallbacks() - before
                    if name in ("other_numbers", "language", "stream_unfinished") and stage != 0:
                        continue  # enough of it may be of use
                    self.assertEqual({s for s, _ in more}, {STAGES[stage]}, more)
                    if reason:
                        self.assertEqual({r for _, r in more}, {reason}, more)

    def test_a_tail_that_is_missing_loses_only_the_tail(self):
        profile, messages = self.fresh(), talk("tail")
        self.models.misbehave("truncated")
        self.ok(profile.ingest(messages, "s"))
        memories = self.all_stored(profile, messages)
        self.assertTrue(any("Alfama" in m["content"] for m in memories))

    def test_retry_after_is_obeyed(self):
        self.models.misbehave("rate_limit", retry_after=1)
        _, _, seconds = self.ingest("retry-after")
        rows = self.chats()
        self.assertEqual(rows[0].get("misbehaved"), "rate_limit")
        self.assertGreaterEqual(rows[1]["at_ms"] - rows[0]["at_ms"], 950)
        self.assertLess(seconds, 15)
        retries = {dict(k)["reason"]: v for k, v in self.metrics("holdfast_model_retries_total").items()}
        self.assertGreaterEqual(retries.get("429", 0), 1)

    def test_odd_input_fails_only_its_own_chunk(self):
        before = self.fallbacks()
        profile = self.fresh()
        messages = long_talk(60, " odd")
        messages[4]["content"] += " A rocket 🚀 flew over it."
        self.models.misbehave("odd_500", times=-1)
        reply = self.ok(profile.ingest(messages, "s", "?verbose=1"))
        memories = self.all_stored(profile, messages)
        extract = (self.fallbacks() - before)["extract", "failed"]
        self.assertEqual(extract, 1)
        self.assertIn("builtin instead: failed", self.notes(reply["stages"], "extract"))
        # A 500 is tried once more at most.
        odd = [row for row in self.chats("extract") + self.chats() if row.get("misbehaved") == "odd_500"]
        self.assertGreater(len(odd), 0)
        for number in (100, 130, 158):
            self.assertTrue(any(str(number) in m["content"] for m in memories), f"greenhouse {number} is lost")

    def test_context_overflow_makes_smaller_pieces(self):
        for name in ("context_overflow", "context_overflow_openai"):
            with self.subTest(misbehaviour=name):
                self.models.reset()
                before = self.fallbacks()
                profile, messages = self.fresh(), long_talk(30, f" {name}")
                self.models.misbehave(name, n_ctx=30000)
                self.ok(profile.ingest(messages, "s", "?verbose=1"))
                self.all_stored(profile, messages)
                self.assertEqual(self.fallbacks() - before, {})

    def test_a_hang_ends_with_its_time(self):
        before = self.fallbacks()
        self.models.misbehave("hang", times=2)
        _, _, seconds = self.ingest("hang")
        self.assertLess(seconds, 2 * 4 + 8)
        self.assertEqual((self.fallbacks() - before)["extract", "timeout"], 1)
        self.assertTrue(until(lambda: self.models.in_flight() == 0, 5))

    def test_a_slow_drip_ends_with_its_time(self):
        before = self.fallbacks()
        self.models.misbehave("drip", times=2, delay_ms=1500)
        self.ingest("drip")
        self.assertEqual((self.fallbacks() - before)["extract", "timeout"], 1)

    def test_endless_answers_are_cut(self):
        self.models.misbehave("huge", times=2)
        self.ingest("huge")
        self.models.misbehave("repeating", times=2)
        self.ingest("repeating")

    def test_a_dead_server_is_not_asked_again_and_again(self):
        """The breaker: after some failures calls fail at once, and get through again when the server is back."""
        self.models.kill()
        before = self.fallbacks()
        for n in range(4):
            self.ingest(f"dead{n}")
        more = self.fallbacks() - before
        self.assertEqual(sum(more.values()), 4 * len(STAGES), more)
        self.assertGreater(sum(n for (_, reason), n in more.items() if reason == "breaker"), 0, more)
        self.assertEqual(list(self.metrics("holdfast_model_breaker_open").values()), [1.0])
        _, _, seconds = self.ingest("dead-quick")
        self.assertLess(seconds, 5)
        self.models.start()
        self.calm()
        before = self.fallbacks()
        self.ingest("alive")
        self.assertEqual(self.fallbacks() - before, {})

    def test_recall_survives_everything(self):
        profile, _, _ = self.ingest("recall")
        for name in [*MENDED, *(n for n, _ in LOST), "hang", "only_invented", "truncated", "repeating"]:
            with self.subTest(misbehaviour=name):
                self.models.reset()
                self.models.misbehave(name, times=4, delay_ms=0 if name != "hang" else 60_000)
                reply, seconds = timed(lambda: profile.recall("Where does Ingrid-recall work?", explain=True))
                found = self.ok(reply)
                self.assertLess(seconds, 2 + 2)
                if name not in ("other_numbers",):
                    self.assertIn("Novo Nordisk", found["answer"])


class Interrupted(ModelE2E):
    """The model server, or the server itself, dies in the middle of an ingest."""

    configured = {"HOLDFAST_LLM_RETRIES": 1, "HOLDFAST_LLM_CONCURRENCY": 3}

    def setUp(self):
        super().setUp()
        self.calm()

    def asked_before_the_crash(self, least):
        """Waits for a moment at which replies were taken a while ago and calls are under way."""
        def moment():
            rows = self.chats()
            done = [row for row in rows if row["status"] == 200 and "took_ms" in row]
            if len(done) < least or self.models.in_flight() == 0:
                return None
            now = max(row["at_ms"] for row in rows)
            return done if now - max(row["at_ms"] + row["took_ms"] for row in done) >= -5 else None
        return until(moment, 30, 0.01)

    def test_killed_holdfast_finishes_after_its_start_and_pays_nothing_twice(self):
        messages = long_talk(48, " crash")
        whole = self.fresh()
        self.ok(whole.ingest(messages, "s"))
        wanted = essence(self.all_stored(whole, messages))
        asked = len(self.chats())
        self.models.reset()
        self.models.control(delay_ms=400)

        profile = self.fresh()
        self.ok(profile.ingest(messages, "s", **{"async": True}), 202)
        self.assertTrue(self.asked_before_the_crash(4), self.chats())
        time.sleep(0.15)  # what was answered is on disk, what is asked takes longer than this
        self.server.kill()
        until(lambda: self.models.in_flight() == 0, 5)
        self.server.start()
        memories = self.all_stored(profile, messages)
        paid = [row["prompt_hash"] for row in self.chats() if row["status"] == 200 and not row.get("cancelled")]
        self.assertEqual(len(paid), len(set(paid)), "something was paid for twice")
        self.assertEqual(len(paid), asked)
        self.assertEqual(essence(memories), wanted)

    def test_killed_model_server(self):
        messages = long_talk(48, " dying")
        profile = self.fresh()
        self.models.control(delay_ms=150)
        before = self.fallbacks()
        replies = []
        thread = threading.Thread(target=lambda: replies.append(profile.ingest(messages, "s", "?verbose=1")))
        thread.start()
        self.assertTrue(until(lambda: len(self.chats()) >= 5, 30, 0.01))
        self.models.kill()
        thread.join()
        try:
            self.ok(replies[0])
            memories = self.all_stored(profile, messages)
            self.assertGreater(sum((self.fallbacks() - before).values()), 0)
            late = {m["content"] for m in messages[24:]}
            self.assertTrue(any(s["content"] in late for m in memories for s in m["sources"]), "the second half is lost")
        finally:
            self.models.start()
            self.calm()

    def test_a_stop_waits_for_no_model(self):
        messages = long_talk(24, " stop")
        profile = self.fresh()
        self.models.misbehave("hang", times=-1)
        self.ok(profile.ingest(messages, "s", **{"async": True}), 202)
        self.assertTrue(until(lambda: self.models.in_flight() > 0, 20, 0.01))
        status, seconds = timed(self.server.stop)
        self.assertEqual(status, 0, self.server.log_tail())
        self.assertLess(seconds, 10)
        self.models.reset()
        self.server.start()
        self.all_stored(profile, messages)

    def test_one_profile_that_waits_holds_up_no_other(self):
        slow, quick = self.fresh(), self.fresh()
        self.ok(quick.ingest(talk("quick"), "s"))
        self.models.misbehave("hang", times=-1, match="greenhouse")
        self.ok(slow.ingest([message("The greenhouse is green and stands in Pinhal.", "2026-04-01T09:00:00Z")], "s", **{"async": True}), 202)
        self.assertTrue(until(lambda: self.models.in_flight() > 0, 20, 0.01))
        _, seconds = timed(lambda: self.ok(quick.recall("Where does Ingrid-quick work?")))
        self.assertLess(seconds, 2)
        self.models.reset()


if __name__ == "__main__":
    main()
