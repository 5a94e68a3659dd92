"""Learn the weights of parsers.learned_words: `python -m tests.eval.learn_relevance [--without HALF]`.

Words are jieba's, two characters and more, of at least `LEAST` texts, no numerals and no names of places. `--without`
leaves a half out of the learning and says how it is then told: how a set that nothing was learned from would fare.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ahocorasick_rs
import jieba
import numpy as np
from numpy.typing import NDArray

from parsers import learned_words, relevance
from parsers.places import find_places

FOLDER = Path(__file__).parents[1] / "parsers"
LEAST = 4
STRENGTH = 0.3  # of the L2 regularisation
_ROUNDS = 800
_STEP = 4.0
_NUMERALS = set("〇零一二三四五六七八九十百千万亿两多余第几")

Item = dict[str, Any]
Vector = NDArray[np.float64]


def items() -> list[Item]:
    """All labelled texts."""
    files = sorted(FOLDER.glob("relevance_*.jsonl"))
    found = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    rows = [line.split("\t") for line in (FOLDER / "relevance_texts.tsv").read_text("utf-8").splitlines()]
    short = [row for row in rows if not row[0].startswith("#")]
    return found + [{"half": "short", "relevant": row[0] == "1", "title": row[1], "text": row[2]} for row in short]


def vocabulary(texts: Sequence[Item]) -> list[str]:
    """The words that are learned from `texts`, sorted."""
    logging.getLogger("jieba").setLevel(logging.WARNING)
    cut = jieba.Tokenizer().cut  # of its own: words that others add to the shared one change nothing here
    frequency = Counter(word for one in texts for word in set(cut(one["title"] + "。" + one["text"])))
    return sorted(word for word, count in frequency.items() if count >= LEAST and _is_word(word))


def _is_word(word: str) -> bool:
    if len(word) < 2 or set(word) <= _NUMERALS or not all("一" <= one <= "鿿" for one in word):
        return False
    return not _is_place(word)


def _is_place(word: str) -> bool:
    return bool(find_places(word))


def learn(texts: Sequence[Item], words: Sequence[str]) -> tuple[Vector, float]:
    """The weights of `words` and the constant, by gradient descent on the regularised logistic loss."""
    scanner = learned_words.scanner(words)
    matrix = np.zeros((len(texts), len(words) + 1))
    for row, one in enumerate(texts):
        values = learned_words.vector(scanner, one["title"], one["text"])
        for number, value in values.items():
            matrix[row, number] = value
        matrix[row, -1] = learned_words.share(values)
    labels = np.array([float(one["relevant"]) for one in texts])
    weights = np.zeros(len(words) + 1)
    keep = np.append(np.full(len(words), STRENGTH / len(texts)), 0.0)  # the constant is not held down
    for _ in range(_ROUNDS):
        wrong = 1 / (1 + np.exp(-(matrix @ weights))) - labels
        weights -= _STEP * (matrix.T @ wrong / len(texts) + keep * weights)
    return weights[:-1], float(weights[-1])


def write(words: Sequence[str], weights: Vector, constant: float) -> None:
    """The file that the product reads."""
    lines = ["# word\tweight, learned from the labelled texts by tests/eval/learn_relevance.py; not edited by hand"]
    lines.append(f"{learned_words.CONSTANT}\t{constant:.4f}")
    lines += [f"{word}\t{value:.4f}" for word, value in zip(words, weights, strict=True)]
    learned_words._FILE.write_text("\n".join(lines) + "\n", "utf-8")


def told(texts: Sequence[Item], words: Sequence[str], weights: Vector, constant: float) -> str:
    """How `texts` are told by these weights and the lexicon together."""
    scanner = learned_words.scanner(words)
    said = [_says(scanner, one, weights, constant) for one in texts]
    right = sum(told and one["relevant"] for told, one in zip(said, texts, strict=True))
    false = sum(said) - right
    missed = sum(one["relevant"] for one in texts) - right
    shares = f"P {right / max(1, right + false):.3f} R {right / max(1, right + missed):.3f}"
    return f"{shares} (of {len(texts)}; {false} false, {missed} missed)"


def _says(scanner: ahocorasick_rs.AhoCorasick, one: Item, weights: Vector, constant: float) -> bool:
    values = learned_words.vector(scanner, one["title"], one["text"])
    learned = sum(float(weights[number]) * value for number, value in values.items())
    learned += constant * learned_words.share(values)
    return relevance.together(learned, relevance.by_lexicon(one["title"], one["text"])) >= relevance.THRESHOLD


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn from everything and write the file, or try a half that is left out."""
    parser = argparse.ArgumentParser(prog="tests.eval.learn_relevance", description="学习相关性的词权重")
    parser.add_argument("--without", action="append", default=[], help="不学这一部分，只报告它判得怎样")
    options = parser.parse_args(arguments)
    everything = items()
    for half in options.without:
        rest = [one for one in everything if one["half"] != half]
        words = vocabulary(rest)
        outcome = told([one for one in everything if one["half"] == half], words, *learn(rest, words))
        sys.stdout.write(f"{half}: {outcome}\n")
    if not options.without:
        words = vocabulary(everything)
        weights, constant = learn(everything, words)
        write(words, weights, constant)
        sys.stdout.write(f"{len(words)} words from {len(everything)} texts; constant {constant:.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
