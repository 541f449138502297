"""A network writes: by lots that can be drawn again, from the start or from what was begun."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from playground.analysis.writing.page import by_people, samples, written
from playground.analysis.writing.practice import people_question
from playground.analysis.writing.writer import Writer
from playground.data.catalogue import load
from playground.data.drawing.writing import Writing
from playground.data.preparation import prepare
from playground.errors import DataError
from playground.nn.layers import LSTM, Embedding, Position, Residual, SelfAttention
from playground.storage.judge import judge
from playground.training.experiment import DataSettings, Experiment
from playground.training.model import Model
from playground.training.task_fit import fitted

NETWORKS = {
    "LSTM": (LSTM(name="lstm", units=6),),
    "attention": (
        Embedding(name="embedding", units=8),
        Position(name="position"),
        Residual(name="block", layers=(SelfAttention(name="heads", heads=2, causal=True),)),
    ),
}


def model_of(prepared, layers):
    experiment = Experiment(data=DataSettings(name=prepared.dataset.name), layers=layers)
    experiment = fitted(experiment, prepared.dataset)
    model = Model(experiment, prepared.dataset, prepared.normalization)
    model.network.parameters[:] *= 3  # far from even shares
    return model


@pytest.fixture(scope="module")
def moves():
    return prepare(load("pen-moves"), test_fraction=0.2, standardize=False, seed=0)


@pytest.fixture(scope="module", params=NETWORKS)
def model(request, moves):
    return model_of(moves, NETWORKS[request.param])


@pytest.fixture
def writer(model):
    return Writer(model)


def lots(seed=7):
    return np.random.default_rng(seed)


def plain(texts):
    return [text.tolist() for text in texts]


def test_the_same_lots_write_the_same(writer):
    once = writer.write("3141", temperature=0.6, rng=lots())
    assert plain(writer.write("3141", temperature=0.6, rng=lots())) == plain(once)
    assert plain(writer.write("3141", temperature=0.6, rng=lots(8))) != plain(once)


def test_many_come_out_as_each_alone(writer, monkeypatch):
    """More than are written at once, so that they are parted; none of the first is like another."""
    monkeypatch.setattr("playground.analysis.writing.writer._AT_ONCE", 12)
    names = "0123456789" * 3
    many = writer.write(names, temperature=1.5, rng=lots())
    assert plain(writer.write(names[:10], temperature=1.5, rng=lots())) == plain(many[:10])
    alone = writer.moves(names[0], temperature=1.5, rng=lots())
    assert [move.token for move in alone] == many[0].tolist()


def test_moves_end_with_the_end_or_where_there_is_no_step_left(writer):
    end = writer.writing.end
    for text in plain(writer.write("0123456789" * 3, temperature=1, rng=lots())):
        assert 1 <= len(text) <= writer.most
        assert end not in text[:-1]
        assert text[-1] == end or len(text) == writer.most
        assert max(text) < writer.writing.moves


def test_at_temperature_0_the_likeliest_is_always_taken(writer):
    careful = list(writer.moves("4", temperature=0, rng=lots()))
    bold = writer.moves("4", temperature=1, rng=lots(), begun=[m.token for m in careful[:5]])
    assert careful[5].token == next(bold).shares.argmax()
    assert all(move.token == move.shares.argmax() for move in careful)
    others = writer.write("44", temperature=0, rng=lots(99))
    assert plain(others) == [[move.token for move in careful]] * 2


def test_the_shares_are_the_networks_own_raised_to_the_inverse_temperature(writer, model):
    """By the whole network in float64, with no shorter one and no starting anew."""
    likely = {degree: [] for degree in (1.0, 0.5)}
    begun = [move.token for move in writer.moves("9", temperature=1, rng=lots())][:20]
    for degree, found in likely.items():
        for length in range(len(begun)):
            move = next(writer.moves("9", temperature=degree, rng=lots(), begun=begun[:length]))
            assert move.shares.sum() == pytest.approx(1)
            found.append(move.shares)
    tokens, steps = model.dataset.input_shape
    row = np.zeros((tokens, steps))
    row[[writer.writing.start("9"), *begun], np.arange(len(begun) + 1)] = 1
    outputs = model.outputs_in_time(row.reshape(1, -1))
    expected = model.shares(outputs)[0].T[: len(begun)]
    np.testing.assert_allclose(likely[1.0], expected, atol=1e-5)
    sharpened = expected**2 / (expected**2).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(likely[0.5], sharpened, atol=1e-5)


def test_it_goes_on_from_what_a_person_began(writer):
    line = np.array([[10, 90], [10, 40], [40, 40]])
    begun = writer.begun([line], side=100)
    assert begun.tolist()[:4] == [6] * 4  # upwards
    assert begun.tolist()[-2:] == [0] * 2  # to the right
    after = list(writer.moves("5", temperature=0.5, rng=lots(), begun=begun))
    assert len(begun) + len(after) <= writer.most
    again = list(writer.moves("5", temperature=0.5, rng=lots(), begun=begun.tolist()))
    assert [move.token for move in again] == [move.token for move in after]
    fresh = next(writer.moves("5", temperature=0.5, rng=lots()))
    assert not np.allclose(fresh.shares, after[0].shares)


def test_nothing_is_added_to_more_than_there_are_steps_for(writer):
    assert list(writer.moves("5", temperature=1, rng=lots(), begun=[3] * 500)) == []


class Mumbling(Writer):
    """Makes one of three ways of writing a digit, mostly the first."""

    drawn = 0

    def _write(self, starts, lots, temperature):
        self.drawn += len(starts)
        ways = np.searchsorted([0.9, 0.97], lots[:, 0])
        return [np.array([way, self.writing.end]) for way in ways.tolist()]


def test_no_two_of_a_name_are_alike_as_long_as_there_is_chance(moves):
    writer = Mumbling(model_of(moves, NETWORKS["LSTM"]))
    pairs = 0
    for seed in range(20):
        found = plain(writer.write("11", temperature=0.4, rng=lots(seed)))
        pairs += found[0] != found[1]
    assert pairs >= 8  # 9 in 10 are alike at first
    writer.drawn = 0
    writer.write("1111", temperature=0.4, rng=lots())
    assert writer.drawn < 100  # four cannot differ: it gives up


def test_what_cannot_be_asked_for_is_refused_with_what_can(writer):
    for refused in (
        lambda: writer.write("3a", temperature=1, rng=lots()),
        lambda: next(writer.moves("a", temperature=1, rng=lots())),
    ):
        with pytest.raises(
            DataError, match=r"^This network cannot write 'a'; ask for 0, 1, .* 9\.$"
        ):
            refused()


def test_a_network_that_learned_no_moves_cannot_write():
    prepared = prepare(load("xor"), test_fraction=0.2, standardize=False, seed=0)
    experiment = fitted(Experiment(data=DataSettings(name="xor")), prepared.dataset)
    model = Model(experiment, prepared.dataset, prepared.normalization)
    with pytest.raises(
        DataError, match=r"cannot write: it learned from .*; choose one that learned"
    ):
        Writer(model)


def test_training_on_changes_nothing_of_a_writer_that_there_is(moves):
    model = model_of(moves, NETWORKS["LSTM"])
    writer = Writer(model)
    before = plain(writer.write("31", temperature=0.4, rng=lots()))
    model.network.parameters[:] = 0
    assert plain(writer.write("31", temperature=0.4, rng=lots())) == before
    assert plain(Writer(model).write("31", temperature=0.4, rng=lots())) != before


def test_a_page_has_as_many_of_each_and_the_judge_has_read_each(model):
    page = written(model, judge(), 3, seed=2)
    assert page.names == tuple("0123456789") * 3
    drawings = [Writer(model).writing.decode(text) for text in page.moves]
    assert list(page.read) == judge().read(page.names, drawings)
    assert page.read_as_asked == pytest.approx(page.right.mean())


def test_fewer_of_each_are_enough_where_there_are_many_names():
    assert samples(Writing(tuple("0123456789"))) == 20
    assert samples(Writing(tuple("abcdefghijklmnopqrstuvwxyz"))) == 8


@pytest.fixture(scope="module")
def words():
    return prepare(load("word-moves"), test_fraction=0.2, standardize=False, seed=0)


def test_the_judge_reads_letters_and_digits_of_people_it_never_learned_from(words):
    model = model_of(words, NETWORKS["LSTM"])
    page = by_people(model, judge(), words)
    assert len(page.names) == len(words.test_index)
    letters = [share for name, share in page.by_name.items() if name.isalpha()]
    digits = [share for name, share in page.by_name.items() if name.isdigit()]
    assert len(letters) == 26
    assert 0.92 < np.mean(letters) < 0.97
    assert 0.98 < np.mean(digits) < 1
    told = people_question(judge)(model, words)
    assert told == pytest.approx((np.sum(letters) + np.sum(digits)) / 36)


def test_a_digit_is_read_among_digits_and_a_letter_among_letters():
    ring = [np.array([[np.cos(a), np.sin(a)] for a in np.linspace(0, 6.3, 30)])]
    assert judge().read(["0", "o", "7"], [ring] * 3) == ["0", "o", "0"]
    assert judge().rivals("k") == tuple("abcdefghijklmnopqrstuvwxyz")
    assert judge().knows("09az")
    assert not judge().knows("a!")
    with pytest.raises(DataError, match="cannot read '!'; ask it for a digit or a letter"):
        judge().shares("!", [ring])


def test_the_judge_heeds_neither_size_place_nor_order():
    seven = [np.array([[0, 0], [6, 0], [2, 10]]), np.array([[1, 5], [5, 5]])]
    moved = [300 - 40 + line[::-1] * 20 for line in seven[::-1]]
    shares = judge().shares("7", [seven, moved])
    assert shares.sum(axis=1) == pytest.approx([1, 1])
    assert shares[0] == pytest.approx(shares[1], abs=1e-3)
    assert judge().rivals("7")[shares[0].argmax()] == "7"


def test_the_judge_reads_the_same_however_many_threads_ask_it(model):
    drawings = [Writer(model).writing.decode([k, k, 24 - k]) for k in range(24)] * 10
    calm = judge().shares("7", drawings)
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(judge().shares, "7", drawings) for _ in range(24)]
        for answer in asked:
            np.testing.assert_array_equal(answer.result(), calm)
