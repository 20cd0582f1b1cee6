"""Make the fonts of static/fonts/ from the Noto fonts; run once, by a person, when Noto or the alphabets change.

    python deploy/fonts.py FOLDER [TARGET]

FOLDER is searched with all its sub-folders for the files named in PLAN (Debian: packages fonts-noto-core,
fonts-noto-mono and fonts-noto-cjk); TARGET is static/fonts by default. Needs fontTools, nothing else. The same
sources and the same fontTools give the same bytes. The licence stands beside the fonts (static/fonts/OFL.txt) and is
not written here.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont


def span(*pairs: tuple[int, int]) -> frozenset[int]:
    """The code points of closed ranges."""
    return frozenset(code for first, last in pairs for code in range(first, last + 1))


def gb2312(rows: Iterable[int]) -> frozenset[int]:
    """The code points of rows of GB 2312; rows 16 to 55 are its level 1, 3,755 Han characters."""
    cells = (bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312", "ignore") for row in rows for cell in range(1, 95))
    return frozenset(ord(cell) for cell in cells if cell)


# Blanks, joiners and direction marks: in every font, so that they do not switch fonts inside a word.
INVISIBLE = span((0x20, 0x20), (0xA0, 0xA0), (0x200B, 0x200F), (0x2066, 0x2069))
DOTTED_CIRCLE = frozenset({0x25CC})  # carries a mark that has no letter
LATIN = span((0x20, 0x7E), (0xA0, 0x24F), (0x259, 0x259), (0x2B9, 0x2BC), (0x2C6, 0x2C9), (0x2D8, 0x2DD))
LATIN |= span((0x1E9E, 0x1E9E))
VIETNAMESE = span((0x1EA0, 0x1EF9))
MARKS = span((0x300, 0x30C), (0x30F, 0x311), (0x31B, 0x31B), (0x323, 0x324), (0x326, 0x328), (0x331, 0x331))
CYRILLIC = span((0x400, 0x4FF))
SIGNS = span((0x2010, 0x2027), (0x202F, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044), (0x20AC, 0x20AC))
SIGNS |= span(
    (0x20BD, 0x20BD), (0x2070, 0x2079), (0x2080, 0x2089), (0x2116, 0x2116), (0x2122, 0x2122), (0x215B, 0x215E)
)
SIGNS |= span((0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265))
SANS = LATIN | VIETNAMESE | MARKS | CYRILLIC | SIGNS | INVISIBLE | DOTTED_CIRCLE
# A form embeds the whole font of its fields, so this one leaves the rare letters out.
FIELD = SANS - span((0x180, 0x24F), (0x460, 0x4FF))
FIELD |= span((0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1DC), (0x218, 0x21B), (0x490, 0x491))
ARABIC = span((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))
GURMUKHI = span((0x964, 0x965), (0xA00, 0xA7F), (0x262C, 0x262C))
# For references; and what the sans lacks: arrows, and the square that stands for every unknown character.
MONO = span((0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2014), (0x2190, 0x2193), (0x25A0, 0x25A1)) | INVISIBLE
TICK = frozenset({0x2713})
# Latin and Cyrillic letters, and so the rows 3, 6 and 7, stay with the sans; full-width signs are of row 3.
HAN = gb2312(range(1, 2)) | gb2312(range(16, 56)) | span((0xFF01, 0xFF5E)) | TICK | INVISIBLE


@dataclass(frozen=True)
class Cut:
    """One font file to make: from which source (and face of a collection), with which characters."""

    source: str
    characters: frozenset[int]
    layout: bool = True
    face: int = -1


CJK = "NotoSansCJK-Regular.ttc"
PLAN = {
    "sans.ttf": Cut("NotoSans-Regular.ttf", SANS),
    "sans-bold.ttf": Cut("NotoSans-Bold.ttf", SANS),
    "field.ttf": Cut("NotoSans-Regular.ttf", FIELD, layout=False),
    "arabic.ttf": Cut("NotoNaskhArabic-Regular.ttf", ARABIC | INVISIBLE | DOTTED_CIRCLE),
    "arabic-bold.ttf": Cut("NotoNaskhArabic-Bold.ttf", ARABIC | INVISIBLE | DOTTED_CIRCLE),
    "gurmukhi.ttf": Cut("NotoSansGurmukhi-Regular.ttf", GURMUKHI | INVISIBLE | DOTTED_CIRCLE),
    "gurmukhi-bold.ttf": Cut("NotoSansGurmukhi-Bold.ttf", GURMUKHI | INVISIBLE | DOTTED_CIRCLE),
    "han.otf": Cut(CJK, HAN, layout=False, face=2),  # simplified Chinese
    "mono.ttf": Cut("NotoSansMono-Regular.ttf", MONO, layout=False),
}


def cut(source: Path, plan: Cut) -> TTFont:
    """The font of `source` with the characters of `plan` only, without hints."""
    font = TTFont(source, fontNumber=plan.face, recalcTimestamp=False)
    options = Options(hinting=False, name_IDs=[0, 1, 2, 4, 5, 6, 7, 13, 14], notdef_outline=True)
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "DSIG", "gasp"]
    if not plan.layout:
        options.drop_tables += ["GSUB", "GPOS", "GDEF"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=plan.characters)
    subsetter.subset(font)
    if "CFF " in font:
        number_by_place(font)
    return font


def number_by_place(font: TTFont) -> None:
    """Give every glyph of a CFF font its place as CID: a PDF names glyphs by CID, the layout engine by place."""
    order = [".notdef", *(f"cid{place:05d}" for place in range(1, len(font.getGlyphOrder())))]
    new = dict(zip(font.getGlyphOrder(), order, strict=True))
    top = font["CFF "].cff.topDictIndex[0]
    strings = top.CharStrings
    strings.charStrings = {new[name]: place for name, place in strings.charStrings.items()}
    top.charset = order
    for table in font["cmap"].tables:
        table.cmap = {code: new[name] for code, name in table.cmap.items()}
    font["hmtx"].metrics = {new[name]: metric for name, metric in font["hmtx"].metrics.items()}
    font.setGlyphOrder(order)


def main(folder: Path, target: Path) -> None:
    """Write every font of PLAN. Exits with a message when a source is missing."""
    target.mkdir(parents=True, exist_ok=True)
    for name, plan in PLAN.items():
        source = min(folder.rglob(plan.source), default=None)
        if source is None:
            sys.exit(f"{plan.source} is not in {folder} (Debian: fonts-noto-core, -mono, -cjk).")
        font = cut(source, plan)
        font.save(target / name, reorderTables=False)
        kilobytes = (target / name).stat().st_size / 1000
        print(
            f"{name:18} {len(font.getBestCmap()):5} characters {len(font.getGlyphOrder()):5} glyphs {kilobytes:6.0f} KB"
        )


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) == 3 else "static/fonts"))
