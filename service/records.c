/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/records.h"

#include <stdio.h>

#define ULL(n) ((unsigned long long)(n))

const char *records_segment(char to[RECORDS_MAX], uint64_t seq, uint64_t n,
			    const struct record_totals *before)
{
	snprintf(to, RECORDS_MAX,
		 "segment %llu 0 n=%llu accepted=%llu accepted_told=%llu refused=%llu "
		 "refused_told=%llu "
		 "counted=%llu stops=%llu stops_told=%llu placed=%llu placed_refused=%llu "
		 "placed_told=%llu ;%llu\n",
		 ULL(seq), ULL(n), ULL(before->accepted), ULL(before->accepted_told),
		 ULL(before->refused), ULL(before->refused_told), ULL(before->counted),
		 ULL(before->stops), ULL(before->stops_told), ULL(before->placed),
		 ULL(before->placed_refused), ULL(before->placed_told), ULL(seq));
	return to;
}

const char *records_continued(char to[RECORDS_MAX], uint64_t seq, uint64_t n,
			      const struct record_totals *until)
{
	snprintf(to, RECORDS_MAX,
		 "continued %llu 0 n=%llu accepted=%llu refused=%llu counted=%llu ;%llu\n",
		 ULL(seq), ULL(n), ULL(until->accepted), ULL(until->refused), ULL(until->counted),
		 ULL(seq));
	return to;
}

const char *records_unkept(char to[RECORDS_MAX], uint64_t seq, const struct missed *missed)
{
	snprintf(to, RECORDS_MAX,
		 "unkept %llu 0 since=%llu bytes=%llu records=%llu refusals=%llu ;%llu\n", ULL(seq),
		 ULL(missed->since), ULL(missed->bytes), ULL(missed->records),
		 ULL(missed->refusals), ULL(seq));
	return to;
}
