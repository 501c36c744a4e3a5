"""An evaluation as text for a terminal."""

from __future__ import annotations

from training.cue_scores import NUMBERS, Faithfulness, Plausibility
from training.evaluation import Evaluation, Scores

_MOST_CONFUSED = 12


def evaluation_lines(evaluation: Evaluation, *, official_only: bool) -> list[str]:
    """The figures of an evaluation.

    Parameters
    ----------
    evaluation : Evaluation
        The figures.
    official_only : bool
        Whether the labels are official names, so that only these can be scored.

    Returns
    -------
    list of str
        The lines.
    """
    lines = [f"{evaluation.cases} cases"]
    lines += _score_lines("official names", evaluation.official)
    if not official_only:
        lines += _score_lines("types", evaluation.types)
    surest = "  ".join(f"{share} {accuracy:.3f}" for share, accuracy in evaluation.surest.items())
    decisions, coverage = evaluation.decisions, evaluation.coverage
    shares = "  ".join(f"{name} {decisions[name]:.1%}" for name in ("accept", "review", "not_a_case"))
    return [
        *lines,
        "",
        f"accuracy of the surest  {surest}",
        f"decisions  {shares}  accepted and right {decisions['accepted_right']:.1%}",
        f"calibration error ({evaluation.cases} cases, 15 bins)  {evaluation.calibration_error:.3f}  Brier score {evaluation.brier:.3f}",
        f"candidates hold the type  {coverage['overall']:.1%}  worst type {coverage['worst_type']:.1%}  mean size {coverage['mean_size']:.2f}",
        "",
        "by labelled type: mean confidence, accuracy, candidates that hold it, their mean number",
        *(
            f"  {row['confidence']:.2f}  {row['accuracy']:.2f}  {row['coverage']:.2f}  {row['mean_size']:.2f}  {int(row['cases']):5d}  {code}"
            for code, row in evaluation.per_type.items()
        ),
    ]


def cue_lines(faithful: Faithfulness, plausible: Plausibility | None) -> list[str]:
    """The figures of cues.

    Parameters
    ----------
    faithful : Faithfulness
        On the evaluated cases.
    plausible : Plausibility or None
        On the underlined narratives, where they were asked for.

    Returns
    -------
    list of str
        The lines.
    """
    lines = ["", f"cues, {faithful.texts} texts: mean fall of the probability (random phrases of the same lengths)"]
    for n in NUMBERS:
        taken, left = faithful.comprehensiveness[n], faithful.sufficiency[n]
        by_chance, left_by_chance = faithful.random_comprehensiveness[n], faithful.random_sufficiency[n]
        times = f", {taken / by_chance:.1f} times" if by_chance > 0 else ""
        lines.append(f"  {n} taken away {taken:.3f} ({by_chance:.3f}{times})  {n} left alone {left:.3f} ({left_by_chance:.3f})")
    lines.append(f"  of the accepted texts the cues alone keep the type in {faithful.type_kept:.1%}")
    if plausible is not None:
        lines.append(f"cues against what readers underlined in {plausible.texts} narratives:")
        lines.append(f"  F1 of characters {plausible.f1:.3f}, touching nothing {plausible.off:.1%}, {plausible.cues_per_text:.1f} cues a text")
        if plausible.readers_f1 is not None:
            lines.append(f"  between the readers: F1 {plausible.readers_f1:.3f}, touching nothing {plausible.readers_off:.1%}")
    return lines


def _score_lines(title: str, scores: Scores) -> list[str]:
    low, high = scores.interval
    lines = ["", f"{title}: macro-F1 {scores.macro_f1:.4f}  (95 % {low:.3f} to {high:.3f}), accuracy {scores.accuracy:.4f}"]
    for name, row in scores.per_name.items():
        lines.append(f"  P {row['precision']:.2f}  R {row['recall']:.2f}  F1 {row['f1']:.2f}  {int(row['cases']):5d}  {name}")
    lines += ["  most confused (labelled → called):"]
    return lines + [f"  {n:5d}  {truth} → {called}" for truth, called, n in scores.confusion[:_MOST_CONFUSED]]
