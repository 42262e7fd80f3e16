"""What axe finds on a page: violations alone, which takes a third of the time of its whole report."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """
([context, options]) => axe.run(context, { ...options, resultTypes: ["violations"], preload: false })
  .then(r => r.violations.flatMap(v => v.nodes.map(n => [v.id, n.html.slice(0, 200)])))
"""


def violations(page, only=None, without=(), exclude=(), within="html"):
    """Rule and element of each violation: of all rules, or of those in `only` (tags or rules)."""
    from axe_playwright_python.sync_playwright import Axe

    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    options = {"runOnly": only or TAGS, "rules": {rule: {"enabled": False} for rule in without}}
    return page.evaluate(RUN, [{"include": [[within]], "exclude": [[e] for e in exclude]}, options])
