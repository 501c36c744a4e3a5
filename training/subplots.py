"""The table of sub-plots per type that stands in ``seeds/narratives/README.md``; ``python -m training.subplots`` writes it there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from classifier.taxonomy import NOT_A_CASE, load_taxonomy
from training.cases import Case, read_cases
from training.corpus import seeds_folder

#: The table begins after this line.
MARK = "<!-- the rest is written by python -m training.subplots -->"


def subplot_table(cases: Iterable[Case]) -> str:
    """Sub-plots with their counts, by type.

    Parameters
    ----------
    cases : iterable of Case
        Narratives with category and sub-plot.

    Returns
    -------
    str
        Markdown.
    """
    by_type: defaultdict[str, Counter[str]] = defaultdict(Counter)
    registers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        by_type[str(case.category)][case.subplot or "–"] += 1
        registers[str(case.category)][case.register or "–"] += 1
    codes = [code for code in (*load_taxonomy().categories, NOT_A_CASE) if code in by_type]
    rows = [f"| {code} | {sum(by_type[code].values())} | {', '.join(f'{name} {n}' for name, n in registers[code].most_common())} |" for code in codes]
    lists = [f"**{code}**: {', '.join(f'{name} {n}' for name, n in sorted(by_type[code].items(), key=lambda i: (-i[1], i[0])))}" for code in codes]
    return "\n".join(["| type | narratives | registers |", "|---|---|---|", *rows, "", *(f"{line}\n" for line in lists)])


def main() -> None:
    """Write the table."""
    folder = seeds_folder() / "narratives"
    readme = folder / "README.md"
    cases = [case for file in sorted(folder.glob("*.jsonl")) for case in read_cases(file)]
    before = readme.read_text(encoding="utf-8").split(MARK)[0]
    readme.write_text(f"{before}{MARK}\n\n{subplot_table(cases)}", encoding="utf-8")


if __name__ == "__main__":
    main()
