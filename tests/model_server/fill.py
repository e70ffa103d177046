"""Answers a structured request of any schema: reads the schema and fills it with what the prompt holds.

What a property wants is guessed from its name and type alone, as a model would guess it. A `Subject` is what one object
of the answer is about: a sentence and the item it stands in.
"""

import dataclasses
import functools
import re

from prompt import DATE, Item, content_words, sentences, slug, words

MOST_OBJECTS = 40  # of an array, unless the schema says

RULE = re.compile(
    r"\b(?:always|never|don'?t|do not|must|should|please use|make sure|only use|from now on|no more)\b", re.I
)
TASK = re.compile(
    r"\b(?:need to|have to|todo|to do|working on|going to|next step|remind|still open|will|let'?s)\b", re.I
)
EVENT = re.compile(
    r"\b(?:yesterday|today|tomorrow|last|next|on \w+day|\w+day|ago|20\d\d|moved|deployed|released|"
    r"happened|went|visited|met|bought|merged|broke|failed|was|were)\b",
    re.I,
)
NAMES = {  # property name → what it wants; the first that matches
    "index": r"^(?:n|i|no|id|idx|index|number|item|candidate|ref|nr)$|_(?:id|no|number|index)$",
    "lines": r"(?:^|_)(?:lines?|sources?|from|messages?|turns?|refs?|references|evidence|line_numbers?|indices|indexes|used|cited|citations|candidates|ids|numbers)$",
    "kind": r"(?:^|_)(?:type|kind|category|class|label)$",
    "verdict": r"(?:^|_)(?:verdict|decision|status|result|action|outcome|judg?ement)$",
    "topic": r"(?:^|_)(?:topic|key|slug|subject)(?:_?keys?|s)?$|topic_?key|^keys$",
    "queries": r"quer|question",
    "keywords": r"keyword|terms?$|tags?$|words|synonym",
    "names": r"names|entities|people|things",
    "hypothetical": r"hyp|hyde",
    "reason": r"reason|why|explan|comment|note|problem|issue|missing|error",
    "time": r"(?:^|_)(?:date|time|when|day|at|since|until|after|before|start|end|asked_from|asked_to)$",
    "speaker": r"speaker|who|name$|author|person",
    "quote": r"quote|verbatim|excerpt|span|snippet",
    "text": r"content|text|memor|statement|fact|claim|correct|sentence|summary|answer|title|value|description|reply",
}
NAMES = [(role, re.compile(pattern, re.I)) for role, pattern in NAMES.items()]
GOOD = re.compile(
    r"^(?:pass|ok|okay|keep|kept|support|supported|valid|accept|accepted|true|yes|correct_as_is|right|none|n/a)", re.I
)


@functools.lru_cache(4096)
def role_of(name):
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return next((role for role, pattern in NAMES if pattern.search(name)), "")


@dataclasses.dataclass
class Subject:
    text: str
    item: Item
    kind: str = ""  # fact, event, instruction, task; "" to be guessed
    topic: str = ""
    lines: tuple = ()
    keywords: tuple = ()


def guess_kind(text):
    for kind, pattern in (("instruction", RULE), ("task", TASK), ("event", EVENT)):
        if pattern.search(text):
            return kind
    return "fact"


def worth_telling(prompt, most=MOST_OBJECTS):
    """Sentences of the conversation somebody might keep: statements of four words or more."""
    chosen = []
    spoken = any(item.role == "user" for item in prompt.items)
    for item in prompt.items:
        if spoken and item.role not in ("user", ""):
            continue
        if len(chosen) >= most:
            break
        for sentence in item.sentences():
            if not sentence.endswith("?") and len(words(sentence)) >= 4 and len(sentence) <= 280:
                chosen.append(Subject(sentence, item))
    return chosen[:most]


def best_matches(question, items, most=2):
    """Items that share most words with a question, best first; none where nearly nothing is shared."""
    asked = set(stem(w) for w in content_words(question))
    scored = []
    for place, item in enumerate(items):
        for sentence in sentences(item.text) or [item.text]:
            shared = asked & set(stem(w) for w in content_words(sentence))
            if len(shared) >= max(1, len(asked) // 3):
                scored.append((-len(shared), place, sentence, item))
    scored.sort(key=lambda entry: entry[:2])
    return [(sentence, item) for _, _, sentence, item in scored[:most]]


def stem(word):
    return re.sub(r"(?:ing|ed|es|s)$", "", word) if len(word) > 4 else word


class Filler:
    """Fills one schema for one prompt. `subjects` may be given by who knows better what to tell (careful.py)."""

    def __init__(self, prompt, subjects=None, listed=None, answer=None, topics=()):
        self.prompt, self.root = prompt, prompt.schema
        self.given, self.answer, self.topics = subjects, answer, list(topics)
        self.listed = listed or (lambda item: Subject(item.text.split("\n")[0].strip(), item))
        self.questioned = any(
            role_of(n) == "text" and "answer" in n.lower() for n, _ in properties(self.root, self.root)
        )
        self.of_words = bool(prompt.named(r"question|query")) and not prompt.named(r"conversation|transcript|messages")

    def fill(self):
        if self.questioned or self.of_words or self.asks_about_question():
            subject = self.of_question()
        else:
            told = self.given if self.given is not None else worth_telling(self.prompt, 1)
            subject = told[0] if told else Subject("", Item(1, "", ""))
        return self.value(self.root, "", subject)

    def asks_about_question(self):
        """No array of objects: one thing is wanted, of a question or of the whole."""
        return not any(
            resolve(s, self.root).get("type") == "array"
            and resolve(resolve(s, self.root).get("items", {}), self.root).get("properties")
            for _, s in properties(self.root, self.root)
        )

    def of_question(self):
        question = self.prompt.question
        if not self.questioned:
            return Subject(question, Item(1, "", question))
        if self.answer is not None:
            text, lines = self.answer
        else:
            found = best_matches(question, self.prompt.listed)
            text, lines = " ".join(s for s, _ in found), tuple(i.number for _, i in found)
        return Subject(text, Item(lines[0] if lines else 0, "", text), lines=lines or (-1,))

    def value(self, schema, name, subject):
        schema = resolve(schema, self.root)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.choose(schema["enum"], name, subject)
        kind = schema.get("type") or ("object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = "null" if "null" in kind and self.nothing(name, subject) else next(k for k in kind if k != "null")
        if kind == "object":
            return {
                n: self.member(s, n, subject, schema["properties"]) for n, s in schema.get("properties", {}).items()
            }
        if kind == "array":
            return self.array(schema, name, subject)
        if kind == "string":
            return self.string(schema, name, subject)
        if kind in ("integer", "number"):
            return self.number(schema, name, subject, kind)
        return (
            (
                bool(re.search(r"support|valid|ok$|keep|correct|ground|true|relevant|answerable|found", name, re.I))
                and bool(subject.text)
            )
            if kind == "boolean"
            else None
        )

    def nothing(self, name, subject):
        role = role_of(name)
        return (
            role in ("reason", "hypothetical", "speaker")
            or (role == "time" and not DATE.search(subject.text))
            or ("correct" in name.lower())
            or not subject.text
        )

    def choose(self, options, name, subject):
        wanted = subject.kind or next((o for o in options if isinstance(o, str) and f"({o})" in subject.item.head), "")
        wanted = wanted or guess_kind(subject.text)
        if role_of(name) == "kind" or wanted in options:
            if wanted in options:
                return wanted
        return next((o for o in options if isinstance(o, str) and GOOD.match(o)), options[0] if options else None)

    def member(self, schema, name, subject, siblings):
        """A value of an object, where what stands beside it says what it is."""
        kinds = {n: role_of(n) for n in siblings}
        if "verdict" in kinds.values() and kinds[name] == "text" and resolve(schema, self.root).get("type") == "string":
            return ""  # nothing to correct
        pointing = [n for n, role in kinds.items() if role == "lines"]
        if (
            re.fullmatch("lines?", name, re.I)
            and len(pointing) > 1
            and resolve(schema, self.root).get("type") == "array"
        ):
            return subject.item.lines_with(subject.text)
        return self.value(schema, name, subject)

    def array(self, schema, name, subject):
        items = resolve(schema.get("items", {}), self.root)
        most = schema.get("maxItems", MOST_OBJECTS)
        if items.get("properties"):
            values = [self.value(items, name, s) for s in self.subjects(items, most)]
        elif items.get("type") in ("integer", "number"):
            values = [n for n in subject.lines or (subject.item.number,) if n >= 0]
        else:
            values = self.strings(items, name, subject)
        least = schema.get("minItems", 0)
        while len(values) < least:
            values.append(values[-1] if values else self.value(items, name, subject))
        return values[:most]

    def subjects(self, items, most):
        """One for each object of an array: a list that is gone through one by one, or what is worth telling."""
        roles = {role_of(n): resolve(s, self.root) for n, s in items["properties"].items()}
        one_by_one = (
            "index" in roles
            or "verdict" in roles
            or ("lines" not in roles and "quote" not in roles and {"queries", "keywords"} & set(roles))
        )
        if self.of_words:
            terms = list(dict.fromkeys(content_words(self.prompt.question)))[:8]
            return [Subject(term, Item(place, "", term)) for place, term in enumerate(terms, 1)][:most]
        if one_by_one and roles.get("lines", {}).get("type") != "array":
            return [self.listed(item) for item in self.prompt.listed][:most]
        return (self.given if self.given is not None else worth_telling(self.prompt))[:most]

    def strings(self, items, name, subject):
        role = role_of(name)
        picked = list(dict.fromkeys([*subject.keywords, *content_words(subject.text)]))
        if role == "queries":
            topic = " ".join(picked[:3]) or "this"
            texts = [
                f"What is known about {topic}?",
                f"What was said about {' '.join(picked[:2]) or 'this'}?",
                f"{topic}?",
            ]
        elif role == "topic":
            texts = self.topics or [subject.topic or slug(subject.text, 2), slug(subject.text, 1)]
        elif role == "names":
            texts = re.findall(r"(?<=\s)[A-Z]\w+", subject.text)[:5]
        elif role in ("lines", "quote"):
            texts = (
                [str(n) for n in subject.lines or (subject.item.number,) if n >= 0]
                if role == "lines"
                else [subject.text]
            )
        elif role in ("keywords", ""):
            texts = picked[:5]
        else:
            texts = [subject.text] if subject.text else []
        if "enum" in items:
            texts = [t for t in texts if t in items["enum"]]
        return [self.fit(t, items) for t in dict.fromkeys(texts)]

    def string(self, schema, name, subject):
        role = role_of(name)
        if role == "topic":
            text = subject.topic or slug(subject.text)
        elif role == "reason" or (role == "text" and "correct" in name.lower()):
            text = ""
        elif role == "time" or name in ("from", "to") or schema.get("format", "").startswith("date"):
            found = DATE.search(subject.text)
            text = found.group(0)[:10] if found else ""
        elif role == "speaker":
            text = ""
        elif role in ("index", "lines"):
            text = str(subject.item.number)
        elif role == "quote":
            text = next((s for s in sentences(subject.item.text) if s), subject.item.text)
        elif role in ("keywords", "names"):
            text = " ".join(content_words(subject.text)[:5])
        elif role == "queries":
            text = f"What is known about {' '.join(content_words(subject.text)[:3])}?"
        elif role == "kind":
            text = subject.kind or guess_kind(subject.text)
        elif role == "verdict":
            text = "pass"
        else:
            text = subject.text
        return self.fit(text, schema)

    @staticmethod
    def fit(text, schema):
        text = text[: schema.get("maxLength", len(text))]
        pattern = schema.get("pattern")
        if pattern and not re.search(pattern, text):
            for other in (slug(text), slug(text, 1), slug(text).replace("_", "-"), "1", "a", "2026-01-01"):
                if re.search(pattern, other):
                    return other
        return text.ljust(schema.get("minLength", 0), ".") if len(text) < schema.get("minLength", 0) else text

    def number(self, schema, name, subject, kind):
        if role_of(name) in ("index", "lines"):
            value = subject.item.number
        elif re.search(r"confiden|score|probab|certain|weight", name, re.I):
            value = schema.get("maximum", 1) * 0.9
        else:
            value = schema.get("minimum", 1)
        value = min(max(value, schema.get("minimum", value)), schema.get("maximum", value))
        return int(value) if kind == "integer" else value


def resolve(schema, root):
    """Follows $ref, and takes the first choice of anyOf, oneOf and allOf that is no null."""
    for _ in range(16):
        if "$ref" in schema:
            target = root
            for step in schema["$ref"].lstrip("#/").split("/"):
                target = target.get(step, {})
            schema = target
            continue
        choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if not choices or "properties" in schema:
            break
        schema = next((c for c in choices if c.get("type") != "null"), choices[0])
    return schema


def properties(schema, root, depth=0):
    """Every property of a schema with its name, at any depth."""
    schema = resolve(schema or {}, root or {})
    if depth < 6:
        for name, inner in schema.get("properties", {}).items():
            yield name, inner
            yield from properties(inner, root, depth + 1)
        if isinstance(schema.get("items"), dict):
            yield from properties(schema["items"], root, depth + 1)
