"""What is written beside a model for people: its metrics, its card, and the facts of the run."""

from __future__ import annotations

import json
import platform
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files

from classifier.classifier import ScamClassifier
from training.corpus import Corpus
from training.evaluation import Evaluation, evaluate, plain
from training.fitting import LEAST_CASES, C, Fitted


def documents_of(corpus: Corpus, fitted: Fitted) -> tuple[dict[str, str], Evaluation]:
    """The documents of a model, the same every time for the same corpus.

    Parameters
    ----------
    corpus : Corpus
        What it was made of.
    fitted : Fitted
        What training gave.

    Returns
    -------
    documents : dict of str to str
        ``metrics.json`` and ``MODEL_CARD.md``.
    evaluation : Evaluation
        On the held-out cases.
    """
    evaluation = evaluate(corpus.split(held_out=True), ScamClassifier(fitted.model))
    metrics = json.dumps({"held_out": plain(evaluation)}, ensure_ascii=False, indent=2) + "\n"
    return {"metrics.json": metrics, "MODEL_CARD.md": _card(corpus, fitted, evaluation)}, evaluation


def run_facts() -> str:
    """Time, machine and library versions of this run, as JSON; they differ from run to run and so stand in a file of their own."""
    libraries = ("scikit-learn", "numpy", "scipy", "jieba", "rjieba")
    facts = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.platform(),
        "libraries": {name: version(name) for name in libraries},
    }
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


def _card(corpus: Corpus, fitted: Fitted, evaluation: Evaluation) -> str:
    model = fitted.model
    counts = Counter(str(case.category) for case in corpus.cases)
    batches = Counter(case.batch or "bulletins" for case in corpus.cases)
    types = evaluation.types
    rows = [(name, types.per_name[name]) for name in model.codes if name in types.per_name]
    table = [f"| {name} | {counts[name]} | {row['precision']:.2f} | {row['recall']:.2f} | {row['f1']:.2f} |" for name, row in rows]
    template = files("training").joinpath("data", "model_card.md").read_text(encoding="utf-8")
    return template.format(
        cases=len(corpus.cases),
        trained=len(corpus.split(held_out=False)),
        held=evaluation.cases,
        batches=", ".join(f"{name} {n}" for name, n in sorted(batches.items())),
        terms=model.n_terms,
        least=LEAST_CASES,
        c=C,
        temperature=model.temperature,
        accept=model.thresholds["accept"],
        macro_f1=f"{types.macro_f1:.3f}",
        low=f"{types.interval[0]:.3f}",
        high=f"{types.interval[1]:.3f}",
        official_f1=f"{evaluation.official.macro_f1:.3f}",
        calibration_error=f"{evaluation.calibration_error:.3f}",
        accepted=f"{evaluation.decisions['accept']:.0%}",
        accepted_right=f"{evaluation.decisions['accepted_right']:.1%}",
        coverage=f"{evaluation.coverage['overall']:.1%}",
        worst=f"{evaluation.coverage['worst_type']:.1%}",
        size=f"{evaluation.coverage['mean_size']:.1f}",
        rows="\n".join(table),
    )
