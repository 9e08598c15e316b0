/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/text.h"

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

void text_cause(void *state, const struct cause *cause)
{
	struct text_out *o = state;
	FILE *out = o->out;

	if (o->follows)
		fputc('\n', out);
	o->follows = true;
	wrap_indented(out, 0, 4,
		      arena_printf(&o->arena, "%s (%s): %s", cause->id,
				   cause_errnos(cause, &o->arena), cause->title));
	wrap(out, "kernels: ", cause->kernel_words);
	if (doors_of(cause))
		wrap(out, "ways in: ", doors_of(cause));
	wrap(out, arena_printf(&o->arena, "%s: ", persistence_name(cause->persistence)),
	     cause->lasts);
	wrap(out, "proof:   ", cause->proof);
	for (size_t i = 0; i < CAUSE_ADVICE && cause->advice[i]; i++)
		wrap(out, "advice:  ", cause->advice[i]);
	if (cause->advice_at.text)
		wrap(out,
		     "advice:  ", arena_printf(&o->arena, "(clone3) %s", cause->advice_at.text));
	arena_fini(&o->arena);
}
