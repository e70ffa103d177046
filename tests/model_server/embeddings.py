"""Vectors for texts: hashed words and their neighbours' letters, so that texts with common words are close. Pure."""

import base64
import json
import math
import re
import struct
import zlib


def vector(text, dimensions):
    values = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()) or [text or " "]:
        stem = word[:5]
        for part in (word, stem):
            digest = zlib.crc32(part.encode())
            values[digest % dimensions] += 1.0 if digest & 0x80000000 else -1.0
            values[(digest >> 8) % dimensions] += 0.5
    length = math.sqrt(sum(v * v for v in values)) or 1.0
    return [round(v / length, 6) for v in values]


def spoil(name, vectors, dimensions):
    """The vectors as a broken server would give them."""
    if name == "wrong_dimensions":
        return [v + v[:3] for v in vectors]
    if name == "mixed_dimensions":
        return [v[: dimensions // 2] if i % 2 else v for i, v in enumerate(vectors)]
    if name == "nan":
        return [[float("nan"), *v[1:]] for v in vectors]
    if name == "infinity":
        return [[float("inf"), *v[1:]] for v in vectors]
    if name == "zeros":
        return [[0.0] * len(v) for v in vectors]
    if name == "fewer":
        return vectors[:-1]
    return vectors


def answer(model, vectors, order, tokens, as_base64):
    def write(values):
        return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode() if as_base64 else values

    data = [{"object": "embedding", "index": i, "embedding": write(vectors[i])} for i in order]
    return json.dumps(
        {"object": "list", "data": data, "model": model, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}
    )
