"""What the tests of language models share: a scripted model server beside the server, and what both of them counted."""
import collections
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "model_server"))

from client import ScriptedServer  # noqa: E402  (found by the line above)
from harness import E2E, Server, message, until  # noqa: E402

METRIC = re.compile(r"^(\w+)(?:\{([^}]*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="([^"]*)"')
AFFINITY = "X-Session-Affinity"

# What a server without a model keeps something from, too.
TALK = [
    message("I moved to Lisbon in March 2026 and I live in Alfama now.", "2026-04-01T09:00:00Z"),
    message("How nice! Is there anything I can help with?", "2026-04-01T09:01:00Z", "assistant"),
    message("My sister Ingrid works for Novo Nordisk in Copenhagen.", "2026-04-01T09:02:00Z"),
    message("Good to know.", "2026-04-01T09:03:00Z", "assistant"),
    message("Please never book me a flight before nine in the morning.", "2026-04-01T09:04:00Z"),
    message("Understood.", "2026-04-01T09:05:00Z", "assistant"),
]


def talk(tag):
    """TALK in words of its own, so that no reply to another test's conversation fits."""
    return [dict(m, content=m["content"].replace("Ingrid", f"Ingrid-{tag}")) for m in TALK]


def long_talk(count, tag=""):
    """`count` messages, about 240 characters each; every statement has a number of its own."""
    lines = []
    for i in range(count):
        day = f"2026-03-{1 + i // 24:02}T{i % 24:02}:00:00Z"
        if i % 2:
            text = f"I see, {i + 100} it is. " + "That is worth knowing, and I will keep it in mind for what we do next. " * 3
            lines.append(message(text.strip(), day, "assistant"))
        else:
            text = (f"The greenhouse{tag} number {i + 100} grows tomatoes of the kind Harzfeuer. Its door faces the river, "
                    f"and its heating was bought from Kessler for {2000 + i} euros. I water it every second evening.")
            lines.append(message(text, day))
    return lines


class ModelE2E(E2E):
    """A server with a scripted model. `scripted`: options of the model server; `configured`: more configuration."""

    scripted = {}
    configured = {}

    @classmethod
    def make_server(cls):
        cls.models = ScriptedServer(**cls.scripted)
        cls.addClassCleanup(cls.models.kill)
        cls.models.start()
        return Server(environment=cls.environment())

    @classmethod
    def environment(cls):
        return {
            "HOLDFAST_LLM_BASE_URL": cls.models.base_url,
            "HOLDFAST_LLM_MODEL": "scripted-1",
            "HOLDFAST_LLM_AFFINITY_HEADER": AFFINITY,
            "HOLDFAST_LLM_RETRIES": "1",
            "HOLDFAST_LLM_TIMEOUT_MS": "10000",
            **{name: str(value) for name, value in cls.configured.items()},
        }

    def setUp(self):
        self.models.reset()

    def metrics(self, name):
        """{labels as a frozenset of pairs: value} of one metric."""
        found = {}
        for line in self.server.request("GET", "/metrics").raw.decode().splitlines():
            match = METRIC.match(line)
            if match and match.group(1) == name:
                found[frozenset(LABEL.findall(match.group(2) or ""))] = float(match.group(3))
        return found

    def fallbacks(self):
        """Counter of (stage, reason)."""
        counted = collections.Counter()
        for labels, value in self.metrics("holdfast_model_fallbacks_total").items():
            of = dict(labels)
            counted[of["stage"], of["reason"]] += int(value)
        return counted

    def calm(self):
        """Waits until calls get through again; every message is another one, so that no kept reply answers it."""
        def closed():
            if not any(self.metrics("holdfast_model_breaker_open").values()):
                return True
            self.space.profile("calm").ingest([message(f"I live at number {time.monotonic()}.")], "s")
            return False

        self.assertTrue(until(closed, 90, 0.5), "the breaker stays open")

    def chats(self, stage=None, bodies=False):
        """Requests for a chat that the model server has seen, of one stage or of all."""
        rows = self.models.log("chat", bodies)
        return [row for row in rows if stage is None or row.get("schema", "").startswith(stage)]

    def all_stored(self, profile, messages):
        """Every message is there, no job is left, and something was kept."""
        profile.settle()
        self.assertEqual(profile.contents(), {m["content"] for m in messages})
        memories = profile.memories(superseded=1)
        self.assertTrue(memories, "nothing was kept")
        return memories

    def notes(self, stages, stage):
        return " ".join(s.get("note", "") for s in stages if s["stage"] == stage and s.get("call"))


def most_at_once(rows):
    """How many of the requests were in flight at the same time."""
    edges = sorted([(row["at_ms"], 1) for row in rows] + [(row["at_ms"] + row["took_ms"], -1) for row in rows])
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def essence(memories):
    """What memories say, without the ids and times of their making."""
    return sorted(
        (m["content"], m["type"], m["topicKey"] or "", m["summary"], tuple(m["keywords"]), tuple(m["queries"]),
         tuple(s["content"] for s in m["sources"]), bool(m["supersededBy"]))
        for m in memories)


def timed(call):
    began = time.monotonic()
    value = call()
    return value, time.monotonic() - began
