"""The page in a real browser: accessible, inside its width on every screen, asking nobody for anything."""

import shutil
from pathlib import Path

import pytest

from axe import violations
from truceline.report import Brief, build, html, languages

CHROMIUM = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; `make test` installs it where it may"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
OUTSIDE = """
() => [...document.querySelectorAll('svg.drawing')].flatMap(svg => {
  const [x, y, w, h] = svg.getAttribute('viewBox').split(' ').map(Number);
  return [...svg.querySelectorAll('text')].filter(t => {
    const b = t.getBBox();
    return b.width && (b.x < x - 2 || b.x + b.width > x + w + 2 || b.y < y - 2 || b.y + b.height > y + h + 4);
  }).map(t => svg.closest('figure').id + ': ' + t.textContent);
})
"""
COLLIDING = """
() => [...document.querySelectorAll('svg.drawing')].flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()]).filter(([, b]) => b.width);
  const found = [];
  for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
    const [one, a] = texts[i], [two, b] = texts[j];
    const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
    const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
    if (wide > 1.5 && high > 0.55 * Math.min(a.height, b.height)) found.push(`${svg.closest('figure').id}: ${one} | ${two}`);
  }
  return found;
})
"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module", params=languages())
def file(request, edition, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / f"{request.param}.html"
    path.write_bytes(html(build(edition, Brief(language=request.param))))
    return path


@pytest.fixture(scope="module")
def flagship(tmp_path_factory):
    """The shipped mission's report, with its own names and scripts."""
    from truceline import run as pipeline
    from truceline import when

    folder = Path(__file__).parents[2] / "missions" / "thailand-cambodia-2025"
    made = pipeline.edition(pipeline.load(folder), when.parse("2025-12-22T09:00+08:00", "UTC").start, "public")
    path = tmp_path_factory.mktemp("flagship") / "report.html"
    chosen, brief = pipeline.document(made, pipeline.Wish())
    path.write_bytes(html(build(chosen, brief)))
    return path


def opened(browser, path, width, **settings):
    page = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **settings).new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, file, scheme):
    page = opened(browser, file, 1440, color_scheme=scheme)
    assert violations(page, exclude=["svg.drawing > *"]) == []
    page.context.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_stays_inside_its_width(browser, file, width):
    page = opened(browser, file, width)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    page.context.close()


def test_no_label_of_a_figure_is_cut_or_covers_another(browser, flagship):
    page = opened(browser, flagship, 1440)
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(COLLIDING) == []
    page.context.close()


def test_labels_hold_in_every_language(browser, file):
    page = opened(browser, file, 1440)
    assert page.evaluate(OUTSIDE) == []
    page.context.close()


def test_the_flagship_page_passes_on_a_phone(browser, flagship):
    page = opened(browser, flagship, 390)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert violations(page, without=["color-contrast"]) == []
    page.context.close()
