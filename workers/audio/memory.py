"""Keeps the allocator from giving blocks back to the kernel and fetching them again, many times a second."""

import ctypes

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3  # malloc.h of the GNU C library
_KEEP_BYTES = 64 * 1024 * 1024


def keep_freed_memory() -> None:
    """Tune malloc for arrays of about a megabyte; costs up to `_KEEP_BYTES`. Without glibc nothing happens."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _KEEP_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEEP_BYTES)
        mallopt(_M_TOP_PAD, 4 * 1024 * 1024)
