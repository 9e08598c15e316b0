/* A thread in TASK_NEW: alone, below another pid namespace, and through cgroup.subtree_control. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "maker.h"
#include "victim.h"
#include "workload.h"

static struct truth_note note_of(const struct victim *victim, pid_t held)
{
	return refusal(kernel_refuses_new_threads() ? EINVAL : 0, "task_new", victim->pid, held);
}

/* ---- a process ---- */

static struct victim victim;
static int place;

static int prepare_victim(struct stage *stage)
{
	(void)stage;
	return victim_start(&victim, 3);
}

static int make_process(struct stage *stage)
{
	pid_t held = victim_hold(&victim);
	struct truth_note note = note_of(&victim, held);
	struct hierarchy *cpu = stage->in[CPU], *other = stage_any(stage);
	const struct truth_file *procs = &cpu->procs[place];

	if (held < 0)
		return -1;
	truth_write_pid(stage->truth, procs, victim.pid, &note);
	truth_write_pid(stage->truth, procs, held, &note);
	if (stage->version == 1) {
		truth_write_pid(stage->truth, &cpu->threads[place], held, &note);
		/* Thread by thread the kernel asks about one only, and this one is old. */
		stage_move(stage, &cpu->threads[place], victim.pid);
		truth_write_pid(stage->truth, procs, victim.pid, &note);
		/* No other controller minds. */
		if (other != cpu)
			stage_move(stage, &other->procs[place], victim.pid);
	}
	if (victim_release(&victim))
		return -1;
	stage_move(stage, procs, victim.pid);
	place = !place;
	return victim_end_thread(&victim);
}

/* ---- one whose writer lives in a pid namespace of its own ---- */

static struct victim nested;
static struct agent nested_writer;
static int nested_place;

static int fork_nested(struct truth_file *files, void *arg)
{
	struct stage *stage = arg;

	for (int i = 0; i < 2; i++)
		files[i] = stage->in[CPU]->procs[i];
	return victim_fork(&nested, 1);
}

static int prepare_nested(struct stage *stage)
{
	if (victim_open(&nested) ||
	    agent_start_in_pid_ns(&nested_writer, stage->truth, fork_nested, stage))
		return -1;
	return victim_greet(&nested);
}

static int make_nested(struct stage *stage)
{
	pid_t held = victim_hold(&nested);
	struct truth_note note = note_of(&nested, held);
	struct truth_note accepted = { .target = nested.pid };

	(void)stage;
	if (held < 0)
		return -1;
	for (int i = 0; i < 2; i++)
		if (agent_write_pid(&nested_writer, nested_place, nested.nspid, &note) < 0)
			return -1;
	if (victim_release(&nested) ||
	    agent_write_pid(&nested_writer, nested_place, nested.nspid, &accepted) < 0)
		return -1;
	nested_place = !nested_place;
	return victim_end_thread(&nested);
}

/* ---- moved since the controllers of its cgroup change ---- */

static struct victim branch;
static struct truth_file control, leaf;

static int prepare_branch(struct stage *stage)
{
	struct hierarchy *h = stage->in[CPU];

	if (victim_start(&branch, 1) ||
	    stage_file(h, "branch", "cgroup.subtree_control", &control) ||
	    stage_file(h, "branch/leaf", "cgroup.procs", &leaf))
		return -1;
	return stage_move(stage, &leaf, branch.pid);
}

static int change_controllers(struct stage *stage, const char *text)
{
	pid_t held = victim_hold(&branch);
	struct truth_note note = note_of(&branch, held), accepted = { 0 };

	if (held < 0)
		return -1;
	truth_write(stage->truth, &control, text, strlen(text), &note);
	if (victim_release(&branch))
		return -1;
	truth_write(stage->truth, &control, text, strlen(text), &accepted);
	return victim_end_thread(&branch);
}

static int make_branch(struct stage *stage)
{
	return change_controllers(stage, "+cpu") || change_controllers(stage, "-cpu") ? -1 : 0;
}

const struct maker makers_new[] = {
	{ "task_new", NULL, ON_BOTH, prepare_victim, make_process, ALL, false },
	{ "task_new", "pid namespace", ON_BOTH, prepare_nested, make_nested, ALL, false },
	{ "task_new", "subtree_control", ON_V2, prepare_branch, make_branch, ALL, false },
	{ 0 },
};
