"""The benchmark's arithmetic, worked by hand, and its reading of chip folders."""

from __future__ import annotations

import json
from pathlib import Path

import mercantile
import numpy as np
import pytest
from PIL import Image
from shapely import box
from shapely.geometry import mapping

from benchmarks.label_efficiency.__main__ import main
from benchmarks.label_efficiency.as_campaign import mapped
from benchmarks.label_efficiency.chip_folder import ChipFolder, read_chips
from benchmarks.label_efficiency.command import arguments, runs_of
from benchmarks.label_efficiency.runs import Run
from benchmarks.label_efficiency.summary import (
    Curves,
    bootstrap,
    effort_for,
    summarise,
    times_fewer,
)
from benchmarks.label_efficiency.told_apart import recipe_told_apart
from learner.simulate import Recipe


def write_chips(folder: Path, names: list[str], side: int = 64) -> None:
    for part in ("images", "masks"):
        (folder / "chips" / part).mkdir(parents=True)
    for number, name in enumerate(names):
        rng = np.random.default_rng(number)
        pixels = rng.integers(20, 60, (side, side, 3), dtype=np.uint8)
        mask = np.zeros((side, side), np.uint8)
        mask[8 : side // 2, 8 : side // 2] = 255
        pixels[mask > 0] += 150
        Image.fromarray(pixels).save(folder / "chips" / "images" / f"{name}.png")
        Image.fromarray(mask).save(folder / "chips" / "masks" / f"{name}.png")


def test_effort_for_a_level_is_found_between_rounds():
    effort, best = np.array([10.0, 20.0, 40.0]), np.array([0.4, 0.6, 0.7])
    assert effort_for(0.5, effort, best) == pytest.approx(15)
    assert effort_for(0.65, effort, best) == pytest.approx(30)
    assert effort_for(0.3, effort, best) == 10
    assert effort_for(0.71, effort, best) == np.inf


def test_twice_as_fast_a_curve_needs_half_the_tiles():
    theirs = np.array([10.0, 20.0, 40.0, 80.0]), np.array([0.2, 0.4, 0.5, 0.6])
    ours = theirs[0] / 2, theirs[1]
    assert times_fewer(ours, theirs) == pytest.approx(2.0)
    assert times_fewer(theirs, ours) == pytest.approx(0.5)
    assert times_fewer(theirs, theirs) == pytest.approx(1.0)


def test_curves_that_never_meet_have_no_ratio():
    low = np.array([1.0, 2.0]), np.array([0.1, 0.2])
    high = np.array([1.0, 2.0]), np.array([0.3, 0.4])
    assert np.isnan(times_fewer(low, high))


def test_a_bootstrap_over_equal_seeds_has_no_width_and_one_seed_has_no_interval():
    values = np.array([0.5, 0.5, 0.5])
    interval = bootstrap(lambda rows: values[rows].mean(), 3, resamples=50)
    assert (interval.estimate, interval.low, interval.high) == (0.5, 0.5, 0.5)
    assert bootstrap(lambda rows: 0.5, 1).to_json() == {"estimate": 0.5, "low": None, "high": None}


def test_the_summary_says_how_much_of_the_pool_is_enough():
    tiles = np.array([[10.0, 20.0, 30.0]] * 2)
    slow = Curves(tiles, 60 * tiles, np.array([[0.4, 0.5, 0.6]] * 2), tiles / 60)
    fast = Curves(tiles, 90 * tiles, np.array([[0.4, 0.6, 0.8]] * 2), tiles / 40)
    figures = summarise({"random": slow, "own": fast}, np.array([0.8, 0.8]), np.array([100.0] * 2))
    # 95 % of 0.8 is 0.76: four fifths of the way from 20 to 30 tiles of 100.
    assert figures["own"]["share_for_enough"]["estimate"] == pytest.approx(0.28)
    assert figures["random"]["share_for_enough"]["estimate"] is None
    saved = figures["own"]["against"]["random"]
    # From 0.5 to 0.6 random takes 20 to 30 tiles where ours takes 15 to 20: 4/3 to 3/2 times.
    assert 4 / 3 < saved["times_fewer_tiles"]["estimate"] < 3 / 2
    assert saved["times_fewer_seconds"]["estimate"] == pytest.approx(
        saved["times_fewer_tiles"]["estimate"] / 1.5, abs=1e-3
    )
    assert saved["final_iou_gain"]["estimate"] == pytest.approx(0.2)
    # The map grows by 1/40 a tile instead of 1/60, and each tile takes half as long again.
    assert saved["map_times_fewer_tiles"]["estimate"] == pytest.approx(1.5, abs=1e-3)
    assert saved["map_times_fewer_seconds"]["estimate"] == pytest.approx(1.0, abs=1e-3)
    assert figures["own"]["final_map_iou"]["estimate"] == pytest.approx(0.75)
    json.dumps(figures, allow_nan=False)


def test_tiles_are_read_with_their_neighbourhood(tmp_path):
    write_chips(tmp_path, ["20-100-200", "20-101-200", "20-108-200"])
    chips = read_chips(ChipFolder(tmp_path))
    assert chips.xy.tolist() == [[100, 200], [101, 200], [108, 200]]
    assert chips.place[0] == chips.place[1] != chips.place[2]
    assert chips.masks.max() == 1


def test_cut_chips_keep_their_place_and_their_pixels(tmp_path):
    write_chips(tmp_path, ["20-100-200", "20-101-200"])
    whole = read_chips(ChipFolder(tmp_path))
    cut = read_chips(ChipFolder(tmp_path, chip_px=32))
    assert len(cut) == 8 and cut.pixels.shape == (8, 32, 32, 3)
    at = {tuple(xy): chip for xy, chip in zip(cut.xy.tolist(), cut.pixels, strict=True)}
    assert np.array_equal(at[200, 401], whole.pixels[0][32:, :32])
    assert np.array_equal(at[203, 400], whole.pixels[1][:32, 32:])


def test_chips_smaller_than_asked_for_are_kept_whole(tmp_path):
    write_chips(tmp_path, ["20-8-12", "20-9-12"], side=64)
    assert read_chips(ChipFolder(tmp_path, chip_px=256)).pixels.shape == (2, 64, 64, 3)


def test_places_come_from_names_or_an_index_and_never_touch(tmp_path):
    write_chips(tmp_path / "named", ["a_y0000_x0064", "a_y0000_x0000", "b_y0000_x0000"])
    named = read_chips(ChipFolder(tmp_path / "named"))
    assert named.place.tolist() == [0, 0, 1]
    assert named.xy[0, 0] == 0 and named.xy[1, 0] == 1
    assert named.xy[2, 0] - named.xy[1, 0] > 1000

    write_chips(tmp_path / "indexed", ["one", "two"])
    (tmp_path / "indexed" / "index.csv").write_text(
        "file,scene,y,x\none.png,s,0,0\ntwo.png,t,0,64\n"
    )
    assert read_chips(ChipFolder(tmp_path / "indexed")).place.tolist() == [0, 1]


def test_a_class_of_a_mask_with_several_is_asked_for_by_value(tmp_path):
    write_chips(tmp_path, ["20-1-1"])
    mask = np.array([[0, 1], [3, 3]], np.uint8).repeat(32, axis=0).repeat(32, axis=1)
    Image.fromarray(mask).save(tmp_path / "chips" / "masks" / "20-1-1.png")
    folder = ChipFolder.parse(f"{tmp_path}:3", None)
    assert folder.name.endswith("-3")
    assert read_chips(folder).masks.mean() == 0.5


def test_a_folder_that_cannot_be_read_says_why(tmp_path):
    with pytest.raises(SystemExit, match="no masks"):
        read_chips(ChipFolder(tmp_path))
    write_chips(tmp_path, ["20-1-1", "20-1-2"])
    (tmp_path / "index.csv").write_text("file,scene,x\n20-1-1.png,s,0\n")
    with pytest.raises(SystemExit, match="no column or no row 'y'"):
        read_chips(ChipFolder(tmp_path))
    small = Image.new("L", (32, 32))
    small.save(tmp_path / "chips" / "masks" / "20-1-2.png")
    with pytest.raises(SystemExit, match="different sizes"):
        read_chips(ChipFolder(tmp_path))
    Image.new("I;16", (64, 64)).save(tmp_path / "chips" / "images" / "20-1-1.png")
    with pytest.raises(SystemExit, match="more than 8 bits"):
        read_chips(ChipFolder(tmp_path))


def test_chips_whose_names_say_nothing_are_places_of_their_own_with_a_warning(tmp_path):
    write_chips(tmp_path, ["one", "two", "three"])
    with pytest.warns(UserWarning, match=r"index\.csv"):
        chips = read_chips(ChipFolder(tmp_path))
    assert len(set(chips.place.tolist())) == 3
    assert np.ptp(chips.xy[:, 0]) > 1000


def test_masks_of_0_and_1_and_pictures_of_any_kind_are_the_same_chips(tmp_path):
    write_chips(tmp_path / "usual", ["20-1-1", "20-1-2"])
    write_chips(tmp_path / "other", ["20-1-1", "20-1-2"])
    usual = read_chips(ChipFolder(tmp_path / "usual"))
    folder = tmp_path / "other" / "chips"
    image = Image.open(folder / "images" / "20-1-1.png")
    image.convert("RGBA").save(folder / "images" / "20-1-1.png")
    for number, mask in enumerate(usual.masks):
        path = folder / "masks" / f"20-1-{number + 1}"
        path.with_suffix(".png").unlink()
        Image.fromarray(mask * 255).convert("1").save(path.with_suffix(".tif"))
    other = read_chips(ChipFolder(tmp_path / "other"))
    assert np.array_equal(other.pixels, usual.pixels)
    assert np.array_equal(other.masks, usual.masks)


def test_masks_of_several_classes_are_refused_until_one_is_named(tmp_path):
    write_chips(tmp_path, ["20-1-1"])
    Image.new("L", (64, 64), 3).save(tmp_path / "chips" / "masks" / "20-1-1.png")
    with pytest.raises(SystemExit, match="which is the class"):
        read_chips(ChipFolder(tmp_path))
    assert read_chips(ChipFolder(tmp_path, positive=3)).masks.all()


def test_unknown_strategies_are_refused_before_anything_runs(capsys):
    with pytest.raises(SystemExit):
        arguments(["--data", "x", "--strategies", "random,guess"])
    assert "guess" in capsys.readouterr().err


def test_two_folders_of_one_name_are_refused_for_they_would_share_their_results(capsys):
    with pytest.raises(SystemExit):
        arguments(["--data", "north/town", "--data", "south/town/"])
    assert "town, town" in capsys.readouterr().err
    assert len(arguments(["--data", "dubai:1", "--data", "dubai:3"]).data) == 2


def test_a_whole_benchmark_runs_resumes_and_writes_its_summary(tmp_path, capsys):
    write_chips(tmp_path / "town", [f"20-{x}-{y}" for x in range(0, 24, 4) for y in range(2)])
    tiny = {"min_steps": 2, "max_steps": 2, "epochs": 1, "batch_size": 2}
    command = [
        "--data", str(tmp_path / "town"), "--out", str(tmp_path / "out"), "--quick",
        "--chip-px", "64", "--seeds", "1", "--rounds", "1", "--strategies", "random",
        "--jobs", "1", "--views", "1", "--device", "cpu", "--first-share", "0.3",
        "--model", '{"decoder_channels": [8, 8]}', "--training", json.dumps(tiny),
    ]  # fmt: skip
    main(command)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert 0 <= summary["town"]["random"]["final_iou"]["estimate"] <= 1
    assert (tmp_path / "out" / "town.png").stat().st_size > 10_000

    run = tmp_path / "out" / "town" / "random-seed0.json"
    before = run.stat().st_mtime_ns
    main(command)
    assert run.stat().st_mtime_ns == before
    assert "random seed 0" in capsys.readouterr().out


def test_roofs_of_the_labels_are_told_apart(tmp_path: Path):
    tile = mercantile.Tile(600_000, 500_000, 20)
    write_chips(tmp_path, ["20-600000-500000", "20-600001-500000"], side=256)
    west, south, east, north = mercantile.bounds(tile)
    middle, quarter = (west + east) / 2, (north - south) / 4
    roofs = [
        box(west + (east - west) / 4, south + quarter, middle, north - quarter),
        box(middle, south + quarter, east - (east - west) / 4, north - quarter),
    ]
    features = [{"type": "Feature", "properties": {}, "geometry": mapping(roof)} for roof in roofs]
    labels = {"type": "FeatureCollection", "features": features}
    (tmp_path / "labels.geojson").write_text(json.dumps(labels))
    chips = read_chips(ChipFolder(tmp_path, told_apart=True))
    assert chips.objects is not None
    assert [int(numbers.max()) for numbers in chips.objects] == [2, 0]
    assert chips.truth[0].sum() == 128 * 128
    assert chips.truth[0, 128, 127] == 1 and chips.masks[0, 128, 127] == 0  # the seam that teaches
    recipe = recipe_told_apart(Recipe(), tmp_path)
    assert recipe.training.gap_weight > 0 and recipe.training.gap_px == 7  # 1.1 m of 0.148
    assert recipe.dividing is not None and recipe.dividing.min_area_px == pytest.approx(274, abs=9)


def test_replays_begin_as_a_campaign_of_what_the_folder_says(tmp_path: Path):
    write_chips(tmp_path / "plain", ["20-600000-500000", "20-600001-500000"], side=256)
    write_chips(tmp_path / "county_roads", ["a_y0000_x0000", "b_y0000_x0000"])
    for folder in ("plain", "county_roads"):
        (tmp_path / folder / "meta.json").write_text('{"ground_resolution_m": 1.0}')

    def run(folder: str, *more: str) -> Run:
        text = str(tmp_path / folder)
        return runs_of(arguments(["--data", text, *more]), text)[0]

    plain, roads = run("plain"), run("county_roads")
    assert plain.recipe.model.starting_model is None
    assert (plain.first_share, plain.rounds) == (0.03, 8)
    assert roads.recipe.model.starting_model == "roads"
    assert (roads.first_share, roads.rounds) == (0.0, 9)
    # Pixels of a metre are not halved, and so a step sees half as many chips.
    assert (roads.recipe.model.reduction, roads.recipe.training.batch_size) == (1, 4)

    assert run("plain", "--class-name", "houses").recipe.model.starting_model == "buildings"
    assert run("plain", "--class-name", "river").recipe.model.starting_model is None
    cold = run("county_roads", "--cold", "--quick")
    assert cold.recipe.model.starting_model is None and cold.first_share == 0.06
    asked = run("county_roads", "--first-share", "0.1", "--rounds", "2")
    assert asked.recipe.model.starting_model == "roads"
    assert (asked.first_share, asked.rounds) == (0.1, 2)


@pytest.mark.parametrize(
    ("meta", "text", "class_name"),
    [
        ({"class": "Roads"}, "any", "Roads"),
        ({"classes": {"1": "building", "3": "road"}}, "any:3", "road"),
        ({"classes": {"1": "building", "3": "road"}}, "any:7", None),
        ({"name": "some_houses"}, "any", "houses"),
        ({"label_provenance": "OSM road centre lines"}, "any", "road"),
        ({"label_provenance": "OSM railway lines"}, "any", None),
        (None, "any_roofs", "roofs"),
        (None, "broadside", None),
    ],
)
def test_the_class_is_what_the_folder_calls_it(
    tmp_path: Path, meta: dict[str, object] | None, text: str, class_name: str | None
):
    folder = ChipFolder.parse(str(tmp_path / text), None)
    folder.path.mkdir()
    if meta is not None:
        (folder.path / "meta.json").write_text(json.dumps(meta))
    assert mapped(folder).class_name == class_name


def test_a_description_that_is_none_is_named(tmp_path: Path):
    for text in ("{", "[1]"):
        (tmp_path / "meta.json").write_text(text)
        with pytest.raises(SystemExit, match=r"meta\.json"):
            mapped(ChipFolder(tmp_path))


def test_roofs_are_counted_one_by_one_where_a_campaign_would(tmp_path: Path):
    write_chips(tmp_path, ["20-600000-500000"], side=256)
    (tmp_path / "meta.json").write_text('{"class": "building"}')
    assert not mapped(ChipFolder(tmp_path)).told_apart
    (tmp_path / "labels.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    (tmp_path / "chips" / "masks" / ".DS_Store").touch()  # as other systems leave behind
    assert mapped(ChipFolder(tmp_path)).told_apart
    assert not mapped(ChipFolder(tmp_path, chip_px=128)).told_apart
    assert not mapped(ChipFolder(tmp_path), told_apart=False).told_apart
    assert not mapped(ChipFolder(tmp_path), "road").told_apart
    found = mapped(ChipFolder(tmp_path))
    assert found.ground_m_per_px == pytest.approx(0.148, abs=0.002)  # a tile of zoom 20 near 8° N


def test_roofs_cannot_be_told_apart_without_labels(tmp_path: Path):
    write_chips(tmp_path, ["20-600000-500000"], side=256)
    with pytest.raises(SystemExit, match=r"labels.geojson"):
        read_chips(ChipFolder(tmp_path, told_apart=True))
