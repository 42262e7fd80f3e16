"""Random small sets of observations: a few voices, places, hours and kinds, so that they often meet."""

from hypothesis import strategies as st

from missions import A, B, obs

SPEAKERS = (
    "mon",
    "mon-2",
    "voice-1",
    "voice-1b",
    "voice-2",
    "press-1",
    "press-2",
    "press-3",
    "relief",
    "state",
    "rumour",
)
KINDS = (
    "fire.mortar",
    "fire.artillery",
    "fire.unspecified",
    "explosion.mine",
    "mine.laid",
    "force.construction",
    "access.denied",
)
TEXTS = (
    "shells came down on the slope near the stream",
    "three explosions were heard behind the ridge at breakfast",
    "",
)


@st.composite
def one(draw, number):
    """One row of the observation table."""
    day, hour = draw(st.integers(10, 14)), draw(st.sampled_from(["", "T09:00+07:00", "T09:20+07:00", "T17:00+07:00"]))
    speaker = draw(st.sampled_from(SPEAKERS))
    origin = draw(st.sampled_from(["", "", *SPEAKERS]))
    killed = draw(st.sampled_from(["", "0", "2"]))
    return obs(
        f"Q{number:02}", speaker, origin_id="" if origin == speaker else origin,
        method=draw(st.sampled_from(["claimed", "seen", "heard", "relayed"])), kind=draw(st.sampled_from(KINDS)),
        start=f"2025-08-{day}{hour}", reported=draw(st.sampled_from(["", f"2025-08-{day}", f"2025-08-{day + 3}"])),
        place=draw(st.sampled_from(["hill", "ford", "far", "Gate", "", "nowhere"])),
        actor_claimed=draw(st.sampled_from(["", A, B])), harmed_party=draw(st.sampled_from(["", A, B])),
        killed_min=killed, killed_max=killed, text=draw(st.sampled_from(TEXTS)),
        stance=draw(st.sampled_from(["supports"] * 4 + ["denies", "admits", "justifies", "accident"])),
        answers=f"Q{draw(st.integers(0, number - 1)):02}" if number and draw(st.integers(0, 4)) == 0 else "",
        exposure=draw(st.sampled_from(["public"] * 5 + ["partners"])),
    )  # fmt: skip


@st.composite
def accounts(draw, least=1, most=7):
    """Several rows with ids of their own."""
    return [draw(one(n)) for n in range(draw(st.integers(least, most)))]
