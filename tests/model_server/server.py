#!/usr/bin/env python3
"""An OpenAI-compatible model server that follows rules, for tests. See README.md. Python 3.11, standard library only.

usage: server.py [--port 0] [--mode plain|careful] [--gold FILE] [--no-schema] [--no-object] [--no-stream] …

Prints one line, {"listening": "http://127.0.0.1:PORT"}, then serves until SIGTERM or until its standard input closes
(--until-stdin-closes). One thread: what it notes in its log is in the order in which things happened.
"""
import asyncio
import hashlib
import json
import os
import signal
import time
from collections import deque

import embeddings
import misbehave
from careful import Careful
from fill import Filler, best_matches
from http_connection import Connection, Gone
from options import read_options
from prompt import Prompt
from replies import Replies

MOST_LOG = 20_000


class ModelServer:
    def __init__(self, options):
        self.options = options
        self.started = time.monotonic()
        self.careful = Careful(options.gold) if options.mode == "careful" else None
        self.replies = Replies(options.replies)
        self.mode = options.mode
        self.connections = set()
        self.slots = asyncio.Semaphore(options.slots) if options.slots else None
        self.one_at_a_time = asyncio.Lock()
        self.reset()

    def reset(self):
        self.rules, self.log, self.prompts = [], deque(maxlen=MOST_LOG), {}
        self.in_flight = self.most_in_flight = self.count = 0
        self.delay = self.options.delay_ms / 1000

    def now_ms(self):
        return round((time.monotonic() - self.started) * 1000, 1)

    # ---- control

    def control(self, request, connection):
        if request.path == "/control/log":
            if request.method == "DELETE":
                self.log.clear()
                self.most_in_flight = self.in_flight
                return connection.send(200, {})
            bodies = "bodies" in request.query
            rows = [{k: v for k, v in row.items() if bodies or k not in ("body", "reply")} for row in self.log]
            return connection.send(
                200,
                {
                    "requests": rows,
                    "most_concurrent": self.most_in_flight,
                    "in_flight": self.in_flight,
                    "now_ms": self.now_ms(),
                    "cpu_ms": round(time.process_time() * 1000, 1),
                },
            )
        if request.method == "POST":
            wanted = request.json()
            if wanted.get("reset"):
                self.reset()
            name = wanted.get("misbehave")
            if name is not None:
                if name not in misbehave.ALL:
                    return connection.send(
                        400,
                        {"error": {"message": f"no such misbehaviour: {name}; there are {', '.join(misbehave.ALL)}"}},
                    )
                self.rules.append({"times": 1, **wanted})
            elif "delay_ms" in wanted:
                self.delay = wanted["delay_ms"] / 1000
            if "mode" in wanted:
                if wanted["mode"] == "careful" and self.careful is None:
                    return connection.send(400, {"error": {"message": "started without --gold"}})
                self.mode = wanted["mode"]
        return connection.send(
            200, {"rules": self.rules, "mode": self.mode, "delay_ms": self.delay * 1000, "misbehaviours": misbehave.ALL}
        )

    def rule_for(self, request, kind):
        """The first rule that has times left and is meant for this request; counts it."""
        text = None
        for rule in self.rules:
            if rule["times"] == 0 or rule.get("path", kind) != kind:
                continue
            if (
                kind == "embeddings"
                and rule["misbehave"] in misbehave.TEXT
                or kind == "chat"
                and rule["misbehave"] in misbehave.VECTORS
            ):
                continue
            if kind not in ("chat", "embeddings") and rule.get("path") != kind:
                continue
            if rule.get("match") or rule["misbehave"] == "odd_500":
                text = text if text is not None else all_text(request)
                if rule.get("match") and rule["match"].lower() not in text.lower():
                    continue
                if not rule.get("match") and not misbehave.ODD.search(text):
                    continue
            if rule.get("skip", 0) > 0:
                rule["skip"] -= 1
                continue
            rule["times"] -= 1 if rule["times"] > 0 else 0
            return rule
        return None

    # ---- requests

    async def handle(self, request, connection):
        if request.path.startswith("/control"):
            return self.control(request, connection)
        path = request.path.removeprefix(self.options.prefix.rstrip("/")) if self.options.prefix else request.path
        kind = {"/chat/completions": "chat", "/embeddings": "embeddings", "/models": "models"}.get(
            path, path.strip("/")
        )
        self.count += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        row = {
            "n": self.count,
            "kind": kind,
            "at_ms": self.now_ms(),
            "method": request.method,
            "path": request.path,
            "headers": request.headers,
            "concurrency": self.in_flight,
            "status": 0,
            "bytes": len(request.body),
        }
        self.log.append(row)
        began = time.monotonic()
        try:
            await self.answer(request, connection, kind, row)
        except Gone:
            row["cancelled"] = True
            raise
        finally:
            self.in_flight -= 1
            row["took_ms"] = round((time.monotonic() - began) * 1000, 1)

    async def answer(self, request, connection, kind, row):
        def send(status, body, headers=()):
            row["status"] = status
            connection.send(status, body, headers)

        loading = self.options.loading_ms - self.now_ms()
        if loading > 0:
            return send(*misbehave.refusal("loading", {}, 0))
        if kind == "health":
            return send(200, {"status": "ok"})
        if self.options.api_key and request.headers.get("authorization") != f"Bearer {self.options.api_key}":
            return send(*misbehave.refusal("bad_key", {}, 0))
        rule = self.rule_for(request, kind)
        if rule:
            row["misbehaved"] = rule["misbehave"]
            if rule["misbehave"] in misbehave.REFUSALS:
                await connection.wait(rule.get("delay_ms", 0) / 1000)
                return send(*misbehave.refusal(rule["misbehave"], rule, len(request.body) // 4))
        if kind == "models":
            meta = {"n_ctx_train": self.options.context, "n_ctx": self.options.context}
            model = {
                "id": self.options.model,
                "object": "model",
                "created": 1700000000,
                "owned_by": "scripted",
                "max_model_len": self.options.context,
                "meta": meta,
            }
            return send(200, {"object": "list", "data": [model]})
        if kind == "props" and self.options.props:
            return send(
                200,
                {
                    "default_generation_settings": {"n_ctx": self.options.context},
                    "total_slots": self.options.slots or 4,
                    "model_path": self.options.model,
                },
            )
        if kind not in ("chat", "embeddings"):
            return send(404, {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}})
        if request.method != "POST":
            return send(405, {"error": {"code": 405, "message": "Method Not Allowed"}})
        try:
            body = request.json()
        except ValueError:
            return send(
                400, {"error": {"code": 400, "message": "the body is no JSON object", "type": "invalid_request_error"}}
            )
        row["body"] = body
        row["model"] = body.get("model")
        await self.wait_turn(
            connection,
            rule,
            lambda: (
                self.chat(body, connection, row, rule) if kind == "chat" else self.embed(body, connection, row, rule)
            ),
        )

    async def wait_turn(self, connection, rule, work):
        """A server with few slots lets the others wait without a word."""
        name = rule["misbehave"] if rule else ""
        if name == "hang":
            await connection.wait(rule.get("delay_ms", 3_600_000) / 1000)
            return connection.close()
        if name == "close":
            await connection.wait(rule.get("delay_ms", 0) / 1000)
            return connection.close()
        if name == "not_json":
            return connection.send(200, "OK, but this is no JSON", {"Content-Type": "text/plain"})
        if name == "huge":
            return await self.huge(connection)
        turn = self.one_at_a_time if name == "queue" else self.slots
        if turn is None:
            return await work()
        async with turn:
            if name == "queue":
                await connection.wait(rule.get("delay_ms", 200) / 1000)
            connection.check()
            return await work()

    async def huge(self, connection):
        """64 MiB of one endless answer."""
        connection.head(200)
        for _ in range(1024):
            connection.chunk(b"a" * 65536)
            await connection.wait(0.0005)
        connection.end()

    # ---- chat

    def refused_option(self, body):
        """What this server does not take, as a 400's message; None."""
        wanted = (body.get("response_format") or {}).get("type", "text")
        if wanted == "json_schema" and self.options.no_schema or wanted == "json_object" and self.options.no_object:
            return f"response_format type '{wanted}' is not supported by this model"
        if wanted == "json_schema" and not isinstance(
            (body["response_format"].get("json_schema") or {}).get("schema"), dict
        ):
            return "response_format.json_schema.schema is missing"
        if body.get("stream") and self.options.no_stream:
            return "streaming is not supported"
        if self.options.no_system and any(m.get("role") == "system" for m in body["messages"]):
            return "System role not supported"
        if self.options.strict and "max_tokens" in body:
            return "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        if self.options.strict and body.get("temperature", 1) != 1:
            return "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."
        return None

    async def chat(self, body, connection, row, rule):
        def refuse(status, answer, headers):
            row["status"] = status
            connection.send(status, answer, headers)

        if not isinstance(body.get("messages"), list) or not body["messages"]:
            return refuse(*misbehave.error(400, "'messages' is required"))
        message = self.refused_option(body)
        if message:
            return refuse(*misbehave.error(400, message))
        prompt = Prompt(body)
        limit = body.get("max_tokens") or body.get("max_completion_tokens") or 0
        if prompt.tokens + min(limit, 16) > self.options.context:
            return refuse(*misbehave.refusal("context_overflow", {"n_ctx": self.options.context}, prompt.tokens))
        text, finish = self.say(prompt)
        name = rule["misbehave"] if rule else ""
        if name in misbehave.TEXT:
            change, finish = misbehave.TEXT[name]
            text = change(text)
        if limit and text is not None and len(text) > limit * 4:
            text, finish = text[: limit * 4], "length"
        await connection.wait(
            self.delay + (rule.get("delay_ms", 0) / 1000 if rule and name not in ("drip", "queue") else 0)
        )
        row["prompt_hash"] = hashlib.sha256(
            json.dumps([body.get("model"), body["messages"], body.get("response_format")]).encode()
        ).hexdigest()[:16]
        row["schema"] = ((body.get("response_format") or {}).get("json_schema") or {}).get("name", "")
        row["format"] = (body.get("response_format") or {}).get("type", "text")
        row["stream"] = bool(body.get("stream"))
        row["reply"] = text
        usage = self.usage(body, prompt, text, row)
        row |= {
            "prompt_tokens": usage["prompt_tokens"],
            "completion_tokens": usage["completion_tokens"],
            "cached_tokens": usage["prompt_tokens_details"]["cached_tokens"],
        }
        row["status"] = 200
        if name == "no_usage" or self.options.no_usage:
            usage = None
        answer = {"id": f"chatcmpl-{row['n']}", "created": int(time.time()), "model": self.options.model}
        if body.get("stream"):
            return await self.stream(
                connection,
                answer,
                text,
                finish,
                usage if (body.get("stream_options") or {}).get("include_usage") else None,
                name,
                rule,
            )
        whole = {
            **answer,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}],
        }
        if usage:
            whole["usage"] = usage
        data = json.dumps(whole, ensure_ascii=False).encode()
        if name in ("close_midway", "stream_error", "stream_unfinished"):
            connection.head(200, length=len(data))
            connection.transport.write(data[: len(data) // 2])
            await asyncio.sleep(0.02)
            return connection.close()
        if name == "drip":
            connection.head(200, length=len(data))
            for at in range(0, len(data), 16):
                connection.check()
                connection.transport.write(data[at : at + 16])
                await connection.wait(rule.get("delay_ms", 50) / 1000)
            return None
        return connection.send(200, data)

    def say(self, prompt):
        recorded = self.replies.find(prompt)
        if recorded:
            return recorded
        careful = self.careful if self.mode == "careful" else None
        if prompt.schema is None:
            answer = careful.answer(prompt) if careful else None
            if answer is not None:
                return answer[0], "stop"
            return " ".join(s for s, _ in best_matches(prompt.question, prompt.listed)), "stop"
        if careful:
            filler = Filler(
                prompt,
                careful.subjects(prompt),
                careful.listed,
                careful.answer(prompt),
                careful.topics(prompt.question),
            )
        else:
            filler = Filler(prompt)
        return json.dumps(filler.fill(), ensure_ascii=False), "stop"

    def usage(self, body, prompt, text, row):
        """Tokens, about four characters each; a prompt that begins like the last one of its place is found cached."""
        place = str(body.get("id_slot", "")) or row["headers"].get(self.options.affinity_header.lower(), "")
        before, self.prompts[place] = self.prompts.get(place, ""), prompt.text
        cached = common(before, prompt.text) // 4
        completion = len(text or "") // 4 + 1
        return {
            "prompt_tokens": prompt.tokens,
            "completion_tokens": completion,
            "total_tokens": prompt.tokens + completion,
            "prompt_tokens_details": {"cached_tokens": min(cached, prompt.tokens)},
        }

    async def stream(self, connection, answer, text, finish, usage, name, rule):
        line_end = "\r\n\r\n" if name == "crlf" else "\n\n"

        def event(value):
            return (
                f"data: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}{line_end}".encode()
            )

        def delta(content, finish_reason=None):
            return event(
                {
                    **answer,
                    "object": "chat.completion.chunk",
                    "choices": [{"index": 0, "delta": content, "finish_reason": finish_reason}],
                }
            )

        connection.head(200, "text/event-stream")
        connection.chunk(delta({"role": "assistant", "content": None if text is None else ""}))
        size = 8 if name == "drip" else max(64, len(text or "") // 16)
        pieces = [text[at : at + size] for at in range(0, len(text), size)] if text else []
        for place, piece in enumerate(pieces):
            if place * 2 >= len(pieces) and name in ("close_midway", "stream_error", "stream_unfinished"):
                break
            if name == "drip":
                await connection.wait(rule.get("delay_ms", 50) / 1000)
            if name == "pings":
                connection.chunk(b": keep-alive\n\n")
            connection.chunk(delta({"content": piece}))
        if name == "close_midway":
            await asyncio.sleep(0.02)
            return connection.close()
        if name == "stream_error":
            connection.chunk(event({"error": {"code": 500, "message": "the model crashed", "type": "server_error"}}))
            return connection.end()
        if name == "stream_unfinished":
            return connection.end()
        connection.chunk(delta({}, finish))
        if usage:
            connection.chunk(event({**answer, "object": "chat.completion.chunk", "choices": [], "usage": usage}))
        connection.chunk(event("[DONE]"))
        return connection.end()

    # ---- embeddings

    async def embed(self, body, connection, row, rule):
        texts = body.get("input")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
            row["status"] = 400
            return connection.send(400, misbehave.error(400, "'input' must be a text or an array of texts")[1])
        name = rule["misbehave"] if rule else ""
        longest = max(len(t) // 4 + 1 for t in texts)
        if longest > self.options.embedding_tokens or name == "too_long":
            row["status"] = 400
            return connection.send(
                400,
                misbehave.error(
                    400,
                    f"input ({longest} tokens) is larger than the max context size ({self.options.embedding_tokens} tokens). skipping",
                )[1],
            )
        if len(texts) > self.options.embedding_batch:
            row["status"] = 400
            return connection.send(
                400,
                misbehave.error(
                    400, f"batch size {len(texts)} > maximum allowed batch size {self.options.embedding_batch}"
                )[1],
            )
        await connection.wait(
            self.delay + (rule.get("delay_ms", 0) / 1000 if rule and name not in ("drip", "queue") else 0)
        )
        dimensions = body.get("dimensions") or self.options.dimensions
        vectors = embeddings.spoil(name, [embeddings.vector(t, dimensions) for t in texts], dimensions)
        tokens = sum(len(t) // 4 + 1 for t in texts)
        order = range(len(vectors))[::-1] if name == "reordered" else range(len(vectors))
        row |= {
            "status": 200,
            "inputs": len(texts),
            "prompt_tokens": tokens,
            "prompt_hash": hashlib.sha256(json.dumps([body.get("model"), texts]).encode()).hexdigest()[:16],
        }
        data = embeddings.answer(
            self.options.model, vectors, order, tokens, body.get("encoding_format") == "base64"
        ).encode()
        if name in ("close_midway", "stream_error", "stream_unfinished"):
            connection.head(200, length=len(data))
            connection.transport.write(data[: len(data) // 2])
            await asyncio.sleep(0.02)
            return connection.close()
        return connection.send(200, data)


def common(one, other):
    """How many first characters two texts share, to 64."""
    at, most = 0, min(len(one), len(other))
    while at < most and one[at : at + 64] == other[at : at + 64]:
        at += 64
    return min(at, most)


def all_text(request):
    """The text of a request as it was before it became JSON."""
    try:
        return (
            json.dumps(request.json(), ensure_ascii=False).replace("\\n", "\n").replace('\\"', '"')
            if b"\\u" not in request.body
            else "\n".join(strings(request.json()))
        )
    except ValueError:
        return request.body.decode("utf-8", "replace")


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


async def run(options):
    server, loop, stop = ModelServer(options), asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.until_stdin_closes:

        def until_closed():
            if not os.read(0, 4096):
                loop.remove_reader(0)
                stop.set()

        loop.add_reader(0, until_closed)
    listening = await loop.create_server(lambda: Connection(server), options.host, options.port, backlog=1024)
    port = listening.sockets[0].getsockname()[1]
    print(
        json.dumps(
            {"listening": f"http://{options.host}:{port}", "base_url": f"http://{options.host}:{port}{options.prefix}"}
        ),
        flush=True,
    )
    await stop.wait()
    listening.close()
    for connection in list(server.connections):
        connection.close()


if __name__ == "__main__":
    asyncio.run(run(read_options()))
