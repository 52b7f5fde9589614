"""Templates in the spellings that mappers meet."""

from __future__ import annotations

import mercantile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learner.imagery.errors import AddressRefused, BadTemplate
from learner.imagery.template import TileTemplate

TILE = mercantile.Tile(5, 2, 3)  # 3 zooms: x = 101, y = 010 in binary, so its quadkey is 121


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("https://t.org/{z}/{x}/{y}.png", "https://t.org/3/5/2.png"),
        ("https://t.org/{zoom}/{x}/{y}.png?key=a%20b", "https://t.org/3/5/2.png?key=a%20b"),
        ("https://t.org/{z}/{x}/{-y}.png", "https://t.org/3/5/5.png"),
        ("https://t.org/{z}/{x}/{ty}.png", "https://t.org/3/5/5.png"),
        ("https://t.org/{u}.jpg", "https://t.org/121.jpg"),
        ("https://t.org/{q}.jpg", "https://t.org/121.jpg"),
        ("https://{switch:a,b,c}.t.org/{z}/{x}/{y}", "https://b.t.org/3/5/2"),
        ("https://{s}.t.org/{z}/{x}/{y}", "https://b.t.org/3/5/2"),
        ("https://t.org/{z}/{x}/{y}{r}.png", "https://t.org/3/5/2.png"),
        ("https://t.org/${z}/${x}/${y}.png", "https://t.org/3/5/2.png"),
        ("https://t.org/{zoom+1}/{x}/{y}.png", "https://t.org/4/5/2.png"),
        ("https://t.org/%7Bz%7D/%7bx%7d/%7By%7D.png", "https://t.org/3/5/2.png"),
        ("  tms:https://t.org/{z}/{x}/{y}\n", "https://t.org/3/5/2"),
    ],
)
def test_every_spelling_leads_to_the_tile(template: str, url: str) -> None:
    assert TileTemplate.parse(template).url(TILE) == url


@pytest.mark.parametrize(
    ("template", "zooms"),
    [
        ("tms[2:19]:https://t.org/{z}/{x}/{y}", (2, 19)),
        ("tms[2,19]:https://t.org/{z}/{x}/{y}", (2, 19)),
        ("TMS[22]:https://t.org/{z}/{x}/{y}", (None, 22)),
        ("tms:https://t.org/{z}/{x}/{y}", (None, None)),
    ],
)
def test_the_prefix_of_josm_and_tasking_manager_gives_the_zooms(
    template: str, zooms: tuple[int | None, int | None]
) -> None:
    parsed = TileTemplate.parse(template)
    assert (parsed.min_zoom, parsed.max_zoom) == zooms
    assert parsed.url(TILE) == "https://t.org/3/5/2"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("https://t.org/tiles", "{z}, {x}, {y}"),
        ("https://t.org/{z}/{x}.png", "{y}"),
        ("https://t.org/{z}/{x}/{y}.png?key={apikey}", "{apikey}"),
        ("https://t.org/?bbox={bbox}&width={width}", "{bbox}, {width}"),
        ("wms:https://t.org/?layers=a", "WMS"),
        ("tms[19:2]:https://t.org/{z}/{x}/{y}", "19 to 2"),
        ("https://{x}.t.org/{z}/{x}/{y}", "host"),
        ("https://{switch:}.t.org/{z}/{x}/{y}", "{switch:}"),
    ],
)
def test_a_bad_template_is_refused_with_what_is_wrong(template: str, says: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        TileTemplate.parse(template)
    assert says in str(refused.value)


@pytest.mark.parametrize("address", ["ftp://t.org", "file:///etc", "gopher://t.org", "t.org"])
def test_only_http_and_https_are_read(address: str) -> None:
    with pytest.raises(AddressRefused):
        TileTemplate.parse(address + "/{z}/{x}/{y}")


@given(zoom=st.integers(0, 24), data=st.data())
def test_rows_from_north_and_from_south_add_up(zoom: int, data: st.DataObject) -> None:
    x, y = (data.draw(st.integers(0, 2**zoom - 1)) for _ in range(2))
    url = TileTemplate.parse("http://t/{z}/{x}/{y}/{-y}").url(mercantile.Tile(x, y, zoom))
    north, south = (int(part) for part in url.split("/")[-2:])
    assert north + south == 2**zoom - 1


@given(zoom=st.integers(0, 24), data=st.data())
def test_a_tile_is_always_asked_of_the_same_server(zoom: int, data: st.DataObject) -> None:
    x, y = (data.draw(st.integers(0, 2**zoom - 1)) for _ in range(2))
    template = TileTemplate.parse("http://{switch:one,two}.t/{u}")
    tile = mercantile.Tile(x, y, zoom)
    assert template.url(tile) == template.url(tile)
    assert template.url(tile).split(".")[0] in ("http://one", "http://two")
