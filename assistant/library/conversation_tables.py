"""The tables of the file of conversations."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text

from assistant.library.schema import Foreign

__all__ = ["VERSION", "conversations", "metadata", "turns"]

VERSION = 1
"""Of this layout, kept as the file's `user_version`."""

metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Foreign, nullable=False, unique=True),
    Column("owner", Foreign, nullable=False, index=True),
    Column("title", Foreign, nullable=False),  # empty: the first question serves
    Column("created_at", Text, nullable=False),
)

_of_conversation = ForeignKey("conversations.key", ondelete="CASCADE")
turns = Table(
    "turns",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Foreign, nullable=False, unique=True),
    Column("conversation", _of_conversation, nullable=False, index=True),
    Column("asked_at", Text, nullable=False),
    Column("question", Foreign, nullable=False),
    Column("answer", Text, nullable=False),  # its JSON form, in ASCII: nothing is lost
    Column("vote", Text),
    Column("comment", Foreign, nullable=False),
    sqlite_autoincrement=True,  # the order of asking, also after turns were dropped
)
