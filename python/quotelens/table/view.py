"""A piece of HTML to look at, and the style of everything that the package shows."""

from __future__ import annotations

import base64
import hashlib
import os
from html import escape
from pathlib import Path

from quotelens.table.files import replacing


class View:
    """A piece of HTML that a notebook shows, and that `write` puts into a file."""

    __slots__ = ("_body",)

    def __init__(self, body: str) -> None:
        self._body = body

    def _repr_html_(self) -> str:
        return f'<div class="ql"><style>{_STYLE}</style>{self._body}</div>'

    def __str__(self) -> str:
        return whole_page("quotelens", self._body)

    def __repr__(self) -> str:
        return f"<View: {len(self._body):,} characters of HTML; show it in a notebook or .write(path) it>"

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a self-contained HTML file."""
        with replacing(Path(path)) as temporary:
            temporary.write_text(str(self), encoding="utf-8", errors="replace")


def introduced(words: str, *html: str) -> str:
    """What a notebook shows of an object: its repr, and HTML that shows more."""
    return f"<p>{escape(words.strip('<>'))}</p>{''.join(html)}"


def whole_page(title: str, body: str, *, style: str = "", script: str = "") -> str:
    """A page of its own, with the style of articles followed by another style, and a script.

    Its policy is a second line of defence after escaping: a browser runs only this script, and loads nothing.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"'sha256-{digest}'" if script else "'none'"
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed}; base-uri 'none'; form-action 'none'"
    )
    behind = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>body{{margin:0}}{_STYLE}{style}</style></head>"
        f'<body class="ql ql-page">{body}{behind}</body></html>\n'
    )


# Colours after Okabe and Ito, darkened or lightened until they read well on the background.
_STYLE = """
.ql{--paper:#fffdf9;--ink:#22201c;--quiet:#6d675d;--rule:#e6e0d4;--direct:#0067a3;--mixed:#00795a;--indirect:#94620a;
--scare:#a8487f;--source:#b34a00;--tint:11%;color-scheme:light dark;background:var(--paper);color:var(--ink);
font:1.0625rem/1.65 Charter,"Bitstream Charter","Iowan Old Style",Palatino,"Source Serif 4",Georgia,serif;
padding:1.25rem 1.5rem;-webkit-text-size-adjust:100%}
@media screen and (prefers-color-scheme:dark){.ql{--paper:#191815;--ink:#e6e1d6;--quiet:#a39b8d;--rule:#38352f;
--direct:#6cbcf0;--mixed:#45c99f;--indirect:#e9ab3c;--scare:#e39cc4;--source:#ff9a5c;--tint:17%}}
.ql *{box-sizing:border-box}
.ql-page{max-width:64rem;margin:0 auto!important;padding:3rem 1.5rem 5rem}
.ql a{color:inherit;text-decoration-color:var(--quiet);text-underline-offset:.2em}
.ql h1{font-size:2.3rem;line-height:1.15;font-weight:600;margin:0 0 .3rem;letter-spacing:-.01em}
.ql h2{font-size:1.6rem;line-height:1.25;font-weight:600;margin:0 0 .5rem}
.ql section,.ql nav{margin:2.5rem 0}
.ql .ql-head p{color:var(--quiet);margin:0 0 1.5rem}
.ql .ql-article{max-width:60rem}
.ql-page .ql-article{border-top:1px solid var(--rule);margin-top:3.5rem;padding-top:1.5rem}
.ql .ql-row{display:grid;grid-template-columns:minmax(0,37rem) minmax(11rem,1fr);column-gap:2.25rem}
.ql .ql-row>p{margin:0 0 1rem;hyphens:auto;overflow-wrap:break-word}
.ql .ql-row>.ql-title{margin:.5rem 0 .75rem}
.ql .ql-row>.ql-deck{font-size:1.15rem;font-style:italic}
.ql .ql-row>.ql-byline,.ql .ql-row>.ql-date,.ql .ql-row>.ql-caption{color:var(--quiet);font-size:.92rem}
.ql .ql-row>.ql-caption{border-left:2px solid var(--rule);padding-left:.8rem}
.ql .ql-strip,.ql .ql-notes,.ql .ql-legend,.ql .ql-kind,.ql .ql-remark,.ql .ql-ref,.ql summary,.ql th,.ql .ql-contents
{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
.ql .ql-strip{color:var(--quiet);font-size:.8rem;margin:0 0 1rem}
.ql .ql-legend{list-style:none;display:flex;flex-wrap:wrap;gap:.35rem 1.4rem;margin:0 0 1.5rem;padding:.6rem 0;
border:solid var(--rule);border-width:1px 0;font-size:.78rem;color:var(--quiet)}
.ql .ql-legend .ql-q,.ql .ql-legend .ql-cue{color:var(--ink)}
.ql .ql-direct{--hue:var(--direct)}.ql .ql-mixed{--hue:var(--mixed)}
.ql .ql-indirect{--hue:var(--indirect)}.ql .ql-scare{--hue:var(--scare)}
.ql .ql-q{background:color-mix(in srgb,var(--hue) var(--tint),transparent);text-decoration:underline 2px var(--hue);
text-underline-offset:.28em;text-decoration-skip-ink:none;padding:.1em 0}
.ql .ql-q.ql-mixed{text-decoration-style:dashed}.ql .ql-q.ql-indirect{text-decoration-style:dotted}
.ql .ql-q.ql-scare{background:none;text-decoration:underline wavy 1px var(--hue)}
.ql .ql-q.ql-inner{background:color-mix(in srgb,var(--hue) calc(2*var(--tint)),transparent);
text-decoration-thickness:3px}
.ql .ql-source{font-weight:650;color:var(--source)}
.ql .ql-cue{font-style:italic;border-bottom:1px solid var(--quiet)}
.ql .ql-ref{font-size:.62em;vertical-align:super;line-height:0;color:var(--quiet);text-decoration:none;
padding:0 .15em;user-select:none}
.ql .ql-notes{list-style:none;margin:.25rem 0 1rem;padding:0;font-size:.8rem;line-height:1.45}
.ql .ql-notes li{margin:0 0 .35rem}
.ql .ql-num{display:inline-block;min-width:1.4em;color:var(--quiet);text-decoration:none;
font-variant-numeric:tabular-nums}
.ql .ql-chain{color:var(--quiet)}
.ql .ql-notes .ql-cue{border:0;color:var(--quiet)}
.ql .ql-kind{font-size:.7rem;color:var(--hue);border:1px solid;border-radius:.7em;padding:0 .5em;white-space:nowrap}
.ql .ql-remark{font-size:.75rem;color:var(--quiet)}
.ql li:target,.ql .ql-ref:target{background:color-mix(in srgb,var(--source) 20%,transparent);border-radius:.2em}
.ql .ql-furniture{margin:0 0 1.25rem;color:var(--quiet);font-size:.88rem}
.ql .ql-furniture .ql-row>p{margin:0 0 .2rem}
.ql summary{cursor:pointer;font-size:.78rem;color:var(--quiet)}
.ql .ql-furniture>summary{padding:.25rem 0}
.ql .ql-voices{border-collapse:collapse;width:100%;font-size:.95rem;line-height:1.5}
.ql .ql-voices th,.ql .ql-voices td{border-bottom:1px solid var(--rule);padding:.55rem .9rem .55rem 0;text-align:left;
vertical-align:top;background:none}
.ql .ql-voices tr:first-child th{font-size:.75rem;font-weight:500;color:var(--quiet)}
.ql .ql-voices tr>th:first-child{width:22%;font-weight:600}
.ql .ql-voices td:nth-child(2),.ql .ql-voices td:nth-child(3){font-variant-numeric:tabular-nums;width:6rem}
.ql .ql-said{list-style:none;margin:0;padding:0}.ql .ql-said li{margin:0 0 .4rem}
.ql .ql-said a{text-decoration:none}.ql .ql-said a:hover{text-decoration:underline}
.ql .ql-contents{columns:2 18rem;font-size:.88rem;padding-left:1.6rem}
@media (max-width:52rem){.ql .ql-row{display:block}.ql .ql-notes{margin:-.6rem 0 1.1rem;padding-left:.8rem;
border-left:2px solid var(--rule)}.ql-page{padding:1.5rem 1rem 3rem}
.ql .ql-voices,.ql .ql-voices tbody,.ql .ql-voices tr,.ql .ql-voices th,.ql .ql-voices td{display:block}
.ql .ql-voices tr:first-child{display:none}.ql .ql-voices tr{border-bottom:1px solid var(--rule);padding:.7rem 0}
.ql .ql-voices th,.ql .ql-voices td{border:0;padding:0}.ql .ql-voices tr>th:first-child{width:auto}
.ql .ql-voices td:nth-child(2),.ql .ql-voices td:nth-child(3){display:inline;font-size:.8rem;color:var(--quiet)}
.ql .ql-voices td:nth-child(2)::before{content:"quotes: "}
.ql .ql-voices td:nth-child(3)::before{content:" · articles: "}
.ql .ql-voices td:nth-child(4){margin-top:.2rem}.ql .ql-contents{columns:1;padding-left:1.4rem}}
@media print{.ql{--paper:#fff;padding:0}.ql .ql-furniture{display:none}}
""".strip()
