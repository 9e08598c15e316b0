/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/text.h"

#include "base/wrap.h"

void text_cause(void *state, const struct cause *cause)
{
	struct text_out *o = state;
	FILE *out = o->out;

	if (o->follows)
		fputc('\n', out);
	o->follows = true;
	fprintf(out, "%s (%s): %s\n", cause->id, cause_errnos(cause, &o->arena), cause->title);
	wrap(out, "kernels: ", cause->kernels);
	if (cause_is_of_clone(cause))
		wrap(out, "doors:   ",
		     cause_is_of_write(cause) ? "a write, and clone3() with CLONE_INTO_CGROUP" :
						"clone3() with CLONE_INTO_CGROUP");
	wrap(out, arena_printf(&o->arena, "%s: ", persistence_name(cause->persistence)),
	     cause->lasts);
	wrap(out, "proof:   ", cause->proof);
	for (size_t i = 0; i < CAUSE_ADVICE && cause->advice[i]; i++)
		wrap(out, "advice:  ", cause->advice[i]);
	if (cause->clone_advice)
		wrap(out, "advice:  ", arena_printf(&o->arena, "(clone3) %s", cause->clone_advice));
	arena_fini(&o->arena);
}
