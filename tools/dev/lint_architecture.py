#!/usr/bin/env python3
"""usage: lint_architecture.py FILE…        the repository's sources, paths from its root

Checks the rules that a compiler cannot:
  - a module includes only modules that it, or one it depends on, names in its CMakeLists.txt;
  - the memory service knows no SQL, event loop, thread or system clock (its sqlite_* files alone know SQLite);
  - Boost.Beast, the heaviest header there is, reaches at most 4 translation units;
  - no notes to oneself are left in the sources.
Files over 400 lines are listed, without failing. Exit status 1 when a rule is broken.
"""
import pathlib
import re
import sys

MAX_BEAST_UNITS = 4
LONG_FILE = 400
LOCAL_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
BEAST = re.compile(r'^\s*#\s*include\s*<boost/beast', re.M)
NOTE = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b")
COMMENT = re.compile(r"//[^\n]*")
MEMORY_RULES = [
    (re.compile(r"\bsqlite3(?:_|\b)|\"\s*(?:SELECT|INSERT|UPDATE|DELETE FROM|CREATE TABLE)\b"), "SQL outside a sqlite_* file"),
    (re.compile(r"boost/asio|boost::asio"), "Asio in the memory service"),
    (re.compile(r"\bstd::(?:thread|jthread|async)\b"), "a thread in the memory service"),
    (re.compile(r"\bsystem_clock\b|\bsteady_clock\b|\bSystemClock\b"), "a system clock in the memory service"),
]

problems = []


def problem(path, text, offset, what):
    problems.append(f"{path}:{text.count(chr(10), 0, offset) + 1}: {what}")


def modules():
    """module → (modules it may include, those its tests may include besides)"""
    named = {}
    for file in sorted(pathlib.Path("src").glob("*/CMakeLists.txt")):
        call = re.search(r"holdfast_module\(\s*(\w+)([^)]*)\)", file.read_text())
        if not call:
            continue
        lists, current = {}, None
        for word in call[2].split():
            if word.isupper() and "::" not in word:
                current = lists.setdefault(word, [])
            elif current is not None:
                current.append(word)
        named[call[1]] = (lists.get("DEPENDS", []), lists.get("TEST_DEPENDS", []))

    def closure(start):
        seen, todo = set(), list(start)
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += named.get(name, ([], []))[0]
        return seen

    return {name: (closure([name, *own]), closure(tests)) for name, (own, tests) in named.items()}


def main(paths):
    texts = {path: pathlib.Path(path).read_text(encoding="utf-8") for path in paths}
    allowed = modules()
    for path, text in texts.items():
        parts = path.split("/")
        # NAME_testing.h and testing.h hold what several tests share.
        is_test = path.endswith(("_test.cc", "_bench.cc", "_fuzz.cc", "_testing.h", "/testing.h", "_testing.cc"))
        for note in NOTE.finditer(text):
            problem(path, text, note.start(), f"'{note[0]}' left in the source")
        if parts[0] != "src":
            continue
        own, for_tests = allowed.get(parts[1], (None, None))
        if own is None:
            problems.append(f"{path}: src/{parts[1]} declares no holdfast_module")
            continue
        for include in LOCAL_INCLUDE.finditer(text):
            if parts[2] == "main":  # an executable's own folder: it wires whatever there is
                break
            other = include[1].split("/")[0]
            if other in allowed and other not in own and not (is_test and other in for_tests):
                problem(path, text, include.start(),
                        f"{parts[1]} includes {include[1]}, but src/{parts[1]}/CMakeLists.txt does not depend on {other}")
        if parts[1] == "memory" and not parts[-1].startswith("sqlite_") and not is_test:
            code = COMMENT.sub(lambda comment: " " * len(comment[0]), text)
            for rule, what in MEMORY_RULES:
                for hit in rule.finditer(code):
                    problem(path, text, hit.start(), what)

    def reaches_beast(path, seen):
        if path in seen or path not in texts:
            return False
        seen.add(path)
        return bool(BEAST.search(texts[path])) or any(
            reaches_beast("src/" + include, seen) for include in LOCAL_INCLUDE.findall(texts[path]))

    units = [path for path in texts if path.endswith(".cc") and reaches_beast(path, set())]
    if len(units) > MAX_BEAST_UNITS:
        problems.append(f"Boost.Beast reaches {len(units)} translation units, at most {MAX_BEAST_UNITS} may: {' '.join(units)}")

    for path, text in texts.items():
        lines = text.count("\n")
        if lines > LONG_FILE:
            print(f"long: {path} has {lines} lines: what is it two of?")
    for line in problems:
        print(line)
    print(f"{len(texts)} files, {len(allowed)} modules, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
