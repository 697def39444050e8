"""A piece of generated Python, and what its writers need of one another."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sluice.cel.access import Access
from sluice.cel.shape import Shape
from sluice.cel.tree import Node

BUDGET: Final = "_budget"


@dataclass(frozen=True, slots=True)
class Code:
    """``text`` is an expression that may stand anywhere; ``safe``: it cannot raise; ``present``: it is never null."""

    text: str
    safe: bool = False
    present: bool = True


@dataclass(frozen=True, slots=True)
class Variable:
    """The variable of a macro: its Python name, whether it is never null, and its shape if it still is a raw value."""

    text: str
    present: bool
    raw: Shape | None


class Emitting(Protocol):
    """What the writer of one construct needs of the emitter that calls it."""

    @property
    def careful(self) -> bool:
        """Whether errors must be absorbed here; otherwise an error makes the careful form run instead."""
        ...

    @property
    def access(self) -> Access:
        """How fields are read."""
        ...

    @property
    def loops(self) -> list[str]:
        """The variables of the macros around this place, the innermost last."""
        ...

    def emit(self, node: Node, *, loose: bool = False) -> Code:
        """The code of a node. ``loose``: it is only compared, so an integer in it may still be written 1.0."""
        ...

    def condition(self, node: Node) -> Code:
        """The code of a node that must be a boolean: never null, or it raises."""
        ...

    def kind(self, node: Node) -> str:
        """The node's type where it can be relied upon, else ``dyn``."""
        ...

    def message(self, node: Node) -> Shape:
        """The shape of an object-valued node."""
        ...

    def variable(self, name: str) -> Variable | None:
        """The variable of that name that is in scope here."""
        ...

    def bind(self, name: str, variable: Variable) -> None:
        """Enter a macro's loop."""
        ...

    def unbind(self, name: str) -> None:
        """Leave a macro's loop."""
        ...

    def fresh(self, prefix: str) -> str:
        """A Python name that stands nowhere else."""
        ...

    def iterating(self) -> AbstractContextManager[None]:
        """Inside of what a comprehension goes over, where Python takes no ``:=``."""
        ...

    def checked_int(self, text: str) -> str:
        """The text, refused at run time where 64 bits do not hold it."""
        ...

    def constant(self, value: Any) -> str:
        """The name under which generated code finds the value."""
        ...

    def budget(self) -> str:
        """The name of the evaluation's budget of steps, for what is repeated by a loop."""
        ...
