"""What Schemathesis does not know by itself: JSON Lines."""
import json

import schemathesis


@schemathesis.serializer("application/jsonl")
def write_lines(context, value):
    rows = value if isinstance(value, list) else [value]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@schemathesis.deserializer("application/jsonl")
def read_lines(context, response):
    return [json.loads(line) for line in response.content.splitlines()]
