"""A piece of generated Python: its text, and what is known of it without running it."""

from dataclasses import dataclass
from typing import Any, Final, Protocol

from sluice.cel.shape import Shape
from sluice.cel.tree import Node

CONSTANT_PREFIX: Final = "_c"


@dataclass(frozen=True, slots=True)
class Code:
    """``text`` is an expression that may stand anywhere; ``safe``: it cannot raise; ``present``: it is never null."""

    text: str
    safe: bool = False
    present: bool = True


class Emitting(Protocol):
    """What an operator needs of the emitter that calls it."""

    @property
    def careful(self) -> bool:
        """Whether errors must be absorbed here; otherwise an error makes the careful form run instead."""
        ...

    @property
    def in_loop(self) -> bool:
        """Whether the code stands inside of a macro."""
        ...

    def emit(self, node: Node, *, loose: bool = False) -> Code:
        """The code of a node. ``loose``: it is only compared, so an integer may still be written 1.0."""
        ...

    def condition(self, node: Node) -> Code:
        """The code of a node that must be a boolean: never null, or it raises."""
        ...

    def null_test(self, node: Node) -> Code:
        """Code that is None exactly where the node is null, without the work of reading its value."""
        ...

    def kind(self, node: Node) -> str:
        """The node's type where it can be relied upon, else ``dyn``."""
        ...

    def checked_int(self, text: str) -> str:
        """The text, refused at run time where 64 bits do not hold it."""
        ...

    def constant(self, value: Any) -> str:
        """The name under which generated code finds the value."""
        ...

    def message(self, node: Node) -> Shape:
        """The shape of an object-valued node."""
        ...
