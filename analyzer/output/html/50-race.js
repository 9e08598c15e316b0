/* ---- the race, drawn to scale ---- */

const LANE = 46, BAR = 14, TOP = 34, LANES_MAX = 12;

const stateWords = (thread) => thread.state === null ? "state not known" :
	thread.state_raw === null ? thread.state : `${thread.state}`;

/* Moments as ns after the refusal. */
const momentsOf = (refusal) => {
	const zero = refusal.time_ns, after = (t) => (t === null || t === undefined ? null : t - zero);
	const { more, timeline } = refusal;

	return {
		began: more.began_is_write ? after(more.began) : null,
		ended: after(more.ended),
		woken: timeline ? after(timeline.woken_ns) : null,
		isSeen: timeline !== null && timeline.refused_ns !== null,
		answers: refusal.functions.map((f, i) => ({ ...f, at: after(more.answers[i]) })),
		threads: refusal.threads.map((thread, i) => ({
			...thread, ...more.threads[i],
			start: after(more.threads[i].start), seen: after(more.threads[i].seen),
		})),
	};
};

/* The threads that a reader looks for first: the one that blocked, the one that was written, the parent. */
const lanesOf = (threads) => {
	const weight = (t) => (t.blocking ? 0 : t.written ? 1 : t.parent ? 3 : 2);

	return threads.map((thread, n) => ({ thread, n })).sort((a, b) => weight(a.thread) - weight(b.thread) || a.n - b.n)
		.slice(0, LANES_MAX).map(({ thread }) => thread);
};

const known = (...moments) => moments.filter((t) => t !== null && Number.isFinite(t));

/* From the beginning of the youngest thread that matters to the answer. */
const wholeRange = (m) => {
	const blocker = m.threads.find((t) => t.blocking), written = m.threads.find((t) => t.written);
	const seen = m.threads.map((t) => t.seen);
	const first = known(m.began, (blocker || written || {}).start ?? null);
	const from = Math.min(0, ...first), to = Math.max(0, ...known(m.ended, m.woken), ...known(...seen).filter((t) => t < 10 * Math.abs(from) + 1e6));

	return [from, to];
};

const checkRange = (m) => {
	const to = Math.max(0, ...known(m.ended, m.woken)), from = Math.min(0, ...known(m.began, ...m.answers.map((a) => a.at)));
	const span = Math.max(to - from, 1e3);

	return [from - 1.5 * span, to + 0.5 * span];
};

class Race {
	constructor(refusal, tries, words) {
		this.refusal = refusal;
		this.tries = tries;
		this.words = words;
		this.m = momentsOf(refusal);
		this.lanes = lanesOf(this.m.threads);
		this.ranges = { whole: wholeRange(this.m), check: checkRange(this.m) };
		this.which = "whole";
		this.svg = svg("svg", { class: "race", role: "img", "aria-label": words });
		this.box = el("div", { class: "race-box" }, this.svg);
		this.element = el("div", {}, this.choice(), this.box, this.legend());
	}

	/* Is there anything that takes time? */
	static isPossible(refusal) {
		const [from, to] = wholeRange(momentsOf(refusal));

		return Boolean(refusal.time_ns) && to - from > 0;
	}

	choice() {
		const [from, to] = this.ranges.whole, [near, far] = this.ranges.check;

		if ((to - from) < 8 * (far - near))
			return null;
		const button = (which, text) => el("button", {
			type: "button", class: "small", "aria-pressed": String(this.which === which), onclick: (event) => {
				this.which = which;
				for (const other of event.currentTarget.parentNode.children)
					other.setAttribute("aria-pressed", String(other === event.currentTarget));
				this.draw();
			},
		}, text);

		return el("div", { class: "buttons", role: "group", "aria-label": "Which part of the race" },
			button("whole", "The whole race"), button("check", "Around the refusal"));
	}

	legend() {
		const entry = (kind, text) => el("li", {}, svg("svg", { class: "key", width: 22, height: 12, "aria-hidden": "true" },
			svg("rect", { class: kind, x: 0.5, y: 0.5, width: 21, height: 11 })), text);

		return el("ul", { class: "legend" },
			this.m.threads.some((t) => t.blocking && this.refusal.proof) && entry("is-new", "TASK_NEW: being created"),
			entry("is-write", "in the write, as recorded"),
			entry("is-unknown", "alive, but what it did is not recorded"));
	}

	draw() {
		const width = Math.max(280, this.box.clientWidth || 700), [from, to] = this.ranges[this.which];
		const margin = (to - from) * 0.03;

		this.width = width;
		this.from = from - margin;
		this.to = to + margin;
		this.height = TOP + (this.lanes.length + 1) * LANE + 26;
		this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
		this.svg.setAttribute("width", width);
		this.svg.setAttribute("height", this.height);
		this.svg.replaceChildren(hatching(), svg("title", {}, this.words));
		this.drawAxis();
		this.drawWriter();
		this.lanes.forEach((thread, i) => this.drawThread(thread, i + 1));
		this.drawRefusal();
	}

	x(t) {
		return (t - this.from) / (this.to - this.from) * this.width;
	}

	clamp(t) {
		return Math.max(0, Math.min(this.width, this.x(t)));
	}

	y(lane) {
		return TOP + lane * LANE;
	}

	/* ---- pieces ---- */

	bar(lane, kind, from, to, title) {
		const x = this.clamp(from), width = Math.max(this.clamp(to) - x, 1.5);

		if (from > this.to || to < this.from)
			return;
		this.svg.append(svg("rect", { class: kind, x, y: this.y(lane) + 20, width, height: BAR }, svg("title", {}, title)));
	}

	label(lane, text, note) {
		const line = svg("text", { class: "lane", x: 0, y: this.y(lane) + 13 }, text);

		if (note)
			line.append(svg("tspan", { class: "lane-note", dx: 8 }, note));
		this.svg.append(line);
	}

	/* At a moment on a lane: what was seen there. */
	dot(lane, t, kind, title) {
		if (t < this.from || t > this.to)
			return;
		this.svg.append(svg("circle", { class: kind, cx: this.x(t), cy: this.y(lane) + 20 + BAR / 2, r: 4 },
			svg("title", {}, title)));
	}

	/* Another try of the same writer. */
	mark(lane, t, isRefused, n) {
		if (t < this.from || t > this.to)
			return;
		const x = this.x(t), y = this.y(lane) + 20 + BAR / 2;

		this.svg.append(svg("g", { class: isRefused ? "other-bad" : "other-good" },
			svg("title", {}, `${signed(t)}: try ${n} ${isRefused ? "is refused" : "succeeds"}`),
			svg("circle", { cx: x, cy: y, r: 8 }), svg("text", { x, y: y + 4, "text-anchor": "middle" }, isRefused ? String(n) : "✓")));
	}

	inBar(lane, from, to, text) {
		const left = this.clamp(from), right = this.clamp(to);

		if (right - left > 8 * text.length)
			this.svg.append(svg("text", { class: "in-bar", x: (left + right) / 2, y: this.y(lane) + 31, "text-anchor": "middle" }, text));
	}

	drawAxis() {
		const bottom = this.height - 22, step = niceStep(this.to - this.from, Math.max(3, Math.floor(this.width / 110)));

		this.svg.append(svg("line", { class: "axis", x1: 0, x2: this.width, y1: bottom, y2: bottom }));
		for (let t = Math.ceil(this.from / step) * step; t <= this.to; t += step) {
			const x = this.x(t), text = Math.abs(t) < step / 2 ? "0" : signed(t), room = 4 * text.length;

			this.svg.append(svg("line", { class: "grid", x1: x, x2: x, y1: TOP, y2: bottom }),
				svg("text", { class: "tick", x: Math.max(room, Math.min(this.width - room, x)), y: bottom + 16, "text-anchor": "middle" }, text));
		}
	}

	/* The moment of the refusal, through all lanes; labels stand above, where nothing else does. */
	drawRefusal() {
		const x = this.x(0), bottom = this.height - 22, ended = this.m.ended;
		const left = x > this.width / 2, text = this.refusal.function ? `refused by ${clean(this.refusal.function)}()` : "refused";

		this.svg.append(svg("line", { class: "moment", x1: x, x2: x, y1: TOP - 3, y2: bottom }));
		this.svg.append(svg("text", { class: "moment-text", x: left ? x + 4 : x - 4, y: 12, "text-anchor": left ? "end" : "start" }, text));
		if (ended === null || ended <= 0 || ended > this.to)
			return;
		const end = this.x(ended), far = end - x > (left ? 150 : 8 * text.length);

		this.svg.append(svg("line", { class: "answered", x1: end, x2: end, y1: TOP - 3, y2: this.y(0) + 20 + BAR }));
		this.svg.append(svg("text", { class: "answered-text", x: end, y: far ? 12 : 27, "text-anchor": end > this.width - 120 ? "end" : "start" },
			`answered ${signed(ended)}`));
	}

	drawWriter() {
		const { writer, errno } = this.refusal, { began, ended, answers } = this.m;
		const who = writer ? `${cutIds(clean(writer.comm ?? "the writer"))} ${writer.pid}` : "the writer";
		const end = ended === null ? 0 : Math.max(ended, 0), isShort = this.width < 520;

		this.label(0, `writes: ${who}`, isShort ? null : began === null ? "when the write began is not recorded" : `in the write for ${duration(end - began)}`);
		if (began === null)
			this.bar(0, "is-unknown", this.from, 0, "When the write began is not recorded.");
		else
			this.bar(0, "is-write", began, 0, `In the write from ${signed(began)} on`);
		if (ended !== null)
			this.bar(0, "is-write", 0, end, `The write returned ${errno} at ${signed(end)}`);
		for (const { n, at, isRefused } of this.tries)
			this.mark(0, at, isRefused, n);
		for (const answer of answers)
			if (answer.at !== null)
				this.dot(0, answer.at, answer.returned < 0 ? "check-bad" : "check-good",
					`${signed(answer.at)}: ${clean(answer.function)}() returned ${answer.returned}`);
		if (!answers.length && this.refusal.function)
			this.dot(0, 0, "check-bad", `${clean(this.refusal.function)}() refused: ${errno}`);
	}

	drawThread(thread, lane) {
		const who = `${cutIds(clean(thread.comm ?? ""))} ${thread.pid}`, { blocking, start, seen } = thread;
		const role = blocking ? "blocked the move" : thread.written ? "was to be moved" : thread.parent ? "parent" : "same process";
		const wasNew = blocking && this.refusal.proof, born = start === null ? this.from : start;
		const newUntil = !wasNew ? null : this.m.isSeen ? seen : this.m.woken ?? 0;

		this.label(lane, `${blocking ? "✕ " : ""}${who}`, this.width < 520 ? role : `${role}, ${stateWords(thread)} when seen`);
		if (newUntil === null) {
			this.bar(lane, "is-unknown", born, this.to, `Alive from ${signed(born)} on; what it did is not recorded.`);
		} else {
			this.bar(lane, "is-new", born, newUntil, `TASK_NEW from ${signed(born)} to ${signed(newUntil)} at least`);
			this.inBar(lane, born, newUntil, `TASK_NEW for ${duration(newUntil - born)}`);
			this.bar(lane, "is-unknown", newUntil, this.to, "What it did then is not recorded.");
		}
		if (born < this.from)
			this.svg.append(svg("path", { class: "earlier", d: `M8 ${this.y(lane) + 21} l-6 ${BAR / 2 - 1} l6 ${BAR / 2 - 1} z` },
				svg("title", {}, `It began before, at ${signed(born)}.`)));
		if (seen !== null)
			this.dot(lane, seen, blocking ? "seen-new" : "seen", `${signed(seen)}: seen in state ${stateWords(thread)}`);
	}
}

const hatching = () => svg("defs", {}, svg("pattern", {
	id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
}, svg("rect", { class: "hatch-ground", width: 6, height: 6 }), svg("line", { class: "hatch-line", x1: 0, x2: 0, y1: 0, y2: 6 })));

/* ---- the same in words ---- */

const raceWords = (refusal, log, row) => {
	const m = momentsOf(refusal), words = [];
	const add = (at, ...text) => at !== null && words.push({ at, text });
	const blocker = m.threads.find((t) => t.blocking), { creator, errno } = refusal;

	if (blocker)
		add(blocker.start, "thread ", String(blocker.pid), " is created",
			creator ? [" by ", name(creator.words || creator.file || "")] : "");
	if (m.began !== null)
		add(m.began, "the write begins");
	if (m.answers.length && blocker)
		add(0, code(`${refusal.function ?? "the check"}()`), ` stops at thread ${blocker.pid}`, refusal.proof ? ", which is in TASK_NEW" : "");
	for (const answer of m.answers)
		add(answer.at, code(`${answer.function}()`), ` returns ${answer.returned}`);
	if (!m.answers.length)
		add(0, refusal.function ? [code(`${refusal.function}()`), ` refuses with ${errno}`] : `it is refused with ${errno}`,
			blocker && refusal.proof ? `: thread ${blocker.pid} is still in TASK_NEW` : "");
	add(m.woken, "that thread is woken for the first time");
	add(m.ended, `the write returns ${errno}`);
	const i = log.incident[row];

	if (i >= 0 && log.incidents.tries[i] > 1) {
		const next = log.triesOf(row).find((other) => log.try[other] === log.try[row] + 1);

		if (next !== undefined)
			add(log.t[next] - log.t[row], "the next try is refused as well");
		else if (log.incidents.outcome[i] === OUTCOME.succeeded)
			add(log.incidents.ended[i] - log.t[row], "the next try succeeds");
	}
	return words.sort((a, b) => a.at - b.at);
};

/* All tries of one attach, on one line. */
const triesStrip = (log, row, onSelect) => {
	const i = log.incident[row];

	if (i < 0 || log.incidents.tries[i] < 2)
		return null;
	const rows = log.triesOf(row), { ended, tries, outcome } = log.incidents;
	const succeeded = outcome[i] === OUTCOME.succeeded;
	const from = log.t[rows[0]], to = Math.max(ended[i], log.t[rows[rows.length - 1]], from + 1);
	const place = (t) => `${2 + (t - from) / (to - from) * 94}%`;
	if (!(to > from))
		return null;
	const strip = el("div", { class: "strip" }, rows.slice(0, 64).map((other) => {
		const mark = el("button", {
			type: "button", class: "try bad", "aria-current": other === row ? "true" : null,
			title: `Try ${log.try[other]}, ${signed(log.t[other] - from)}: refused`, onclick: () => onSelect(other),
		}, String(log.try[other]));

		mark.style.insetInlineStart = place(log.t[other]);
		return mark;
	}));

	if (succeeded) {
		const mark = el("span", { class: "try good", title: `Try ${tries[i]}, ${signed(ended[i] - from)}: succeeded` }, "✓");

		mark.style.insetInlineStart = place(ended[i]);
		strip.append(mark);
	}
	return el("figure", { class: "tries" }, el("figcaption", {}, `All tries, to scale: ${duration(to - from)}`), strip);
};
