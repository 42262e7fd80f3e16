"""The pages: what they say, that hostile text stays text, that both parties are treated alike, that no script is needed."""

import asyncio
import html
import re

import httpx
import pytest

from missions import A, B, Folder, obs, term
from truceline.report.tongue import languages
from truceline.web import opening
from truceline.web.app import create
from truceline.web.pages import look, shell

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}"
VIEWS = ("/situation", "/agreements", "/claims", "/figures", "/coverage", "/keys", "/search?q=slope")
AS_PAGE = {"accept": "text/html"}


def told(folder):
    """Both armies and a monitor of one shelling, one denial, and one further incident."""
    folder.tell(
        obs("a1", "voice-1", actor_claimed=B, harmed_party=A, killed_min="1", killed_max="1", weapon="mortar"),
        obs("b1", "voice-2", actor_claimed=A, harmed_party=B, killed_min="0", killed_max="0", weapon="mortar",
            text="Account b1: the other side began it"),
        obs("m1", "mon", method="heard", start="2025-08-10T09:05+07:00"),
        obs("p1", "press-1", origin_id="voice-1", text="Account a1: shells came down on the slope"),
        obs("x1", "voice-1", start="2025-08-20", reported="2025-08-21", place="ford", kind="fire.small_arms", actor_claimed=B),
    )  # fmt: skip
    folder.terms(term("hold_fire"), term("recorded", 2))
    folder.effort("e1,mon,2025-08-12,2025-08-12,hill,,arda,,refused,brel,Roads were closed,,public,2025-08-12")
    figures = (
        "figure_id,side,topic,measure,period_start,as_of,definition,of_whom,direct,qualifier,low,high,source,reported"
    )
    lines = [f"f{n}{side},{side},killed,cumulative,2025-08-01,2025-08-{10 + n},killed,civilian,direct,,{n},{n},relief,2025-08-{10 + n}"
             for n in range(1, 5) for side in (A, B)]  # fmt: skip
    folder.write("figures.csv", "\n".join([figures, *lines]) + "\n")
    return folder


class Reader:
    """A browser without a script: keeps its cookies, takes pages, sends forms."""

    def __init__(self, folder):
        self.room = opening.opened(folder.path)
        self.app = create(self.room, token="t0")
        self.cookies = httpx.Cookies()

    def get(self, address, **more):
        return self._ask("GET", address, **more)

    def post(self, address, **more):
        return self._ask("POST", address, **more)

    def _ask(self, method, address, headers=AS_PAGE, **more):
        async def go():
            through = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=through, base_url="http://localhost", cookies=self.cookies
            ) as client:
                return await client.request(method, address, headers=headers, **more), client.cookies

        answer, self.cookies = asyncio.run(go())
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.room.close()


def asked(folder):
    """The app of this folder as such a reader meets it."""
    return Reader(folder)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with asked(told(Folder(tmp_path_factory.mktemp("pages") / "mission"))) as found:
        yield found


def words_of(answer):
    """The words that a reader sees, tags taken out."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def incident_of(client, observation="a1"):
    return client.room.desk.shelf.incident_of(observation)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_whole_without_a_script(client, view):
    answer = client.get(view)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.count("<h1") == 1
    assert re.search(r'<html lang="en"', answer.text)
    assert "<script>" not in answer.text
    assert not re.search(r'\sstyle="', answer.text), "the policy allows no style of its own"
    assert not re.search(r'(src|href)="(https?:)?//', re.sub(r'rel="noopener[^>]*>', ">", answer.text))


def test_the_situation_counts_lists_and_says_who_looked(client):
    page = words_of(client.get("/situation"))
    assert "2 incidents on record" in page
    assert "Hill 402" in page
    assert "เนินเขาสี่ศูนย์สอง" in page
    assert "few reports is not a calm" in page
    narrowed = words_of(client.get("/situation?from=2025-08-15&to=2025-08-25"))
    assert "1 of 2 incidents" in narrowed
    assert "1 incident in the period before, 4 to 14 August 2025" in narrowed
    assert "No observer was at the line on any of these 11 days: few reports is not a calm." in narrowed


def test_nothing_found_is_said_to_be_no_calm(client):
    page = words_of(client.get("/situation?q=zzzz"))
    assert "No incident is on record in this window." in page
    assert "That is no finding of calm." in page


def test_parts_hold_the_same_as_the_page(client):
    made = client.get("/parts/situation?from=2025-08-15&to=2025-08-25").json()
    page = client.get("/situation?from=2025-08-15&to=2025-08-25").text
    assert made["count"] == 1
    assert made["previous"] == 1
    for part in ("list_html", "timeline_html", "count_html"):
        assert made[part].strip()[:200] in page
    assert 'data-incident="' in made["list_html"]
    assert re.search(r'data-axis-start="2025-08-\d\dT', made["timeline_html"])


def test_an_incident_puts_every_account_side_by_side(client):
    page = words_of(client.get(f"/incidents/{incident_of(client)}"))
    for voice in ("First Army", "Second Army", "Monitor One"):
        assert voice in page
    assert "Who did it In conflict" in page
    assert "How well it is known" in page
    assert "Who did it, a separate question" in page
    assert "inbox/observations/o.csv" in page
    assert "Nobody has judged this incident" in page
    assert "of which 1 repeat it" in page


def test_a_finding_shows_clause_witness_denominator_and_coverage(client):
    rows = client.get("/api/findings?from=2025-08-10&to=2025-08-10", headers={"accept": "application/json"}).json()[
        "rows"
    ]
    one = next(r for r in rows if r["incidents"])
    page = words_of(client.get(f"/agreements/{one['id']}"))
    assert "Term 1 in words" in page
    assert "Hill 402" in page
    assert re.search(r"\d incidents? applied, \d passed, \d did not", page)
    assert "Observers" in page
    assert one["reason"][:40] in page


def test_a_breach_and_a_blind_week_have_marks_of_different_form(client):
    page = client.get("/agreements").text
    assert 'href="#m-outcome-not_assessable"' in page
    assert re.search(r'href="#m-outcome-(disputed|breached|likely_breached)"', page)
    assert re.search(r'<a href="/agreements/[^"]+" title="Not assessable: Arda, week from \d+ August 2025"', page)


def test_coverage_names_refusals_and_hatches_where_nobody_looked(client):
    answer = client.get("/coverage")
    assert "Roads were closed" in words_of(answer)
    assert 'class="box look-not_looked"' in answer.text
    assert "Silence on the other days is not evidence of calm." in words_of(answer)


def test_figures_stand_under_their_definition_and_over_time(client):
    page = words_of(client.get("/figures"))
    assert "none may be added" in page
    assert "Killed over time, by side and definition" in page
    assert "Relief Society" in page


@pytest.mark.parametrize("place", ["text", "place", "weapon"])
def test_hostile_text_stays_text(mission, place):
    mission.tell(obs("h1", "voice-1", **{place: HOSTILE}), obs("h2", "voice-2", actor_claimed=A))
    with asked(mission) as client:
        pages = [client.get(v).text for v in ("/situation", "/claims", f"/incidents/{incident_of(client, 'h1')}")]
    assert any("&lt;script&gt;alert(1)" in page for page in pages)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_hostile_address_is_said_back_as_text(client):
    answer = client.get("/situation", params={"grade": "<script>alert(1)</script>"})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "some of established, probable" in words_of(answer)
    assert client.get("/incidents/nothing").status_code == 404


def swapped(text):
    """The text with both parties' names, ids and colours exchanged."""
    pairs = {
        "Arda": "Brel",
        "arda": "brel",
        "First Army": "Second Army",
        "voice-1": "voice-2",
        "army-1": "army-2",
        "party-1": "party-2",
    }
    both = pairs | {v: k for k, v in pairs.items()}
    return re.sub("|".join(sorted(both, key=len, reverse=True)), lambda m: both[m[0]], text)


@pytest.mark.parametrize("view", ["/situation", "incident", "/agreements", "/claims", "/coverage", "/figures"])
def test_exchanging_the_parties_gives_the_same_page_with_names_exchanged(tmp_path, view):
    pages = []
    for n, exchange in enumerate((lambda t: t, swapped)):
        folder = Folder(tmp_path / str(n))
        rows = [
            obs("a1", exchange("voice-1"), actor_claimed=exchange(B), harmed_party=exchange(A), text="The one account"),
            obs(
                "b1",
                exchange("voice-2"),
                actor_claimed=exchange(A),
                text="The other account",
                start="2025-08-10T09:10+07:00",
            ),
        ]
        folder.tell(*rows)
        with asked(folder) as client:
            path = f"/incidents/{incident_of(client)}" if view == "incident" else view
            answer = client.get(path)
            assert answer.status_code == 200
            words = re.sub(r"\b[0-9a-f]{64}\b", "SHA-256", words_of(answer))  # other bytes, another hash
            pages.append(sorted(re.findall(r"[\w-]+", words)))
    there, back = pages
    assert sorted(re.findall(r"[\w-]+", swapped(" ".join(there)))) == back


def form_of(page, action):
    """The hidden fields of the form of this action, as a browser would send them."""
    for form in re.findall(r"<form method=\"post\".*?</form>", page, flags=re.DOTALL):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        if fields.get("action") == action:
            return {name: html.unescape(value) for name, value in fields.items()}, form
    raise AssertionError(f"no form to {action}")


def test_a_judgement_is_previewed_kept_and_undone_without_a_script(mission):
    told(mission)
    with asked(mission) as client:
        path = f"/incidents/{incident_of(client)}"
        fields, form = form_of(client.get(path).text, "reject")
        assert 'formaction="/judgements"' in form
        preview = client.post("/judgements/preview", data=fields)
        assert preview.status_code == 200
        assert "What would change" in words_of(preview)
        assert "A preview; nothing was kept." in words_of(preview)
        assert not (mission.path / "judgements.csv").exists()
        kept, _ = form_of(preview.text, "reject")
        answer = client.post("/judgements", data=kept | {"reason": "Blasting that was announced", "by": "Duty 2"})
        assert answer.status_code == 303
        assert answer.headers["location"] == path
        assert client.room.wait(2, 30)
        after = client.get(path)
        assert "Blasting that was announced" in words_of(after)
        undo, _ = form_of(after.text, "undo")
        assert (
            client.post("/judgements", data=undo | {"reason": "It was no blasting", "by": "Duty 3"}).status_code == 303
        )
        assert client.room.wait(3, 30)
        assert "Undone since." in words_of(client.get(path))


def test_a_judgement_without_a_reason_or_token_is_refused_in_words(client):
    fields, _ = form_of(client.get(f"/incidents/{incident_of(client)}").text, "uphold")
    assert client.post("/judgements", data=fields | {"by": "Duty"}).status_code == 422
    answer = client.post("/judgements", data=fields | {"token": "no", "by": "Duty", "reason": "x"})
    assert answer.status_code == 403
    assert "Open the page again" in words_of(answer)


def test_language_and_look_are_kept_and_lead_back(client):
    for code in languages():
        answer = client.get("/language", params={"to": code, "back": "/claims"})
        assert answer.headers["location"] == "/claims"
        assert f'<html lang="{code}"' in client.get("/claims").text
    client.get("/language", params={"to": "en"})
    client.get("/look", params={"to": "dark"})
    assert 'data-theme="dark"' in client.get("/situation").text
    client.get("/look", params={"to": "auto"})
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "evil"):
        assert client.get("/look", params={"to": "auto", "back": back}).headers["location"] == "/situation"
    assert client.get("/look", params={"to": "purple"}).status_code == 422


def test_every_view_speaks_every_language(client):
    for code in languages():
        client.cookies.set("language", code)
        for view in VIEWS:
            assert client.get(view).status_code == 200
    client.cookies.delete("language")


def test_style_and_fonts_come_from_the_package(client):
    style = client.get(f"/style.css?v={look.version()}")
    assert style.status_code == 200
    fonts = set(re.findall(r"url\((/fonts/[\w-]+\.woff2)\)", style.text))
    assert len(fonts) == 7
    assert all(client.get(f).headers["content-type"] == "font/woff2" for f in fonts)
    assert "http" not in style.text
    assert client.get("/fonts/..%2fcolours.py").status_code == 404


def test_templates_hold_no_style_and_no_script_of_their_own():
    for file in shell.TEMPLATES.glob("*.jinja"):
        text = file.read_text("utf-8")
        assert not re.search(
            r'\sstyle="|\son\w+="|javascript:|\|\s*safe',
            text.replace('\'th role="rowheader" scope="row"\'|safe', "").replace("'td role=\"cell\"'|safe", ""),
        ), file.name
