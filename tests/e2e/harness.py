"""What the end-to-end tests share: a server of their own on a free port, an HTTP client, assertions on the envelope.

Each test class gets one server with an empty data directory; HOLDFAST_BINARY names the program. A server that did not
stop cleanly (status other than 0 after SIGTERM) fails the class, so a sanitizer's report does too.
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

BINARY = os.environ.get("HOLDFAST_BINARY", "build/release/holdfast")
TOKEN = "e2e-administrator-0123456789abcdef"
ACCOUNT = "0123456789abcdef0123456789abcdef"
ULID = re.compile(r"^[0-9A-HJKMNP-TV-Z]{26}$")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
START_SECONDS = 60
STOP_SECONDS = 60


def quote(segment):
    return urllib.parse.quote(segment, safe="")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds=30, every=0.05):
    """Polls until condition() is truthy and returns that; None after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value or None
        time.sleep(every)


class Reply:
    def __init__(self, status, headers, raw):
        self.status, self.headers, self.raw = status, headers, raw

    @property
    def json(self):
        return json.loads(self.raw)

    @property
    def result(self):
        return self.json["result"]

    @property
    def cursor(self):
        return self.json["result_info"].get("cursor")

    def __repr__(self):
        return f"{self.status} {self.raw[:400]!r}"


class Server:
    """One run after another of the program on one data directory."""

    def __init__(self, data=None, token=TOKEN, options=(), environment=None):
        self.owns_data = data is None
        self.data = pathlib.Path(data or tempfile.mkdtemp(prefix="holdfast-e2e-"))
        self.log_path = pathlib.Path(tempfile.mkstemp(prefix="holdfast-e2e-", suffix=".log")[1])
        self.token, self.process, self.port = token, None, None
        self.options = [str(option) for option in options]
        self.environment = dict(environment or {})

    def start(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")}
        environment.update(self.environment)
        if self.token:
            environment["HOLDFAST_TOKEN"] = self.token
        self.port = free_port()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.data),
                 *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)

        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log_tail()}")
            try:
                return self.request("GET", "/readyz", token=None).status == 200
            except OSError:
                return False

        if not until(ready, START_SECONDS):
            raise AssertionError(f"not ready after {START_SECONDS} s:\n{self.log_tail()}")
        return self

    def stop(self):
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {STOP_SECONDS} s after SIGTERM:\n{self.log_tail()}") from None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def remove(self):
        if self.running():
            self.kill()
        if self.owns_data:
            shutil.rmtree(self.data, ignore_errors=True)
        self.log_path.unlink(missing_ok=True)

    def log_tail(self):
        return self.log_path.read_text(errors="replace")[-4000:]

    def request(self, method, path, body=None, token="", headers=None, timeout=120):
        """body: bytes go as they are, anything else as JSON. token: "" for the server's own, None for none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            head = dict(headers or {})
            token = self.token if token == "" else token
            if token is not None:
                head.setdefault("Authorization", f"Bearer {token}")
            if body is not None and not isinstance(body, bytes):
                body = json.dumps(body).encode()
            if body is not None:
                head.setdefault("Content-Type", "application/json")
            connection.request(method, path, body, head)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        except http.client.HTTPException as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()

    def raw(self, data, timeout=20):
        """An open socket on which `data` was sent."""
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        sock.sendall(data)
        return sock

    def head(self, method, path, *lines):
        """A request's head with the token, to be sent on a raw socket."""
        return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}",
                            f"Authorization: Bearer {self.token}", *lines, "", ""]).encode()

    def files_with(self, text):
        """Files of the data directory that contain `text`, in any case."""
        needle = text.lower().encode()
        return [f for f in sorted(self.data.rglob("*")) if f.is_file() and needle in f.read_bytes().lower()]


def read_answer(sock):
    """(status, body) of the answer on a raw socket that the server will close or whose length it tells."""
    response = http.client.HTTPResponse(sock)
    response.begin()
    return response.status, response.read()


class Space:
    """A namespace's calls."""

    def __init__(self, server, name, account=ACCOUNT, token=""):
        self.server, self.name, self.account, self.token = server, name, account, token
        self.root = f"/client/v4/accounts/{account}/agent-memory/namespaces"
        self.path = f"{self.root}/{quote(name)}"

    def create(self):
        return self.server.request("POST", self.root, {"name": self.name}, self.token)

    def profile(self, name, token=None):
        return Profile(self, name, self.token if token is None else token)


class Profile:
    """A profile's calls, one method each."""

    def __init__(self, space, name, token=""):
        self.space, self.name, self.token = space, name, token
        self.path = f"{space.path}/profiles/{quote(name)}"

    def call(self, method, path="", body=None, **more):
        return self.space.server.request(method, self.path + path, body, self.token, **more)

    def ingest(self, messages, session=None, query="", **fields):
        body = {"messages": messages, **fields}
        if session is not None:
            body["sessionId"] = session
        return self.call("POST", "/ingest" + query, body)

    def remember(self, content, **fields):
        return self.call("POST", "/remember", {"content": content, **fields})

    def recall(self, query, **fields):
        return self.call("POST", "/recall", {"query": query, **fields})

    def get(self, memory_id, query=""):
        return self.call("GET", f"/memories/{memory_id}{query}")

    def forget(self, memory_id):
        return self.call("DELETE", f"/memories/{memory_id}")

    def status(self):
        return self.call("GET", "/status").result

    def summary(self, body=None):
        return self.call("POST", "/summary", body)

    def export(self):
        return self.call("GET", "/export").raw

    def load(self, lines):
        return self.call("POST", "/import", lines, headers={"Content-Type": "application/x-ndjson"})

    def all(self, what, **query):
        """Every row of a list, over all its pages."""
        rows, cursor = [], None
        while True:
            parts = dict(query, per_page=500, **({"cursor": cursor} if cursor else {}))
            reply = self.call("GET", f"/{what}?{urllib.parse.urlencode(parts)}")
            if reply.status != 200:
                raise AssertionError(f"GET {what}: {reply}")
            rows += reply.result
            cursor = reply.json.get("result_info", {}).get("cursor")
            if not cursor:
                return rows

    def memories(self, **query):
        return self.all("memories", verbose=1, **query)

    def contents(self):
        return {message["content"] for message in self.all("messages")}

    def settle(self, seconds=60):
        """Waits until no job is left."""
        if not until(lambda: self.status()["jobs_pending"] == 0, seconds):
            raise AssertionError(f"jobs still pending after {seconds} s: {self.status()}")


def message(content, timestamp=None, role="user", **more):
    return {"role": role, "content": content, **({"timestamp": timestamp} if timestamp else {}), **more}


def says(memory, word):
    return word.lower() in (memory.get("content", "") + " " + memory["summary"]).lower()


class E2E(unittest.TestCase):
    """A test with a server. `self.space` is a namespace that exists; `self.fresh()` a profile nobody has used."""

    maxDiff = 4000
    namespace = "e2e"

    @classmethod
    def setUpClass(cls):
        cls.profiles = 0
        cls.server = cls.make_server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.space = Space(cls.server, cls.namespace)
        created = cls.space.create()
        if created.status != 201:
            raise AssertionError(f"namespace not created: {created}")

    @classmethod
    def make_server(cls):
        return Server()

    @classmethod
    def tearDownClass(cls):
        if cls.server.running():
            status = cls.server.stop()
            if status != 0:
                raise AssertionError(f"the server stopped with status {status}:\n{cls.server.log_tail()}")

    def tearDown(self):
        self.assertTrue(self.server.running(), f"the server has ended:\n{self.server.log_tail()}")

    def fresh(self):
        cls = type(self)
        cls.profiles += 1
        return self.space.profile(f"p{cls.profiles}")

    def restart(self):
        self.assertEqual(self.server.stop(), 0, self.server.log_tail())
        self.server.start()

    def ok(self, reply, status=200):
        self.assertEqual(reply.status, status, reply)
        envelope = reply.json
        self.assertLessEqual({"result", "success", "errors", "messages"}, set(envelope), reply)
        self.assertIs(envelope["success"], True, reply)
        self.assertEqual(envelope["errors"], [], reply)
        self.assertEqual(envelope["messages"], [], reply)
        return envelope["result"]

    def error(self, reply, status, code=None, pointer=None):
        self.assertEqual(reply.status, status, reply)
        envelope = reply.json
        self.assertEqual(set(envelope), {"result", "success", "errors", "messages"}, reply)
        self.assertIsNone(envelope["result"], reply)
        self.assertIs(envelope["success"], False, reply)
        self.assertEqual(len(envelope["errors"]), 1, reply)
        first = envelope["errors"][0]
        self.assertIsInstance(first["message"], str)
        self.assertNotEqual(first["message"], "", reply)
        if code is not None:
            self.assertEqual(first["code"], code, reply)
        if pointer is not None:
            self.assertEqual(first.get("source", {}).get("pointer"), pointer, reply)
        return first

    def memory_saying(self, profile, word, **query):
        found = [m for m in profile.memories(**query) if says(m, word)]
        self.assertTrue(found, f"no memory says '{word}': {[m['content'] for m in profile.memories(**query)]}")
        return found[0]


def main():
    if not os.access(BINARY, os.X_OK):
        sys.exit(f"HOLDFAST_BINARY: there is no program {BINARY}")
    unittest.main()
