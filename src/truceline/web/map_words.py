"""Every word that the map and the keys show, by the key under which the browser's code knows it.

A pair is the form for one and for many of `{n}`. The words are translated as everything else is: by the catalogues.
"""

from __future__ import annotations

from typing import Any

from ..report.tongue import later, message

_WORDS: dict[str, str | tuple[str, str]] = {
    # The map's heading and what stands around it.
    "nobody_looked": (
        later("On {day} nobody looked in {n} of {all} sector"), later("On {day} nobody looked in {n} of {all} sectors"),
    ),
    "all_looked": later("On {day} somebody looked in each of {all} sectors"),
    "no_sectors": later("Incidents by place and grade"),
    "not_covered": later("On {day} no record of looks is held"),
    "map_shows": later("Incidents of {period} by place and grade; looks of {day}"),
    "map_shows_plain": later("Incidents of {period} by place and grade"),
    "whole_period": later("the whole period"),
    "line_warning": later("Dotted: orientation line. {warnings}"),
    "projection": later("Web Mercator"),
    "north_up": later("North is up"),
    "corner": later("The part of the whole area that the map shows"),
    "north": later("N"), "south": later("S"), "east": later("E"), "west": later("W"),
    # The key and the layers.
    "layers": later("Layers"),
    "layers_shown": later("Layers: {shown} of {all} shown"),
    "layer_incidents": later("Mark: one incident, its grade"),
    "layer_discs": later("Disc: place known to this"),
    "layer_accounts": later("Accounts of the selected one"),
    "layer_heat": later("Heat detection"),
    "layer_looks": later("Who looked, by sector"),
    "layer_passes": later("Passes, led visits, refusals"),
    "layer_zones": later("Zones of agreements in force"),
    "layer_line": later("Orientation line"),
    "layer_names": later("Names of places"),
    "hatched_day": later("Nobody looked on {day}"),
    "key_hatch": later("Nobody looked"),
    "key_cloud": later("Cloud, or cloud not known"),
    "key_looked": later("Somebody looked"),
    "key_groups": later("A number: so many incidents here; it opens"),
    "discs_crowded": later("Discs are drawn where fewer incidents are in view."),
    "unplaced": (later("{n} incident has no place and is not drawn."), later("{n} incidents have no place and are not drawn.")),
    "no_heat": later("No heat detection is held for this window. That is no record of calm."),
    "passes_day": (
        later("{n} pass of a satellite that day: an opportunity, not a look."),
        later("{n} passes of satellites that day: opportunities, not looks."),
    ),
    "instruments_in_force": (later("{n} instrument on record on {day}"), later("{n} instruments on record on {day}")),
    "none_in_force": later("No instrument is recorded as in force on {day}."),
    # Cards.
    "close": later("Close"),
    "no_place": later("Place not named"),
    "place_known": later("place known to {distance}"),
    "accounts": (later("{n} account"), later("{n} accounts")),
    "origins": (later("{n} origin"), later("{n} origins")),
    "open_incident": later("Open the incident"),
    "incidents_here": (later("{n} incident at this place"), later("{n} incidents at this place")),
    "more_here": (later("{n} more: narrow the window"), later("{n} more: narrow the window")),
    "grade_established": later("established"), "grade_probable": later("probable"), "grade_reported": later("reported"),
    "grade_disputed": later("disputed"), "grade_insufficient": later("insufficient"),
    # Coordinates and measuring.
    "this_place": later("This place"),
    "form_decimal": later("Latitude, longitude"), "form_dms": later("Degrees, minutes, seconds"),
    "form_mgrs": later("MGRS"), "form_utm": later("UTM"),
    "datum": later("WGS 84"),
    "copy": later("Copy"), "copied": later("Copied"), "copy_what": later("Copy: {what}"),
    "copied_what": later("Copied: {what}"), "not_copied": later("The browser did not allow copying; the text is selected."),
    "measure": later("Measure"),
    "measure_start": later("Click where the measure begins, or press Enter at the cross. Escape ends it."),
    "measure_next": later("Click where it goes on, or press Enter at the cross."),
    "measured_leg": later("{distance}, bearing {bearing}°"),
    "metres": later("{value} m"), "kilometres": later("{value} km"), "thousands": later("{value}k"),
    "measured_whole": later("{distance} in all; last leg"),
    # Counts, window, selection.
    "in_view": later("{shown} of {all} in view"),
    "in_window": (later("{n} incident in the window"), later("{n} incidents in the window")),
    "selected": later("Selected: {what}"),
    "nothing_selected": later("Nothing selected"),
    "from_handle": later("Beginning of the window"), "to_handle": later("End of the window"),
    "window_handle": later("The whole window"),
    "play": later("Play"), "pause": later("Pause"), "step_back": later("A day back"), "step_on": later("A day on"),
    "play_ended": later("The window has reached the close of this edition."),
    "window_says": later("{from} to {to}"),
    # Swipe.
    "swipe": later("Before and after"),
    "swipe_handle": later("Edge between the earlier and the later picture"),
    "swipe_place": later("{title}: left {before}, right {after}"),
    # What may go wrong.
    "map": later("Map"),
    "map_canvas": later("Map of incidents; arrow keys move it, plus and minus zoom, the menu key gives coordinates"),
    "zoom_in": later("Closer"),
    "zoom_out": later("Farther"),
    "loading": later("The map is being drawn."),
    "no_webgl": later("This browser cannot draw the map that moves (WebGL 2 is missing). The drawn map below stays as it is."),
    "map_failed": later("The map that moves could not be opened ({why}). The drawn map stays."),
    "lost": later("The workbench does not answer. What is shown is of {time}."),
    "stale": later("A judgement has changed this edition."), "reload": later("Show it"),
    # Keys.
    "keys": later("Keys"),
    "keys_on": later("Single keys are on"),
    "key_next": later("Next incident"), "key_previous": later("Incident before"),
    "key_open": later("Open the selected incident"),
    "key_step_on": later("A day on"), "key_step_back": later("A day back"),
    "key_play": later("Play or pause"),
    "key_layers": later("Layers"), "key_measure": later("Measure"),
    "key_search": later("Search"), "key_whole": later("Whole map"),
    "key_escape": later("Close, or select nothing"),
    "key_help": later("These keys"),
    "named_enter": later("Enter"), "named_escape": later("Esc"),
    "key_pan": later("On the map: move"), "key_zoom": later("On the map: closer, farther"),
    "key_place": later("On the map: coordinates of its middle"),
    "keys_where": later("They work outside fields. Turn them off here if they are in your way."),
}  # fmt: skip


def spoken() -> dict[str, Any]:
    """The words in the language that is spoken."""
    return {
        key: [message(f) for f in forms] if isinstance(forms, tuple) else message(forms)
        for key, forms in _WORDS.items()
    }
