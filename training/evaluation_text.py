"""An evaluation as text for a terminal, in the language of messages."""

from __future__ import annotations

from classifier import messages
from classifier.taxonomy import Taxonomy
from training.bulletin_scores import BulletinScores
from training.cue_scores import NUMBERS, Faithfulness, Plausibility
from training.evaluation import NONE, Evaluation, Scores

_MOST_CONFUSED = 12


def evaluation_lines(evaluation: Evaluation, taxonomy: Taxonomy, *, official_only: bool) -> list[str]:
    """The figures of an evaluation.

    Parameters
    ----------
    evaluation : Evaluation
        The figures.
    taxonomy : Taxonomy
        What the codes mean.
    official_only : bool
        Whether the labels are official names, so that only these can be scored.

    Returns
    -------
    list of str
        The lines.
    """
    lines = [_said("cases", count=evaluation.cases)]
    if evaluation.official.names:
        lines += _score_lines("official", evaluation.official, taxonomy)
    if not official_only:
        lines += _score_lines("types", evaluation.types, taxonomy)
    surest = "  ".join(f"{share} {accuracy:.3f}" for share, accuracy in evaluation.surest.items())
    decisions = {name: f"{share:.1%}" for name, share in evaluation.decisions.items()} | {"accepted_right": accepted_right(evaluation)}
    error, brier, coverage = f"{evaluation.calibration_error:.3f}", f"{evaluation.brier:.3f}", evaluation.coverage
    held = {"overall": f"{coverage['overall']:.1%}", "worst": f"{coverage['worst_type']:.1%}", "size": f"{coverage['mean_size']:.2f}"}
    return [
        *lines,
        "",
        f"{_said('surest')}  {surest}",
        _said("decisions", **decisions),
        _said("calibration", count=evaluation.cases, error=error, brier=brier),
        _said("coverage", **held),
        "",
        _said("per_type"),
        *(
            f"  {row['confidence']:.2f}  {row['accuracy']:.2f}  {row['coverage']:.2f}  {row['mean_size']:.2f}  {int(row['cases']):5d}  "
            f"{called_in(taxonomy, code)}"
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
    lines = ["", _said("cues", texts=faithful.texts)]
    for n in NUMBERS:
        taken, by_chance = faithful.comprehensiveness[n], faithful.random_comprehensiveness[n]
        row = _said(
            "cues_row",
            n=n,
            taken=shown_fall(taken),
            chance=_by_chance(taken, by_chance),
            elsewhere=shown_fall(faithful.elsewhere_comprehensiveness[n]),
            left=shown_fall(faithful.sufficiency[n]),
            left_chance=shown_fall(faithful.random_sufficiency[n]),
        )
        lines.append(f"  {row}")
    lines.append(f"  {kept_line(faithful)}")
    return lines + (reader_lines(plausible) if plausible is not None else [])


def kept_line(faithful: Faithfulness) -> str:
    """How often the cues alone keep the type, as a line.

    Parameters
    ----------
    faithful : Faithfulness
        The figures.

    Returns
    -------
    str
        The line.
    """
    return _said("cues_kept", kept=f"{faithful.type_kept:.1%}")


def reader_lines(plausible: Plausibility) -> list[str]:
    """The cues beside what readers underlined.

    Parameters
    ----------
    plausible : Plausibility
        The figures.

    Returns
    -------
    list of str
        The lines.
    """
    lines = [_said("readers", texts=plausible.texts)]
    cues = {"f1": f"{plausible.f1:.3f}", "off": f"{plausible.off:.1%}", "number": f"{plausible.cues_per_text:.1f}"}
    lines.append(f"  {_said('readers_cues', **cues)}")
    if plausible.readers_f1 is not None:
        lines.append(f"  {_said('readers_between', f1=f'{plausible.readers_f1:.3f}', off=f'{plausible.readers_off:.1%}')}")
    falls = {"fall": shown_fall(plausible.readers_fall), "chance": shown_fall(plausible.readers_random_fall)}
    lines.append(f"  {_said('readers_fall', **falls)}")
    return lines


def shown_fall(fall: float) -> str:
    """A fall of the probability to three places, and nothing as nothing.

    Parameters
    ----------
    fall : float
        The fall.

    Returns
    -------
    str
        It, without a sign before zero.
    """
    return f"{round(fall, 3) + 0.0:.3f}"


def accepted_right(evaluation: Evaluation) -> str:
    """How many of the accepted verdicts are right.

    Parameters
    ----------
    evaluation : Evaluation
        The figures.

    Returns
    -------
    str
        A dash where none is accepted.
    """
    return f"{evaluation.decisions['accepted_right']:.1%}" if evaluation.decisions["accept"] else "–"


def called_in(taxonomy: Taxonomy, name: str) -> str:
    """What a label or verdict is called in the language of messages.

    Parameters
    ----------
    taxonomy : Taxonomy
        What the codes mean.
    name : str
        A code, an official name, or ``NONE``.

    Returns
    -------
    str
        Its name.
    """
    return _said("none") if name == NONE else taxonomy.called(name, messages.language())


def bulletin_lines(scores: BulletinScores) -> list[str]:
    """The figures of the segmenter.

    Parameters
    ----------
    scores : BulletinScores
        On annotated pages.

    Returns
    -------
    list of str
        The lines.
    """
    shares = {name: f"{getattr(scores, name):.3f}" for name in ("f1", "precision", "recall")}
    return [
        _said("bulletins", **shares, gold=scores.gold, found=scores.found, matched=scores.matched),
        _said("bulletins_labels", accuracy=f"{scores.label_accuracy:.3f}", right=scores.right, labelled=scores.labelled),
    ]


def _said(key: str, **values: object) -> str:
    return messages.text(f"evaluation_{key}", **values)


def _by_chance(taken: float, by_chance: float) -> str:
    """The fall without random phrases, and how many times it that without cues is."""
    fall = shown_fall(by_chance)
    told = min(round(taken, 3), round(by_chance, 3)) > 0
    return _said("cues_times", chance=fall, times=f"{taken / by_chance:.1f}") if told else fall


def _score_lines(naming: str, scores: Scores, taxonomy: Taxonomy) -> list[str]:
    low, high = scores.interval
    figures = {"f1": f"{scores.macro_f1:.4f}", "low": f"{low:.3f}", "high": f"{high:.3f}", "accuracy": f"{scores.accuracy:.4f}"}
    lines = ["", _said("scores", naming=_said(naming), **figures)]
    called = {name: called_in(taxonomy, name) for name in scores.per_name}
    for name, row in scores.per_name.items():
        lines.append(f"  P {row['precision']:.2f}  R {row['recall']:.2f}  F1 {row['f1']:.2f}  {int(row['cases']):5d}  {called[name]}")
    if scores.confusion:
        lines.append(f"  {_said('confused')}")
    return lines + [f"  {n:5d}  {called[truth]} → {called_in(taxonomy, call)}" for truth, call, n in scores.confusion[:_MOST_CONFUSED]]
