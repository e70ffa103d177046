"""One HTTP/1.1 connection of the model server, on asyncio: keep-alive, chunked answers, and what a broken server does."""

import asyncio
import json
import sys

MOST_BODY = 64 << 20
SERVER_HEADERS = "Server: scripted-model-server\r\n"
REASONS = {
    200: "OK",
    307: "Temporary Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    529: "Overloaded",
}


class Gone(Exception):
    """The client has closed the connection."""


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.headers, self.body = method, headers, body
        self.path, _, self.query = path.partition("?")

    def json(self):
        value = json.loads(self.body or b"{}")
        if not isinstance(value, dict):
            raise ValueError("not an object")
        return value


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive; knows at once when the client goes."""

    def __init__(self, server):
        self.server, self.buffer, self.task = server, bytearray(), None
        self.gone = asyncio.get_running_loop().create_future()
        self.told_to_go_on = False

    def connection_made(self, transport):
        self.transport = transport
        self.server.connections.add(self)

    def connection_lost(self, _):
        self.server.connections.discard(self)
        if not self.gone.done():
            self.gone.set_result(None)

    def eof_received(self):
        return False

    def data_received(self, data):
        self.buffer += data
        if self.task is None or self.task.done():
            self.next()

    def next(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self.buffer) > 65536:
                self.transport.close()
            return
        lines = self.buffer[:end].decode("latin-1").split("\r\n")
        try:
            method, path, _ = lines[0].split(" ", 2)
            headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
            length = int(headers.get("content-length", 0))
            if length > MOST_BODY or "transfer-encoding" in headers:
                raise ValueError
        except ValueError:
            self.transport.close()
            return
        if len(self.buffer) < end + 4 + length:
            if headers.get("expect", "").lower() == "100-continue" and not self.told_to_go_on:
                self.told_to_go_on = True
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        body = bytes(self.buffer[end + 4 : end + 4 + length])
        del self.buffer[: end + 4 + length]
        self.told_to_go_on = False
        self.task = asyncio.ensure_future(self.serve(Request(method, path, headers, body)))

    async def serve(self, request):
        try:
            await self.server.handle(request, self)
        except Gone:
            return
        except Exception as failure:  # a fault of this server: never silent
            print(f"model server: {type(failure).__name__}: {failure}", file=sys.stderr, flush=True)
            self.send(
                500, {"error": {"message": f"{type(failure).__name__}: {failure}", "type": "scripted_server_fault"}}
            )
        if self.buffer and not self.transport.is_closing():
            self.next()

    async def wait(self, seconds):
        """Sleeps; raises Gone as soon as the client has gone."""
        if seconds > 0:
            await asyncio.wait([self.gone], timeout=seconds)
        self.check()

    def check(self):
        if self.gone.done() or self.transport.is_closing():
            raise Gone

    def head(self, status, content_type="application/json", length=None, headers=()):
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}", f"Content-Type: {content_type}"]
        lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
        lines += [f"{k}: {v}" for k, v in dict(headers).items() if k != "Content-Type"]
        self.transport.write(("\r\n".join(lines) + "\r\n" + SERVER_HEADERS + "\r\n").encode())

    def send(self, status, body, headers=()):
        data = (
            body
            if isinstance(body, bytes)
            else (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
        )
        self.head(status, dict(headers).get("Content-Type", "application/json"), len(data), headers)
        self.transport.write(data)

    def chunk(self, data):
        self.check()
        self.transport.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def end(self):
        self.transport.write(b"0\r\n\r\n")

    def close(self):
        self.transport.abort()
