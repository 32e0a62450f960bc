"""Pages that stand alone, and the charts in them."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader, UndefinedError
from jinja2.exceptions import TemplateNotFound

from engine.base.render import html, svg
from engine.base.render.plural import counted

TEMPLATE = (
    '{% extends "base/page.html" %}{% block title %}{{ name }}{% endblock %}'
    "{% block body %}<p>{{ name }}</p>{% endblock %}"
)


def page(name: str, template: str = TEMPLATE) -> str:
    ours = html.environment("engine.base.render", "assets")
    assert ours.loader is not None
    env = ours.overlay(loader=ChoiceLoader([ours.loader, DictLoader({"one.html": template})]))
    stream = io.BytesIO()
    html.write_page(stream, env, "one.html", name=name)
    return stream.getvalue().decode()


class Elements(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(text)
    return parser.tags


def test_a_page_names_its_own_style_and_script_and_forbids_all_else() -> None:
    text = page("A page")
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(style) == len(script) == 1
    policy = next(a["content"] for tag, a in elements(text) if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == html.policy(style=style[0], script=script[0])
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_a_page_asks_for_nothing() -> None:
    for tag, attributes in elements(page("A page")):
        for name in ("src", "href", "action", "data", "srcset"):
            address = attributes.get(name) or ""
            assert not address or address.startswith(("#", "data:")), (tag, address)


@given(st.text(max_size=60))
def test_no_text_becomes_an_element(name: str) -> None:
    plain, told = elements(page("x")), elements(page(name))
    assert [tag for tag, _ in told] == [tag for tag, _ in plain]


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        page("x", '{% extends "base/page.html" %}{% block title %}{{ forgotten }}{% endblock %}')
    with pytest.raises(TemplateNotFound):
        html.environment("engine.base.render", "assets").get_template("forgotten.html")


def test_a_style_cannot_end_its_element() -> None:
    env = html.environment("engine.base.render", "assets")
    with pytest.raises(AssertionError):
        html.write_page(io.BytesIO(), env, "base/page.html", style="/* </STYLE> */")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("email", "email"),
        ("", "(empty)"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\nb\x00", "a⟨U+000A⟩b⟨U+0000⟩"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("\udcff", "⟨U+DCFF⟩"),
        ("straße שם 姓名", "straße שם 姓名"),
        ("x" * 121, "x" * 100 + "… (121 characters)"),
    ],
)
def test_what_cannot_be_seen_is_shown(text: str, shown: str) -> None:
    assert html.visible(text) == shown


@given(st.text(max_size=400))
def test_visible_text_is_printable_and_short(text: str) -> None:
    shown = html.visible(text)
    assert shown.isprintable()
    assert shown
    assert len(shown) < 130 * len("⟨U+10FFFF⟩")


def test_breakable_is_escaped_and_its_text_unchanged() -> None:
    assert html.breakable("user.contact_<b>") == "user.<wbr>contact_&lt;b&gt;"
    assert html.breakable("a_b/c.d") == "a_<wbr>b/<wbr>c.<wbr>d"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.0001, "<0.1 %"), (0.5, "50 %"), (0.987, "98.7 %"), (0.9999, ">99.9 %"), (1, "100 %")],
)
def test_shares_are_never_rounded_to_nothing_or_all(share: float, text: str) -> None:
    assert html.percent(share) == text


def test_numbers_and_instants() -> None:
    assert html.number(1234567) == "1,234,567"
    assert counted(1, "object") == "1 object"
    assert counted(2300, "entity", "entities") == "2,300 entities"
    instant = html.instant(datetime(2026, 3, 14, 6, 12, 40, tzinfo=UTC))
    assert instant == '<time datetime="2026-03-14T06:12:40+00:00">2026-03-14 06:12 UTC</time>'


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_widths_fill_the_bar(values: list[int]) -> None:
    widths = svg.widths(values)
    assert sum(widths) == pytest.approx(100 if any(values) else 0)
    assert all((width > 0) == (value > 0) for width, value in zip(widths, values, strict=True))
    assert sorted(widths) == [width for _, width in sorted(zip(values, widths, strict=True))]


def test_a_bar_says_what_it_shows() -> None:
    bar = svg.stacked_bar([svg.Segment("<a>", 3, "full"), svg.Segment("b", 0, "failed")], label='"Objects"')
    assert 'aria-label="&#34;Objects&#34;: &lt;a&gt; 3"' in bar
    assert "<title>&lt;a&gt;: 3</title>" in bar
    assert "failed" not in bar
    assert "style=" not in bar


def test_an_empty_bar_says_nothing() -> None:
    assert 'aria-label="Objects: nothing"' in svg.stacked_bar([svg.Segment("a", 0, "full")], label="Objects")


def test_a_legend_names_every_colour() -> None:
    text = svg.legend([("<full>", "full"), ("failed", "failed")])
    assert text.count("<li>") == 2
    assert "&lt;full&gt;" in text
