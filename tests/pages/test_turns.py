"""Who may write when many pages are opened at once."""

import time
from contextlib import suppress
from threading import Event, Thread

from pages.lesson.turns import BOXES, TEXT, Turns


def in_turn(turns, *, held_until=None):
    """Somebody has a turn; ways to queue behind, and to see in which order the others came."""
    came, threads = [], []

    def have(name, rank, hold=None):
        def work():
            with turns.turn(rank):
                came.append(name)
                if hold:
                    hold.wait(20)

        thread = Thread(target=work)
        thread.start()
        threads.append(thread)
        time.sleep(0.05)

    have("first", TEXT, held_until)
    return came, threads, have


def test_everybodys_text_comes_before_anybodys_boxes():
    gate = Event()
    came, threads, have = in_turn(Turns(patience=20), held_until=gate)
    for name, rank in [("boxes", BOXES), ("text", TEXT), ("another's boxes", BOXES), ("another's text", TEXT)]:
        have(name, rank)
    assert came == ["first"]
    gate.set()
    for thread in threads:
        thread.join()
    assert came == ["first", "text", "another's text", "boxes", "another's boxes"]


def test_whoever_waits_for_a_computation_does_not_keep_the_others_waiting():
    gate = Event()
    came, threads, have = in_turn(Turns(patience=0.1), held_until=gate)
    have("second", TEXT)
    threads[1].join(10)
    assert came == ["first", "second"]
    gate.set()
    threads[0].join()


def test_a_page_that_fails_gives_its_turn_away_and_a_lonely_one_is_not_told_of_a_crowd():
    turns = Turns(patience=20)
    for _ in range(2):
        with suppress(ZeroDivisionError), turns.turn(TEXT) as crowded:
            assert not crowded
            1 / 0  # noqa: B018
