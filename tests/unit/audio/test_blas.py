"""Which kernels the matrix products get, by what the kernel says of the CPU."""

from pathlib import Path

import pytest

from workers.audio.blas import blas_environment

_WIDE = "fpu avx2 avx512f avx512cd avx512bw avx512dq avx512vl avx512_bf16"


def _cpu(vendor: str, flags: str) -> str:
    return f"processor\t: 0\nvendor_id\t: {vendor}\nmodel name\t: A CPU: 3 GHz\nflags\t\t: {flags}\n\nprocessor\t: 1\n"


@pytest.mark.parametrize(
    ("info", "kernels"),
    [
        (_cpu("AuthenticAMD", _WIDE), "Cooperlake"),
        (_cpu("AuthenticAMD", _WIDE.replace("avx512_bf16", "")), None),
        (_cpu("AuthenticAMD", "fpu avx2"), None),
        (_cpu("GenuineIntel", _WIDE), None),
        ("Processor\t: ARMv8\n", None),
        ("", None),
    ],
    ids=["amd wide", "amd without bf16", "amd without 512 bits", "intel knows itself", "arm", "empty"],
)
def test_only_a_wide_cpu_that_the_library_does_not_know_is_told_what_it_has(
    tmp_path: Path, info: str, kernels: str | None
) -> None:
    (tmp_path / "cpuinfo").write_text(info)
    chosen = blas_environment(tmp_path / "cpuinfo")
    assert chosen.pop("OPENBLAS_NUM_THREADS") == "1"
    assert chosen.get("OPENBLAS_CORETYPE") == kernels


def test_without_the_list_of_cpus_nothing_is_chosen(tmp_path: Path) -> None:
    assert blas_environment(tmp_path / "nothing") == {"OPENBLAS_NUM_THREADS": "1"}
