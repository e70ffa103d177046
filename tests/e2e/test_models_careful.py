"""The pipeline around a good model loses nothing of what the model gave: a model that extracts by the labels of the
shared set, measured by the set's own arithmetic and against the server without a model.
"""
import json
import pathlib
import re
import subprocess
import sys

from harness import TOKEN, Server, main
from model_harness import ModelE2E

SHARED = pathlib.Path(__file__).resolve().parents[2] / ".." / "shared"
CASES = SHARED / "data" / "memories" / "dev.jsonl"
EVALUATE = SHARED / "tools" / "eval_memories.py"


def words(text):
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def singular(text):
    """A topic key as it is compared: the server writes keys in the singular."""
    return " ".join(re.sub(r"(?:es|s)$", "", word) for word in words(text).split())


def evaluate(server):
    """The figures that the set's own program prints."""
    run = subprocess.run([sys.executable, "-B", str(EVALUATE), f"http://127.0.0.1:{server.port}", TOKEN, str(CASES), "--show"],
                         capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise AssertionError(run.stdout[-2000:] + run.stderr[-2000:])
    print("\n".join(run.stdout.splitlines()), file=sys.stderr)
    tail = run.stdout
    numbers = {"score": r"^score ([\d.]+)", "gold": r"^gold ([\d.]+)", "typed": r"typed right ([\d.]+)", "junk": r"junk ([\d.]+)",
               "supersede": r"^supersede ([\d.]+)", "coexist": r"coexist ([\d.]+)", "answers": r"; answers ([\d.]+)"}
    return {name: float(re.search(pattern, tail, re.M).group(1)) for name, pattern in numbers.items()}


class Careful(ModelE2E):
    scripted = {"mode": "careful", "gold": str(CASES)}

    def test_everything_the_model_gave_is_stored_typed_keyed_and_found(self):
        lost, typed, keyed, unfound, given, reasons = [], [], [], [], 0, {}
        for case in map(json.loads, CASES.read_text(encoding="utf-8").splitlines()):
            self.models.clear_log()
            profile = self.space.profile(case["id"].lower().replace("_", "-"))
            for session in case["sessions"]:
                report = self.ok(profile.ingest(session["messages"], session["sessionId"], "?verbose=1"))
                reasons.update({words(d["content"]): d["reason"] for d in report["memories"]["dropped"]})
            profile.settle()
            memories = profile.memories(superseded=1)
            by_words = {words(m["content"]): m for m in memories}
            extracted, topics = {}, {}
            for row in self.chats(bodies=True):
                value = json.loads(row["reply"])
                if row["schema"].startswith("extract"):
                    extracted.update({words(m["content"]): m for m in value["memories"]})
                if row["schema"].startswith("classify"):
                    topics.update({words(m["summary"]): m["topic"] for m in value["memories"]})
            given += len(extracted)
            for text, gold in extracted.items():
                stored = by_words.get(text)
                if stored is None:
                    lost.append((case["id"], gold["content"], reasons.get(text, "no reason was given")))
                    continue
                if stored["type"] != gold["type"]:
                    typed.append((case["id"], gold["content"], gold["type"], stored["type"]))
                if gold["type"] in ("fact", "instruction") and singular(stored["topicKey"] or "") != singular(topics.get(text, "")):
                    keyed.append((case["id"], gold["content"], topics.get(text), stored["topicKey"]))
                if not stored["supersededBy"]:
                    found = self.ok(profile.recall(gold["content"][:300], thinkingLevel="high"))
                    if stored["id"] not in [c["id"] for c in found["candidates"]]:
                        unfound.append((case["id"], gold["content"]))
        print(f"{given} given, {len(lost)} not stored, {len(typed)} of another type, {len(keyed)} under another key, "
              f"{len(unfound)} not found", file=sys.stderr)
        for name, rows in (("not stored", lost), ("type", typed), ("key", keyed), ("not found", unfound)):
            for row in rows:
                print(f"{name}: {row}", file=sys.stderr)
        self.assertGreater(given, 250)
        # What is reached, not what is wanted, which is none. Of what is lost a sixth has a date that follows from nothing;
        # the rest are short statements that vanish when candidates are merged or placed, without a reason noted.
        self.assertLessEqual(len(lost), 0.05 * given)
        self.assertLessEqual(len(typed), 0.01 * given)
        self.assertLessEqual(len(keyed), 0.1 * given)
        self.assertLessEqual(len(unfound), 0.01 * given)
        self.assertEqual({reason for _, reason in self.fallbacks()} - {"unsupported"}, set())

    def test_it_scores_above_the_server_without_a_model(self):
        with_model = evaluate(self.server)
        plain = Server()
        self.addCleanup(plain.remove)
        plain.start()
        without = evaluate(plain)
        self.assertEqual(plain.stop(), 0)
        print(f"with a careful model {with_model}, without {without}", file=sys.stderr)
        self.assertGreater(with_model["score"], without["score"])
        for name in ("gold", "typed", "answers"):
            self.assertGreater(with_model[name], without[name], name)
        self.assertGreaterEqual(with_model["gold"], 0.95)
        self.assertGreaterEqual(with_model["typed"], 0.98)


if __name__ == "__main__":
    main()
