/* ---- elements, and values in words ---- */

const SVG = "http://www.w3.org/2000/svg";

/* Strings of a log never become markup: all text is text nodes. */
const put = (element, children) => {
	for (const child of children.flat(Infinity))
		if (child !== null && child !== undefined && child !== false)
			element.append(child);
	return element;
};

const withAttributes = (element, attributes) => {
	for (const [name, value] of Object.entries(attributes || {}))
		if (name.startsWith("on"))
			element.addEventListener(name.slice(2), value);
		else if (value === true)
			element.setAttribute(name, "");
		else if (value !== null && value !== undefined && value !== false)
			element.setAttribute(name, value);
	return element;
};

const el = (tag, attributes, ...children) =>
	put(withAttributes(document.createElement(tag), attributes), children);

const svg = (tag, attributes, ...children) =>
	put(withAttributes(document.createElementNS(SVG, tag), attributes), children);

const byId = (id) => document.getElementById(id);

/* What has no glyph, or turns the line around, is shown as what it is. */
const HIDDEN = /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\u{e0000}-\u{e0fff}]/gu;

const escapeHidden = (c) => "\\u" + c.codePointAt(0).toString(16).padStart(4, "0");

const clean = (s) => String(s).replace(HIDDEN, escapeHidden);

const cutIds = (s) => s.replace(/(?<![0-9a-z])[0-9a-f]{64}(?![0-9a-z])/g, (id) => id.slice(0, 12));

/* A string of the log: its writing direction ends with it. The whole of a cut one is in its title. */
const name = (s, attributes) => {
	const whole = clean(s), cut = cutIds(whole);

	return el("bdi", { ...(cut === whole ? {} : { title: whole }), ...attributes }, cut);
};

const code = (s) => name(s, { class: "code" });

const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;

/* Not the browser's own, which takes 0.1 s the first time. */
const count = (n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");

/* As the text report has them. */
const duration = (ns) => {
	const abs = Math.abs(ns);

	if (abs < 1e3)
		return `${Math.round(ns)} ns`;
	if (abs < 1e6)
		return `${(ns / 1e3).toFixed(1)} µs`;
	if (abs < 1e9)
		return `${(ns / 1e6).toFixed(1)} ms`;
	return `${(ns / 1e9).toFixed(1)} s`;
};

const signed = (ns) => (ns < 0 ? `−${duration(-ns)}` : `+${duration(ns)}`);

const pad = (n, digits) => String(n).padStart(digits, "0");

/* Of ns since 1970, a BigInt. */
const utcParts = (ns) => {
	const date = new Date(Number(ns / 1000000n));

	if (Number.isNaN(date.getTime()))
		return null;
	return { date: date.toISOString().slice(0, 10), time: date.toISOString().slice(11, 19),
		fraction: pad(ns % 1000000000n, 9) };
};

const utc = (ns) => {
	const at = utcParts(ns);

	return at ? `${at.date} ${at.time}.${at.fraction.slice(0, 6)} UTC` : `${ns} ns`;
};

const monotonic = (ns) => `${ns / 1000000000n}.${pad(ns % 1000000000n, 9)} s`;
