"""HTML pages that stand alone: one file, no request to anywhere, and nothing in it runs that we did not write.

Every text is escaped; names that come from an estate are hostile input and go through ``visible`` as well, which turns what
cannot be seen (controls, bidirectional overrides, zero-width characters) into something that can. A content security
policy in the page names our own style and script by their hashes and forbids all else, so a mistake in escaping still
would not let anything run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import BinaryIO

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup, escape

from engine.base.render.plural import counted

ASSETS = "engine.base.render"
LONGEST_NAME = 120  # characters of a name that a page shows; exports for machines hold all of it
_SEAM = re.compile(r"([._/])(?=\w)")
_RAW_TEXT_END = re.compile(r"</(?:script|style)|<!--", re.IGNORECASE)


def asset(name: str, package: str = ASSETS, folder: str = "assets") -> str:
    """The text of a style, script or template that ships with us."""
    return (files(package) / folder / name).read_text(encoding="utf-8")


def visible(text: str, longest: int = LONGEST_NAME) -> str:
    r"""A text from outside as it can safely be shown: what has no glyph becomes its code point, and length is bounded.

    ``"a\u202eb"`` becomes ``"a⟨U+202E⟩b"``. The result still needs escaping, which templates do by themselves.
    """
    cut = text if len(text) <= longest else f"{text[: longest - 20]}… ({len(text):,} characters)"
    if cut.isprintable():
        return cut or "(empty)"
    return "".join(char if char.isprintable() else f"⟨U+{ord(char):04X}⟩" for char in cut)


def breakable(text: str, longest: int = LONGEST_NAME) -> Markup:
    """As ``visible``, escaped, with places for a line to break after dots, underscores and slashes."""
    return Markup(_SEAM.sub(r"\1<wbr>", str(escape(visible(text, longest)))))  # noqa: S704 - escaped


def number(value: float) -> str:
    """A whole number with groups of three: ``12,345``."""
    return f"{value:,.0f}"


def percent(share: float) -> str:
    """A share of 0..1 that is never rounded to nothing or to everything: ``<0.1 %``, ``98.7 %``, ``>99.9 %``."""
    if 0 < share < 0.001:
        return "<0.1 %"
    if 0.999 < share < 1:
        return ">99.9 %"
    return f"{share * 100:.1f} %".replace(".0 %", " %")


def instant(value: datetime) -> Markup:
    """A ``<time>`` in UTC, to the minute."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), value.strftime("%Y-%m-%d %H:%M UTC"))


def _source(text: str) -> str:
    """Base64 of the SHA-256 of an inline style or script, as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(*, style: str, script: str) -> str:
    """The content security policy that allows exactly this style and this script, and images written into the page."""
    return (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def environment(package: str, folder: str) -> Environment:
    """Templates of ``package/folder``, with ours under ``base/``: escaping always on, a missing name is an error."""
    env = Environment(
        loader=ChoiceLoader(
            [PackageLoader(package, folder), PrefixLoader({"base": PackageLoader(ASSETS, "assets")})],
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(visible=visible, breakable=breakable, number=number, percent=percent, instant=instant)
    env.globals.update(counted=counted)
    return env


def write_page(
    stream: BinaryIO, env: Environment, template: str, *, style: str = "", script: str = "", **values: object
) -> None:
    """Write a page as UTF-8.

    Args:
        stream: takes the bytes, piece by piece, so that a long page is never whole in memory twice.
        env: as made by ``environment``.
        template: one that extends ``base/page.html``.
        style: CSS of this page, after ours.
        script: JavaScript of this page, after ours.
        values: what the template needs.
    """
    css, js = asset("page.css") + style, asset("page.js") + script
    if _RAW_TEXT_END.search(css) or _RAW_TEXT_END.search(js):
        raise AssertionError("a style or script must not hold what would end its element")
    page = env.get_template(template).stream(
        style=Markup(css),  # noqa: S704 - our own resource, checked above
        script=Markup(js),  # noqa: S704 - our own resource, checked above
        policy=policy(style=css, script=js),
        **values,
    )
    page.enable_buffering(512)
    stream.writelines(piece.encode("utf-8", "replace") for piece in page)
