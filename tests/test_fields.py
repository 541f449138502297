"""Declared fields: what they accept, what they say when they refuse, and paths into settings."""

import json
import math
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import fields
from playground.errors import FieldError


@dataclass(frozen=True)
class Circle:
    kind: ClassVar[str] = "circle"
    title: ClassVar[str] = "Circle"

    radius: float = fields.number(1.0, "Radius", "How far out it goes.", low=0.0, high=10.0)

    def __post_init__(self) -> None:
        fields.check(self)


@dataclass(frozen=True)
class Square:
    kind: ClassVar[str] = "square"
    title: ClassVar[str] = "Square"

    side: int = fields.whole(2, "Side", "Its length.", low=1, high=100)

    def __post_init__(self) -> None:
        fields.check(self)


SHAPES: fields.Registry[Any] = fields.Registry("shape", Circle, Square)


@dataclass(frozen=True)
class Style:
    colour: str = fields.choice(
        "red", "Colour", "What colour.", options={"red": "Red", "blue": "Blue"}
    )
    filled: bool = fields.flag(True, "Filled", "Whether the inside is painted.")

    def __post_init__(self) -> None:
        fields.check(self)


@dataclass(frozen=True)
class Picture:
    name: str = fields.text("plain", "Name", "What it is called.", longest=10)
    zoom: float | None = fields.number(
        None, "Zoom", "How large.", low=0.5, high=8.0, none_text="fit"
    )
    points: tuple[float, ...] = fields.numbers((), "Points", "Where.", longest=4)
    main: Any = fields.variant(Circle(), "Main shape", "The one in the middle.", SHAPES)
    others: tuple[Any, ...] = fields.variants((), "Other shapes", "Around it.", SHAPES)
    style: Style = fields.section(Style, "Style", "How it is painted.")

    def __post_init__(self) -> None:
        fields.check(self)
        if self.name == "main":
            raise FieldError("name", "A picture cannot be called main.")


shapes = st.one_of(
    st.builds(Circle, radius=st.floats(0, 10)), st.builds(Square, side=st.integers(1, 100))
)
pictures = st.builds(
    Picture,
    name=st.text(max_size=10).filter(lambda name: name != "main"),
    zoom=st.none() | st.floats(0.5, 8),
    points=st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=4).map(tuple),
    main=shapes,
    others=st.lists(shapes, max_size=5).map(tuple),
    style=st.builds(Style, colour=st.sampled_from(["red", "blue"]), filled=st.booleans()),
)


@given(pictures)
def test_settings_survive_json(picture: Picture) -> None:
    plain = json.loads(json.dumps(fields.to_plain(picture)))
    assert fields.from_plain(Picture, plain) == picture


def test_absent_settings_take_their_defaults() -> None:
    assert fields.from_plain(Picture, {"style": {"filled": False}}) == Picture(
        style=Style(filled=False)
    )


def test_a_kind_alone_stands_for_its_defaults() -> None:
    assert fields.from_plain(Picture, {"main": "square"}).main == Square()


@pytest.mark.parametrize(
    ("plain", "path", "sentence"),
    [
        (
            {"zoom": 99},
            "zoom",
            "Zoom (zoom) must be a number from 0.5 to 8, or 'fit'; 99 was given.",
        ),
        ({"zoom": True}, "zoom", "a number from 0.5 to 8, or 'fit'; True was given."),
        ({"zoom": "2"}, "zoom", "a number from 0.5 to 8, or 'fit'; '2' was given."),
        ({"main": {"kind": "square", "side": 1.5}}, "main.side", "a whole number from 1 to 100"),
        ({"main": {"kind": "square", "side": None}}, "main.side", "nothing was given."),
        ({"main": {"radius": 1}}, "main", "the shape's kind and settings"),
        ({"main": {"kind": "blob"}}, "main", "There is no shape 'blob'; choose one of circle, sq"),
        ({"others": [{"kind": "circle", "radius": -1}]}, "others.0.radius", "-1 was given."),
        ({"others": {}}, "others", "a list"),
        ({"style": {"colour": "green"}}, "style.colour", "one of red, blue; 'green' was given."),
        ({"style": {"filled": 1}}, "style.filled", "yes or no; 1 was given."),
        ({"style": 3}, "style", "style expects named settings; 3 was given."),
        ({"name": "a" * 11}, "name", "a text of at most 10 characters"),
        ({"points": [1, 2, 3, 4, 5]}, "points", "up to 4 finite numbers"),
        ({"points": [1, "2"]}, "points", "up to 4 finite numbers"),
        ({"colour": "red"}, "", "picture has no setting 'colour'; it has name, zoom"),
        ({"name": "main"}, "name", "cannot be called main"),
    ],
)
def test_a_refusal_names_the_place_and_what_would_be_right(
    plain: Any, path: str, sentence: str
) -> None:
    with pytest.raises(FieldError) as caught:
        fields.from_plain(Picture, plain)
    assert caught.value.path == path
    assert sentence in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, -(10**400), 1e300])
def test_a_number_out_of_bounds_is_refused_whatever_its_size(value: float) -> None:
    with pytest.raises(FieldError, match="Radius"):
        Circle(radius=value)


@pytest.mark.parametrize("value", [math.nan, math.inf, 10**400])
def test_a_row_of_numbers_holds_finite_ones_only(value: float) -> None:
    with pytest.raises(FieldError, match="finite"):
        Picture(points=(0.0, value))


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(FieldError) as caught:
        Picture(name="x" * 10_000)
    assert len(str(caught.value)) < 200


def test_values_are_stored_in_their_declared_type() -> None:
    assert type(Circle(radius=2).radius) is float
    assert type(Square(side=3.0).side) is int  # type: ignore[arg-type]
    assert Picture(points=[1, 2]).points == (1.0, 2.0)  # type: ignore[arg-type]


def test_a_variant_of_another_registry_is_refused() -> None:
    with pytest.raises(FieldError, match="one shape of circle, square"):
        Picture(main=Style())


@pytest.mark.parametrize(
    ("path", "word", "expected"),
    [
        ("zoom", "2.5", 2.5),
        ("zoom", "fit", None),
        ("zoom", "none", None),
        ("points", "1, 2 -3e1", (1.0, 2.0, -30.0)),
        ("main", "square", Square()),
        ("main.radius", "4", 4.0),
        ("style.filled", "no", False),
        ("style.filled", "ON", True),
        ("style.colour", "blue", "blue"),
        ("others.1.side", "7", 7),
        ("others.0", "square", Square()),
    ],
)
def test_a_word_of_the_command_line_is_read(path: str, word: str, expected: Any) -> None:
    picture = fields.parse_at(Picture(others=(Circle(), Square())), path, word)
    value: Any = picture
    for step in path.split("."):
        value = value[int(step)] if step.isdecimal() else getattr(value, step)
    assert value == expected


@pytest.mark.parametrize(
    ("path", "word", "where", "sentence"),
    [
        ("zom", "1", "", "There is no setting 'zom'; here are name, zoom"),
        ("main.side", "1", "main", "There is no setting 'main.side'; here are radius."),
        ("zoom.x", "1", "zoom", "zoom is a single value; there is no 'x' in it."),
        ("others.9.side", "1", "others", "others expects a position (0 to 1); '9' was given."),
        ("zoom", "big", "zoom", "a number from 0.5 to 8, or 'fit'; 'big' was given."),
        ("main.radius", "-1", "main.radius", "from 0 to 10; −1 was given."),
        ("style.filled", "maybe", "style.filled", "yes or no; 'maybe' was given."),
        ("points", "1, two", "points", "numbers separated by commas"),
        ("name", "main", "name", "cannot be called main"),
        ("style", "red", "style", "a Style"),
    ],
)
def test_a_word_that_does_not_fit_is_refused(
    path: str, word: str, where: str, sentence: str
) -> None:
    with pytest.raises(FieldError) as caught:
        fields.parse_at(Picture(others=(Circle(), Square())), path, word)
    assert caught.value.path == where
    assert sentence in str(caught.value)


def test_replacing_leaves_the_original_alone() -> None:
    picture = Picture(others=(Circle(), Square()))
    changed = fields.replace_at(picture, "others.1.side", 9)
    assert changed.others == (Circle(), Square(side=9))
    assert picture.others == (Circle(), Square())


def test_replacing_a_nested_value_gives_the_error_its_path_from_the_root() -> None:
    with pytest.raises(FieldError) as caught:
        fields.replace_at(Picture(others=(Circle(),)), "others.0.radius", 11)
    assert caught.value.path == "others.0.radius"


def test_a_registry_lists_its_kinds_in_their_order() -> None:
    assert SHAPES.kinds() == ["circle", "square"]
    assert list(SHAPES) == [Circle, Square]
    assert "circle" in SHAPES
    assert "blob" not in SHAPES
    with pytest.raises(FieldError, match="no shape 'blob'"):
        SHAPES["blob"]
    with pytest.raises(FieldError):
        SHAPES[[]]  # type: ignore[index]


def test_a_name_stands_for_a_member_with_its_defaults() -> None:
    shapes = fields.Registry("shape", Circle, Square, sq="square")
    assert shapes.resolve("circle") == Circle()
    assert shapes.resolve("sq") == Square()
    assert shapes.kinds() == ["circle", "square"]
    assert shapes.resolve(Circle(radius=3.0)) == Circle(radius=3.0)
    assert Picture(main="square").main == Square()  # type: ignore[arg-type]
    with pytest.raises(FieldError, match="no shape 'blob'; choose one of circle, square") as error:
        Picture(main="blob")  # type: ignore[arg-type]
    assert error.value.path == "main"


def test_the_declaration_says_label_help_unit_and_bounds() -> None:
    declared = fields.describe(Circle)["radius"]
    assert isinstance(declared, fields.Number)
    assert (declared.label, declared.low, declared.high) == ("Radius", 0.0, 10.0)
    assert declared.expected == "a number from 0 to 10"
