/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/explain_kernel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "facts/kernel.h"

/* y: 1, not set: 0; -1 if the file does not say. */
static void read_config(struct explain_kernel *k, struct arena *arena)
{
	char line[256];
	FILE *file = fopen(arena_printf(arena, "/boot/config-%s", k->release), "re");

	if (!file && errno == ENOMEM)
		out_of_memory();
	if (!file)
		return;
	k->rt_group_sched = k->sched_class_ext = 0;
	while (fgets(line, sizeof(line), file)) {
		if (!strcmp(line, "CONFIG_RT_GROUP_SCHED=y\n"))
			k->rt_group_sched = 1;
		if (!strcmp(line, "CONFIG_SCHED_CLASS_EXT=y\n"))
			k->sched_class_ext = 1;
	}
	if (ferror(file))
		k->rt_group_sched = k->sched_class_ext = -1;
	fclose(file);
}

struct explain_kernel explain_kernel(const char *release, struct arena *arena)
{
	struct utsname here;
	bool is_here = release && !strcmp(release, "here");
	struct explain_kernel k = { .rt_group_sched = -1, .sched_class_ext = -1 };

	if (!release || (is_here && uname(&here)))
		return k;
	k.release = is_here ? arena_strdup(arena, here.release) : release;
	k.whose = is_here ? "this machine's" : "--kernel";
	k.version = kernel_version(k.release);
	if (k.version && !strchr(k.release, '/'))
		read_config(&k, arena);
	k.release = text_safe(arena, k.release);
	return k;
}

/* ---- this machine's journal ---- */

static const char *next_word(const char *at)
{
	at += strcspn(at, " ");
	return at + strspn(at, " ");
}

static bool is_time(const char *word)
{
	unsigned int hour, minute, second;

	return sscanf(word, "%2u:%2u:%2u", &hour, &minute, &second) == 3;
}

/* "2026-11-26T18:00:00+0000" */
static bool is_stamp(const char *word)
{
	unsigned int year, month, day;
	int end = 0;

	return sscanf(word, "%4u-%2u-%2uT%n", &year, &month, &day, &end) == 3 && end &&
	       is_time(word + end);
}

/* "systemd[1]:", "(podman)[4242]:" */
static bool is_program(const char *word)
{
	size_t len = strcspn(word, " ");

	return len > 1 && word[len - 1] == ':';
}

bool explain_kernel_is_here(const char *text)
{
	struct utsname here;
	const char *host = next_word(text);

	if (!is_stamp(text)) {
		if (!is_time(next_word(host)))
			return false;
		host = next_word(next_word(host));
	}
	size_t len = strcspn(host, " ");

	/* A name that every machine may have says nothing. */
	if (uname(&here) || !len || !strncmp(host, "localhost", 9) || !is_program(next_word(host)))
		return false;
	return strlen(here.nodename) == len && !memcmp(here.nodename, host, len);
}
