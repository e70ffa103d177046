#!/usr/bin/env python3
"""Holds a running server against its OpenAPI document with Schemathesis; exits 0 when nothing was found.

    HOLDFAST_BINARY=build/release/holdfast python3 tests/schemathesis/run.py [more options of `schemathesis run`]

The document's own limits make the requests, on both sides of them. Names and ids of things that exist are mixed in, so
that calls get past "not found". HOLDFAST_VENV (default build/schemathesis) is where Schemathesis gets installed.
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import harness  # noqa: E402

CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
          "response_headers_conformance", "negative_data_rejection", "missing_required_header", "unsupported_method",
          "allow_header_conformance", "ignored_auth", "use_after_free"]
EXAMPLES = 60  # per call and phase
SEED = 20260421
# These must not take away what the others find.
DESTRUCTIVE = ["delete_namespace", "delete_profile", "revoke_token"]


def schemathesis():
    """The program, installed if need be: again whenever requirements.txt has changed."""
    home = pathlib.Path(os.environ.get("HOLDFAST_VENV", HERE.parent.parent / "build" / "schemathesis"))
    requirements = HERE / "requirements.txt"
    stamp, wanted = home / "requirements.sha256", hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(home, clear=True, with_pip=True)
        subprocess.run([home / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "--requirement", requirements], check=True)
        stamp.write_text(wanted)
    return home / "bin" / "schemathesis"


def furnish(server):
    """Something to be found: the names and ids by parameter."""
    space = harness.Space(server, "fuzz")
    assert space.create().status == 201
    profile = space.profile("ada")
    turns = ["I prefer pnpm over npm.", "Deploys happen on Tuesdays at 09:00 UTC.", "Remind me to rotate the keys.",
             "My sister Grace moved to Lisbon on 2026-03-02.", "Always answer in English.", "We use PostgreSQL for billing."]
    reply = profile.ingest([{"role": "user", "content": text, "timestamp": "2026-04-20"} for text in turns], "s1",
                           **{"async": True})
    assert reply.status == 202, reply
    profile.settle()
    for number in range(40):
        assert profile.remember(f"Shelf {number} holds {number * 3 + 1} boxes.", sessionId="s2").status == 200
    return {"account": [harness.ACCOUNT], "namespace": ["fuzz"], "profile": ["ada"], "session_id": ["s1", "s2"],
            "job_id": [reply.result["jobId"]],
            "memory_id": [row["id"] for row in profile.all("memories")],
            "message_id": [row["id"] for row in profile.all("messages")]}


def configuration(values):
    """As TOML; strings of JSON are strings of TOML."""
    lines = [f"hooks = {json.dumps(str(HERE / 'hooks.py'))}", "[auth.openapi.bearer]",
             f"bearer = {json.dumps(harness.TOKEN)}"]
    for name, known in values.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(known)}"]
    lines += ["[[operations]]", f"exclude-operation-id = {json.dumps(DESTRUCTIVE)}"]
    for name in values:
        lines += [f'parameters."path.{name}" = {{ dictionary = "{name}", probability = 0.8 }}']
    return "\n".join(lines) + "\n"


def main():
    program = schemathesis()
    server = harness.Server().start()
    try:
        with tempfile.TemporaryDirectory(prefix="holdfast-schemathesis-") as work:
            config = pathlib.Path(work, "schemathesis.toml")
            config.write_text(configuration(furnish(server)))
            found = subprocess.run(
                [program, "--config-file", config, "run", f"http://127.0.0.1:{server.port}/openapi.json",
                 "--checks", ",".join(CHECKS), "--max-examples", str(EXAMPLES), "--seed", str(SEED),
                 "--continue-on-failure", "--output-sanitize", "false", "--no-color", *sys.argv[1:]], cwd=work).returncode
        if found != 0:
            for line in server.log_path.read_text(errors="replace").splitlines():
                if '"level":"error"' in line:
                    print(line, file=sys.stderr)
        if not server.running():
            print(f"the server ended:\n{server.log_tail()}", file=sys.stderr)
            return 1
        stopped = server.stop()
        if stopped != 0:
            print(f"the server stopped with {stopped}:\n{server.log_tail()}", file=sys.stderr)
            return 1
        return found
    finally:
        server.remove()


if __name__ == "__main__":
    sys.exit(main())
