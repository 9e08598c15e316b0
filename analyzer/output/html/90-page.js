/* ---- error lines, as far as they are known by their JSON ---- */

const errorCells = (log, error) => {
	const event = error.event, lines = error.line === error.last_line ? error.line : `${error.line}–${error.last_line}`;
	const row = event ? log.find(String(event.id), log.files.findIndex((file) => file.file === event.log)) : -1;

	return [el("td", {}, String(lines)),
		el("td", {}, [error.errno, error.pid !== null && `pid ${error.pid}`].filter(Boolean).join(", "), error.path && [" at ", name(error.path)],
			error.runtime && [", by ", name(error.runtime)]),
		el("td", {}, event ? [row >= 0 ? el("a", { href: `#refusal=${event.id}${log.files.length > 1 ? `&log=${log.log[row] + 1}` : ""}` }, `#${event.id}`) : `#${event.id}`,
			` ${event.cause}, ${event.confidence}`] : error.duplicate_of ? `same as line ${error.duplicate_of}` : name(error.why_not || "none fits"))];
};

/* The refusal of that ID; of the first log unless another is given. -1: there is none. */
Log.prototype.find = function find(id, log) {
	const number = Number(id);

	for (let i = 0; i < this.count; i++)
		if (this.ids[i] === number && (log < 0 || this.log[i] === log))
			return i;
	return -1;
};

/* ---- the theme ---- */

const THEMES = ["auto", "light", "dark"];

const storage = {
	get: () => { try { return localStorage.getItem("cgattach-theme"); } catch { return null; } },
	set: (theme) => { try { localStorage.setItem("cgattach-theme", theme); } catch { /* a page from the disk may have none */ } },
};

const setTheme = (theme) => {
	document.documentElement.dataset.theme = theme;
	storage.set(theme);
};

const themeSwitch = () => {
	const saved = storage.get(), theme = THEMES.includes(saved) ? saved : "auto";

	document.documentElement.dataset.theme = theme;
	return el("label", { class: "theme" }, "Theme ", el("select", { onchange: (event) => setTheme(event.target.value) },
		THEMES.map((value) => el("option", { value, selected: value === theme }, value))));
};

/* ---- the page ---- */

class Page {
	constructor(log) {
		const select = (row, isKept) => this.select(row, isKept);

		this.log = log;
		this.filter = new Filter(log);
		this.time = new TimeChart(log, (window) => { this.filter.window = window; this.update(); });
		this.facets = Object.keys(FACETS).filter((facet) => this.hasValues(facet))
			.map((facet) => new FacetChart(log, facet, (changed, value) => this.update(changed, value)));
		this.retries = new RetryChart(log);
		this.groups = new Groups(log, (row) => { this.select(row); this.detail.element.scrollIntoView({ block: "start" }); this.detail.element.focus({ preventScroll: true }); });
		this.list = new List(log, select);
		this.detail = new Detail(log, select);
		this.chips = el("div", { class: "chips", hidden: true });
		this.status = el("p", { class: "hidden", role: "status" });
		this.shown = el("p", { class: "note", id: "shown" });
	}

	hasValues(facet) {
		return facet === "cause" || this.log[FACETS[facet].column].some((value) => value > 0);
	}

	build() {
		const { log } = this;

		byId("answer").replaceChildren(...answer(log, log).filter(Boolean));
		byId("tools").replaceChildren(themeSwitch());
		if (!log.count) {
			byId("rest").replaceChildren(el("div", { id: "errors" }));
			this.readErrors();
			return;
		}
		byId("rest").replaceChildren(this.chips, el("section", { "aria-labelledby": "when-title" },
			el("h2", { id: "when-title" }, "When, why, where"), this.time.element,
			el("div", { class: "cards" }, this.facets.map((facet) => facet.element)), this.retries.element),
		this.groups.element, this.bench(), el("div", { id: "errors" }));
		this.readAddress();
		addEventListener("hashchange", () => this.readAddress());
		addEventListener("keydown", (event) => this.key(event));
		new ResizeObserver(() => this.resize()).observe(byId("rest"));
		this.readErrors();
	}

	bench() {
		this.search = el("input", { type: "text", inputmode: "numeric", id: "search", size: 8, placeholder: "13", autocomplete: "off" });
		const form = el("form", { class: "find", onsubmit: (event) => { event.preventDefault(); this.findId(this.search.value); } },
			el("label", { for: "search" }, "Go to #"), this.search, el("button", { class: "small" }, "Go"));

		return el("section", { "aria-labelledby": "each-title" }, el("h2", { id: "each-title" }, "Each refusal"),
			el("div", { class: "bench" }, el("div", { class: "side" }, el("div", { class: "side-head" }, this.shown, form), this.list.element,
				el("p", { class: "note keys" }, el("kbd", {}, "j"), " next, ", el("kbd", {}, "k"), " previous, ", el("kbd", {}, "/"), " go to")),
			this.detail.element), this.status);
	}

	findId(text) {
		const row = this.log.find(text.trim().replace(/^#/, ""), -1);

		if (row >= 0) {
			this.select(row);
			return;
		}
		this.status.textContent = `There is no refusal #${text}.`;
		this.search.setAttribute("aria-invalid", "true");
	}

	/* ---- state ---- */

	update() {
		this.show();
		if (this.rows.length && this.list.rows.indexOf(this.list.selected) < 0)
			this.select(this.example());
		else
			this.writeAddress();
	}

	/* As a report chooses it: of the largest group, the one whose proof is strongest, and the newest. */
	example() {
		return this.alike[0].example;
	}

	show() {
		this.rows = this.filter.rows();
		this.time.draw(this.filter);
		for (const facet of this.facets)
			facet.draw(this.filter);
		this.retries.draw(this.rows);
		this.alike = groupsOf(this.log, this.rows);
		this.groups.draw(this.alike);
		this.list.set(this.rows);
		this.drawChips();
		this.shown.textContent = this.rows.length === this.log.count ? plural(this.log.count, "refusal", "refusals") :
			`${count(this.rows.length)} of ${plural(this.log.count, "refusal", "refusals")}`;
		if (!this.rows.length)
			this.detail.hide();
	}

	drawChips() {
		const chip = (text, onclick) => el("button", { type: "button", class: "chip", onclick }, text, el("span", { "aria-hidden": "true" }, " ✕"), el("span", { class: "hidden" }, ", remove"));
		const chips = [];

		for (const [facet, set] of Object.entries(this.filter.chosen))
			for (const value of set)
				chips.push(chip([`${facet}: `, name(this.filter.label(facet, value))], () => { set.delete(value); this.update(); }));
		if (this.filter.window)
			chips.push(chip(`time: ${duration(this.filter.window[1] - this.filter.window[0])}`, () => { this.filter.window = null; this.update(); }));
		this.chips.hidden = !chips.length;
		this.chips.replaceChildren(el("span", {}, `Shown: ${count(this.rows.length)} of ${count(this.log.count)}`), ...chips,
			el("button", { type: "button", class: "small", onclick: () => { this.filter.clear(); this.update(); } }, "Show all"));
	}

	/* isKept: it is in sight already, where it was clicked. */
	select(row, isKept) {
		this.list.select(row, isKept);
		this.status.textContent = `Refusal #${this.log.ids[row]}`;
		this.writeAddress();
		return this.detail.show(row).catch((error) => {
			this.detail.element.replaceChildren(el("p", { class: "notice" }, `This refusal cannot be read: ${error.message}`));
		});
	}

	writeAddress() {
		const params = new URLSearchParams(this.list.selected === undefined ? "" : this.detail.address(this.list.selected).slice(1));

		this.filter.write(params);
		history.replaceState(null, "", `#${params}`);
	}

	readAddress() {
		const params = new URLSearchParams(location.hash.slice(1)), log = parseInt(params.get("log"), 10);

		this.filter.read(params);
		this.rows = this.filter.rows();
		const row = params.has("refusal") ? this.log.find(params.get("refusal"), log > 0 ? log - 1 : -1) : -1;

		this.show();
		if (row >= 0 || this.rows.length)
			this.select(row >= 0 ? row : this.example());
	}

	key(event) {
		if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName))
			return;
		const actions = { j: () => this.list.step(1), k: () => this.list.step(-1), "/": () => this.search.focus() };

		if (!actions[event.key])
			return;
		event.preventDefault();
		actions[event.key]();
	}

	resize() {
		if (this.width === byId("rest").clientWidth)
			return;
		this.width = byId("rest").clientWidth;
		this.time.draw(this.filter);
		this.list.draw();
		this.detail.redraw();
	}

	async readErrors() {
		await whenParsed;
		const elements = [...document.getElementsByClassName("errors")], errors = [];

		for (const element of elements)
			errors.push(...readPart(await unpack(element.textContent)));
		if (errors.length)
			byId("errors").append(errorsSection(this.log, errors));
	}
}

const begin = async () => {
	const summary = JSON.parse(byId("summary").textContent);

	/* What is known at once is shown at once. */
	byId("answer").replaceChildren(...answer(summary, null).filter(Boolean));
	if (!("DecompressionStream" in window))
		throw new Error("this browser is too old to unpack it (it has no DecompressionStream)");
	const page = new Page(new Log(summary, await unpack(byId("index").textContent)));

	page.build();
	document.documentElement.dataset.ready = "true";
};

begin().catch((error) => {
	byId("answer").replaceChildren(el("h1", {}, "This page cannot be shown"), el("p", { class: "notice" }, String(error.message)));
	throw error;
});
