"""The steps of a workflow as people look at them: a tree of lines, a Mermaid flowchart, a Graphviz graph."""

from pikku.codegen.diagrams.dot import dot
from pikku.codegen.diagrams.mermaid import mermaid
from pikku.codegen.diagrams.tree import Line, tree

__all__ = ["Line", "dot", "mermaid", "tree"]
