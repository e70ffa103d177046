"""Recorded replies: data of the folder replies/, a JSON array a file, each entry

{"name": "…", "prompt": "regular expression, searched in all text of the request", "fields": ["names the schema must have"],
 "reply": "the text, {{line:words}} stands for the number of the item that holds these words", "finish_reason": "stop",
 "recorded": "from where, or null for one that was written"}

The first entry that fits answers.
"""

import json
import pathlib
import re

from fill import properties

LINE = re.compile(r"\{\{line:([^}]*)\}\}")


class Replies:
    def __init__(self, folder):
        self.entries = []
        for path in sorted(pathlib.Path(folder).glob("*.json")):
            for entry in json.loads(path.read_text(encoding="utf-8")):
                self.entries.append((re.compile(entry["prompt"], re.S | re.I), set(entry.get("fields", [])), entry))

    def find(self, prompt):
        """(text, finish_reason), or None."""
        names = None
        for pattern, fields, entry in self.entries:
            if not pattern.search(prompt.text):
                continue
            if fields:
                names = names if names is not None else {n for n, _ in properties(prompt.schema, prompt.schema)}
                if not fields <= names:
                    continue
            return LINE.sub(lambda found: self.number_of(found.group(1), prompt), entry["reply"]), entry.get(
                "finish_reason", "stop"
            )
        return None

    @staticmethod
    def number_of(text, prompt):
        return str(next((i.number for i in prompt.items if text.lower() in i.text.lower()), 1))
