"""Words of a text: jieba's dictionary with HMM off and the project's own word list, by either of two backends with identical output."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.machinery import ExtensionFileLoader
from pathlib import Path
from typing import Any

from classifier.resources import read_data

#: Frequency given to every word of the project's list: far above the product of its parts', far below that of common words,
#: so that a listed word is kept whole and pulls nothing else apart.
LISTED_FREQUENCY = 1000

Cut = Callable[[str], list[str]]


@cache
def word_list() -> tuple[str, ...]:
    """The project's own words, which jieba's dictionary lacks or splits.

    Returns
    -------
    tuple of str
        In the order of ``data/words.txt``, folded as texts are.
    """
    return _listed("words.txt")


@cache
def boilerplate() -> frozenset[str]:
    """Words that stand in every record whatever its type: no cue begins or ends with one.

    Returns
    -------
    frozenset of str
        Those of ``data/boilerplate.txt``.
    """
    return frozenset(_listed("boilerplate.txt"))


@cache
def negations() -> frozenset[str]:
    """Words that turn what follows into its contrary.

    Returns
    -------
    frozenset of str
        Those of ``data/negations.txt``.
    """
    return frozenset(_listed("negations.txt"))


@cache
def leaning() -> frozenset[str]:
    """Words that lean on the next one.

    Returns
    -------
    frozenset of str
        Those of ``data/leaning.txt``.
    """
    return frozenset(_listed("leaning.txt"))


def _listed(name: str) -> tuple[str, ...]:
    lines = (line.partition("#")[0] for line in read_data(name).splitlines())
    return tuple(dict.fromkeys(word for line in lines for word in line.split()))


@cache
def version() -> str:
    """What a model names as its word list.

    Returns
    -------
    str
        The first eight digits of its SHA-256.
    """
    return sha256("\n".join(word_list()).encode()).hexdigest()[:8]


def jieba_cut() -> Cut:
    """The pure Python backend: the reference, and the fallback where no wheel of the other exists.

    Returns
    -------
    callable
        Takes a string, returns its words; joined they give the string again.
    """
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 has invalid escapes and imports pkg_resources
        import jieba
    tokenizer = jieba.Tokenizer()
    # Not initialize(), which shares a cache file in the temporary folder with every other user of the machine.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in word_list():
        tokenizer.total -= tokenizer.FREQ.get(word, 0)  # add_word counts a word that is there already twice
        tokenizer.add_word(word, LISTED_FREQUENCY)

    def cut(text: str) -> list[str]:
        return list(tokenizer.cut(text, HMM=False))

    return cut


def rjieba_cut() -> Cut:
    """The Rust backend: about twelve times as fast, and it releases the interpreter lock.

    Returns
    -------
    callable
        As ``jieba_cut``.

    Raises
    ------
    ImportError
        Where rjieba is not installed.
    """
    tokenizer = _rjieba_class()()
    for word in word_list():
        tokenizer.add_word(word, LISTED_FREQUENCY, None)
    cut = tokenizer.cut

    def words(text: str) -> list[str]:
        found: list[str] = cut(text, False)
        return found

    return words


def _rjieba_class() -> Any:
    # rjieba's __init__ builds a dictionary that we could not add our words to without changing it for everybody in the process;
    # loading the extension beside it spares that second dictionary: 0.1 s of a cold start.
    package = importlib.util.find_spec("rjieba")
    if package is None or not package.submodule_search_locations:
        raise ImportError("rjieba")
    for folder in package.submodule_search_locations:
        for file in sorted(Path(folder).glob("rjieba*.so")) + sorted(Path(folder).glob("rjieba*.pyd")):
            loader = ExtensionFileLoader("rjieba.rjieba", str(file))
            spec = importlib.util.spec_from_loader("rjieba.rjieba", loader)
            if spec is not None:
                module = importlib.util.module_from_spec(spec)
                loader.exec_module(module)
                return module.Jieba
    from rjieba import Jieba

    return Jieba


@cache
def cutter() -> Cut:
    """The backend in use: rjieba where it is installed, unless ``SCAMTYPE_WORDS=jieba``.

    Returns
    -------
    callable
        Takes a string, returns its words.
    """
    if os.environ.get("SCAMTYPE_WORDS") != "jieba":
        try:
            return rjieba_cut()
        except ImportError:
            pass
    return jieba_cut()
