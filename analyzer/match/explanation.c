/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/explanation.h"

#include <stdlib.h>

#include "base/text.h"

const char *explain_no_event(const struct errline *line)
{
	switch (line->step) {
	case ERRLINE_OPEN:
		return "the file could not be opened, so nothing was written";
	case ERRLINE_USER:
		return "the program refused it on its own, and never called the kernel";
	default:
		return NULL;
	}
}

const char *explain_safe(struct arena *arena, const char *text)
{
	return text ? text_safe(arena, text) : "?";
}

void explanation_fini(struct explanation *e)
{
	free(e->possible.items);
	free(e->ruled_out.items);
	free(e->advice.items);
	free(e->checks.items);
	strings_fini(&e->known);
	strings_fini(&e->commands);
}
