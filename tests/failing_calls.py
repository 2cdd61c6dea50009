"""System calls that fail for real: a filter in the kernel, for a thread and all that it starts.

It takes no root and no other program, and can't be taken off again: it goes with its thread.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys

# By machine: what the kernel calls them.
_NUMBERS = {
    "x86_64": {
        "fsync": [74, 75],
        "rename": [82, 264, 316],
        "inotify": [253, 294],
    },
    "aarch64": {
        "fsync": [82, 83],
        "rename": [38, 276],
        "inotify": [26],
    },
}
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ERROR, _ALLOW = 0x00050000, 0x7FFF0000
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


def why_not() -> str:
    """Why calls can't be made to fail here; empty where they can."""
    if sys.platform != "linux" or platform.machine() not in _NUMBERS:
        return "system calls are made to fail on Linux only, on x86-64 and arm64"
    try:
        with open("/proc/self/status") as status:
            return "" if "Seccomp:" in status.read() else "this kernel has no filters for calls"
    except OSError:
        return "there is no /proc here"


def fail(call: str, error: int = errno.EIO) -> None:
    """From now on the calling thread, and what it starts, gets that error from ``call``."""
    numbers = _NUMBERS[platform.machine()][call]
    steps = [(_LOAD, 0, 0, 0)]
    for place, number in enumerate(numbers):
        steps.append((_IF_EQUAL, len(numbers) - place, 0, number))
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERROR | error)]
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        (_SECCOMP, _FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
