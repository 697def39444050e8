"""Interrupts: once, in order, and not in the middle of a step that must be whole."""

import os
import signal
import threading

import pytest

from local_stack.interrupts import WATCHED, interrupts_end_in_order, interrupts_wait


def interrupt(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", WATCHED)
def test_the_first_interrupt_ends_the_work_and_the_next_ones_leave_the_clean_up_alone(number: signal.Signals) -> None:
    steps = []

    def work() -> None:
        try:
            interrupt(number)
            steps.append("the work went on")
        finally:
            interrupt(number)
            steps.append("cleaned")

    with pytest.raises(KeyboardInterrupt), interrupts_end_in_order():
        work()
    assert steps == ["cleaned"]


def test_afterwards_interrupts_are_handled_as_before() -> None:
    before = [signal.getsignal(number) for number in WATCHED]
    with interrupts_end_in_order(), interrupts_wait():
        pass
    assert [signal.getsignal(number) for number in WATCHED] == before


def test_a_step_that_must_be_whole_is_interrupted_after_its_end() -> None:
    steps = []

    def work() -> None:
        with interrupts_wait():
            interrupt(signal.SIGTERM)
            steps.append("whole")
        steps.append("the interrupt was lost")

    with pytest.raises(KeyboardInterrupt), interrupts_end_in_order():
        work()
    assert steps == ["whole"]


def test_other_threads_may_take_such_steps_too() -> None:
    taken = []

    def step() -> None:
        with interrupts_wait():
            taken.append(True)

    thread = threading.Thread(target=step)
    thread.start()
    thread.join()
    assert taken == [True]
