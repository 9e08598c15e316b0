/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/render.h"

#include "base/wrap.h"

/* NULL if nothing needs saying: a write, and whatever shares its checks. */
static const char *doors_of(const struct cause *cause)
{
	if (cause_is_unexplained(cause))
		return NULL;
	if (cause->doors & DOOR_CLONE)
		return cause->doors & DOOR_WRITE ? "a write, and clone3() with CLONE_INTO_CGROUP" :
						   "clone3() with CLONE_INTO_CGROUP";
	return cause->doors == DOOR_SUBTREE_CONTROL ? "a write to cgroup.subtree_control" : NULL;
}

static void print_cause(FILE *out, const struct cause *cause, struct arena *arena)
{
	fprintf(out, "%s (%s): %s\n", cause->id, cause_errnos(cause, arena), cause->title);
	wrap(out, "kernels: ", cause->kernel_words);
	if (doors_of(cause))
		wrap(out, "doors:   ", doors_of(cause));
	wrap(out, arena_printf(arena, "%s: ", persistence_name(cause->persistence)), cause->lasts);
	wrap(out, "proof:   ", cause->proof);
	for (size_t i = 0; i < CAUSE_ADVICE && cause->advice[i]; i++)
		wrap(out, "advice:  ", cause->advice[i]);
	if (cause->advice_at.text)
		wrap(out, "advice:  ", arena_printf(arena, "(clone3) %s", cause->advice_at.text));
}

void render_causes(const struct render_options *o)
{
	struct arena arena = { 0 };

	for (size_t i = 0; i < cause_count; i++) {
		if (i)
			fputc('\n', o->out);
		print_cause(o->out, causes[i], &arena);
	}
	arena_fini(&arena);
}
