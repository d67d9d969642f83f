"""How the library behind numpy's matrix products is to work: on one core, and with the instructions the CPU has."""

from pathlib import Path

_CPU_INFO = Path("/proc/cpuinfo")
_AVX_512 = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512_bf16"}


def blas_environment(cpu_info: Path = _CPU_INFO) -> dict[str, str]:
    """Return the variables that OpenBLAS must find before numpy is loaded; its threads would not survive our forks.

    OpenBLAS 0.3 knows the AMD processors of its day by their number and takes the kernels of 2013 for any later one:
    K-weighting then costs half as much again. What the kernel says of the CPU is asked instead.
    """
    chosen = {"OPENBLAS_NUM_THREADS": "1"}
    if _has_wide_amd(cpu_info):
        chosen["OPENBLAS_CORETYPE"] = "Cooperlake"
    return chosen


def _has_wide_amd(cpu_info: Path) -> bool:
    try:
        first, _, _ = cpu_info.read_text(encoding="ascii", errors="replace").partition("\n\n")
    except OSError:
        return False
    said = dict(part.split(":", 1) for part in first.replace("\t", "").splitlines() if ":" in part)
    return said.get("vendor_id", "").strip() == "AuthenticAMD" and set(said.get("flags", "").split()) >= _AVX_512
