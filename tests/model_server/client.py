"""Starts the scripted model server in a process of its own and speaks to its control endpoint."""

import http.client
import json
import pathlib
import subprocess
import sys

PROGRAM = pathlib.Path(__file__).resolve().parent / "server.py"


class ScriptedServer:
    """options: of server.py, without dashes: ScriptedServer(mode="careful", gold=FILE, no_stream=True)."""

    def __init__(self, **options):
        self.options, self.process, self.port = options, None, 0

    def start(self):
        """On a free port; after kill() on the same one again."""
        arguments = ["--until-stdin-closes", "--port", str(self.port)]
        for name, value in self.options.items():
            if value is not None and value is not False:
                arguments += ["--" + name.replace("_", "-")] + ([] if value is True else [str(value)])
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(PROGRAM), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the model server ended with {self.process.wait()}")
        self.base_url = json.loads(line)["base_url"]
        self.port = int(self.base_url.split(":")[2].split("/")[0])
        return self

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def request(self, method, path, body=None, headers=None, timeout=30):
        """(status, headers, bytes)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(
                method,
                path,
                None if body is None else json.dumps(body).encode(),
                {"Content-Type": "application/json", **(headers or {})},
            )
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def control(self, **fields):
        status, _, data = self.request("POST", "/control", fields)
        if status != 200:
            raise AssertionError(data.decode())
        return json.loads(data)

    def misbehave(self, name, times=1, **more):
        return self.control(misbehave=name, times=times, **more)

    def reset(self):
        return self.control(reset=True)

    def log(self, kind=None, bodies=False):
        """The requests so far, those of one kind ("chat", "embeddings", …) or all."""
        rows = json.loads(self.request("GET", "/control/log" + ("?bodies=1" if bodies else ""))[2])["requests"]
        return [row for row in rows if kind in (None, row["kind"])]

    def most_concurrent(self):
        return json.loads(self.request("GET", "/control/log")[2])["most_concurrent"]

    def in_flight(self):
        return json.loads(self.request("GET", "/control/log")[2])["in_flight"]

    def clear_log(self):
        self.request("DELETE", "/control/log")
