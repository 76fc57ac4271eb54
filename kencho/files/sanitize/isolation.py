"""The walls around the worker: resource limits, no network, no new processes, almost no file system.

Linux only, through ctypes, because the standard library offers none of this: seccomp(2) filters in classic BPF,
landlock(7), and user/network namespaces (unshare(2)). Each wall is tried; `raise_walls` tells which ones stand.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import sys
from pathlib import Path

from kencho.files.sanitize.outcome import Limits

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
SECCOMP_ALLOW = 0x7FFF0000
SECCOMP_ERRNO = 0x00050000
SECCOMP_KILL_PROCESS = 0x80000000
X32_BIT = 0x40000000
CLONE_THREAD = 0x00010000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

BPF_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
BPF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
BPF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
BPF_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
BPF_RETURN = 0x06  # BPF_RET | BPF_K

LANDLOCK_CREATE, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT = 444, 445, 446
LANDLOCK_RULE_PATH = 1
FS_EXECUTE, FS_WRITE, FS_READ, FS_READ_DIR = 1, 2, 4, 8
FS_ALL_ABI1 = (1 << 13) - 1

# System calls refused to the worker: sockets of every kind (io_uring can open them too), new processes and programs,
# other processes' memory, signals to them (tgkill stays: abort() needs it), kernel interfaces with a history of
# escapes. Numbers: Linux unistd tables.
_DENIED_X86_64 = {
    "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49, "listen": 50,
    "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "ptrace": 101,
    "rt_sigqueueinfo": 129, "mount": 165, "tkill": 200, "rt_tgsigqueueinfo": 297, "sendmmsg": 307,
    "keyctl": 250, "unshare": 272, "accept4": 288, "perf_event_open": 298, "process_vm_readv": 310,
    "process_vm_writev": 311, "kcmp": 312, "bpf": 321, "execveat": 322, "userfaultfd": 323,
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "pidfd_open": 434, "clone3": 435, "pidfd_getfd": 438,
}  # fmt: skip
_DENIED_AARCH64 = {
    "mount": 40, "unshare": 97, "ptrace": 117, "kill": 129, "tkill": 130, "rt_sigqueueinfo": 138, "socket": 198,
    "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203, "sendto": 206, "sendmsg": 211,
    "keyctl": 219, "clone": 220, "execve": 221, "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "accept4": 242,
    "sendmmsg": 269, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "bpf": 280, "execveat": 281,
    "userfaultfd": 282, "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426,
    "io_uring_register": 427, "pidfd_open": 434, "clone3": 435, "pidfd_getfd": 438,
}  # fmt: skip
_ARCHITECTURES = {"x86_64": (0xC000003E, _DENIED_X86_64), "aarch64": (0xC00000B7, _DENIED_AARCH64)}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def limit_resources(limits: Limits) -> None:
    """Bound memory, processor time, file size, descriptors and processes of this process; no core dump."""
    seconds = limits.cpu_seconds
    for which, bounds in (
        (resource.RLIMIT_AS, (limits.memory, limits.memory)),
        (resource.RLIMIT_CPU, (seconds, seconds + 1)),
        (resource.RLIMIT_FSIZE, (limits.bytes_out, limits.bytes_out)),
        (resource.RLIMIT_NOFILE, (64, 64)),
        (resource.RLIMIT_NPROC, (0, 0)),
        (resource.RLIMIT_CORE, (0, 0)),
    ):
        resource.setrlimit(which, bounds)


def raise_walls(*, readable: tuple[Path, ...], writable: Path, threads: bool = False) -> tuple[str, ...]:
    """Shut this process off and name the walls that stand: any of ``netns``, ``landlock``, ``seccomp``.

    Cannot be undone. The names are only given after a trial from the inside. With `threads`, threads of this
    process may still be started (they stand behind the same walls); new processes never.
    """
    if not sys.platform.startswith("linux"):
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return ()
    walls = []
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 and not _network_reachable():
        walls.append("netns")
    if _restrict_files(libc, readable=readable, writable=writable):
        walls.append("landlock")
    if _filter_calls(libc, threads=threads) and not _socket_possible():
        walls.append("seccomp")
    return tuple(walls)


def is_offline(walls: tuple[str, ...]) -> bool:
    """Whether the walls keep the worker off the network."""
    return bool({"seccomp", "netns"} & set(walls))


def _network_reachable() -> bool:
    """In a fresh network namespace every interface is down and there is no route, not even to loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("127.0.0.1", 9))
        except OSError as error:
            return error.errno not in {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}
    return True


def _socket_possible() -> bool:
    try:
        socket.socket().close()
    except OSError:
        return False
    return True


def filter_program(machine: str, *, threads: bool = False) -> bytes:
    """The classic BPF program that refuses the listed system calls; empty for an unknown processor."""
    if machine not in _ARCHITECTURES:
        return b""
    architecture, denied = _ARCHITECTURES[machine]
    numbers = sorted(denied.values())
    allowance = _only_threads(denied) if threads else []
    # seccomp_data holds the call number at offset 0 and the architecture at offset 4.
    code = [
        (BPF_LOAD, 0, 0, 4),
        (BPF_EQUAL, 1, 0, architecture),
        (BPF_RETURN, 0, 0, SECCOMP_KILL_PROCESS),
        (BPF_LOAD, 0, 0, 0),
        # The x32 numbers on x86-64 name the same calls again and would walk past the list.
        (BPF_AT_LEAST, len(allowance) + len(numbers) + 2, 0, X32_BIT),
        *allowance,
    ]
    code += [(BPF_EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    code += [
        (BPF_RETURN, 0, 0, SECCOMP_ALLOW),
        (BPF_RETURN, 0, 0, SECCOMP_ERRNO | errno.EPERM),
        (BPF_RETURN, 0, 0, SECCOMP_KILL_PROCESS),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in code)


def _only_threads(denied: dict[str, int]) -> list[tuple[int, int, int, int]]:
    """Lets clone(2) through for threads. A filter cannot look into clone3's argument, so that call is said not to
    exist, and the C library falls back to clone."""
    return [
        (BPF_EQUAL, 0, 1, denied["clone3"]),
        (BPF_RETURN, 0, 0, SECCOMP_ERRNO | errno.ENOSYS),
        (BPF_EQUAL, 0, 4, denied["clone"]),
        # The flags are the first argument, at offset 16 (low word first on both processors).
        (BPF_LOAD, 0, 0, 16),
        (BPF_ANY_BIT, 0, 1, CLONE_THREAD),
        (BPF_RETURN, 0, 0, SECCOMP_ALLOW),
        (BPF_RETURN, 0, 0, SECCOMP_ERRNO | errno.EPERM),
    ]


def _filter_calls(libc: ctypes.CDLL, *, threads: bool) -> bool:
    code = filter_program(platform.machine(), threads=threads)
    if not code:
        return False
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _restrict_files(libc: ctypes.CDLL, *, readable: tuple[Path, ...], writable: Path) -> bool:
    """Landlock: read only below `readable`, everything below `writable`, nothing elsewhere."""
    if libc.syscall(LANDLOCK_CREATE, None, 0, 1) < 1:
        return False
    rules = ctypes.create_string_buffer(struct.pack("=Q", FS_ALL_ABI1), 8)
    ruleset = libc.syscall(LANDLOCK_CREATE, rules, 8, 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(libc, ruleset, path, FS_READ | FS_READ_DIR | FS_EXECUTE)
        _allow(libc, ruleset, writable, FS_ALL_ABI1)
        return bool(libc.syscall(LANDLOCK_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        access &= FS_READ | FS_WRITE | FS_EXECUTE
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = ctypes.create_string_buffer(struct.pack("=Qi", access, descriptor), 12)
        libc.syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH, rule, 0)
    finally:
        os.close(descriptor)
