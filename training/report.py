"""What is written beside a model for people: its metrics, its card, and the facts of the run."""

from __future__ import annotations

import json
import platform
import tomllib
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files

from classifier.classifier import ScamClassifier
from training.calibration import NO_CASE_ACCEPTED, SEEMS_TWO
from training.corpus import Corpus, seeds_folder
from training.cue_scores import Faithfulness, Plausibility, faithfulness, plausibility
from training.evaluation import Evaluation, evaluate, plain
from training.fitting import Fitted
from training.left_out import LEAST_CASES, C
from training.underlined import read_underlined

#: Of more held-out cases a part tells how faithful the cues are: each is classified some forty times for it.
MOST_FOR_CUES = 2000


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
    classifier, held_out = ScamClassifier(fitted.model), corpus.split(held_out=True)
    evaluation = evaluate(held_out, classifier)
    faithful = faithfulness([case.text for case in held_out[:: max(1, -(-len(held_out) // MOST_FOR_CUES))]], classifier)
    plausible = plausibility(read_underlined(seeds_folder() / "underlined" / "measuring.jsonl"), classifier)
    figures = {"held_out": plain(evaluation), "faithfulness": plain(faithful), "plausibility": plain(plausible)}
    metrics = json.dumps(figures, ensure_ascii=False, indent=2) + "\n"
    return {"metrics.json": metrics, "MODEL_CARD.md": _card(corpus, fitted, evaluation, faithful, plausible)}, evaluation


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


def _measured(digest: str) -> str:
    """What was measured by hand on text that is not distributed, for the model of one corpus."""
    given = tomllib.loads(_data("measured.toml"))
    return str(given["figures"]).strip() if given["corpus"] == digest else "Not measured for this model."


def _data(name: str) -> str:
    return files("training").joinpath("data", name).read_text(encoding="utf-8")


def _card(corpus: Corpus, fitted: Fitted, evaluation: Evaluation, faithful: Faithfulness, plausible: Plausibility) -> str:
    model = fitted.model
    counts = Counter(str(case.category) for case in corpus.cases)
    batches = Counter(case.batch or "bulletins" for case in corpus.cases)
    types = evaluation.types
    rows = [(name, types.per_name[name]) for name in model.codes if name in types.per_name]
    table = [f"| {name} | {counts[name]} | {row['precision']:.2f} | {row['recall']:.2f} | {row['f1']:.2f} |" for name, row in rows]
    return _data("model_card.md").format(
        cases=len(corpus.cases),
        trained=len(corpus.split(held_out=False)),
        held=evaluation.cases,
        batches=", ".join(f"{name} {n}" for name, n in sorted(batches.items())),
        terms=model.n_terms,
        least=LEAST_CASES,
        c=C,
        temperature=model.temperature,
        doubt=model.doubt,
        accept=model.thresholds["accept"],
        second=model.thresholds["second"],
        seems_two=f"{SEEMS_TWO:.0%}",
        nothing=model.thresholds["nothing"],
        no_case=f"{NO_CASE_ACCEPTED:.0%}",
        macro_f1=f"{types.macro_f1:.3f}",
        low=f"{types.interval[0]:.3f}",
        high=f"{types.interval[1]:.3f}",
        official_f1=f"{evaluation.official.macro_f1:.3f}",
        calibration_error=f"{evaluation.calibration_error:.3f}",
        brier=f"{evaluation.brier:.3f}",
        accepted=f"{evaluation.decisions['accept']:.0%}",
        accepted_right=f"{evaluation.decisions['accepted_right']:.1%}",
        coverage=f"{evaluation.coverage['overall']:.1%}",
        worst=f"{evaluation.coverage['worst_type']:.1%}",
        size=f"{evaluation.coverage['mean_size']:.1f}",
        underlined=plausible.texts,
        cue_f1=f"{plausible.f1:.2f}",
        cue_off=f"{plausible.off:.0%}",
        readers_f1=f"{plausible.readers_f1:.2f}",
        readers_off=f"{plausible.readers_off:.0%}",
        taken=f"{faithful.comprehensiveness[5]:.2f}",
        taken_by_chance=f"{faithful.random_comprehensiveness[5]:.2f}",
        taken_elsewhere=f"{round(faithful.elsewhere_comprehensiveness[5], 2) + 0.0:.2f}",
        readers_fall=f"{plausible.readers_fall:.2f}",
        readers_by_chance=f"{plausible.readers_random_fall:.2f}",
        kept=f"{faithful.type_kept:.1%}",
        measured=_measured(corpus.digest),
        rows="\n".join(table),
    )
