import numpy as np
import pytest

from playground.data.catalogue import load
from playground.data.preparation import prepare

DIGITS = load("digits")


def parted(few, seed=3, **settings):
    return prepare(
        DIGITS, test_fraction=0.2, few=few, **{"standardize": False, "seed": seed, **settings}
    )


@pytest.mark.parametrize("few", [1, 5])
def test_so_many_of_each_class_are_learned_from_and_the_test_part_stays(few):
    some, whole = parted(few), parted(None)
    np.testing.assert_array_equal(np.bincount(some.train_targets), [few] * 10)
    assert np.isin(some.train_index, whole.train_index).all()
    np.testing.assert_array_equal(some.test_index, whole.test_index)


def test_the_seed_draws_them():
    assert (parted(2).train_index == parted(2).train_index).all()
    assert (parted(2).train_index != parted(2, seed=4).train_index).any()


def test_more_are_drawn_beside_those_that_fewer_are():
    assert np.isin(parted(2).train_index, parted(5).train_index).all()


def test_more_than_there_are_is_all_of_them():
    np.testing.assert_array_equal(parted(10_000).train_index, parted(None).train_index)


def test_a_validation_part_is_held_back_first():
    some = parted(3, validation_fraction=0.1)
    whole = parted(None, validation_fraction=0.1)
    np.testing.assert_array_equal(some.validation.rows, whole.validation.rows)
    assert len(some.train_index) == 30


def test_five_symbols_by_ten_people_and_ten_others():
    one, other = load("symbols-five", seed=0), load("symbols-five", seed=1)
    assert len(one) == 100
    assert len(one.test_part) == 50
    assert len(one.class_names) == 5
    assert one.class_names != other.class_names
    assert not set(one.class_names) & set(load("symbols-four").class_names)
    np.testing.assert_array_equal(np.bincount(one.targets[one.test_part]), [10] * 5)
