"""The pages in a real browser without a network: nothing that axe finds, nothing wider than the screen, nothing asked elsewhere."""

from types import SimpleNamespace

import pytest
from screens import served

from axe import violations

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")

SCREENS = ((390, 844), (1440, 900), (3840, 2160))
LOOKS = ("light", "dark")
VIEWS = (
    "/situation",
    "/situation?q=zzzz",
    "/agreements",
    "/claims",
    "/figures",
    "/coverage",
    "/keys",
    "/situation?grade=none",
)


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as p:
        try:
            browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        except playwright.Error:
            pytest.skip("needs /usr/bin/chromium")
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def whole(still):
    """A workbench on a port, with the address of every kind of page: the views, an incident, a finding, what would change."""
    finding = still.get("/api/findings").json()["rows"][0]["id"]
    with served(still.room) as address:
        yield SimpleNamespace(address=address, addresses=[*VIEWS, "/incidents/I-A", f"/agreements/{finding}"])


def foresee(page):
    """From an incident to what upholding it would change."""
    page.locator("summary", has_text="Uphold").click()
    form = page.locator("details[open] form")
    form.locator("textarea").fill("Two crews on the spot")
    form.locator("input[name=by]").fill("Duty 1")
    form.locator("button").first.click()
    page.wait_for_url("**/judgements/preview")


def looked_at(page):
    """What is wrong with this page on each screen in both looks; what does not hang on colour is looked at once a screen."""
    found = []
    for wide, high in SCREENS:
        page.set_viewport_size({"width": wide, "height": high})
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [(wide, "wider than the screen by", over)] * (over > 0)
        for look in LOOKS:
            page.emulate_media(color_scheme=look)
            found += [(wide, look, *v) for v in violations(page, only=["color-contrast"] if look == "dark" else None)]
    return found


def test_no_page_breaks_a_rule_runs_over_its_screen_or_asks_elsewhere(whole, chromium):
    asked, trouble = [], []
    context = chromium.new_context(bypass_csp=True)
    context.route("**/static/built/*.js*", lambda route: route.abort())  # the page as it is without its script
    page = context.new_page()
    page.on("request", lambda r: asked.append(r.url))
    for address in whole.addresses:
        page.goto(whole.address + address)
        trouble += [(address, *one) for one in looked_at(page)]
    page.goto(whole.address + "/incidents/I-A")
    foresee(page)
    trouble += [("preview", *one) for one in looked_at(page)]
    context.close()
    assert trouble == []
    assert [u for u in asked if not u.startswith((whole.address, "data:", "blob:"))] == []


def test_the_policy_stops_nothing_that_a_page_needs(whole, chromium):
    page = chromium.new_page()
    said = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" and "Content Security" in m.text else None)
    for address in whole.addresses:
        page.goto(whole.address + address)
    assert said == []
    assert page.evaluate("[...document.fonts].some(f => f.status === 'loaded')")
    page.close()


def test_a_judgement_is_made_by_keyboard_alone_without_a_script(front, serve, chromium):
    served = serve(front.path)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.address}/incidents/I-A")
    page.locator("summary", has_text="Uphold").focus()
    page.keyboard.press("Enter")
    form = page.locator("details[open] form")
    form.locator("textarea").focus()
    page.keyboard.type("Two crews on the spot")
    page.keyboard.press("Tab")
    page.keyboard.type("Duty 1")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/judgements/preview")
    assert page.locator("h1").inner_text() == "What would change"
    page.locator("button", has_text="Record judgement").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/**")
    assert (front.path / "judgements.csv").read_text("utf-8").count("Two crews on the spot") == 1
    context.close()
