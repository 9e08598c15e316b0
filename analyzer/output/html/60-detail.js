/* ---- one refusal in full ---- */

const CONFIDENCE = ["unexplained", "inferred", "proven"];

const facts = (pairs) => el("dl", { class: "facts" }, pairs.filter((pair) => pair && pair[1] !== null && pair[1] !== undefined)
	.map(([term, ...value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value))));

const block = (title, ...content) => el("section", { class: "block" }, el("h4", {}, title), content);

const containerWords = (c) => [c.engine, c.id, c.pod_uid && `pod ${c.pod_uid}`, c.qos && `QoS ${c.qos}`, !c.id && c.unit]
	.filter(Boolean).join(" ");

const writerWords = ({ writer, door }) => {
	if (!writer)
		return door === "kernel" ? "the kernel itself" : "a writer that is not known";
	return [writer.comm === null ? "the writer" : name(writer.comm), ` (pid ${writer.pid}, of process ${writer.tgid})`];
};

const whatWasDone = (r) => {
	const place = r.cgroup === null ? "a cgroup that is not known" : code(r.cgroup);

	if (r.door === "clone3")
		return [writerWords(r), " called clone3() into ", place];
	if (r.door === "kernel")
		return ["the kernel moved a task to ", place];
	return [writerWords(r), " wrote ", r.written_text === null ? "text that is not known" : code(r.written_text),
		" to ", r.file === null ? "a file" : code(r.file), " of ", place];
};

const hierarchyWords = (r) => r.version === null ? null :
	`cgroup v${r.version}${r.controllers.length ? `, ${r.controllers.map(clean).join(",")}` : ""}`;

const blockerWords = (r) => {
	const b = r.blocking_thread;

	return b && ["thread ", String(b.pid), ` of process ${b.tgid} (`, name(b.comm), `), state ${b.state}`,
		b.age_ns === null ? "" : `, ${duration(b.age_ns)} old`, r.proof === "deduced" ? " when it was read; at the check it was NEW (deduced)" : ""];
};

const creatorWords = (c) => {
	if (!c || c.ip === null)
		return c && [name(c.words)];
	const where = c.symbol !== null ? [code(`${c.symbol}+0x${c.symbol_offset.toString(16)}`), " of ", code(c.file || "no file")] :
		[code(c.file || "no file"), c.offset === null ? "" : ` at 0x${c.offset.toString(16)}`, c.why_not ? [" (", name(c.why_not), ")"] : ""];

	return [name(c.words), el("br"), c.call ? [code(`${c.call}()`), " in "] : "the system call in ", where,
		c.table ? ` (${clean(c.table)}${c.note ? `; ${clean(c.note)}` : ""})` : ""];
};

const refusedBy = (r) => r.function && [code(`${r.function}()`), r.source ? [" (", name(r.source), ")"] : "",
	r.controller ? ` of controller ${clean(r.controller)}` : "", r.function_deduced ? " (deduced)" : "",
	r.more.place !== null ? `, at thread ${r.more.place}${r.more.of !== null ? ` of ${r.more.of}` : ""}` : ""];

/* ---- the table of threads ---- */

const roleOf = (t) => [t.blocking && "✕ blocked the move", t.written && "was to be moved", t.parent && "parent",
	t.state_at_check && `${t.state_at_check} at the check`].filter(Boolean).join(", ") || "same process";

const COLUMNS = [
	["Role", roleOf], ["PID", (t) => t.pid, "number"], ["TGID", (t) => t.tgid, "number"], ["PPID", (t) => t.ppid, "number"],
	["Program", (t) => name(t.comm ?? "")], ["State when seen", (t) => stateWords(t)],
	["Age", (t) => (t.start === null || t.seen === null ? "" : duration(t.seen - t.start)), "number"],
	["Ran", (t) => (t.run === null ? "" : t.run === 0 && t.arrivals === 0 ? "never" : duration(t.run)), "number"],
	["Policy, prio", (t) => `${t.policy}, ${t.prio}`, "number"],
];

const threadTable = (threads) => el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Threads" },
	el("table", { class: "threads" }, el("thead", {}, el("tr", {}, COLUMNS.map(([title, , kind]) =>
		el("th", { scope: "col", class: kind }, title)))),
	el("tbody", {}, threads.map((t) => el("tr", { class: t.blocking ? "blocking" : null },
		COLUMNS.map(([, value, kind]) => el("td", { class: kind }, value(t))))))));

/* ---- evidence ---- */

const evidenceList = (r) => {
	const quotes = new Map(r.more.lines.map(({ line, text }) => [line, text])), lines = new Map();

	for (const e of r.evidence) {
		if (!lines.has(e.line))
			lines.set(e.line, { what: [], line: quotes.get(e.line) ?? null });
		lines.get(e.line).what.push(e.what);
	}
	return el("ul", { class: "evidence" }, [...lines].map(([number, { what, line }]) => el("li", {},
		el("span", { class: "line-number" }, `line ${number}`),
		what.map((text) => el("p", {}, name(text))),
		line === null ? el("p", { class: "note" }, "The line is not kept.") :
			el("pre", { tabindex: 0, "aria-label": `Line ${number} of the log` }, el("bdi", {}, clean(line.replace(/ +;/, " ;")))))));
};

const ruledOut = (list) => el("dl", { class: "ruled-out" }, list.map(({ cause, why }) =>
	[el("dt", {}, cause), el("dd", {}, name(why))]));

const list = (texts, attributes) => el("ul", attributes, texts.map((text) => el("li", {}, name(text))));

/* ---- the whole ---- */

class Detail {
	constructor(log, onSelect) {
		this.log = log;
		this.onSelect = onSelect;
		this.element = el("article", { class: "detail", id: "detail", tabindex: -1, "aria-labelledby": "detail-title" });
	}

	async show(row) {
		this.row = row;
		const refusal = await this.log.refusal(row);

		/* Another one may have been asked for meanwhile. */
		if (this.row !== row)
			return;
		this.race = null;
		this.element.replaceChildren(...this.content(refusal, row).flat(Infinity).filter(Boolean));
		if (this.race)
			this.race.draw();
	}

	hide() {
		this.row = null;
		this.race = null;
		this.element.replaceChildren(el("p", { class: "note" }, "No refusal fits what is chosen."));
	}

	content(r, row) {
		const { threads } = momentsOf(r);

		return [this.head(r, row), this.drawing(r, row), this.factList(r, row),
			r.known.length > 0 && block("Known besides", list(r.known)),
			r.advice.length > 0 && block("What to do", list(r.advice, { class: "advice" })),
			threads.length > 0 && block("Threads", threadTable(threads)),
			block("Evidence", evidenceList(r)),
			r.ruled_out.length > 0 && block("Ruled out", ruledOut(r.ruled_out))];
	}

	head(r, row) {
		const wall = this.log.wall(row), mono = this.log.mono(row), outcome = outcomeOf(this.log, row);

		return el("header", {},
			el("h3", { id: "detail-title" }, el("a", { href: this.address(row), class: "id" }, `#${r.id}`), " ",
				el("span", { class: "errno" }, r.errno), " ", el("span", { class: `cause k${this.log.colours.get(this.log.cause[row])}` }, r.cause),
				" ", el("span", { class: "confidence" }, CONFIDENCE[this.log.confidence[row]],
					r.proof ? ` (state ${r.proof})` : "")),
			el("p", { class: "title" }, `${r.title[0].toUpperCase()}${r.title.slice(1)}.`),
			el("p", { class: "what" }, whatWasDone(r), hierarchyWords(r) && ` (${hierarchyWords(r)})`, "."),
			el("p", { class: `outcome ${outcome.kind}` }, outcome.long),
			el("p", { class: "note" }, wall === null ? null : [el("time", {}, utc(wall)), "; "],
				mono === null ? "the log does not say when" : `${monotonic(mono)} on the monotonic clock`,
				this.log.files.length > 1 ? ["; ", name(r.log)] : null,
				r.complete ? null : "; not all of its records are in the log"));
	}

	address(row) {
		const params = new URLSearchParams();

		if (this.log.files.length > 1)
			params.set("log", String(this.log.log[row] + 1));
		params.set("refusal", String(this.log.ids[row]));
		return `#${params}`;
	}

	/* Nothing, if the log has a single moment of the attach. */
	drawing(r, row) {
		const words = raceWords(r, this.log, row), strip = triesStrip(this.log, row, this.onSelect);
		const steps = el("ol", { class: "steps" }, words.map(({ at, text }) =>
			el("li", {}, el("span", { class: "at" }, at === 0 ? "0" : signed(at)), " ", el("span", {}, text))));

		if (Race.isPossible(r))
			this.race = new Race(r, this.tries(row), `The race of refusal ${r.id}, to scale. The steps follow as a list.`);
		if (!this.race)
			return strip && block("Its tries", strip);
		return block("The race", strip, this.race.element, steps);
	}

	factList(r) {
		return facts([
			["Refused by", refusedBy(r)],
			[r.persistence[0].toUpperCase() + r.persistence.slice(1), name(r.lasts)],
			["Blocked by", blockerWords(r)],
			["Created by", creatorWords(r.creator)],
			["Container", r.container && name(containerWords(r.container))],
			["From cgroup", r.from_cgroup === null ? null : code(r.from_cgroup)],
			["Writer", r.writer && r.writer.ppid !== null ? `euid ${r.writer.euid}, parent ${r.writer.ppid}${r.writer.ns && r.writer.ns.level ?
				`, pid ${r.writer.ns.pid} in its pid namespace (level ${r.writer.ns.level})` : ""}` : null],
			["Kernel", r.kernel === null ? "not known" : name(r.kernel)],
		]);
	}

	/* The other tries, as ns after this one. */
	tries(row) {
		const { log } = this, i = log.incident[row];

		if (i < 0 || log.incidents.tries[i] < 2)
			return [];
		const tries = log.triesOf(row).filter((other) => other !== row)
			.map((other) => ({ n: log.try[other], at: log.t[other] - log.t[row], isRefused: true }));

		if (log.incidents.outcome[i] === OUTCOME.succeeded)
			tries.push({ n: log.incidents.tries[i], at: log.incidents.ended[i] - log.t[row], isRefused: false });
		return tries;
	}

	redraw() {
		if (this.race)
			this.race.draw();
	}
}
