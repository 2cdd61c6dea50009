"""Sentences about reading and writing files."""

from .message import Message as M

MESSAGES: dict[str, M] = {
    "file-missing": M("There is no such file.", "Check the path; it is relative to {base}."),
    "file-unreadable": M("The file can't be read: {reason}.", "Check its permissions."),
    "file-unwritable": M(
        "The file can't be written: {reason}.",
        "What stood there before is unchanged; check the folder's permissions and space.",
    ),
    "not-a-file": M("This is a folder or a special file, not a file.", "Name a file."),
}
