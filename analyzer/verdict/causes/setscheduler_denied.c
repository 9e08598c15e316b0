/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_cpuset.h"

#define CPUSET	 "cpuset_can_attach"
#define SECURITY "security_task_setscheduler"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct answer *answer = find_refusal(f, CPUSET);

	if (f->function && !strcmp(f->function, SECURITY)) {
		if (f->attach->begun)
			claim_cite(claim, f->attach->begin_line, "the writer's euid is %u",
				   f->attach->begin.euid);
		return cpuset_refused_one(f, claim, SECURITY);
	}
	if (!f->function || strcmp(f->function, CPUSET) || did_not_refuse(f, SECURITY) || !answer)
		return CONFIDENCE_NONE;
	claim_cite(claim, answer->line, CPUSET "() returned %d", answer->r.ret);
	return claim_inferred(claim,
			      "the return value of " SECURITY "() is not in the log, but " CPUSET
			      "() has no other reason to return this");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET);

	if (!stop)
		return CONFIDENCE_NONE;
	if (!has_thread(stop, claim)) {
		cpuset_cite_return(claim, stop);
		return CONFIDENCE_PROVEN;
	}
	claim->blocker = stop;
	claim_cite(claim, stop->line,
		   CPUSET "() returned %d at thread %d (%s): only security_task_setscheduler() "
			  "makes it return that",
		   stop->r.ret, stop->r.row.pid, stop->r.row.comm);
	if (f->attach->has_writer)
		claim_cite(claim, f->attach->writer_line, "the writer's euid is %u",
			   f->attach->writer.euid);
	return CONFIDENCE_PROVEN;
}

const struct cause cause_setscheduler_denied = {
	.id = "setscheduler_denied",
	.title = "the writer may not change that thread's scheduling, which cpuset requires",
	.doors = DOORS_MOVE,
	.errnos = { EPERM, EACCES },
	/* For EPERM of a write nearly the only one; for EACCES permissions of files come first. */
	.commonness = COMMONNESS_SELDOM,
	.kernel_words = "all; 6.12 does not check on v2 if neither CPUs nor memory nodes change",
	.controller = "cpuset",
	.stage = STAGE_CONTROLLER,
	.functions = { SECURITY, CPUSET },
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as writer and thread keep their users and capabilities",
	.proof = "security_task_setscheduler() refused a thread inside cpuset_can_attach().",
	.advice = {
			"The writer needs CAP_SYS_NICE over <thread>, or the same uid; the writer "
			"is checked here, not the process that opened the file. A security module "
			"(SELinux, AppArmor, BPF) may also have refused.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
};
