"""Papers as PDF/UA-1: a template or HTML goes in, bytes come out, laid out in a child process with limits.

The same input gives the same bytes, on every machine.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NoReturn

from django.template.loader import render_to_string
from django.utils import translation

from casework.documents.editions import VERSIONS
from casework.documents.limits import PAPER, Exit, Limits

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent.parent / "static" / "fonts"
CHILD = "casework.documents.child"
DEFAULT_LIMITS = Limits()


class PaperError(Exception):
    """A paper could not be made. The message never quotes the paper."""


class PaperTooLong(PaperError):
    """More pages, or more text, than the limits allow."""


class PaperTimeout(PaperError):
    """The time of the limits was used up."""


class PaperRefused(PaperError):
    """The paper asks for something that is not packaged with Casework: a mistake in a template."""


class PaperUnavailable(PaperError):
    """This machine lacks a library that WeasyPrint needs."""


class PaperFailed(PaperError):
    """The layout ended in any other way, for example without memory."""


def from_template(
    template: str,
    context: Mapping[str, object],
    *,
    title: "_StrOrPromise",
    language: str,
    organization: str,
    printed_on: date,
    limits: Limits = DEFAULT_LIMITS,
    shape: str = PAPER,
) -> bytes:
    """The PDF of a template that extends `paper/base.html`.

    `language` (a tag such as "es" or "zh-hans") is the language the template and a lazy `title` are rendered in, and
    the one the PDF declares. `organization` stands in the header; `printed_on`, the day where the reader is, in the
    footer beside the version of the paper. Raises a PaperError, and KeyError for a template without a version.
    """
    with translation.override(language):
        title = str(title)
        given = {
            "title": title, "organization": organization, "printed_on": printed_on, "version": VERSIONS[template],
        }  # fmt: skip
        html = render_to_string(template, {**context, **given})
    return from_html(html, title=title, language=language, limits=limits, shape=shape)


def from_html(html: str, *, title: str, language: str, limits: Limits = DEFAULT_LIMITS, shape: str = PAPER) -> bytes:
    """The PDF of a whole page of HTML, in the look of `css/paper.css`, in one of the shapes of `limits.py`.

    Raises ValueError without a title or language (PDF/UA needs both), otherwise a PaperError.
    """
    if not title.strip() or not language.strip():
        raise ValueError("A paper needs a title and a language.")
    if len(html) > limits.html_characters:
        raise PaperTooLong(f"The paper has {len(html):,} characters of HTML; {limits.html_characters:,} are allowed.")
    order = {
        "html": html,
        "title": title,
        "language": language,
        "pages": limits.pages,
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
        "shape": shape,
    }
    # The child keeps its fonts in this folder; when it is ended by force, nobody else would clear them away.
    with TemporaryDirectory(prefix="paper-") as folder:
        try:
            child = subprocess.run(
                [sys.executable, "-s", "-P", "-m", CHILD],
                input=json.dumps(order).encode(),
                capture_output=True,
                check=False,
                cwd=folder,
                env=environment(folder),
                timeout=limits.wall_seconds,
            )
        except subprocess.TimeoutExpired:
            raise PaperTimeout(f"The layout took more than {limits.wall_seconds:g} seconds.") from None
    if child.returncode != Exit.DONE:
        explain(child.returncode, child.stderr.decode(errors="replace").strip().rpartition("\n")[2], limits)
    return child.stdout


def environment(folder: str) -> dict[str, str]:
    """All that the child knows of this machine: nothing of ours, so no secret and no proxy."""
    return {
        "FONTCONFIG_FILE": str(HERE / "fonts.conf"),
        "HOME": folder,
        "LC_ALL": "C.UTF-8",
        "PATH": os.defpath,
        "PYTHONHASHSEED": "0",  # same bytes whatever the order of a set
        "PYTHONPATH": str(HERE.parent.parent),
        "TMPDIR": folder,
    }


def explain(code: int, word: str, limits: Limits) -> NoReturn:
    """Raise the PaperError for a child's exit code (negative: the signal that ended it) and its last line."""
    match code:
        case Exit.TOO_LONG:
            raise PaperTooLong(f"The paper has more than {limits.pages} pages.")
        case Exit.REFUSED:
            raise PaperRefused(f"Not packaged with Casework: {word[:200]}")
        case Exit.UNAVAILABLE:
            raise PaperUnavailable(f"WeasyPrint needs Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0): {word[:200]}")
        case Exit.MEMORY:
            raise PaperFailed(f"The layout needs more than {limits.memory_bytes // 1024**2} MB.")
        case Exit.BROKEN:
            raise PaperFailed(f"The layout failed: {word[:200]}")
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise PaperTimeout(f"The layout took more than {limits.cpu_seconds} seconds of processor time.")
    raise PaperFailed(f"The layout process ended with code {code}.")
