"""What a model server does wrong, by name: everything that has been seen in the wild.

A rule of the control endpoint names one. Those of TEXT change what the model says; those of REFUSALS answer with an
error instead; the others (server.py) have to do with the connection. Pure.
"""

import json
import re

INVENTED = [
    "Quentin Vorhaben moved the payroll system to Reykjavik on 2031-07-19 for 48,213 euros.",
    "Dr Ottoline Pask approved version 97.4.1 of the Zanzibar gateway.",
]
OTHER_LANGUAGE = "Der Benutzer erzählte gestern, dass die Katze im Garten schläft und der Zug nach Süden verspätet ist."
ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u2028\u2029\U0001f000-\U0001faff]|<\|")


def change_strings(value, make):
    """The value with every longer text replaced by what `make` makes of it."""
    if isinstance(value, dict):
        return {k: change_strings(v, make) for k, v in value.items()}
    if isinstance(value, list):
        return [change_strings(v, make) for v in value]
    return make(value) if isinstance(value, str) and (" " in value) else value


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def arrays_of(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from arrays_of(inner)
    elif isinstance(value, list):
        yield value
        for inner in value:
            yield from arrays_of(inner)


def invented(text):
    """Facts nobody stated, put first among what was found, from a message that is there."""
    value = parsed(text)
    if value is None:
        return INVENTED[0] + " " + text
    array = next((a for a in arrays_of(value) if a and isinstance(a[0], dict)), None)
    if array is None:
        return json.dumps(change_strings(value, lambda _: INVENTED[0]), ensure_ascii=False)
    array[:0] = [change_strings(array[0], lambda _, fact=fact: fact) for fact in INVENTED]
    return json.dumps(value, ensure_ascii=False)


def wrong_schema(text):
    value = parsed(text)
    return json.dumps({"response": {"ok": True, "data": "see above"}} if value is not None else {"text": text})


def wrong_types(text):
    """The right names, other types: numbers as words, arrays as one object, text as arrays."""

    def turn(value):
        if isinstance(value, dict):
            return {k: turn(v) for k, v in value.items()}
        if isinstance(value, list):
            return {str(i): turn(v) for i, v in enumerate(value)}
        return [value] if isinstance(value, str) else str(value)

    return json.dumps(turn(parsed(text)))


def duplicate_keys(text):
    """Every key of every object a second time, later, with nothing in it."""

    def write(value):
        if isinstance(value, dict):
            pairs = [f"{json.dumps(k)}: {write(v)}" for k, v in value.items()]
            return "{" + ", ".join(pairs + [f"{json.dumps(k)}: null" for k in value]) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(write(v) for v in value) + "]"
        return json.dumps(value, ensure_ascii=False)

    value = parsed(text)
    return text if value is None else write(value)


def sloppy(text):
    """JSON as people write it: comments, single quotes, bare keys, trailing commas."""
    text = re.sub(r'"(\w+)":', r"\1:", text)
    text = re.sub(r'"([^"\'\\]*)"', r"'\1'", text)
    return "// the result\n" + text.replace("}", ",}").replace("{,}", "{}").replace("]", ",]").replace("[,]", "[]")


TEXT = {  # name → (text → text, finish_reason)
    "prose": (
        lambda t: f"Sure! Here is what I found in the conversation:\n\n{t}\n\nLet me know if you need {{anything}} else.",
        "stop",
    ),
    "fence": (lambda t: f"```json\n{t}\n```", "stop"),
    "fence_prose": (lambda t: f"Here you go:\n```json\n{t}\n```\nI left out the small talk.", "stop"),
    "lone_fence": (lambda t: "```json", "stop"),
    "thinking": (
        lambda t: f"<think>\nThe user wants {{JSON}}. First I list the facts, then I write them.\n</think>\n\n{t}",
        "stop",
    ),
    "sloppy": (sloppy, "stop"),
    "wrong_schema": (wrong_schema, "stop"),
    "wrong_types": (wrong_types, "stop"),
    "duplicate_keys": (duplicate_keys, "stop"),
    "empty": (lambda t: "", "stop"),
    "blank": (lambda t: " \n\n ", "stop"),
    "null_content": (lambda t: None, "stop"),
    "empty_object": (lambda t: "{}", "stop"),
    "truncated": (lambda t: t[: max(1, len(t) * 2 // 3)], "length"),
    "truncated_silently": (lambda t: t[: max(1, len(t) * 2 // 3)], "stop"),
    "truncated_fence": (lambda t: "```json\n" + t[: max(1, len(t) // 2)], "length"),
    "invented": (invented, "stop"),
    "only_invented": (
        lambda t: (
            json.dumps(change_strings(parsed(t), lambda _: INVENTED[0])) if parsed(t) is not None else INVENTED[0]
        ),
        "stop",
    ),
    "language": (
        lambda t: (
            json.dumps(change_strings(parsed(t), lambda _: OTHER_LANGUAGE), ensure_ascii=False)
            if parsed(t) is not None
            else OTHER_LANGUAGE
        ),
        "stop",
    ),
    "refusal": (lambda t: "I'm sorry, but I can't help with that request.", "stop"),
    "repeating": (lambda t: t[: max(1, len(t) // 2)] + " the same again" * 400, "length"),
    "other_numbers": (lambda t: re.sub(r"(?<=[\[:, ])\d+(?=[\],}])", lambda m: str(int(m.group(0)) + 9000), t), "stop"),
    "filtered": (lambda t: "", "content_filter"),
}


def error(status, message, kind="invalid_request_error", headers=(), **more):
    return status, {"error": {"code": status, "message": message, "type": kind, **more}}, dict(headers)


REFUSALS = {  # name → (rule, prompt tokens) → (status, body, headers)
    "rate_limit": lambda r, n: error(
        429, "Rate limit reached for requests", "rate_limit_error", [("Retry-After", str(r.get("retry_after", 1)))]
    ),
    "rate_limit_bare": lambda r, n: error(429, "Too many requests", "rate_limit_error"),
    "error_500": lambda r, n: error(500, "Internal server error", "server_error"),
    "odd_500": lambda r, n: error(500, "could not parse the input", "server_error"),
    "loading": lambda r, n: error(503, "Loading model", "unavailable_error"),
    "overloaded": lambda r, n: error(529, "Overloaded", "overloaded_error"),
    "context_overflow": lambda r, n: error(
        400,
        f"request ({max(n, r.get('n_ctx', 2048) + 1)} tokens) exceeds the available context size ({r.get('n_ctx', 2048)} tokens), try increasing it",
        "exceed_context_size_error",
        n_prompt_tokens=max(n, r.get("n_ctx", 2048) + 1),
        n_ctx=r.get("n_ctx", 2048),
    ),
    "context_overflow_openai": lambda r, n: (
        400,
        {
            "error": {
                "message": f"This model's maximum context length is {r.get('n_ctx', 2048)} tokens. However, your messages resulted in {max(n, r.get('n_ctx', 2048) + 1)} tokens. "
                "Please reduce the length of the messages.",
                "type": "invalid_request_error",
                "param": "messages",
                "code": "context_length_exceeded",
            }
        },
        {},
    ),
    "bad_key": lambda r, n: error(401, "Incorrect API key provided", "authentication_error"),
    "no_credit": lambda r, n: error(402, "Insufficient credits", "insufficient_quota"),
    "no_model": lambda r, n: error(404, "The model does not exist", "not_found_error"),
    "bad_request": lambda r, n: error(400, "Invalid request"),
    "html": lambda r, n: (
        502,
        "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
        {"Content-Type": "text/html"},
    ),
    "redirect": lambda r, n: (307, {}, {"Location": "http://127.0.0.1:1/elsewhere"}),
}


def refusal(name, rule, tokens):
    return REFUSALS[name](rule, tokens)


CONNECTION = {
    "hang",
    "drip",
    "close",
    "close_midway",
    "stream_error",
    "stream_unfinished",
    "queue",
    "not_json",
    "huge",
    "no_usage",
    "crlf",
    "pings",
}
VECTORS = {"wrong_dimensions", "mixed_dimensions", "nan", "infinity", "zeros", "fewer", "reordered", "too_long"}
ALL = sorted({*TEXT, *REFUSALS, *CONNECTION, *VECTORS})
