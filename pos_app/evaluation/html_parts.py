"""Parts of an HTML report that needs nothing but the plots beside it."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from pos_app.evaluation.error_rate import ErrorRate, percent

_STYLE: Final = """
body { font: 15px/1.5 sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 } caption { text-align: left; font-weight: bold }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .7rem; text-align: right }
.model { background: #fff6e0 } img { max-width: 30rem; width: 100% }
"""


def rate_cell(rate: ErrorRate) -> str:
    """Return a rate with its counts and its two-sided 95 % interval."""
    if not rate.trials:
        return str(rate)
    low, high = rate.interval
    counts = f"{rate.errors:,} of {rate.trials:,}"
    return f"{percent(rate.value)} ({counts}; {percent(low)} to {percent(high)})"


def table_of(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "counted"
) -> str:
    """Return a table; `kind` is its class: counted, or a model's."""
    head = "".join(f"<th>{escape(word)}</th>" for word in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>"
    return f'<table class="{kind}">{title}<tr>{head}</tr>{body}</table>'


def figure_of(name: str, words: str) -> str:
    """Return the plot `name`.svg with its caption."""
    text = escape(words)
    return f'<figure><img src="{name}.svg" alt="{text}"><figcaption>{text}</figcaption></figure>'


def document_of(title: str, parts: Sequence[str]) -> str:
    """Return the page."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    body = f"<h1>{escape(title)}</h1>" + "\n".join(parts)
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n'
