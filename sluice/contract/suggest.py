"""Did you mean: the word that an author probably had in mind."""

from collections.abc import Iterable
from typing import Final

from rapidfuzz.distance import OSA

LIKENESS_MIN: Final = 0.6
SHORTENED_MIN: Final = 3  # so many letters are taken for the beginning of a word


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like the word (case, ``_``, ``-`` and blanks aside), or None where none is like it."""
    plain = _plain(word)
    rated = [(_likeness(plain, _plain(choice)), choice) for choice in choices]
    likeness, choice = max(rated, default=(0.0, ""), key=lambda pair: pair[0])
    return choice if likeness >= LIKENESS_MIN else None


def did_you_mean(word: str, choices: Iterable[str], otherwise: str = "") -> str:
    """``did you mean 'x'?``, or the list of all choices where it is short, or the sentence given."""
    known = sorted(set(choices))
    best = nearest(word, known)
    if best is not None:
        return f"did you mean '{best}'?"
    return otherwise or one_of(known)


def one_of(choices: Iterable[str]) -> str:
    """``use one of: a, b, c``; of a long list only the beginning, with the number of the rest."""
    known = list(choices)
    if not known:
        return ""
    shown = 12
    rest = f" and {len(known) - shown} more" if len(known) > shown else ""
    return "use one of: " + ", ".join(known[:shown]) + rest


def _likeness(word: str, choice: str) -> float:
    if len(word) >= SHORTENED_MIN and choice.startswith(word):
        return max(LIKENESS_MIN, OSA.normalized_similarity(word, choice))
    return OSA.normalized_similarity(word, choice)


def _plain(word: str) -> str:
    return "".join(character for character in word.casefold() if character not in "_- ")
