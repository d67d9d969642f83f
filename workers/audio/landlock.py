"""Landlock: the process gives up the file system, and on newer kernels TCP, abstract sockets and signals.

Straight system calls (linux/landlock.h); without the kernel's support nothing happens and 0 is returned. Files that are
open already stay usable, which is all that a measurement needs.
"""

import ctypes
import struct
import sys

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same on every architecture
_VERSION_FLAG = 1
_PR_SET_NO_NEW_PRIVS = 38
_FS_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many of the file rights an ABI knows
_TCP_RIGHTS, _TCP_SINCE = 0b11, 4
_SCOPES, _SCOPES_SINCE = 0b11, 6


def landlock_abi() -> int:
    """Return the ABI version that the running kernel offers, 0 for none."""
    if not sys.platform.startswith("linux"):
        return 0
    abi = int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG))
    return max(abi, 0)


def give_up_files_and_network() -> int:
    """Deny this process, for good, every file it has not opened yet. Return the ABI used, 0 when there is none."""
    abi = landlock_abi()
    if not abi:
        return 0
    rights = (1 << _FS_RIGHTS_BY_ABI[min(abi, max(_FS_RIGHTS_BY_ABI))]) - 1
    attributes = struct.pack("=Q", rights)
    if abi >= _TCP_SINCE:
        attributes += struct.pack("=Q", _TCP_RIGHTS)
    if abi >= _SCOPES_SINCE:
        attributes += struct.pack("=Q", _SCOPES)
    libc = _libc()
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0 or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return 0
    return abi if libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0 else 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
