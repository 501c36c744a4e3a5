"""An evaluation as text for a terminal."""

from __future__ import annotations

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
        f"calibration error ({evaluation.cases} cases, 15 bins)  {evaluation.calibration_error:.3f}",
        f"candidates hold the type  {coverage['overall']:.1%}  worst type {coverage['worst_type']:.1%}  mean size {coverage['mean_size']:.2f}",
    ]


def _score_lines(title: str, scores: Scores) -> list[str]:
    low, high = scores.interval
    lines = ["", f"{title}: macro-F1 {scores.macro_f1:.4f}  (95 % {low:.3f} to {high:.3f}), accuracy {scores.accuracy:.4f}"]
    for name, row in scores.per_name.items():
        lines.append(f"  P {row['precision']:.2f}  R {row['recall']:.2f}  F1 {row['f1']:.2f}  {int(row['cases']):5d}  {name}")
    lines += ["  most confused (labelled → called):"]
    return lines + [f"  {n:5d}  {truth} → {called}" for truth, called, n in scores.confusion[:_MOST_CONFUSED]]
