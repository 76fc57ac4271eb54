/* Loaded with LD_PRELOAD: a sync takes a fixed time instead of the disk's, so that figures can be repeated.
 * KENCHO_BENCH_SYNC_US is that time in microseconds. For measurements only: nothing is safe on disk. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>

static int pause_instead(void) {
    const char *given = getenv("KENCHO_BENCH_SYNC_US");
    long microseconds = given ? atol(given) : 1000;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += microseconds * 1000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0) {
    }
    return 0;
}

int fsync(int fd) {
    (void)fd;
    return pause_instead();
}

int fdatasync(int fd) {
    (void)fd;
    return pause_instead();
}
