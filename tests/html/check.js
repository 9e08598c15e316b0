/*
 * check.js PAGES LARGE.html LARGE.log: opens each page of the folder PAGES, and looks at it as a reader would: NAME.html
 * beside NAME.json (--json of the same log) and NAME.txt (the text). Prints what fails, and `N passed, N failed`.
 */
"use strict";

const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");

const axe = fs.readFileSync(require.resolve("axe-core"), "utf8");
const [pages, large, largeLog] = process.argv.slice(2);
/* Looked at one by one, of a page. */
const REFUSALS = 30;

const sizes = [{ width: 1280, height: 900 }, { width: 390, height: 844 }];

let passed = 0, failed = 0, what = "";

const check = (isGood, text, ...values) => {
	if (isGood) {
		passed++;
		return;
	}
	failed++;
	console.log(`FAIL html, ${what}: ${text}`, ...values.map((value) => JSON.stringify(value)));
};

const same = (found, wanted, text) => check(JSON.stringify(found) === JSON.stringify(wanted), text, { found, wanted });

const number = (text) => Number(text.replace(/[,#]/g, ""));

/* ---- a page that asks for nothing ---- */

const open = async (browser, file, { scheme = "light", size = sizes[0], hash = "" } = {}) => {
	const context = await browser.newContext({ colorScheme: scheme, viewport: size, offline: true });
	const page = await context.newPage(), address = `file://${file}`;

	page.said = [];
	page.on("console", (message) => page.said.push(message.text()));
	page.on("pageerror", (error) => page.said.push(error.stack));
	page.on("dialog", (dialog) => { page.said.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
	page.on("request", (request) => {
		if (!request.url().startsWith(address))
			page.said.push(`request for ${request.url()}`);
	});
	await page.goto(address + hash);
	await page.waitForSelector("html[data-ready]");
	await page.waitForFunction(() => !document.getElementById("detail") || document.querySelector("#detail > *"));
	return page;
};

const close = async (page) => {
	same(page.said, [], "the page says nothing, and asks for nothing");
	await page.context().close();
};

/* ---- what holds of every page ---- */

const checkLayout = async (page) => {
	const wide = await page.evaluate(() => {
		const out = [...document.querySelectorAll("main *")].filter((e) => {
			const box = e.getBoundingClientRect();

			return box.width && (box.right > innerWidth + 1 || box.left < -1) && !e.closest(".scroll *, .hidden, svg *, .list *, .bar-label *, .chip *");
		});

		return [document.documentElement.scrollWidth > innerWidth, ...out.slice(0, 3).map((e) => `${e.tagName}.${e.className}`)];
	});

	same(wide, [false], "nothing is wider than the window");
};

const checkAccess = async (page) => {
	await page.evaluate(axe);
	const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations
		.filter((v) => v.impact === "serious" || v.impact === "critical")
		.map((v) => [v.id, ...v.nodes.slice(0, 3).map((n) => [n.html.slice(0, 160), n.any.concat(n.all).map((a) => a.message)[0]])])));

	same(found, [], "axe finds nothing serious");
};

/* What a string of a log could have become. */
const checkMarkup = async (page) => {
	const found = await page.evaluate(() => ({
		pwned: typeof pwned, images: document.images.length, frames: frames.length,
		scripts: [...document.scripts].filter((s) => !s.type).length, styles: document.querySelectorAll("style, link").length,
		bold: [...document.querySelectorAll("b")].filter((b) => !b.closest(".causes")).length,
		odd: /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/.test(document.body.innerText),
	}));

	same(found, { pwned: "undefined", images: 0, frames: 0, scripts: 1, styles: 1, bold: 0, odd: false }, "no string became markup");
};

/* ---- the same numbers as elsewhere ---- */

const textOf = (page, selector) => page.$$eval(selector, (all) => all.map((e) => e.textContent));

const checkAnswer = async (page, json) => {
	const { summary } = json, title = await page.title();

	same((await textOf(page, "h1"))[0].match(/[\d,]+/g).map(number), [summary.refused, summary.attempts], "the answer's counts");
	same(title.match(/\d+/g).map(Number), [summary.refused, summary.attempts], "the title's counts");
	same((await textOf(page, ".causes b")).map((text) => text.split(" ").reverse()).map(([id, n]) => [id, number(n)]).sort(),
		Object.entries(summary.by_cause).sort(), "the counts of causes");
	const tiles = await textOf(page, ".tile dd");

	if (summary.incidents.hidden)
		check(tiles.some((text) => text.startsWith(`${summary.incidents.hidden_refusals} refusal`)), "what retries hid", tiles);
	check(tiles.includes("nothing") === summary.whole, "whether anything is lost", tiles);
};

const groupCounts = (text) => text.split("\n").map((line) => line.match(/^(\d+) alike/)).filter(Boolean).map((m) => Number(m[1]));

const checkGroups = async (page, text) => {
	if (await page.isVisible("section:has(> .scroll .groups) > button"))
		await page.click("section:has(> .scroll .groups) > button");
	const counts = (await textOf(page, ".groups tbody td:first-child")).map(number);

	same(counts.filter((n) => n > 1), groupCounts(text), "the counts of groups");
};

const checkRefusal = async (page, refusal) => {
	await page.evaluate((id) => { location.hash = `refusal=${id}`; }, refusal.id);
	await page.waitForFunction((id) => document.querySelector("#detail .id")?.textContent === `#${id}`, refusal.id);
	const found = await page.evaluate(() => {
		const detail = document.getElementById("detail"), all = (selector) => [...detail.querySelectorAll(selector)].map((e) => e.textContent);

		return { errno: all(".errno")[0], cause: all(".cause")[0], pids: all(".threads tbody td:nth-child(2)").map(Number),
			blocking: all(".threads tr.blocking td:nth-child(2)").map(Number), lines: all(".line-number"), what: all(".evidence p").length,
			quoted: all(".evidence pre"), ruled: all(".ruled-out dt"), advice: all(".advice li").length, text: detail.innerText };
	});
	const lines = [...new Set(refusal.evidence.map((e) => e.line))];

	same([found.errno, found.cause], [refusal.errno, refusal.cause], `#${refusal.id}: errno and cause`);
	same(found.pids, refusal.threads.map((t) => t.pid), `#${refusal.id}: threads`);
	same(found.blocking, refusal.threads.filter((t) => t.blocking).map((t) => t.pid), `#${refusal.id}: the thread that blocked`);
	same(found.lines, lines.map((line) => `line ${line}`), `#${refusal.id}: lines of evidence`);
	same([found.what, found.advice], [refusal.evidence.length, refusal.advice.length], `#${refusal.id}: evidence and advice`);
	same(found.ruled, refusal.ruled_out.map((r) => r.cause), `#${refusal.id}: what is ruled out`);
	return { lines, quoted: found.quoted };
};

const checkLines = (log, { lines, quoted }, id) => {
	const blanks = (s) => s.replace(/ +/g, " ").trim();

	same(quoted.map(blanks), lines.map((line) => blanks(log[line - 1])), `#${id}: the log's own lines`);
};

const checkNumbers = async (page, name) => {
	const read = (ext) => fs.readFileSync(path.join(pages, `${name}.${ext}`), "utf8");
	const json = JSON.parse(read("json")), log = read("log").split("\n"), { refusals } = json;

	await checkAnswer(page, json);
	if (!refusals.length)
		return;
	await checkGroups(page, read("txt"));
	same(number((await textOf(page, "#shown"))[0].split(" ")[0]), refusals.length, "how many are listed");
	for (const refusal of refusals.slice(0, REFUSALS)) {
		const found = await checkRefusal(page, refusal);

		/* Hostile lines are shown escaped. */
		if (!name.startsWith("hostile"))
			checkLines(log, found, refusal.id);
	}
};

/* ---- what a reader does ---- */

const shownCount = async (page) => number((await textOf(page, "#shown"))[0].split(" ")[0]);

const checkFilters = async (browser, name) => {
	what = `${name}, filters`;
	const file = path.join(pages, `${name}.html`), json = JSON.parse(fs.readFileSync(path.join(pages, `${name}.json`), "utf8"));
	const page = await open(browser, file), [cause, n] = Object.entries(json.summary.by_cause).sort((a, b) => b[1] - a[1])[0];
	const all = json.refusals.length;

	await page.click(`.bar-button:has-text("${cause}")`);
	same(await shownCount(page), n, "one cause alone");
	check((await page.evaluate(() => location.hash)).includes(`cause=${cause}`), "the address has the cause");
	const again = await open(browser, file, { hash: `#cause=${cause}` });

	same(await shownCount(again), n, "the address alone shows the same");
	await close(again);
	await page.click(`.bar-button:has-text("${cause}")`);
	same(await shownCount(page), all, "chosen twice is not chosen");
	await page.focus(".time");
	await page.keyboard.press("+");
	const inside = await shownCount(page);

	check(inside < all, "+ looks closer", inside);
	await page.keyboard.press("0");
	same(await shownCount(page), all, "0 shows all");
	const box = await page.locator(".chart").boundingBox();

	await page.mouse.move(box.x + 2, box.y + 50);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width / 2, box.y + 50, { steps: 4 });
	await page.mouse.up();
	const dragged = await shownCount(page), times = json.refusals.map((r) => r.time_ns);
	const middle = (Math.min(...times) + Math.max(...times)) / 2;

	same(dragged, times.filter((t) => t < middle).length, "dragging over the first half");
	await page.click(".chips .small");
	same(await shownCount(page), all, "all are shown again");
	await checkKeys(page, json.refusals);
	await close(page);
};

const selectedId = (page) => page.$eval("#selected-item .item-id", (e) => Number(e.textContent.slice(1)));

const checkKeys = async (page, refusals) => {
	await page.evaluate((id) => { location.hash = `refusal=${id}`; }, refusals[0].id);
	await page.waitForFunction((id) => document.querySelector("#detail .id")?.textContent === `#${id}`, refusals[0].id);
	await page.keyboard.press("j");
	same(await selectedId(page), refusals[1].id, "j: the next");
	await page.keyboard.press("k");
	same(await selectedId(page), refusals[0].id, "k: the one before");
	await page.focus("#list");
	await page.keyboard.press("End");
	same(await selectedId(page), refusals[refusals.length - 1].id, "End: the last");
	await page.keyboard.press("/");
	await page.keyboard.type(String(refusals[2].id));
	await page.keyboard.press("Enter");
	same(await selectedId(page), refusals[2].id, "/: by its ID");
};

/* The whole of it fills its width, but for 3 % of it on both sides: where each moment is follows from the refusal's times alone. */
const checkScale = (found, { created_ns: first, refused_ns: refused, answered_ns: last }, tries) => {
	const place = (t) => found.width * ((t - first) / (last - first) + 0.03) / 1.06;
	const near = (a, b) => Math.abs(a - b) <= 0.5;

	check(near(found.created, place(first)) && near(found.moment, place(refused)) && near(found.answered, place(last)),
		"the thread, the refusal and the answer are where their times are", found, [first, refused, last].map(place));
	check(found.marks.length === tries.length && found.marks.every((x, i) => near(x, place(tries[i]))),
		"the other tries are where their times are", found.marks, tries.map(place));
	const times = found.ticks.map(([text, x]) => [text, text === "0" ? 0 : number(text.replace("−", "-").replace(/ ms$/, "")) * 1e6, x]);

	check(times.length > 2 && times.every(([, t, x]) => near(x, place(refused + t))), "the axis is true", times);
};

/* The race: its own geometry says when things were. */
const checkRace = async (browser) => {
	what = "the race";
	const name = "sample-docker-v1", json = JSON.parse(fs.readFileSync(path.join(pages, `${name}.json`), "utf8"));
	const page = await open(browser, path.join(pages, `${name}.html`), { hash: `#refusal=${json.refusals[11].id}` });
	const { timeline } = json.refusals[11];
	const found = await page.evaluate(() => {
		const box = (selector) => { const e = document.querySelector(`.race ${selector}`); return e && e.getBBox(); };
		const created = box("rect.is-new"), write = box("rect.is-write"), moment = box("line.moment");

		return { width: document.querySelector(".race").viewBox.baseVal.width,
			marks: [...document.querySelectorAll(".race .other-bad circle")].map((e) => e.cx.baseVal.value),
			ticks: [...document.querySelectorAll(".race .tick")].map((e) => [e.textContent, e.previousSibling.x1.baseVal.value]),
			created: created.x, blocked: created.x + created.width, moment: moment.x, answered: write.x + write.width,
			tries: document.querySelectorAll(".race .other-bad").length, unknown: document.querySelectorAll(".race .is-unknown").length };
	});
	const scale = (found.moment - found.created) / (timeline.refused_ns - timeline.created_ns);
	const near = (a, b) => Math.abs(a - b) <= 1.5;

	check(scale > 0 && near(found.blocked, found.moment), "the thread is new until the refusal", found);
	check(near(found.moment + scale * (timeline.answered_ns - timeline.refused_ns), found.answered), "the answer is to scale", found);
	checkScale(found, timeline, json.refusals.slice(7, 11).map((refusal) => refusal.time_ns));
	same(found.tries, 4, "the other tries are in the writer's lane");
	check(found.unknown >= 4, "what is not known is hatched", found.unknown);
	await close(page);
};

const checkErrors = async (browser) => {
	what = "error lines";
	const json = JSON.parse(fs.readFileSync(path.join(pages, "errors-docker.json"), "utf8"));
	const page = await open(browser, path.join(pages, "errors-docker.html"));

	await page.waitForSelector(".errors-table");
	same((await textOf(page, ".errors-table tbody td:last-child")).map((text) => text.split(" ")[0]),
		json.errors.map((e) => `#${e.event.id}`), "each has its refusal");
	await close(page);
};

/* ---- a large log ---- */

const checkLarge = async (browser) => {
	what = "a large log";
	const size = fs.statSync(large).size;
	const refused = fs.readFileSync(largeLog, "latin1").split("\n").filter((l) => l.startsWith("attach ") && l.includes(" ret=-")).length;

	check(refused > 9000, "there are many refusals", refused);
	check(size <= 1e6 + 300 * refused, "a megabyte, and 300 bytes for each refusal", size, refused);
	const page = await open(browser, large);

	same(await shownCount(page), refused, "all are listed");
	const items = await page.$$eval(".item", (all) => all.length);

	check(items > 3 && items < 60, "but for what is in sight they are not in the page", items);
	await page.focus("#list");
	await page.keyboard.press("End");
	await page.waitForFunction(() => document.querySelector("#detail .id")?.textContent === document.querySelector("#selected-item .item-id")?.textContent);
	same(await page.$eval("#selected-item", (e) => Number(e.getAttribute("aria-posinset"))), refused, "the last one can be reached");
	await close(page);
};

/* ---- all of it ---- */

const picture = async (page, name) => {
	if (process.env.SHOTS)
		await page.screenshot({ path: path.join(process.env.SHOTS, `${name}.png`), fullPage: true });
};

/* In both themes and at both widths; each of the four is worth its time on few pages. */
const THOROUGHLY = /^(sample-docker-v1|sample-causes-v2|hostile-markup|hostile-wide)$/;

const checkPage = async (browser, name) => {
	for (const scheme of ["light", "dark"])
		for (const size of sizes) {
			if ((scheme === "light") !== (size === sizes[0]) && !THOROUGHLY.test(name))
				continue;
			what = `${name}, ${scheme}, ${size.width}`;
			const page = await open(browser, path.join(pages, `${name}.html`), { scheme, size });

			await checkLayout(page);
			await checkMarkup(page);
			await checkAccess(page);
			await picture(page, `${name}-${scheme}-${size.width}`);
			if (scheme === "light" && size === sizes[0])
				await checkNumbers(page, name);
			await close(page);
		}
};

const main = async () => {
	/* Each launch has a new profile. */
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });

	try {
		for (const file of fs.readdirSync(pages).filter((f) => f.endsWith(".html")).sort())
			await checkPage(browser, file.slice(0, -5));
		await checkFilters(browser, "sample-causes-v2");
		await checkRace(browser);
		await checkErrors(browser);
		await checkLarge(browser);
	} finally {
		await browser.close();
	}
};

main().catch((error) => check(false, error.stack)).then(() => {
	console.log(`${passed} passed, ${failed} failed`);
	process.exitCode = failed ? 1 : 0;
});
