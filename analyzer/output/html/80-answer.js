/* ---- the answer ---- */

/* log: null as long as the refusals are not unpacked. */
const causeCounts = (summary, log) => {
	const counts = new Map();

	for (let i = 0; log && i < log.count; i++) {
		const { id } = log.causes[log.cause[i]];

		if (!counts.has(id))
			counts.set(id, [0, 0, 0]);
		counts.get(id)[log.confidence[i]]++;
	}
	return Object.entries(summary.by_cause).sort((a, b) => b[1] - a[1]).map(([id, n]) => {
		const place = log ? log.causes.findIndex((cause) => cause.id === id) : -1;

		return { id, n, title: place < 0 ? "" : `: ${log.causes[place].title}`,
			colour: place < 0 ? null : log.colours.get(place), confidence: confidenceWords(counts.get(id), n) };
	});
};

/* Of those on the page, which are all unless some are selected. */
const confidenceWords = (counts, n) => {
	if (!counts || counts[0] + counts[1] + counts[2] !== n)
		return "";
	if (counts[1] && counts[2])
		return `${count(counts[2])} proven, ${count(counts[1])} inferred`;
	return counts[2] ? "proven" : counts[1] ? "inferred" : "";
};

const reachedWords = ({ refused, incidents: n }) => {
	if (!n.count)
		return null;
	if (!n.failed)
		return n.open ? `the log does not show it (${plural(n.open, "attach", "attaches")})` : "none";
	const spite = !n.gave_up ? "" : n.gave_up < n.failed ? ` (${count(n.gave_up)} in spite of retries)` : " in spite of retries";

	return `${plural(n.failed, "attach", "attaches")} failed in the end${spite}` +
		`${n.open ? `; of ${count(n.open)} the log does not show it` : ""}`;
};

const retriedWords = ({ incidents: n }) => {
	if (!n.retried)
		return "none";
	const parts = [n.hidden && `${count(n.hidden)} succeeded in the end`, n.gave_up && `${count(n.gave_up)} given up`].filter(Boolean);

	return `${plural(n.retried, "attach", "attaches")}${parts.length ? `: ${parts.join(", ")}` : ""}` +
		`${n.in_vain ? `; ${count(n.in_vain)} in vain, since the cause is permanent` : ""}`;
};

const hiddenWords = ({ incidents: n }) => !n.hidden_ns ? null :
	`${plural(n.hidden_refusals, "refusal", "refusals")}; the retries took ${duration(n.hidden_ns.total)}` +
	`${n.hidden > 1 ? ` in all, ${duration(n.hidden_ns.min)} to ${duration(n.hidden_ns.max)} each (median ` +
		`${duration(n.hidden_ns.median)}, 90 % within ${duration(n.hidden_ns.p90)})` : ""}`;

const lostWords = (s, logs) => {
	if (s.whole)
		return "nothing";
	return [
		s.lost && plural(s.lost, "record", "records"),
		s.lost_attaches && plural(s.lost_attaches, "whole attach", "whole attaches"),
		s.incomplete && plural(s.incomplete, "attach is incomplete", "attaches are incomplete"),
		s.damaged_lines && plural(s.damaged_lines, "damaged line", "damaged lines"),
		s.misplaced_records && plural(s.misplaced_records, "misplaced record", "misplaced records"),
		s.failed && plural(s.failed, "write that the recorder gave up on", "writes that the recorder gave up on"),
		logs.some((log) => log.format === null) && "the header",
		s.cut_short && "the trailer: the log was cut short, more may be lost",
		logs.some((log) => log.format >= 4 && log.armed_ns === null) &&
			"the record of when the recorder was armed: it may never have been",
	].filter(Boolean).join(", ") || "the trailer contradicts the log";
};

const noEffectWords = (n) => {
	const all = n.zombie + n.already_there + n.either;

	return all ? `${plural(all, "accepted attach", "accepted attaches")} (of zombies, or of tasks that were there already)` : null;
};

const logWords = (log) => [name(log.file), log.line > 1 ? ` from line ${log.line}` : "", ", kernel ",
	log.kernel === null ? "unknown" : name(`${log.kernel} ${log.machine}`)];

const tile = (title, text, kind) => text === null ? null :
	el("div", { class: `tile ${kind || ""}` }, el("dt", {}, title), el("dd", {}, text));

const CAUSES_FIRST = 6;

const causeList = (causes) => el("ul", { class: "causes" }, causes.map((cause) => el("li", {},
	el("span", { class: `swatch c${cause.colour ?? 5}`, "aria-hidden": "true" }),
	el("b", {}, `${count(cause.n)} ${cause.id}`), cause.confidence && ` (${cause.confidence})`, cause.title)));

const answer = (report, log) => {
	const s = report.summary, causes = causeCounts(s, log), n = s.incidents;

	return [
		el("h1", {}, `${count(s.refused)} of ${plural(s.attempts, "attach was", "attaches were")} refused`),
		causes.length > 0 && causeList(causes.slice(0, CAUSES_FIRST)),
		causes.length > CAUSES_FIRST && el("details", {}, el("summary", {}, `${count(causes.length - CAUSES_FIRST)} more causes, of ` +
			plural(causes.slice(CAUSES_FIRST).reduce((sum, cause) => sum + cause.n, 0), "refusal", "refusals")),
		causeList(causes.slice(CAUSES_FIRST))),
		el("dl", { class: "tiles" },
			s.refused > 0 && tile("Reached users", reachedWords(s), n.failed ? "bad" : "good"),
			s.refused > 0 && tile("Tried again", retriedWords(s)),
			tile("Hidden by a retry", hiddenWords(s)),
			tile("Lost", lostWords(s, report.logs), s.whole ? "good" : "bad"),
			s.counted > 0 && tile("Counted only", `${plural(s.counted, "refusal", "refusals")}, too many to record each`),
			s.filtered > 0 && tile("Not recorded because of the recorder's options", plural(s.filtered, "attach", "attaches")),
			s.shed > 0 && tile("Not recorded under load", plural(s.shed, "accepted attach", "accepted attaches")),
			s.property_writes > 0 && tile("Refused property writes, which moved nothing", `${count(s.property_writes)} to cgroup.subtree_control`),
			tile("No effect", noEffectWords(s.no_effect)),
			el("div", { class: "tile" }, el("dt", {}, report.logs.length === 1 ? "Log" : "Logs"),
				report.logs.slice(0, 8).map((l) => el("dd", {}, logWords(l))),
				report.logs.length > 8 && el("dd", {}, `and ${count(report.logs.length - 8)} more`))),
		s.selected !== null && el("p", { class: "notice" },
			`Selected: ${count(s.selected)} of the ${plural(s.refused, "refusal", "refusals")}; what stands above is of the whole log.`),
	];
};

/* ---- groups ---- */

const GROUPS_FIRST = 8, GROUPS_ALL = 500;

class Groups {
	constructor(log, onSelect) {
		this.log = log;
		this.onSelect = onSelect;
		this.isOpen = false;
		this.body = el("tbody", {});
		this.more = el("button", { type: "button", class: "small", onclick: () => { this.isOpen = !this.isOpen; this.draw(this.groups); } });
		this.element = el("section", { "aria-labelledby": "groups-title" }, el("h2", { id: "groups-title" }, "Refusals that are alike"),
			el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Groups of refusals" }, el("table", { class: "groups" }, el("thead", {}, el("tr", {},
				["How many", "Cause", "Where, and by whom", "First and last", "Hidden by a retry", "Example"].map((title, i) =>
					el("th", { scope: "col", class: i === 0 || i === 4 ? "number" : null }, title)))), this.body)), this.more);
	}

	draw(groups) {
		this.groups = groups;
		this.body.replaceChildren(...groups.slice(0, this.isOpen ? GROUPS_ALL : GROUPS_FIRST).map((group) => this.row(group)));
		this.more.hidden = groups.length <= GROUPS_FIRST;
		this.more.textContent = this.isOpen ? "Fewer" : `${count(Math.min(groups.length, GROUPS_ALL) - GROUPS_FIRST)} more`;
		this.more.setAttribute("aria-expanded", String(this.isOpen));
	}

	row(group) {
		const { log } = this, row = group.example, creator = log.nameOf(log.creator[row]);
		const comm = log.nameOf(log.comm[row]), place = placeName(log, row), fn = log.nameOf(log.function[row]);

		return el("tr", {}, el("td", { class: "number" }, count(group.count)),
			el("td", {}, el("span", { class: `cause k${log.colours.get(log.cause[row])}` }, log.causes[log.cause[row]].id),
				el("div", { class: "note" }, log.nameOf(log.errno[row]), group.proven === group.count ? ", proven" : group.proven ? `, ${count(group.proven)} proven` : "")),
			el("td", { class: "where" }, [
				fn && ["at ", code(`${fn}()`)], comm && ["written by ", name(comm)], place && ["to ", name(place)],
				creator && ["thread created in ", name(creator)]].filter(Boolean).map((words, i) => [i ? ", " : "", words])),
			el("td", { class: "when" }, this.when(group)),
			el("td", { class: "number" }, group.hidden ? `${count(group.hidden)} (${Math.round(group.hidden / group.count * 100)} %)` : "–"),
			el("td", {}, el("button", { type: "button", class: "small", onclick: () => this.onSelect(row) }, `#${log.ids[row]}`)));
	}

	when({ first, last }) {
		const text = (row) => {
			const wall = this.log.wall(row), mono = this.log.mono(row);

			return wall !== null ? utc(wall).slice(0, 23) : mono !== null ? monotonic(mono) : "not known";
		};

		return first === last ? text(first) : [text(first), el("br"), text(last)];
	}
}

/* ---- error lines ---- */

const errorsSection = (log, errors) => el("section", { "aria-labelledby": "errors-title" },
	el("h2", { id: "errors-title" }, "Error lines"),
	el("p", { class: "note" }, `${count(errors.length)} of the ${plural(log.errors_lines, "line", "lines")} in `, name(log.errors_file), " are about a cgroup."),
	el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Error lines" }, el("table", { class: "errors-table" }, el("thead", {}, el("tr", {},
		["Line", "What it says", "Its refusal"].map((title) => el("th", { scope: "col" }, title)))),
	el("tbody", {}, errors.slice(0, 1000).map((error) => el("tr", {}, errorCells(log, error)))))),
	errors.length > 1000 && el("p", { class: "note" }, `${count(errors.length - 1000)} more are not shown; --json has them.`));
