/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/phrases.h"

#include <string.h>
#include <time.h>

#include "facts/kernel.h"

const char *phrase_duration(struct arena *arena, uint64_t ns)
{
	if (ns < 1000)
		return arena_printf(arena, "%llu ns", (unsigned long long)ns);
	if (ns < 1000000)
		return arena_printf(arena, "%.1f us", ns / 1e3);
	if (ns < 1000000000)
		return arena_printf(arena, "%.1f ms", ns / 1e6);
	return arena_printf(arena, "%.1f s", ns / 1e9);
}

const char *phrase_plural(uint64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

const char *phrase_wall(struct arena *arena, uint64_t wall_ns)
{
	time_t seconds = wall_ns / 1000000000;
	struct tm tm;
	char date[40];

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	return arena_printf(arena, "%s.%06llu UTC", date,
			    (unsigned long long)(wall_ns % 1000000000 / 1000));
}

const char *phrase_state(struct arena *arena, const struct row *row, uint32_t version)
{
	char name[KERNEL_STATE_MAX];

	kernel_state_name(name, version, row->state, row->exit_state);
	if (!strncmp(name, "0x", 2))
		return arena_strdup(arena, name);
	return arena_printf(arena, "%s (0x%llx)", name,
			    (unsigned long long)(row->exit_state ? row->exit_state : row->state));
}

const char *phrase_errno(struct arena *arena, int64_t answer)
{
	const char *name = kernel_answer_name(answer);

	return name ? name : arena_printf(arena, "errno %llu", 0 - (unsigned long long)answer);
}
