#!/usr/bin/env python3
"""Makes what the encoder's tests compare with, from the model as its makers publish it and without any code of ours.

    python3 -m venv build/venv && build/venv/bin/pip install numpy==2.4.6 tokenizers==0.23.3
    build/venv/bin/python tools/model/reference.py "$(tools/model/fetch.sh)"
    build/venv/bin/python tools/model/reference.py "$(tools/model/fetch.sh)" --mean TRAIN.jsonl

The first form writes two files of src/models/embedded/testdata, a JSON value a line:

  tokens.jsonl   {"text": …, "ids": […], "spans": [begin, end, begin, end, …]}
                 ids without special tokens, by Hugging Face's `tokenizers`; places in bytes of the text's UTF-8.
  vectors.jsonl  {"text": …, "context": […], "ids": […], "own": [first, last], "pooled": [384 numbers],
                  "tokens": {"INDEX": [384 numbers], …}}
                 By a forward pass written in numpy, in double precision. `ids` is the whole sequence:
                 [CLS], each context cut to 80 tokens, the text's own, [SEP]; all of segment 0, at positions 0, 1, ….
                 `own` is the range of ids that is the text's (last is one behind it). `pooled` is the mean of the last
                 layer, over every token with [CLS] and [SEP] where there is no context and over the own ones where
                 there is. `tokens` has the vectors of a few own tokens, by their place among the own ones. All are of
                 unit length, written with 6 decimals.

The second writes src/models/embedded/token_mean.inc: the mean over the unit vectors of all tokens, special ones left
out, of every message in a file of conversations ({"sessions": [{"messages": [{"content": …}]}]} a line). Messages are
cut at 254 tokens.
"""
import argparse
import json
import pathlib

import numpy as np
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).resolve().parent
EMBEDDED = HERE.parent.parent / "src" / "models" / "embedded"
CLS, SEP = 101, 102
LAYERS, HEADS, WIDTH = 6, 12, 384
CONTEXT_TOKENS = 80


def read_weights(path, dtype):
    """The tensors of a safetensors file: 8 bytes of length, a JSON header, the bytes."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    weights = {}
    for name, tensor in json.loads(data[8 : 8 + length]).items():
        if name == "__metadata__" or tensor["dtype"] != "F32":
            continue
        begin, end = (8 + length + offset for offset in tensor["data_offsets"])
        weights[name] = np.frombuffer(data[begin:end], "<f4").reshape(tensor["shape"]).astype(dtype)
    return weights


def erf(x):
    """Abramowitz and Stegun's 7.1.5 and 7.1.14 (series near 0, continued fraction beyond), to double precision."""
    result = np.sign(x)
    near = np.abs(x) < 3
    a = x[near]
    term = a.copy()
    total = a.copy()
    for n in range(1, 60):
        term = -term * a * a / n
        total = total + term / (2 * n + 1)
    result[near] = total * 2 / np.sqrt(np.pi)
    far = ~near & (np.abs(x) < 6)
    b = np.abs(x[far])
    fraction = np.zeros_like(b)
    for n in range(60, 0, -1):
        fraction = (n / 2) / (b + fraction)
    result[far] = np.sign(x[far]) * (1 - np.exp(-b * b) / np.sqrt(np.pi) / (b + fraction))
    return result


def gelu(x):
    return x * (1 + erf(x / np.sqrt(2))) / 2


def fast_gelu(x):
    """With Abramowitz and Stegun's 7.1.26 for erf (error below 1.5e-7): enough for a mean."""
    z = np.abs(x) / np.sqrt(np.float32(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return x * (1 + np.sign(x) * (1 - poly * np.exp(-z * z))) / 2


def layer_norm(x, weights, name):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-12) * weights[name + ".weight"] + weights[name + ".bias"]


def forward(weights, ids, activation):
    """The last layer's output, [tokens, 384]: BERT of one sequence, nothing masked."""
    dense = lambda y, name: y @ weights[name + ".weight"].T + weights[name + ".bias"]
    n = len(ids)
    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][:n]
    x = layer_norm(x + weights["embeddings.token_type_embeddings.weight"][0], weights, "embeddings.LayerNorm")
    heads = lambda y: y.reshape(n, HEADS, WIDTH // HEADS).transpose(1, 0, 2)
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}."
        query, key, value = (heads(dense(x, f"{layer}attention.self.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(x.dtype.type(WIDTH // HEADS))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        read = (scores / scores.sum(-1, keepdims=True)) @ value
        read = dense(read.transpose(1, 0, 2).reshape(n, WIDTH), layer + "attention.output.dense")
        x = layer_norm(x + read, weights, layer + "attention.output.LayerNorm")
        inner = activation(dense(x, layer + "intermediate.dense"))
        x = layer_norm(x + dense(inner, layer + "output.dense"), weights, layer + "output.LayerNorm")
    return x


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def texts():
    """Texts of many scripts and sizes, and those on which tokenizers differ."""
    listed = json.loads((HERE / "reference_texts.json").read_text(encoding="utf-8"))
    long_word = ["a" * 99, "a" * 100, "a" * 101, "é" * 100, "é" * 101, "word " + "한" * 33, "한" * 34 + " word"]
    run = lambda between, begin, end: between.join(map(chr, range(begin, end)))
    marks = [run("", 33, 127), run("", 0xA0, 0x180), run("x", 0x2000, 0x2070)]
    controls = ["a" + run("b", 0, 33) + "c", "\u007f\u0080\u0085\u00a0\u1680\u2028\u2029\u202f\u3000x"]
    return listed + long_word + marks + controls


def write_tokens(tokenizer):
    with open(EMBEDDED / "testdata" / "tokens.jsonl", "w", encoding="utf-8") as out:
        for text in texts():
            encoded = tokenizer.encode(text, add_special_tokens=False)
            at = np.concatenate([[0], np.cumsum([len(c.encode()) for c in text], dtype=int)])
            spans = [int(at[place]) for span in encoded.offsets for place in span]
            row = {"text": text, "ids": encoded.ids, "spans": spans}
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


VECTOR_TEXTS = [
    ("", []),
    ("yes", []),
    ("The cat sits on the warm windowsill.", []),
    ("I moved from pnpm to bun last week, and the lockfile is bun.lockb now.", []),
    ("What package manager does the user prefer?", []),
    ("Zoë naïvely ordered crème brûlée in Kraków — twice!", []),
    ("東京に住んでいます。 한국어도 조금 해요. Привет, мир! नमस्ते दुनिया", []),
    ("`SELECT id, name FROM users WHERE created_at > '2024-01-01' LIMIT 10;` 🚀🚀", []),
    (" ".join(f"On day {i} we walked {i * 3 % 17} miles along the river." for i in range(1, 12)), []),
    (" ".join(f"Step {i}: open panel {i * 7 % 23}, check the valve, note its pressure down." for i in range(1, 19)), []),
    ("Yes, let's do that on Friday.", ["Shall we go hiking with Marta?", "I would rather visit the museum first."]),
    ("ok", [" ".join(f"line {i} of a long message" for i in range(40)), "Fine with you?"]),
]


def write_vectors(tokenizer, weights):
    numbers = lambda vector: [round(float(value), 6) for value in vector]
    with open(EMBEDDED / "testdata" / "vectors.jsonl", "w", encoding="utf-8") as out:
        for text, context in VECTOR_TEXTS:
            cut = lambda t, most: tokenizer.encode(t, add_special_tokens=False).ids[:most]
            before = [token for earlier in context for token in cut(earlier, CONTEXT_TOKENS)]
            own = cut(text, 510 - len(before))
            ids = [CLS] + before + own + [SEP]
            first, last = 1 + len(before), 1 + len(before) + len(own)
            output = forward(weights, ids, gelu)
            pooled = unit((output[first:last] if context else output).mean(0))
            shown = sorted({0, len(own) // 2, len(own) - 1}) if own else []
            row = {"text": text, "context": context, "ids": ids, "own": [first, last], "pooled": numbers(pooled),
                   "tokens": {str(i): numbers(unit(output[first + i])) for i in shown}}
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def write_mean(tokenizer, weights, conversations):
    total, count, messages = np.zeros(WIDTH), 0, 0
    for line in conversations.read_text(encoding="utf-8").splitlines():
        for session in json.loads(line)["sessions"]:
            for message in session["messages"]:
                own = tokenizer.encode(message["content"], add_special_tokens=False).ids[:254]
                vectors = unit(forward(weights, [CLS] + own + [SEP], fast_gelu)[1:-1])
                total += vectors.sum(0, dtype=np.float64)
                count += len(own)
                messages += 1
    mean = total / count
    with open(EMBEDDED / "token_mean.inc", "w", encoding="utf-8") as out:
        out.write("// Mean of the unit vectors of all tokens, special ones left out, of the training conversations' messages:\n")
        out.write(f"// {messages} messages, {count} tokens; its length is {np.linalg.norm(mean):.4f}. ")
        out.write("Made by tools/model/reference.py --mean.\n")
        for i in range(0, WIDTH, 8):
            out.write(", ".join(f"{value:.6f}F" for value in mean[i : i + 8]) + ",\n")
    print(f"{messages} messages, {count} tokens, length of the mean {np.linalg.norm(mean):.4f}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=pathlib.Path, help="folder with model.safetensors and tokenizer.json")
    arguments.add_argument("--mean", type=pathlib.Path, metavar="CONVERSATIONS", help="write token_mean.inc instead")
    given = arguments.parse_args()
    tokenizer = Tokenizer.from_file(str(given.model / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text: models/embedded/wordpiece.h
    path = given.model / "model.safetensors"
    if given.mean:
        write_mean(tokenizer, read_weights(path, np.float32), given.mean)
    else:
        (EMBEDDED / "testdata").mkdir(exist_ok=True)
        write_tokens(tokenizer)
        write_vectors(tokenizer, read_weights(path, np.float64))


if __name__ == "__main__":
    main()
