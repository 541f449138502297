"""A table's columns become features and classes, and every doubt is told."""

import csv
import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_files import MEANT, column, pixels, table, target, what_the_user_sees, write

from playground import bundled
from playground.data import catalogue
from playground.data.bundled.bundled_sets import digits, iris
from playground.data.drawing.drawing import OPTDIGITS
from playground.data.imports.inspect import inspect
from playground.data.imports.table_columns import outer_range
from playground.data.kinds import PlanePoints, TableRows
from playground.data.own import sets as own_sets
from playground.data.published.mnist import DRAWING
from playground.data.rows import ByteRows
from playground.data.tasks import Regression
from playground.errors import DataError, FieldError

SEEN = {
    "empty-cells.csv": "[plane: 11×2 → blue/red] 1 row with missing values left out.",
    "missing-marks.csv": (
        "missing-marks.csv has 13 rows, of which 7 can be used; at least 10 are needed to "
        "train and to test."
    ),
    "huge-numbers.csv": ("[table: 11×3 → blue/red] 2 rows with missing values left out."),
    "underscores.csv": (
        "[table: 19×3 → blue/red] “size” holds 1 text among its numbers, such as “1_000” in "
        "line 2: taken as missing. 1 row with missing values left out."
    ),
    "few-texts-in-numbers.csv": (
        "[table: 19×3 → blue/red] “size” holds 1 text among its numbers, such as “about 7” "
        "in line 2: taken as missing. 1 row with missing values left out."
    ),
    "texts-among-numbers-late.csv": (
        "[table: 29999×2 → blue/red] “width” holds 1 text among its numbers, such as “x” in "
        "line 27: taken as missing. 1 row with missing values left out."
    ),
    "mostly-missing.csv": ("[plane: 15×2 → blue/red] Left out: “size” (the same in every row)."),
    "every-row-misses.csv": (
        "every-row-misses.csv: every row misses a value; fill them with the mean or zero, or "
        "leave out the columns that miss most."
    ),
    "empty-column.csv": "[plane: 12×2 → blue/red] Left out: “extra” (empty).",
    "constant-column.csv": ("[plane: 12×2 → blue/red] Left out: “extra” (the same in every row)."),
    "constant-text.csv": ("[plane: 12×2 → blue/red] Left out: “extra” (the same in every row)."),
    "only-constants.csv": (
        "only-constants.csv has no column left to learn from; each is empty, the same in "
        "every row, free text, or left out."
    ),
    "categories.csv": (
        "[table: 12×5 → blue/red] “size” holds 3 different texts: each becomes a feature."
    ),
    "categories-missing.csv": (
        "[table: 12×5 → blue/red] “size” holds 3 different texts: each becomes a feature. 6 "
        "rows with missing values left out."
    ),
    "free-text.csv": (
        "[table: 30×2 → blue/red] Left out: “name” (text with more than 20 different values)."
    ),
    "numbers-and-texts.csv": (
        "[table: 60×2 → blue/red] Left out: “m” (text with more than 20 different values)."
    ),
    "yes-no.csv": (
        "[table: 16×4 → blue/red] “member” holds 2 different texts: each becomes a feature."
    ),
    "id.csv": "[plane: 12×2 → blue/red] Left out: “id”.",
    "passenger-id.csv": "[plane: 12×2 → blue/red] Left out: “PassengerId”.",
    "pandas-index.csv": "[plane: 12×2 → blue/red] Left out: “column 1”.",
    "id-repeats.csv": "[table: 12×3 → blue/red]",
    "one-class.csv": (
        "Column “label” holds one class only, “only”; learning to tell classes apart takes "
        "two or more."
    ),
    "one-class-number.csv": (
        "Column “label” holds one class only, “1”; learning to tell classes apart takes two "
        "or more."
    ),
    "classes-as-numbers.csv": (
        "[plane: 15×2 → 1/3/7] “label” holds 3 different whole numbers: they are taken as classes."
    ),
    "classes-as-halves.csv": (
        "[plane: 12×2 → number] “label” is predicted as a number (regression)."
    ),
    "true-false.csv": "[plane: 12×2 → False/True]",
    "zero-one-floats.csv": (
        "[plane: 12×2 → 0/1] “label” holds 2 different whole numbers: they are taken as classes."
    ),
    "negative-classes.csv": (
        "[plane: 12×2 → -1/1] “label” holds 2 different whole numbers: they are taken as classes."
    ),
    "large-class-numbers.csv": (
        "[plane: 12×2 → 20230101/20230102] “label” holds 2 different whole numbers: they are "
        "taken as classes."
    ),
    "none-is-a-class.csv": "[plane: 12×2 → none/some]",
    "missing-targets.csv": "[plane: 14×2 → a/b] 2 rows without “label” left out.",
    "missing-number-targets.csv": (
        "[plane: 21×2 → number] “label” is predicted as a number (regression). 2 rows "
        "without “label” left out."
    ),
    "target-empty.csv": "Column “label” is empty; choose another column to predict.",
    "target-text-few.csv": (
        "[plane: 25×2 → number] “label” is predicted as a number (regression). 1 row without "
        "“label” left out."
    ),
    "target-text-many.csv": (
        "Column “label” holds numbers, but texts in 900 of 3,900 rows, such as “bad” in line "
        "3,002: mend them, or predict another column."
    ),
    "too-many-classes.csv": (
        "Column “label” holds 101 different texts; at most 100 classes can be told apart: "
        "choose another column to predict."
    ),
    "hundred-classes.csv": ("[table: 300×2 → class 0/class 1/class 2/class 3/class 4/class 5]"),
    "far-too-many-classes.csv": (
        "Column “label” holds more than 1,000 different texts; at most 100 classes can be "
        "told apart: choose another column to predict."
    ),
    "twenty-one-numbers.csv": (
        "[table: 105×2 → number] “label” is predicted as a number (regression)."
    ),
    "prices.csv": (
        "[plane: 30×2 → number] “price” is predicted as a number (regression). The numbers "
        "to predict are divided by 100,000, so that training copes with them."
    ),
    "tiny-targets.csv": (
        "[plane: 30×2 → number] “label” is predicted as a number (regression). The numbers "
        "to predict are multiplied by 100,000, so that training copes with them."
    ),
    "species-in-the-middle.csv": "[plane: 12×2 → u/v]",
    "plane.csv": "[plane: 12×2 → u/v]",
    "lopsided-plane.csv": "[table: 12×2 → u/v]",
    "kaggle.csv": (
        "[image: 12×784 → 0/1] “label” holds 2 different whole numbers: they are taken as classes."
    ),
    "kaggle-test.csv": (
        "kaggle-test.csv holds pixels only, 784 columns without a label: choose the file "
        "that has the answers too, such as train.csv."
    ),
    "mnist-without-header.csv": (
        "[image: 12×784 → 0/1] “column 1” holds 2 different whole numbers: they are taken as "
        "classes."
    ),
    "one-by-one.csv": (
        "[image: 12×784 → 0/1] “label” holds 2 different whole numbers: they are taken as classes."
    ),
    "digits-named.csv": (
        "[image: 12×64 → 0/1] “label” holds 2 different whole numbers: they are taken as classes."
    ),
    "pixels-floats.csv": (
        "[image: 12×64 → 0/1] “label” holds 2 different whole numbers: they are taken as classes."
    ),
    "pixels-too-bright.csv": (
        "[table: 13×64 → 0/1] “label” holds 2 different whole numbers: they are taken as classes."
    ),
    "pixels-missing.csv": (
        "[image: 12×64 → 0/1] “label” holds 2 different whole numbers: they are taken as "
        "classes. 1 row with missing pixels left out."
    ),
    "pixels-not-square.csv": (
        "[table: 12×63 → 0/1] “label” holds 2 different whole numbers: they are taken as classes."
    ),
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path / "kept")


def read(found, title=""):
    return found.read(title, lambda done: None, lambda: False)


def choose(found, **options):
    return found.with_options(dataclasses.replace(found.options, **options))


def test_every_odd_table_is_in_the_table():
    assert set(SEEN) == set(MEANT)


@pytest.mark.parametrize("name", MEANT)
def test_what_the_user_sees_of_a_table(tmp_path, name):
    assert what_the_user_sees(write(tmp_path, name, MEANT[name])) == SEEN[name]


def test_the_bundled_irises_come_back_from_their_file():
    found = inspect(bundled.resource("data", "iris.csv"))
    assert found.title == "iris"
    assert found.sentences == ("150 rows, 5 columns, separated by commas, with a header.",)
    preview = found.preview()
    assert preview.rows[0] == ("5.1", "3.5", "1.4", "0.2", "setosa")
    assert preview.columns[preview.target] == "species"
    assert preview.counts == {"setosa": 50, "versicolor": 50, "virginica": 50}
    assert preview.counted == "in all 150 rows"
    dataset, original = read(found, "My irises"), iris()
    np.testing.assert_array_equal(dataset.inputs, original.inputs)
    np.testing.assert_array_equal(dataset.targets, original.targets)
    assert dataset.class_names == original.class_names
    assert (dataset.name, dataset.title, dataset.kind) == (
        "own-my-irises",
        "My irises",
        TableRows(),
    )
    assert dataset.value_range == (0.1, 7.9)
    assert dataset.source == "from iris.csv"
    assert dataset.description == "150 rows from iris.csv: 3 classes from 4 features."


def test_the_bundled_digits_come_back_as_pictures():
    found = inspect(bundled.resource("data", "digits.csv"))
    assert found.preview().pictures
    dataset, original = read(found), digits()
    np.testing.assert_allclose(dataset.inputs[:], original.inputs)
    np.testing.assert_array_equal(dataset.targets, original.targets)
    assert dataset.feature_names == original.feature_names
    assert dataset.drawing == OPTDIGITS
    np.testing.assert_allclose(found.preview().pictures[3].ravel(), original.inputs[3])


def test_an_imported_set_is_kept_and_read_again(tmp_path):
    dataset = read(inspect(write(tmp_path, "points.csv", table(15))), "Points")
    catalogue.keep(dataset)
    try:
        again = catalogue.load(dataset.name)
        np.testing.assert_array_equal(again.inputs, dataset.inputs)
        assert (again.kind, again.value_range) == (PlanePoints(), dataset.value_range)
        assert again.class_names == ("blue", "red")
    finally:
        catalogue.forget(dataset.name)


def test_kaggles_digits_are_recognized(tmp_path):
    found = inspect(write(tmp_path, "train.csv", pixels(30, 28, 255)))
    assert found.preview().pictures
    assert found.sentences[1] == ("Looks like Kaggle's digit recognizer: 28×28 pixels in each row.")
    dataset = read(found)
    assert isinstance(dataset.inputs, ByteRows)
    assert dataset.drawing == DRAWING
    assert dataset.input_shape == (1, 28, 28)
    expected = [(7 + place * 5) % 256 / 255 for place in range(784)]
    np.testing.assert_allclose(dataset.inputs[1], expected, rtol=1e-6)
    as_table = choose(found, pictures=False)
    assert not as_table.preview().pictures
    assert read(as_table).input_shape == (784,)
    assert as_table.preview().columns[1] == "pixel0"


def test_another_column_to_predict_makes_a_table_of_pictures_a_table(tmp_path):
    found = inspect(write(tmp_path, "train.csv", pixels(30, 28, 255)))
    other = choose(found, target="5", task="regression")
    assert not other.preview().pictures
    assert choose(other, target="1", task="auto").preview().pictures


def test_the_user_chooses_what_is_predicted_and_as_what(tmp_path):
    found = inspect(write(tmp_path, "a.csv", target(["3", "1", "7"] * 5)))
    dataset = read(choose(found, task="regression"))
    assert dataset.task == Regression()
    assert dataset.targets[:3, 0].tolist() == [3, 1, 7]
    dataset = read(choose(found, target="2"))
    assert dataset.feature_names == ("x", "label")
    assert dataset.class_names == ("0", "1", "2")
    with pytest.raises(DataError, match=r"“colour” holds texts such as “red”; regression"):
        read(choose(inspect(write(tmp_path, "b.csv", table())), task="regression"))
    found = inspect(write(tmp_path, "c.csv", target([str(row) for row in range(200)])))
    with pytest.raises(DataError, match=r"holds 200 different numbers; at most 100 classes"):
        read(choose(found, task="classification"))


def test_large_targets_are_scaled_unless_the_user_objects(tmp_path):
    prices = [150_000 + 7_000 * row for row in range(30)]
    found = inspect(write(tmp_path, "a.csv", target([str(price) for price in prices], "price")))
    np.testing.assert_allclose(read(found).targets[:, 0], np.array(prices) / 1e5, rtol=1e-6)
    plain = read(choose(found, scale_target=False))
    np.testing.assert_allclose(plain.targets[:, 0], prices)


def test_missing_values_are_handled_as_the_user_says(tmp_path):
    text = "a,b,y\n,10,u\n1,20,v\n3,?,u\n" + "2,30,v\n2,30,u\n" * 5
    found = inspect(write(tmp_path, "a.csv", text))
    assert len(read(found)) == 11
    assert "2 rows with missing values left out." in found.preview().notes
    means = choose(found, missing="mean")
    inputs = read(means).inputs
    assert inputs[0].tolist() == [2.0, 10.0]
    np.testing.assert_allclose(inputs[2], [3.0, 330 / 12])
    assert means.preview().notes == ("2 missing values in 2 rows replaced by the column's mean.",)
    assert read(choose(found, missing="zero")).inputs[2].tolist() == [3.0, 0.0]


def test_a_missing_category_becomes_the_shares_of_the_others(tmp_path):
    found = inspect(write(tmp_path, "a.csv", column(["S", "M", "", "S"] * 3, "size")))
    dataset = read(choose(found, missing="mean"))
    assert dataset.feature_names == ("size = M", "size = S", "width", "height")
    np.testing.assert_allclose(dataset.inputs[:3, :2], [[0, 1], [1, 0], [1 / 3, 2 / 3]])


def test_columns_are_left_out_by_name_and_number(tmp_path):
    found = inspect(write(tmp_path, "a.csv", column([str(row) for row in range(12)], "id")))
    assert found.options.leave_out == "id"
    assert read(found).feature_names == ("width", "height")
    assert read(choose(found, leave_out="width, 3")).feature_names == ("id",)
    assert read(choose(found, leave_out="")).feature_names == ("id", "width", "height")
    with pytest.raises(FieldError, match="There is no column 'weight'; the columns are id, width"):
        choose(found, leave_out="weight")
    with pytest.raises(FieldError, match="There is no column '5'"):
        choose(found, leave_out="5")


def test_a_header_and_a_delimiter_can_be_corrected(tmp_path):
    found = inspect(write(tmp_path, "a.csv", table()))
    assert len(read(found)) == 12
    without = choose(found, header=False)
    assert type(without.options) is not type(found.options)
    assert without.preview().columns == ("column 1", "column 2", "column 3")
    again = choose(without, header=True)
    assert type(again.options) is type(found.options)
    np.testing.assert_array_equal(read(again).inputs, read(found).inputs)
    with pytest.raises(FieldError, match="one column only, separated by tabs") as refused:
        choose(found, delimiter="tab")
    assert refused.value.path == "delimiter"


def test_choices_survive_a_change_of_the_header(tmp_path):
    found = choose(inspect(write(tmp_path, "a.csv", table())), target="2", missing="zero")
    without = choose(found, header=False)
    assert (without.options.target, without.options.missing) == ("2", "zero")


@pytest.mark.parametrize(
    ("name", "value"), [("target", "9"), ("task", "clustering"), ("missing", 3), ("header", "yes")]
)
def test_bad_choices_are_refused(tmp_path, name, value):
    found = inspect(write(tmp_path, "a.csv", table()))
    with pytest.raises(FieldError) as refused:
        choose(found, **{name: value})
    assert refused.value.path == name


def test_a_preview_of_a_long_table_says_what_it_counts(tmp_path):
    preview = inspect(write(tmp_path, "a.csv", table(5000))).preview()
    assert preview.counted == "in the first 1,000 rows"
    assert preview.counts == {"blue": 500, "red": 500}
    assert len(preview.rows) == len(preview.labels) == 10
    assert preview.labels[:2] == ("red", "blue")


def test_the_rows_left_out_are_told_in_the_description(tmp_path):
    text = table(20).replace("3.5,9,blue", ",9,blue")
    dataset = read(inspect(write(tmp_path, "a.csv", text)))
    assert dataset.description == "19 of 20 rows from a.csv: 2 classes from 2 features."


def test_two_sets_of_one_title_have_two_names(tmp_path):
    found = inspect(write(tmp_path, "a.csv", table()))
    own_sets.save(read(found, "Same"))
    assert read(found, "Same").name == "own-same-2"


def test_folders_lead_to_the_table_in_them(tmp_path):
    folder = tmp_path / "digits"
    folder.mkdir()
    with pytest.raises(DataError, match="holds no pictures, no table"):
        inspect(folder)
    write(folder, "test.csv", table(11))
    assert inspect(folder).title == "test"
    write(folder, "train.csv", table(12))
    assert inspect(folder).title == "train"
    write(folder, "train2.csv", table(12))
    with pytest.raises(DataError, match=r"3 such files \(test.csv, train.csv, train2.csv\)"):
        inspect(folder)
    with pytest.raises(DataError, match="There is no file"):
        inspect(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 255], (0.0, 260.0)),
        ([0.1, 7.9], (0.1, 7.9)),
        ([-3.14, 3.14], (-3.2, 3.2)),
        ([5, 5], (4.0, 6.0)),
        ([0.0012, 0.0039], (0.0012, 0.0039)),
        ([1_000_000, 2_345_678], (1_000_000.0, 2_400_000.0)),
    ],
)
def test_ranges_are_rounded_outwards(values, expected):
    assert outer_range(np.array([values], np.float32).T) == pytest.approx(expected, rel=1e-6)


@given(
    st.lists(
        st.tuples(
            st.floats(-1e6, 1e6, width=32),
            st.floats(0, 1, width=32),
            st.sampled_from(["yes", "no, never", 'so "so"']),
        ),
        min_size=10,
        max_size=40,
    )
)
@settings(max_examples=25)
def test_a_table_written_by_the_csv_module_is_read_again(tmp_path_factory, rows):
    rows = [(-5.5, 0.25, "yes"), (7.25, 0.5, "no, never"), *rows]
    path = tmp_path_factory.mktemp("written") / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("a", "b", "answer"), *rows])
    dataset = read(inspect(path))
    np.testing.assert_array_equal(dataset.inputs, np.array([row[:2] for row in rows], np.float32))
    names = [dataset.class_names[label] for label in dataset.targets]
    assert names == [row[2] for row in rows]


def test_small_numbers_have_ranges_of_their_own(tmp_path):
    rows = "".join(f"{row * 1e-4:.4f},{row},{row % 3},{'uv'[row % 2]}\n" for row in range(21))
    dataset = read(inspect(write(tmp_path, "a.csv", "a,b,c,y\n" + rows)))
    assert dataset.feature_ranges == ((0.0, 0.0022), (0.0, 20.0), (0.0, 2.2))


def test_texts_are_sorted_where_one_begins_like_another(tmp_path):
    dataset = read(inspect(write(tmp_path, "a.csv", target(["a10", "a", "2", "a2"] * 5))))
    assert dataset.class_names == ("2", "a", "a2", "a10")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_in_which_excel_names_the_separator_is_no_header(tmp_path, encoding, end):
    lines = ["sep=;", "width;kind", *(f"{n},5;{'ab'[n % 2]}" for n in range(12))]
    path = tmp_path / "excel.csv"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    found = inspect(path)
    assert found.sample.names == ("width", "kind")
    dataset = read(found)
    assert len(dataset) == 12
    assert dataset.class_names == ("a", "b")
    path.write_bytes((end.join([*lines[:5], "1", *lines[5:]]) + end).encode(encoding))
    with pytest.raises(DataError, match="line 6 has 1 cell"):
        read(inspect(path))


def test_classes_named_by_many_digits_stay_apart(tmp_path):
    path = tmp_path / "long.csv"
    first, second = 10**18, 10**18 + 1
    lines = ["p,q,kind", *(f"{n},{n % 3},{(first, second)[n % 2]}" for n in range(12))]
    path.write_text("\n".join(lines))
    dataset = read(inspect(path))
    assert dataset.class_names == (str(first), str(second))
    assert dataset.targets.tolist() == [0, 1] * 6
    numbers = choose(inspect(path), task="regression").preview()
    assert not numbers.problems


def test_long_labels_that_come_late_are_not_taken_for_the_same(tmp_path):
    path = tmp_path / "late.csv"
    labels = [1] * 1500 + [10**18, 10**18 + 1] * 50
    path.write_text(
        "\n".join(["p,q,kind", *(f"{n},{n % 3},{name}" for n, name in enumerate(labels))])
    )
    with pytest.raises(DataError, match="more than 15 digits"):
        read(inspect(path))


def test_numbers_too_large_to_compute_with_are_not_called_empty(tmp_path):
    path = tmp_path / "large.csv"
    rows = [f"{n},{n + 1}e35,{'ab'[n % 2]}" for n in range(12)]
    path.write_text("\n".join(["x,large,kind", *rows]))
    found = inspect(path)
    assert "Left out: “large” (numbers beyond 10³⁰)." in found.preview().notes
    (problem,) = choose(found, target="2").preview().problems
    assert problem == (
        "Column “large” holds only numbers beyond 10³⁰; choose another column to predict."
    )
