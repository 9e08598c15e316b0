# shellcheck shell=sh
# How much the recorder's benchmarks measure.

# bench_settings: for the guest's environment. In the whole form it passes only what the caller has set;
# the guest's scripts have the rest.
bench_settings() {
	if [ -n "${LAB_QUICK-}" ]; then
		echo FREQUENCY_WANT=40 FREQUENCY_LEAST=3 FREQUENCY_MOST=6 FREQUENCY_RUN=15 FREQUENCY_TIGHT=10000 \
			FREQUENCY_WORKLOADS=tight \
			COST_ROUNDS=3 COST_LIMIT=300 "COST_COLUMNS=bare,default,refused_only" \
			COST_ROWS=attach_1,attach_100,sysfs,cgroup_file \
			FOOTPRINT_ROUNDS=1 ENDURE_SECONDS=3 "ENDURE_FLOODS=one,four_mixed,esrch,asleep_mutex"
	fi
	env | grep -E '^(FREQUENCY|COST|FOOTPRINT|ENDURE)_[A-Z]+=' | tr ' ' ,
}
