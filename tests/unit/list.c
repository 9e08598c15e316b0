/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/list.h"

#include <string.h>

#include "test.h"

static void test_next(void)
{
	const char *rest = "cpu,,cpuacct", *name;
	size_t len;

	name = list_next(&rest, &len);
	CHECK(name && len == 3 && !memcmp(name, "cpu", 3));
	name = list_next(&rest, &len);
	CHECK(name && !len);
	name = list_next(&rest, &len);
	CHECK(name && len == 7 && !memcmp(name, "cpuacct", 7));
	CHECK(!list_next(&rest, &len));
	rest = NULL;
	CHECK(!list_next(&rest, &len));
	rest = "";
	CHECK(!list_next(&rest, &len));
}

int main(void)
{
	test_next();
	CHECK(list_has("cpu", "cpu"));
	CHECK(list_has("cpu,cpuacct", "cpuacct"));
	/* The first place where the letters stand need not be the name. */
	CHECK(list_has("cpuacct,cpu", "cpu"));
	CHECK(list_has("vcpu,cpuset,cpu,pids", "cpu"));
	CHECK(!list_has("cpuacct,cpuset", "cpu"));
	CHECK(!list_has("cpu", "cpuacct"));
	CHECK(!list_has("a,,b", ""));
	CHECK(!list_has("", "cpu"));
	CHECK(!list_has(NULL, "cpu"));
	CHECK(list_has_any("cpuacct,cpu", "pids,cpu"));
	CHECK(!list_has_any("cpuacct,cpuset", "pids,cpu"));
	CHECK(!list_has_any("cpu", ""));
	CHECK(list_has_all("cpu,cpuacct", "cpuacct"));
	CHECK(list_has_all("cpu,cpuacct", "cpuacct,cpu"));
	CHECK(list_has_all("cpu", ""));
	CHECK(!list_has_all("cpu,cpuacct", "cpu,cpuset"));
	return TEST_END();
}
