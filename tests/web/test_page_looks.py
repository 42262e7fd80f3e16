"""The pages in a real browser without a network: nothing that axe finds, nothing wider than the screen, nothing asked elsewhere."""

import httpx
import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
axe_run = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")

SCREENS = ((390, 844, "dark", True), (1440, 900, "light", True), (3840, 2160, "light", False))
"""Width, height, look, and whether axe goes over it: what it finds depends on the first two alone."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
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


def addresses(front, served):
    """Every kind of page of this mission: the views, an incident, a finding."""
    rows = httpx.get(f"{served.address}/api/findings").json()["rows"]
    return [*VIEWS, "/incidents/I-A", f"/agreements/{rows[0]['id']}"]


def test_no_page_breaks_a_rule_runs_over_its_screen_or_asks_elsewhere(front, serve, chromium):
    served = serve(front.path)
    asked, trouble = [], []
    for wide, high, scheme, whole in SCREENS:
        context = chromium.new_context(viewport={"width": wide, "height": high}, color_scheme=scheme, bypass_csp=True)
        context.route("**/static/built/*.js*", lambda route: route.abort())  # the page as it is without its script
        page = context.new_page()
        page.on("request", lambda r: asked.append(r.url))
        for address in addresses(front, served):
            page.goto(served.address + address)
            over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            found = axe_run.Axe().run(page, options=RULES).response["violations"] if whole else []
            trouble += [(wide, scheme, address, v["id"], v["nodes"][0]["html"][:120]) for v in found]
            trouble += [(wide, scheme, address, "wider than the screen by", over)] * (over > 0)
        context.close()
    assert trouble == []
    assert [u for u in asked if not u.startswith((served.address, "data:", "blob:"))] == []


def test_the_policy_stops_nothing_that_a_page_needs(front, serve, chromium):
    served = serve(front.path)
    page = chromium.new_page()
    said = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" and "Content Security" in m.text else None)
    for address in addresses(front, served):
        page.goto(served.address + address)
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
