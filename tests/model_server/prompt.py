"""Reads a chat request as somebody would who has never seen the program that sent it.

Nothing here knows a prompt's wording. A block is what stands between a pair of tags or fences; an item is a line with a
number or a speaker in front (or a JSON object, or an element with attributes), with the lines that follow it.
"""

import dataclasses
import json
import re

BLOCK = re.compile(r"<([A-Za-z][\w-]*)(?:\s[^<>]*)?>\n(.*?)\n?\s*</\1>", re.S)
FENCE = re.compile(
    r"^(```+|~~~+|===+|---+|\"\"\"|<<<+|###+ ?BEGIN[^\n]*)[^\n]*\n(.*?)\n(?:\1|>>>+|###+ ?END[^\n]*)\s*$", re.S | re.M
)
ELEMENT = re.compile(
    r"<(?:message|msg|turn|line|item|candidate|memory)\b([^<>]*)>(.*?)</(?:message|msg|turn|line|item|candidate|memory)>",
    re.S,
)
ATTRIBUTE = re.compile(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']")
NUMBERED = re.compile(
    r"^[ \t]*[\[(#<]?\s*(?:line|message|msg|turn|item|candidate|no\.?|[lmc])?\s*#?(\d{1,5})\s*"
    r"(?:[\])>:.|]+|\s(?=[\[(<]|user\b|assistant\b|system\b))[ \t]*",
    re.I,
)
SPEAKER = re.compile(r"^(?:The )?(user|assistant|system)\b", re.I)
ROLE = re.compile(r"\b(user|assistant|system|tool)\b", re.I)
DATE = re.compile(r"\b(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?Z?)?")
HEAD = re.compile(
    r"^(?:[\[(][^\])\n]{1,60}[\])][ \t]*|" + DATE.pattern + r"[ \t]*|[|,–—-][ \t]+)*"
    r"(?:(?:[Tt]he )?(?i:user|assistant|system)\b[^:\n]{0,60}:[ \t]*|[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,2}:[ \t]+)?"
)
LISTED = re.compile(r"^\((?:[a-z]+)\)(?:[ \t]*[\[(][^\])\n]{1,60}[\])])*[ \t]*")  # "(fact) [3]": no speaker follows
LINE_NUMBER = re.compile(r"^[ \t]*(\d{1,6})[|:][ \t]?", re.M)
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+(?!\s|$)[^.!?\n]*)*[.!?]*")
WORD = re.compile(r"[^\W_]+(?:['’./:_@+-][^\W_]+)*")
STOP = set(
    "a an the i you he she it we they me my your his her its our their is are was were be been am do does did "
    "have has had will would can could shall should may might must to of in on at by for from with about as and "
    "or but not no so if then than that this these those there here what which who whom when where why how "
    "user assistant system said says yes ok please".split()
)


@dataclasses.dataclass
class Item:
    number: int
    head: str  # all that stood before the text: number, time, role, name
    text: str
    labelled: bool = True
    first_line: int = 1  # the number of the text's first line, where lines have numbers

    @property
    def role(self):
        found = ROLE.search(self.head)
        return found.group(1).lower() if found else ""

    @property
    def date(self):
        found = DATE.search(self.head)
        return found.group(0) if found else ""

    def sentences(self):
        return sentences(self.text)

    def lines_with(self, text):
        """The first and the last line that hold a text; all where none does."""
        lines = self.text.split("\n")
        found = [at for at, line in enumerate(lines) if line.strip() and (text in line or line.strip() in text)]
        found = found or [0, len(lines) - 1]
        return [self.first_line + found[0], self.first_line + found[-1]]


def sentences(text):
    """The sentences of prose; code and quoted output have none."""
    if "```" in text:
        text = re.sub(r"```.*?(?:```|\Z)", "\n", text, flags=re.S)
    return [s.strip() for s in SENTENCE.findall(text) if len(s.strip()) > 1]


def words(text):
    return [w.lower() for w in WORD.findall(text)]


def content_words(text):
    return [w for w in words(text) if w not in STOP and len(w) > 1]


def slug(text, most=4):
    picked = []
    for word in content_words(text):
        word = re.sub(r"[^a-z0-9]+", "", word)
        if word and word not in picked:
            picked.append(word)
    return "_".join(picked[:most]) or "topic"


def text_of(message):
    content = message.get("content") or ""
    if isinstance(content, list):
        content = "\n".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content


def read_items(text):
    """The numbered or spoken items of a block, in order; unlabelled lines belong to the item before them."""
    elements = ELEMENT.findall(text)
    if len(elements) > 0:
        items = []
        for place, (attributes, body) in enumerate(elements, 1):
            named = {k.lower(): v for k, v in ATTRIBUTE.findall(attributes)}
            number = next(
                (
                    int(named[k])
                    for k in ("n", "line", "number", "index", "id", "i", "no")
                    if named.get(k, "").isdigit()
                ),
                place,
            )
            items.append(item_of_lines(number, attributes.strip(), body.strip()))
        return items
    items, labelled = [], 0
    for line in text.split("\n"):
        if line.startswith("{") and line.rstrip(",").endswith("}"):
            item = json_item(line.rstrip(","), len(items) + 1)
            if item:
                items.append(item)
                labelled += 1
                continue
        numbered = NUMBERED.match(line)
        rest = line[numbered.end() :] if numbered else line
        if numbered or SPEAKER.match(rest) or DATE.match(rest.lstrip("[( ")):
            header = (LISTED.match(rest) or HEAD.match(rest)).group(0)
            head = line[: len(line) - len(rest)] + header
            number = int(numbered.group(1)) if numbered else len(items) + 1
            items.append(Item(number, head.strip(), rest[len(header) :]))
            labelled += 1
        elif items:
            items[-1].text += "\n" + line
        elif line.strip():
            items.append(Item(1, "", line, False))
    for item in items:
        item.text = item.text.strip()
    return (
        [item for item in items if item.text]
        if labelled
        else [Item(i, "", s, False) for i, s in enumerate(sentences(text), 1)]
    )


def item_of_lines(number, head, body):
    """An item whose own lines may be numbered ("1| text")."""
    lines = body.split("\n")
    first = LINE_NUMBER.match(lines[0])
    if first is None or not all(LINE_NUMBER.match(line) for line in lines):
        return Item(number, head, body)
    return Item(number, head, LINE_NUMBER.sub("", body), first_line=int(first.group(1)))


def json_item(line, place):
    try:
        value = json.loads(line)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    text = next(
        (value[k] for k in ("content", "text", "message", "summary", "statement") if isinstance(value.get(k), str)),
        None,
    )
    if text is None:
        return None
    number = next(
        (value[k] for k in ("n", "line", "number", "index", "id", "i") if isinstance(value.get(k), int)), place
    )
    head = " ".join(str(v) for v in value.values() if isinstance(v, (str, int)) and v != text)
    return Item(number, head, text)


class Prompt:
    """A chat request, read. `blocks` maps a delimiter's name to its text, `items` are those of the block with most."""

    def __init__(self, body):
        messages = [m for m in body.get("messages", []) if isinstance(m, dict)]
        self.system = "\n".join(text_of(m) for m in messages if m.get("role") in ("system", "developer"))
        said = [text_of(m) for m in messages if m.get("role") not in ("system", "developer")]
        self.turns = len(said)
        self.first_user = said[0] if said else ""
        self.user = "\n".join(said)
        self.text = self.system + "\n" + self.user
        self.tokens = len(self.text) // 4 + 8 * len(messages)
        self.schema = find_schema(body, self.text)
        # Blocks of the system text are examples; only where the user says nothing are they all there is.
        data = self.first_user or self.system
        self.blocks = [(name.lower(), inner) for name, inner in BLOCK.findall(data)]
        if not self.blocks:
            self.blocks = [("", inner) for _, inner in FENCE.findall(data)]
        self.items_of = {}
        self.largest = max(self.blocks, key=lambda b: len(b[1]))[1] if self.blocks else data
        self.items = self.read(self.largest)

    def read(self, text):
        if text not in self.items_of:
            self.items_of[text] = read_items(text)
        return self.items_of[text]

    def named(self, pattern):
        """The text of the last block whose name matches; None."""
        return next((inner for name, inner in reversed(self.blocks) if re.search(pattern, name)), None)

    @property
    def listed(self):
        """What is asked about one by one: a block of candidates if there is one, else the last with numbers."""
        inner = self.named(r"candidate|memor|statement|claim|item|note|proposal")
        inner = self.named(r"fact") if inner is None else inner
        if inner is None:
            inner = self.blocks[-1][1] if self.blocks else self.largest
        return self.read(inner)

    @property
    def question(self):
        inner = self.named(r"question|query")
        if inner:
            return inner.strip()
        found = re.findall(r"^\W*(?:question|query)\W*[:=]\s*(.+)$", self.first_user, re.I | re.M)
        if found:
            return found[-1].strip()
        asked = [line.strip() for line in self.first_user.split("\n") if line.rstrip().endswith("?")]
        return asked[-1] if asked else self.first_user.strip().split("\n")[-1]


def find_schema(body, text):
    """The JSON schema asked for: in response_format, in the text, or made from an example in the text. None."""
    wanted = body.get("response_format") or {}
    inner = wanted.get("json_schema") or {}
    schema = inner.get("schema") or wanted.get("schema")
    if isinstance(schema, dict):
        return schema
    decoder, at, example = json.JSONDecoder(), text.find("{"), None
    for _ in range(200):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(text, at)
        except ValueError:
            at = text.find("{", at + 1)
            continue
        if isinstance(value, dict) and isinstance(value.get("properties"), dict):
            return value
        if (
            isinstance(value, dict)
            and value
            and example is None
            and ("items" in value or any(isinstance(v, list) for v in value.values()) or wanted)
        ):
            example = value
        at = text.find("{", end)
    return schema_of_example(example) if example is not None else None


def schema_of_example(value):
    if isinstance(value, dict):
        return {
            "type": "object",
            "properties": {k: schema_of_example(v) for k, v in value.items()},
            "required": list(value),
        }
    if isinstance(value, list):
        return {"type": "array", "items": schema_of_example(value[0]) if value else {"type": "string"}}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, str) and "|" in value:
        return {"enum": [option.strip(" \"'") for option in value.split("|")]}
    return {"type": "string"}
