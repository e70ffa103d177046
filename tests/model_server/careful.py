"""Answers as a careful reader would, by a file of labelled conversations: it knows which statements of a conversation
are worth keeping, as what, and which replaces which, and says nothing else.

A conversation is recognised by its messages' words, wherever in a prompt they stand. What it says is made of the
messages' own words (dates told absolutely); answers are made of the candidates it is given.
"""

import json
import re
from collections import Counter, defaultdict

from fill import Subject
from prompt import content_words, sentences, slug, words

ISO = re.compile(r"^\d{4}-\d\d(?:-\d\d)?$")
MOST = 290  # characters of a statement
CLAUSE = re.compile(r"\s*(?:[,;()—–]|\.(?=\s)|:\s|\n|\band\b|\bbut\b|\bso\b)\s*")
PERSON = [
    (re.compile(p, re.I), r)
    for p, r in (
        (r"\bi['’]m\b|\bi am\b", "the user is"),
        (r"\bi['’]ve\b|\bi have\b", "the user has"),
        (r"\bi['’]ll\b|\bi will\b", "the user will"),
        (r"\bi['’]d\b", "the user would"),
        (r"\bmyself\b", "themselves"),
        (r"\bmy\b|\bmine\b", "the user's"),
        (r"\bme\b", "the user"),
        (r"\bi\b", "the user"),
    )
]


def fold(text):
    return " ".join(text.lower().replace("’", "'").split())


def letters(text):
    """The first letters and digits of a message: the same however a prompt lays it out."""
    return re.sub(r"[\W_]+", "", text[:160].lower())[:56]


def alternatives(term):
    return term if isinstance(term, list) else [term]


def holds(text, term):
    return any(fold(a) in text for a in alternatives(term))


def holds_all(text, terms):
    return all(holds(text, t) for t in terms)


def day_of(term):
    """The day a term is another way to write, if it is a date."""
    return next((a for a in alternatives(term) if ISO.match(a)), None)


class Gold:
    """One statement worth keeping."""

    def __init__(self, kind, must, avoid, about, refs, topic=""):
        self.kind, self.must, self.avoid, self.about, self.refs, self.topic = kind, must, avoid, about, refs, topic


class Case:
    def __init__(self, row):
        self.id = row["id"]
        self.messages = {f"{s['sessionId']}:{i}": m for s in row["sessions"] for i, m in enumerate(s["messages"])}
        self.order = {ref: place for place, ref in enumerate(self.messages)}
        self.questions = {fold(q["q"]): q for q in row.get("questions", [])}
        self.golds = [
            Gold(g["type"], g["must"], g.get("not", []), g["about"], list(g["from"]))
            for g in row.get("gold", []) + row.get("past", [])
        ]
        written = Counter(found.group(2) for m in self.messages.values() if (found := NAME.match(m["content"])))
        self.names = {name for name, count in written.items() if count > 1}  # of those who speak
        self.set_topics(row)

    def set_topics(self, row):
        """What replaces what has one topic; all else a topic of its own."""
        for replaced in row.get("supersedes", []):
            new = [g for g in self.golds if holds_all(self.words_of(g), replaced["new"])]
            for gold in new:
                gold.topic = slug(replaced["about"])
            self.add_replaced(replaced, new, set(row.get("junk", [])))
        for replaced in row.get("replaces", []):
            for gold in self.golds:
                if set(gold.refs) & set(alternatives(replaced["oldFrom"])) | set(gold.refs) & set(
                    alternatives(replaced["newFrom"])
                ):
                    if gold.about == replaced["about"]:
                        gold.topic = slug(replaced["about"])
        taken = set(g.topic for g in self.golds if g.topic)
        for gold in self.golds:
            if not gold.topic:
                gold.topic = slug(gold.about)
                while gold.topic in taken:
                    gold.topic = (
                        f"{slug(gold.about)}_{slug(' '.join(alternatives(t)[0] for t in gold.must))}"
                        if gold.topic == slug(gold.about)
                        else gold.topic + "_2"
                    )
                taken.add(gold.topic)

    def add_replaced(self, replaced, new, junk):
        """The value there was before: where somebody first said it, before the one that replaced it."""
        first_new = min((self.order[r] for g in new for r in g.refs), default=len(self.order))
        if any(
            holds_all(self.words_of(g), replaced["old"]) and not holds_all(self.words_of(g), replaced["new"])
            for g in self.golds
        ):
            return
        for ref, message in self.messages.items():
            if (
                self.order[ref] < first_new
                and ref not in junk
                and message["role"] == "user"
                and "?" not in message["content"]
            ):
                if holds_all(fold(message["content"]), replaced["old"]):
                    kind = next((g.kind for g in new if g.kind in ("fact", "instruction")), "fact")
                    self.golds.append(
                        Gold(kind, replaced["old"], [], replaced["about"], [ref], slug(replaced["about"]))
                    )
                    return

    @staticmethod
    def words_of(gold):
        return fold(" ".join(a for term in gold.must for a in alternatives(term)))


class Careful:
    """Thread of the server only. One for a gold file."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.cases = [Case(json.loads(line)) for line in file if line.strip()]
        self.places = defaultdict(list)  # letters of a message → (case, ref)
        self.told = defaultdict(list)  # folded statement → golds
        self.questions = {}
        for case in self.cases:
            for ref, message in case.messages.items():
                self.places[letters(message["content"])].append((case, ref))
            for question, row in case.questions.items():
                self.questions.setdefault(question, []).append((case, row))

    def found_in(self, items):
        """(case, {ref: item}) of the conversation the items are from; (None, {})."""
        votes = Counter()
        for item in items:
            votes.update({case.id for case, _ in self.places.get(letters(item.text), ())})
        if not votes:
            return None, {}
        best = max(votes.items(), key=lambda v: (v[1], v[0]))[0]
        here = {}
        case = next(c for c in self.cases if c.id == best)
        for item in items:
            for other, ref in self.places.get(letters(item.text), ()):
                day = case.messages[ref].get("timestamp", "")[:10] if other is case else ""
                if other is case and ref not in here and (not item.date or item.date[:10] == day):
                    here[ref] = item
                    break
        return case, here

    def subjects(self, prompt):
        case, here = self.found_in(prompt.items)
        if case is None:
            return []
        subjects = []
        for gold in sorted(case.golds, key=lambda g: max(case.order[r] for r in g.refs if r in case.order)):
            present = [r for r in gold.refs if r in here]
            text = compose(gold, [case.messages[r] for r in present], case.names) if present else None
            if text is None:
                continue
            if any(other.text == text for other in subjects):  # two things said in one breath
                text = by_itself(text, gold, [case.messages[r]["content"] for r in present])
            if gold not in self.told[fold(text)]:
                self.told[fold(text)].append(gold)
            item = here[present[0]]
            subjects.append(
                Subject(text, item, gold.kind, gold.topic, tuple(here[r].number for r in present), keywords(gold))
            )
        return subjects

    def listed(self, item):
        """What is known of a statement that is shown again, to be checked or described."""
        text = item.text.split("\n")[0].strip().strip('"')
        folded = fold(item.text)
        golds = self.told.get(fold(text)) or self.told.get(
            max((t for t in self.told if t in folded), key=len, default="")
        )
        if not golds:
            near = [g for told in self.told.values() for g in told if holds_all(folded, g.must)]
            golds = sorted(near, key=lambda g: -len(str(g.must)))
        if not golds:
            return Subject(text, item)
        gold = next((g for g in golds if f"({g.kind})" in item.head), golds[0])
        return Subject(text, item, gold.kind, gold.topic, (item.number,), keywords(gold))

    def answer(self, prompt):
        """(text, numbers of the candidates used) for a question of the file; None for any other."""
        rows = self.questions.get(fold(prompt.question))
        if not rows:
            return None
        facts = [
            i
            for name, inner in prompt.blocks
            if re.search(r"fact|temporal|computed|\bdates?\b", name)
            for i in prompt.read(inner)
        ]
        candidates = [i for i in prompt.listed if i not in facts]
        row = rows[0][1]
        if row["kind"] == "unanswerable":
            return "", ()
        parts, used = [], []
        for term in row["has"]:
            if holds(fold(" ".join(parts)), term):
                continue
            choices = []
            for place, item in enumerate(candidates + facts):
                for piece in [*sentences(item.text), *item.text.split("\n")]:
                    if holds(fold(piece), term) and not any(holds(fold(piece), bad) for bad in row.get("not", [])):
                        covered = sum(holds(fold(piece), other) for other in row["has"])
                        choices.append((-covered, place, len(piece), piece, item))
            if choices:
                *_, piece, item = min(choices, key=lambda c: c[:3])
                parts.append(piece.strip())
            else:
                item = next((i for i in candidates + facts if holds(fold(i.head), term)), None)
                if item is None:
                    continue
                parts.append(next(a for a in alternatives(term) if fold(a) in fold(item.head)))
            if item not in facts:
                used.append(item.number)
        return " ".join(parts), tuple(dict.fromkeys(used))

    def topics(self, question):
        """Topics a question may be of, best first."""
        rows = self.questions.get(fold(question), [])
        asked = set(content_words(question))
        scored = [
            (-len(asked & set(content_words(g.about))), place, g.topic)
            for case, _ in rows
            for place, g in enumerate(case.golds)
        ]
        return list(dict.fromkeys(topic for shared, _, topic in sorted(scored) if shared < 0))[:3]


def keywords(gold):
    terms = [alternatives(t)[0] for t in gold.must]
    return tuple(dict.fromkeys([*terms, *words(gold.about)]))[:6]


def as_third_person(text, name):
    for pattern, other in PERSON:
        text = pattern.sub(other.replace("the user", name) if name else other, text)
    return text


def by_itself(text, gold, said):
    """The statement with what it is about in front, unless it says so: to be understood without its conversation."""
    told, all_said = fold(text), fold(" ".join(said))
    if all(word in told for word in content_words(gold.about)):
        return text
    names = re.findall(r"\b[A-Z0-9][\w.'-]*", gold.about)  # what nobody said is not added
    if not all(fold(name.removesuffix("'s")) in all_said for name in names) or any(
        holds(fold(gold.about), bad) for bad in gold.avoid
    ):
        return text
    return f"{gold.about}: {text}" if len(gold.about) + len(text) <= 298 else text


MARK = re.compile(r"^(?:[-*•]|\d+[.)])\s+")
NAME = re.compile(r"^\s*(?:\[([^\]\n]{2,40})\]|([A-ZÀ-Þ][\w.'-]*(?: [A-ZÀ-Þ][\w.'-]*){0,2}|[a-zà-þ]{3,12}):)\s+(?=\S)")


def compose(gold, messages, names=()):
    """A statement with every term of a gold, made of the messages' words; None where they do not hold it all."""
    name = next((m["name"] for m in messages if m.get("name")), "")
    wholes, parts = [], []
    for message in messages:
        content = message["content"]
        named = NAME.match(content)
        if named and (named.group(1) or named.group(2) in names):
            name = name or named.group(1) or named.group(2)
            content = content[named.end() :]
        lines = [MARK.sub("", line.strip()) for line in content.split("\n") if line.strip()]
        wholes += [" ".join(lines)] + [s for line in lines for s in sentences(line)] + lines
        parts += [clause for clause in CLAUSE.split(content) if clause]
    usable = [
        w.strip() for w in wholes + parts if len(w) <= MOST - 30 and not any(holds(fold(w), bad) for bad in gold.avoid)
    ]
    days = [day_of(t) for t in gold.must if day_of(t)]
    terms = [t for t in gold.must if not day_of(t)]
    whole = min((w for w in usable if holds_all(fold(w), terms)), key=len, default=None)
    if whole is None:
        chosen = []
        for term in terms:
            if holds(fold("; ".join(chosen)), term):
                continue
            piece = max(
                (p for p in usable if holds(fold(p), term)),
                key=lambda p: (sum(holds(fold(p), t) for t in terms), -len(p)),
                default=None,
            )
            if piece is None:
                piece = next(
                    (a for a in alternatives(term) if any(fold(a) in fold(m["content"]) for m in messages)), None
                )
            if piece is None:
                return None
            chosen.append(piece)
        whole = "; ".join(chosen)
    whole = MARK.sub("", whole)
    for text in (as_third_person(whole, name), whole):
        for day in days:
            if not holds(fold(text), next(t for t in gold.must if day in alternatives(t))):
                text = f"{text.rstrip('.')} (on {day})"
        if (
            holds_all(fold(text), gold.must)
            and not any(holds(fold(text), bad) for bad in gold.avoid)
            and len(text) <= 300
        ):
            return text
    return None
