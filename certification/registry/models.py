"""The rows of the registry: the public log."""

from certification.registry.transparency.models import LogKey, LogLeaf, LogState, TreeHead, TreeNode

__all__ = ["LogKey", "LogLeaf", "LogState", "TreeHead", "TreeNode"]
