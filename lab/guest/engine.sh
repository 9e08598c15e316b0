# shellcheck shell=sh
# A Docker engine and a journal in the guest, without systemd. The script that sources this has wait.sh, container.sh,
# complain(), $work, and $journal: where the log of dockerd and its containerd goes, as $journal.log and $journal.json.

journald=
dockerd=

is_ended() {
	! kill -0 "$1" 2>/dev/null
}

# ---- the journal, without systemd ----

journal_listens() {
	systemd-cat -t lab true 2>/dev/null
}

start_journal() {
	mkdir -p /run/log/journal /run/systemd/journal
	systemd-machine-id-setup >/dev/null 2>&1
	setpriv --pdeathsig KILL /lib/systemd/systemd-journald >"$work/journald.err" 2>&1 &
	journald=$!
	# Its socket is there before it listens.
	try 150 journal_listens || complain "no journal: $(cat "$work/journald.err")"
}

stop_journal() {
	journalctl --sync
	journalctl --no-pager -q -t dockerd -o short-iso-precise >"$journal.log"
	journalctl --no-pager -q -t dockerd -o json >"$journal.json"
	kill "$journald"
	try 50 is_ended "$journald"
	journald=
}

# ---- the engine ----

# $docker_data and $docker_storage: where its images are, and how they are kept; in memory unless told. $docker_port: also
# answers there, to all that reach the guest.
launch_docker() {
	setpriv --pdeathsig TERM systemd-cat -t dockerd dockerd --data-root "${docker_data:-$work/data}" \
		--exec-root "$work/exec" --pidfile "$work/pid" --storage-driver "${docker_storage:-vfs}" --iptables=false \
		--bridge none --host unix:///run/docker.sock ${docker_port:+--host "tcp://0.0.0.0:$docker_port"} &
	dockerd=$!
	launches=$((launches + 1))
}

# It ends by itself if its containerd takes more than some seconds to start; in a slow guest it may.
docker_answers() {
	docker version >/dev/null 2>&1 && return
	if [ "$launches" -lt 5 ] && is_ended "$dockerd"; then
		wait "$dockerd"
		launch_docker
	fi
	return 1
}

start_docker() {
	launches=0
	launch_docker
	try 1000 docker_answers || {
		journalctl -q --no-pager -t dockerd -o cat -n 12
		complain "dockerd does not answer, and was started $launches times"
	}
}

# It ends its containers and its containerd.
stop_docker() {
	docker rm -f lab >/dev/null 2>&1
	kill "$dockerd"
	try 150 is_ended "$dockerd" || kill -KILL "$dockerd"
	wait "$dockerd"
	dockerd=
	find /sys/fs/cgroup -mindepth 2 -maxdepth 2 -type d -name docker -exec rmdir {} + 2>/dev/null
}

start_container() {
	make_rootfs "$work/rootfs" || complain "there is no busybox"
	tar -C "$work/rootfs" -cf - . | docker import - lab >/dev/null || complain "there is no image"
	docker run -d --network none --name lab lab sleep 3600 >/dev/null ||
		complain "the container does not start"
}
