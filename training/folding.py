"""Makes ``classifier/data/folding.tsv``, the one-for-one character table, from OpenCC and Unicode.

Run ``python -m training.folding`` after OpenCC has been updated; what the table is used for stands in ``classifier.normalise``.
"""

from __future__ import annotations

import subprocess
import tempfile
import unicodedata
from pathlib import Path

#: What OpenCC's character tables leave apart although phrases, regions or habit write one for the other.
#: The right-hand side is what the dictionary of the segmenter knows.
OWN_VARIANTS = {
    "著": "着", "瞭": "了", "藉": "借", "馀": "余", "祇": "只", "衹": "只", "枱": "台", "覆": "复", "甯": "宁",
    "牠": "它", "祂": "他", "妳": "你", "彷": "仿", "揹": "背", "菓": "果", "粧": "妆", "籐": "藤", "荳": "豆",
    "帐": "账", "帳": "账", "暱": "昵", "痺": "痹", "簷": "檐", "佔": "占", "麽": "么", "幺": "么", "衞": "卫",
    "敍": "叙", "週": "周", "姪": "侄", "堃": "坤", "乾": "干", "徵": "征", "讬": "托", "谘": "咨", "迳": "径",
    "伕": "夫", "糭": "粽", "鍊": "链", "俱": "具",
}  # fmt: skip

#: Letters of other alphabets that are drawn like Latin ones and stand for them in texts that dodge filters.
HOMOGLYPHS = dict(zip("аеорсухіјѕԁаАВЕКМНОРСТХІαορνικ", "aeopcyxijsdaabekmhopctxiaopvik", strict=True))


def opencc_table(name: str) -> dict[str, list[str]]:
    """Read one of the character dictionaries that the OpenCC wheel carries.

    Parameters
    ----------
    name : str
        ``"TSCharacters"``, ``"TWVariants"`` …

    Returns
    -------
    dict of str to list of str
        A character and what it may become, the preferred one first.
    """
    import opencc

    library = Path(opencc.__file__).parent / "clib"
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "table.txt"
        source = library / "share" / "opencc" / f"{name}.ocd2"
        command = [library / "bin" / "opencc_dict", "-i", source, "-o", text, "-f", "ocd2", "-t", "text"]
        subprocess.run(list(map(str, command)), check=True, capture_output=True)
        lines = (line.split("\t") for line in text.read_text(encoding="utf-8").splitlines())
        return {key: values.split(" ") for key, values in lines}


def folding_table() -> dict[str, str]:
    """Every character that is read as another one, with the character it is read as.

    Returns
    -------
    dict of str to str
        One character each; no value is itself a key, so that folding twice changes nothing more.
    """
    table = {c: v[0] for c, v in opencc_table("TSCharacters").items() if len(c) == len(v[0]) == 1}
    for region in ("TWVariants", "HKVariants"):
        for general, local in opencc_table(region).items():
            for variant in local:
                if variant not in table and general in table:
                    table[variant] = table[general]
    for code in range(0x80, 0x20000):
        char = chr(code)
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Zl", "Zp"):
            continue
        compatible = unicodedata.normalize("NFKC", char)
        compatible = compatible.lower() if compatible.lower() and len(compatible.lower()) == 1 else compatible
        if len(compatible) == 1 and compatible != char and (compatible.isascii() or "\u3400" <= compatible <= "\u9fff"):
            table.setdefault(char, compatible)
    table.update({chr(c): chr(c).lower() for c in range(ord("A"), ord("Z") + 1)})
    table.update(HOMOGLYPHS)
    table.update(dict.fromkeys("\t\xa0\u2002\u2003\u2009\u202f\u3000\u1680\u2000\u2001\u2004\u2005\u2006", " "))
    table.update({"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"})
    table.update({"〇": "0", "﹒": ".", "｡": "。", "､": "、", "︰": ":", "“": '"', "”": '"', "「": '"', "」": '"'})
    table.update(OWN_VARIANTS)

    def settle(char: str) -> str:
        seen = {char}
        while char in table and table[char] not in seen:
            char = table[char]
            seen.add(char)
        return char

    return {char: settle(char) for char in sorted(table) if settle(char) != char}


def shown(char: str) -> str:
    """The character for the people who read the file, or nothing where it could not be seen."""
    return char if char.isprintable() and not char.isspace() else ""


def main() -> None:
    """Write the table beside the code that reads it."""
    target = Path(__file__).parents[1] / "classifier" / "data" / "folding.tsv"
    rows = (f"{ord(a):04x}\t{ord(b):04x}\t{shown(a)}{shown(b)}\n" for a, b in folding_table().items())
    target.write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
