/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/finding.h"

#include <stdlib.h>

void finding_free(struct finding *f)
{
	if (!f)
		return;
	thread_table_fini(&f->table);
	arena_fini(&f->arena);
	strings_fini(&f->facts);
	strings_fini(&f->advice);
	free(f->evidence);
	free(f->excluded);
	attach_free(f->attach);
	free(f);
}

const char *confidence_name(enum confidence confidence)
{
	static const char *const names[] = { NULL, "inferred", "proven" };

	return names[confidence];
}

const char *proof_name(enum proof proof)
{
	static const char *const names[] = { NULL, "seen", "deduced" };

	return names[proof];
}

int32_t finding_target(const struct finding *f)
{
	return f->attach->begin.tpid || !f->target ? f->attach->begin.tpid : f->target->r.found;
}
