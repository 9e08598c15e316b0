# What the cases print of a report: the keys of --json stand here once.

# ---- of the whole report ----

# How much there was, and what of it is missing: a count of 0 is not shown.
def account:
	"\(.summary.attempts) attempts, \(.summary.refused) refused" + (.summary
		| [to_entries[] | select((.value | type) == "number" and .value > 0
			and .key != "attempts" and .key != "refused") | ", \(.key) \(.value)"] | add // "")
	+ (if .summary.cut_short then ", cut short" else "" end)
	+ (if .summary.whole then "" else ", not whole" end);

# ---- of a refusal: .refusals[] | verdict, known ... ----

# #ID, errno, cause, confidence, proof, the thread that blocked the move; what there is none of is "-".
def verdict:
	"#\(.id) \(.errno) \(.cause) \(.confidence // "-") \(.proof // "-") \(.blocking_thread.pid? // "-")";

# The causes that are neither found nor ruled out.
def left_open: .known[] | select(startswith("not ruled out: "));
def left_open($cause): left_open[15:] | split(", ")[] | select(. == $cause) | "  may be \(.)";

# What is known of it, but for the causes that are left open: every new one would be among them.
def known: (.known - [left_open])[] | "  " + .;

# The function that refused.
def by:
	"  by \(.function // "-")" + (if .function_deduced then ", deduced" else "" end)
	+ (if .controller then ", of \(.controller)" else "" end);

# The thread that blocked the move, as it was when it was read.
def blocking_thread:
	.blocking_thread // empty
	| "  thread \(.pid) of \(.tgid) (\(.comm)): \(.state_at_check // .state), \(.age_ns // "-") ns old";

def threads:
	.threads[] | "  thread \(.pid) of \(.tgid) (\(.comm)): \(.state // .state_raw)"
	+ (if .state_at_check then ", \(.state_at_check) at the check" else "" end)
	+ (if .parent then ", the parent" else "" end) + (if .written then ", written" else "" end)
	+ (if .blocking then ", blocking" else "" end);

# What was written, and where.
def text: "  wrote \(.written_text | tojson)";
def place: "  to \(.file) of \(.cgroup)";

# The lines of the log that prove it, without and with the words.
def lines: "  lines " + ([.evidence[].line | tostring] | join(" "));
def evidence: .evidence[] | "  line \(.line): \(.what)";

def ruled_out($cause): .ruled_out[] | select(.cause == $cause) | "  not \(.cause): \(.why)";

# The words of the cause, whenever it is found.
def words: "  \(.title)", "  \(.persistence): \(.lasts)", (.advice[] | "  advice: " + .);

# ---- of the others: .incidents[] | incident, .errors[] | error_line ----

def incident:
	[.refusals, .tries, .refused, .succeeded, .fallback, .latency_ns, .reached_user, .retried_in_vain,
		.cause];

def error_line:
	[.line, .errno, .pid, .event.id, .event.confidence, .event.how, .duplicate_of, .why_not];
