"""Small pictures of figures, as SVG by hand: no library of plots for two lines and a few dots."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "pictures"
WIDTH, LEFT, TOP, STEP, RIGHT = 640, 190, 46, 22, 70
# The same picture on white and on black: greys that stand out on either, one colour for what is over the line.
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#57606a}.b{fill:#2f6f8f}.o{fill:#b3541e}.g{stroke:#8c959f;opacity:.5}"
    ".h{font-weight:600}@media(prefers-color-scheme:dark){text{fill:#b6bec7}.b{fill:#6db3d4}.o{fill:#f0965a}}"
)


def growth(rows: Mapping[str, Sequence[float]], sizes: Sequence[int], *, most: float, title: str, name: str) -> Path:
    """Bars of the last size as a multiple of the first, with lines at 1 and at the target; the file."""
    ratios = {what: values[-1] / values[0] for what, values in rows.items()}
    high = max(2.0, math.ceil(max(ratios.values()) * 10) / 10)
    height = TOP + STEP * len(ratios) + 26

    def across(ratio: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(ratio, high) / high

    bottom = height - 20
    parts = [f'<text class="h" x="0" y="16">{escape(title)}</text>']
    for mark, text in ((1.0, "1"), (most, f"{most:g}")):
        x = across(mark)
        parts.append(f'<line class="g" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{text}</text>')
    for number, (what, ratio) in enumerate(ratios.items()):
        y = TOP + STEP * number
        colour = "o" if ratio > most else "b"
        parts.append(f'<text x="{LEFT - 10}" y="{y + 11}" text-anchor="end">{escape(what)}</text>')
        end = across(ratio)
        parts.append(f'<rect class="{colour}" x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="14" rx="2"/>')
        parts.append(f'<text x="{end + 6:.1f}" y="{y + 11}">{ratio:.2f}</text>')
    said = f"{title}: " + ", ".join(f"{what} {ratio:.2f}" for what, ratio in ratios.items())
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.svg"
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">'
        f"<title>{escape(said)}</title><style>{STYLE}</style>{''.join(parts)}</svg>\n"
    )
    return path
