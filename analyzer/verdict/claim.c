/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/claim.h"

#include <stdio.h>
#include <stdlib.h>

static const char *format(struct arena *arena, const char *fmt, va_list ap)
{
	char text[1024];

	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the callers begin it */
	vsnprintf(text, sizeof(text), fmt, ap);
	return arena_strdup(arena, text);
}

void claim_fini(struct claim *claim)
{
	strings_fini(&claim->facts);
	free(claim->evidence);
}

void claim_fact(struct claim *claim, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strings_add(&claim->facts, format(claim->arena, fmt, ap));
	va_end(ap);
}

void claim_cite(struct claim *claim, unsigned long line, const char *fmt, ...)
{
	va_list ap;

	claim->evidence = xgrow(claim->evidence, claim->evidence_count, &claim->evidence_room,
				sizeof(*claim->evidence));
	va_start(ap, fmt);
	claim->evidence[claim->evidence_count++] =
		(struct evidence){ line, format(claim->arena, fmt, ap) };
	va_end(ap);
}

enum confidence claim_inferred(struct claim *claim, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strings_add(&claim->facts, format(claim->arena, fmt, ap));
	va_end(ap);
	return CONFIDENCE_INFERRED;
}
