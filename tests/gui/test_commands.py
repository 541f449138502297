"""The table of commands: every row can be told apart, and reached by its own keys."""

from collections import Counter

from playground.gui.window.commands import MENUS

ROWS = [command for menu in MENUS.values() for command in menu]


def twice(words):
    return [word for word, count in Counter(word for word in words if word).items() if count > 1]


def test_no_two_commands_share_a_name_or_keys():
    assert twice(command.id for command in ROWS) == []
    assert twice(command.keys for command in ROWS) == []


def test_no_two_commands_of_a_menu_share_their_letter():
    for menu in MENUS.values():
        letters = [command.title.partition("&")[2][:1].lower() for command in menu]
        assert all(letters)
        assert twice(letters) == []


def test_every_command_tells_in_a_sentence_what_it_does():
    assert [command.id for command in ROWS if not command.tip.endswith(".")] == []
