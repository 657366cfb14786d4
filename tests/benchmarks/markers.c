/* Tells callgrind what to count. Outside of valgrind these functions do nothing. */

#include <valgrind/callgrind.h>

/* Instrumentation slows a program down ten times more than valgrind alone. */
void count_from_here(void) { CALLGRIND_START_INSTRUMENTATION; }

void forget(void) { CALLGRIND_ZERO_STATS; }

/* Writes what was counted into a file of its own, headed by its name. */
void write_down(const char *name) { CALLGRIND_DUMP_STATS_AT(name); }
