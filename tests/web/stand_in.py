"""A bare situation page with the places that the browser's code takes up, for as long as no other is on the app."""

from fastapi import Response
from fastapi.responses import HTMLResponse

from truceline.report.colours import DARK, LIGHT
from truceline.web.asked import TheDesk, TheWindow

FACES = (("Noto Sans", "NotoSans"), ("Noto Sans Thai", "NotoSansThai"), ("Noto Sans Khmer", "NotoSansKhmer"))
STYLE = """
body{margin:0;font:14px/20px "Noto Sans","Noto Sans Thai","Noto Sans Khmer";color:var(--ink);background:var(--page);display:grid;
grid-template:52px 1fr 252px/1fr 440px;height:100vh} header{grid-column:1/3} #map{grid-area:2/1}
.tl{grid-area:3/1;padding:8px 20px} aside{grid-area:2/2/4/3;overflow:auto;background:var(--panel)}
.item{display:block;padding:8px 16px;color:inherit} .selected{box-shadow:inset 3px 0 var(--accent)}
@media(max-width:700px){body{display:block;height:auto}#map{height:420px}}
"""


def add(app, start, end):
    """Put the page on an app that has none; `start` and `end` are the ends of its timeline, seconds."""
    if any(getattr(r, "path", "") == "/situation" for r in app.routes):
        return app

    def tokens(found, heat, wash):
        more = {"line": found["orientation"], "heat": heat, "accent-wash": wash}
        return "".join(f"--{k}:{v};" for k, v in (found | more).items())

    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};src:url(/static/fonts/{file}-{style}.woff2)}}'
        for family, file in FACES
        for weight, style in ((400, "Regular"), (700, "Bold"))
    )
    css = (
        f":root{{{tokens(LIGHT, '#54585c', '#e6edf4')}color-scheme:light}}"
        f"@media(prefers-color-scheme:dark){{:root{{{tokens(DARK, '#a2a7ab', '#1c2a38')}color-scheme:dark}}}}{faces}{STYLE}"
    )

    def parts(desk, window):
        found = desk.found(window)
        rows = desk.incidents(window, found)
        listed = "".join(
            f'<li class="item" data-incident="{r["id"]}"><h3><a href="/incidents/{r["id"]}">{r["place"] or "unnamed"}</a></h3><p class="time">{r["start_utc"]}</p></li>'
            for r in rows
        )
        dots = "".join(
            f'<circle cx="{20 + 760 * (r["start"].timestamp() - start) / (end - start):.1f}" cy="60" r="4" data-incident="{r["id"]}" fill="var(--ink)"/>'
            for r in rows
            if start <= r["start"].timestamp() < end
        )
        svg = (
            '<svg viewBox="0 0 800 150" width="100%" height="150" preserveAspectRatio="none" '
            f'data-axis-start="{start}" data-axis-end="{end}" data-axis-left="20" data-axis-right="780" role="img" aria-label="Timeline">'
            f'<line x1="20" x2="780" y1="70" y2="70" stroke="var(--rule)"/>{dots}</svg>'
        )
        return {
            "count": found.count,
            "list_html": listed,
            "timeline_html": svg,
            "count_html": f"{found.count} incidents",
        }

    @app.get("/stand-in.css")
    def styles():
        return Response(css, media_type="text/css")

    @app.get("/parts/situation")
    def situation_parts(desk: TheDesk, window: TheWindow):
        return parts(desk, window)

    @app.get("/situation")
    def situation(desk: TheDesk, window: TheWindow):
        q = parts(desk, window)
        return HTMLResponse(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            '<title>Situation</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/stand-in.css">'
            '<link rel="stylesheet" href="/static/built/maplibre-gl.css"><link rel="stylesheet" href="/static/built/map.css">'
            '<script type="module" src="/static/built/workbench.js"></script></head><body><header><h1>Situation</h1>'
            '<input name="q" aria-label="Search"></header><main id="map"><svg class="map-static" viewBox="0 0 10 10" role="img" '
            'aria-label="Drawn map"><rect width="10" height="10" fill="#eee"/></svg></main><section class="tl" aria-label="Time">'
            f'<span data-part="steps"></span><div data-part="timeline">{q["timeline_html"]}</div></section><aside aria-label="List">'
            f'<h2 data-part="count">{q["count_html"]}</h2><p data-part="in-view"></p><div data-part="list">{q["list_html"]}</div></aside></body></html>'
        )

    return app
