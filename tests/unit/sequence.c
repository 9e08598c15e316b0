/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/sequence.h"

#include "test.h"

int main(void)
{
	static struct sequence s, none;

	CHECK(sequence_add(&s, 0) && sequence_add(&s, 2) && sequence_add(&s, 1));
	CHECK(!sequence_add(&s, 1));
	CHECK(sequence_missing(&s, 0) == 0);
	CHECK(sequence_missing(&s, 5) == 2);
	CHECK(sequence_add(&s, 9) && sequence_missing(&s, 0) == 6);
	CHECK(sequence_add(&s, SEQUENCE_WINDOW + 8));
	CHECK(!sequence_add(&s, 8));
	CHECK(sequence_add(&s, 10) && !sequence_add(&s, 10));
	CHECK(!sequence_add(&s, UINT64_MAX) && !sequence_add(&s, s.end + SEQUENCE_GAP_MAX + 1));
	CHECK(sequence_add(&s, s.end + SEQUENCE_GAP_MAX));
	CHECK(!sequence_add(&s, SEQUENCE_WINDOW + 8));
	CHECK(sequence_missing(&s, 0) == s.end - s.arrived && s.arrived == 7 - 0);
	CHECK(!sequence_has_first(&s));
	uint64_t arrived = s.arrived, end = s.end;

	sequence_end(&s);
	CHECK(s.arrived == arrived && s.end == end && sequence_missing(&s, 0) == end - arrived);
	CHECK(!sequence_has_first(&none) && sequence_add(&none, 1) && !sequence_has_first(&none));
	CHECK(sequence_add(&none, 0) && sequence_has_first(&none));
	sequence_end(&none);
	return TEST_END();
}
