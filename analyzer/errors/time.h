/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * time - time stamps in a line of a log: RFC 3339, syslog, klog, logcat, lxc, dmesg, logfmt and JSON.
 */
#ifndef ERRORS_TIME_H
#define ERRORS_TIME_H

#include <stdbool.h>
#include <stddef.h>

#include "errors/line.h"

struct errtime {
	enum errline_clock clock;
	int64_t ns, precision_ns;	/* as in struct errline */
};

/*
 * The time of a line, as unquote() leaves it: of all that it shows one with a zone rather than without, then the
 * most precise one, then the first; of a Kubernetes event when it was last seen. One at the very end of the text is
 * not taken, since it may be cut. False if there is none. The text needs a final 0.
 */
bool errtime_find(const char *text, size_t len, struct errtime *ret);

#endif
