/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/render.h"

#include "base/wrap.h"

static void print_cause(FILE *out, const struct cause *cause, struct arena *arena)
{
	fprintf(out, "%s (%s): %s\n", cause->id, cause_errnos(cause, arena), cause->title);
	wrap(out, "kernels: ", cause->kernels);
	if (cause_is_of_clone(cause))
		wrap(out, "doors:   ",
		     cause_is_of_write(cause) ? "a write, and clone3() with CLONE_INTO_CGROUP" :
						"clone3() with CLONE_INTO_CGROUP");
	wrap(out, arena_printf(arena, "%s: ", persistence_name(cause->persistence)), cause->lasts);
	wrap(out, "proof:   ", cause->proof);
	for (size_t i = 0; i < CAUSE_ADVICE && cause->advice[i]; i++)
		wrap(out, "advice:  ", cause->advice[i]);
	if (cause->clone_advice)
		wrap(out, "advice:  ", arena_printf(arena, "(clone3) %s", cause->clone_advice));
}

void render_causes(const struct render_options *o)
{
	struct arena arena = { 0 };

	for (size_t i = 0; i < cause_count; i++) {
		if (i)
			fputc('\n', o->out);
		print_cause(o->out, &causes[i], &arena);
	}
	arena_fini(&arena);
}
