#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# --executor slurm on a real Slurm: munged, slurmctld and two slurmd of Debian's
# packages, started by this test on loopback. An array of boots leaves the same as a local
# run. After Ctrl-C, and after a node that died in mid-boot, the same command makes the
# missing boots, and Slurm restarts those that it may. A boot that cannot be made is named
# with the reason.
. "${0%/*}/lib.sh"

PATH=$PATH:/usr/sbin:/sbin
for tool in munged slurmctld slurmd sbatch; do
	command -v $tool >/dev/null ||
		{ echo "slurm.sh: skipped, there is no $tool; bench/install-deps.sh tests installs it" >&2; exit 77; }
done
[ -r "$BUILD/dpamt-workload" ] || { echo "slurm.sh: skipped, there is no $BUILD/dpamt-workload" >&2; exit 77; }

daemons=
stop() {
	# Processes that Slurm started are not our children; they have its log or the boot's files open.
	find /proc/[0-9]*/fd -lname "$work/*" 2>/dev/null | cut -d/ -f3 | sort -u | xargs -r kill -KILL 2>/dev/null
	for pid in $daemons; do wait "$pid"; done 2>/dev/null
	rm -rf "$work"
}
trap stop EXIT

# --- the cluster
port=$((20000 + $$ % 10000))
free_port() { # the next one that nobody listens on; in $port
	port=$((port + 1))
	while grep -q ":$(printf %04X $port) " /proc/net/tcp; do port=$((port + 1)); done
}
free_port; ctld_port=$port
free_port; n1_port=$port
free_port; n2_port=$port
mkdir -m 700 "$work/munge" "$work/state" "$work/spool" "$work/spool/n1" "$work/spool/n2"
(umask 077 && head -c 1024 /dev/urandom >"$work/munge/key")
user=$(id -un)
# cred_expire: also how long Slurm waits before it restarts what a lost node ran
cat >"$work/slurm.conf" <<CONF
ClusterName=dpamt
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$ctld_port
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket,cred_expire=5
CredType=cred/munge
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=3
KillWait=5
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool/%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd-%n.log
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$n1_port CPUs=1 RealMemory=16000
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$n2_port CPUs=1 RealMemory=16000
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$work/slurm.conf"

# begin_daemon COMMAND... : its pid in $daemon
begin_daemon() {
	"$@" >>"$work/daemons" 2>&1 &
	daemon=$!
	daemons="$daemons $daemon"
}
# Nothing is on stderr but progress, of which there is none in less than half a minute.
only_progress() { ! grep -vE '^array [0-9]+: [0-9]+ of [0-9]+ boots, elapsed ' "$work/stderr"; }
idle() { [ "$(sinfo -h -N -t idle -o %N | wc -l)" -eq "$1" ]; }
# --force: warns, and no more, that nobody else can reach the socket
begin_daemon munged --foreground --force --num-threads=10 --key-file="$work/munge/key" \
	--socket="$work/munge/socket" --pid-file="$work/munge/pid" --log-file="$work/munge/log" \
	--seed-file="$work/munge/seed"
wait_for $daemon [ -S "$work/munge/socket" ]
begin_daemon slurmctld -D -c
ctld=$daemon
begin_daemon slurmd -D -N n1
n1=$daemon
begin_daemon slurmd -D -N n2
wait_for $n1 idle 2	# a slurmd that ends ends the test

# --- experiments
# job NAME KEY=VALUE... : a job file whose name needs quotes
job() {
	jobfile="$work/it's $1.job"
	shift
	{
		printf '%s\n' '[teardown]' 'question = Is it the same on a cluster?' 'expected = yes' \
			'refuted_by = another byte' 'workload = teardown' 'variants = a b' 'seeds = 2' \
			'cpus = 1' 'aa = no' 'options = --tds 1 --sept-pages 20'
		printf '%s\n' "$@"
	} >"$jobfile"
}
boots=4
experiment() { # DIR ARGS...
	dir=$1
	shift
	"$bench" run "$jobfile" --kernel "$KERNEL" --out "$work/$dir" "$@" >"$work/stdout" 2>"$work/stderr"
}
begin() { # DIR ARGS... : in the background; its pid in $pid, that of dpamt-bench in $bench_pid
	experiment "$@" &
	pid=$!
	wait_for $pid child
}
child() { read -r bench_pid _ <"/proc/$pid/task/$pid/children"; [ -n "$bench_pid" ]; }
count_made() { ls "$work/$1"/runs/*/status.json 2>/dev/null | wc -l; }
made() { stat -c '%n %Y.%i' "$work/$1"/runs/*/status.json | sort; }
kept() { # DIR : what was there in $work/made still is
	[ "$(made "$1" | grep -cxFf "$work/made")" -eq "$(wc -l <"$work/made")" ] ||
		failed "a finished boot was made again"
}
# A boot is under way on n2 and cannot end: its VM is stopped. Its job is in $job, what runs there in $pids.
booting_on_n2() {
	job=$(squeue -h -w n2 -t R -o %A) && [ -n "$job" ] &&
		pids=$(scontrol listpids "$job" n2 | awk 'NR > 1 && $1 > 1 { print $1 }') &&
		for p in $pids; do
			case $(cat "/proc/$p/comm") in qemu*) kill -STOP "$p" && return ;; esac
		done 2>/dev/null
	return 1
}
# Node n2 dies as if its power failed: nobody there says a word more. Those who could say
# it, slurmd and its slurmstepd, go first; they are the ones that have its log open.
kill_n2() {
	voices=$(find /proc/[0-9]*/fd -lname "$work/slurmd-n2.log" 2>/dev/null | cut -d/ -f3 | sort -u)
	[ -n "$voices" ] || failed "nobody writes $work/slurmd-n2.log"
	kill -KILL $voices
	for p in $pids; do	# a boot's short-lived helpers may be gone, and their pids be others'
		tr '\0' '\n' <"/proc/$p/environ" | grep -qxF "SLURM_CONF=$SLURM_CONF" && kill -KILL "$p"
	done 2>/dev/null
	return 0
}

job plain
experiment whole || failed "the local executor failed"

# The same by an array, from a directory that needs quotes to one that does
experiment "o u't" --executor slurm --slurm-args "--comment='two words' --partition=all --mem-per-cpu=100" ||
	failed "the array failed"
[ "$(cat "$work/stdout")" = "$work/o u't" ] || failed "stdout is not the directory"
only_progress || failed "a run in which nothing happened said something"
[ "$(ls "$work/o u't")" = runs ] || failed "an array that is done left more than runs/"
mv "$work/o u't" "$work/array"
same_experiment whole array
made array >"$work/made"
experiment array --executor slurm || failed "a complete experiment did not stay so"
kept array

# sbatch alone is ended: the array goes on, and no second one is begun beside it.
begin broken --executor slurm
wait_for $pid [ -s "$work/broken/slurm/array" ]
read -r sbatch _ <"/proc/$bench_pid/task/$bench_pid/children"
kill "$sbatch"
wait $pid
[ $? -eq 127 ] || failed "a killed sbatch did not end with status 127"
array=$(cat "$work/broken/slurm/array")
stderr_has "sbatch was ended before array $array; wait for it, or scancel $array"
experiment broken --executor slurm && failed "two arrays make the same boots"
stderr_has "array $array of an earlier run has not ended yet"
scancel "$array"
quiet() { [ -z "$(squeue -h)" ] && idle 2; }
wait_for $ctld quiet	# sbatch could wait for a job, but for none that another has submitted

# Ctrl-C: the array ends with it, and what was finished stays.
begin broken --executor slurm
wait_for $pid finished_in broken 1
kill -INT "$bench_pid"
wait $pid
[ $? -eq 130 ] || failed "an interrupted array did not say so"
stderr_has "is cancelled, finished boots are kept"
stderr_has "goes on from here"
wait_for $ctld quiet
ls -d "$work"/broken/runs/*.tmp >/dev/null 2>&1 && failed "an unfinished boot was left"
[ "$(count_made broken)" -lt $boots ] || failed "it was not interrupted"

# An array that is held: told within a minute, with what to do.
begin held --executor slurm --slurm-args --hold
wait_for $pid grep -q 'Slurm holds [1-9][0-9]* of its elements (JobHeldUser); `scontrol release [0-9]*` lets them run' "$work/stderr"
[ "$(ps -o etimes= -p "$bench_pid")" -lt 60 ] || failed "a held array was told after more than a minute"
# Progress, where stderr is no terminal.
wait_for $pid grep -qE 'array [0-9]+: 0 of [0-9]+ boots, elapsed 0:[34][0-9]$' "$work/stderr"
kill -INT "$bench_pid"
wait $pid
[ $? -eq 130 ] || failed "a held array was not cancelled"
wait_for $ctld quiet

# A node that dies: its boot is named, no other is lost.
begin broken --executor slurm --slurm-args --no-requeue
wait_for $pid booting_on_n2
kill_n2
wait $pid
[ $? -eq 126 ] || failed "a dead node did not end with status 126"
[ "$(grep -c 'no boot teardown-[ab]-s[12]: its node failed (NODE_FAIL, n2)' "$work/stderr")" -eq 1 ] ||
	failed "the boot of the dead node is not named once"
stderr_has "goes on from here"
[ "$(count_made broken)" -eq $((boots - 1)) ] || failed "other boots than the dead node's are missing"
[ "$(ls "$work/broken/runs" | wc -l)" -eq $((boots - 1)) ] || failed "the dead node's boot left something in runs/"
made broken >"$work/made"
experiment broken --executor slurm || failed "it did not go on on the node that was left"
kept broken
same_experiment whole broken

# The same, and Slurm may restart what the node ran: nobody has to.
begin_daemon slurmd -D -N n2
wait_for $ctld idle 2
begin again --executor slurm
wait_for $pid booting_on_n2
kill_n2
wait $pid || failed "Slurm did not restart the boot of a dead node"
only_progress || failed "a restart was reported as an error"
scontrol show job "$job" | grep -q 'Restarts=1' || failed "the test did not make Slurm restart anything"
[ "$(ls "$work/again/runs" | wc -l)" -eq $boots ] || failed "a boot that ran twice is there twice"
same_experiment whole again

# A boot that fails on a node gets the same message as a local one.
job slow 'timeout = 1'
experiment slow --executor slurm --boot teardown-b-s2
[ $? -eq 126 ] || failed "a boot that failed did not end with status 126"
stderr_has "no boot teardown-b-s2: teardown, variant b, seed 2: no end within 1 s of wall time"

# Nodes that do not see the directory: here it is in a file system of the submitter alone.
if [ "$(id -u)" -eq 0 ]; then
	mkdir "$work/private"
	job plain
	unshare --mount sh -c 'mount -t tmpfs private "$1" && shift && "$@"' sh "$work/private" \
		"$bench" run "$jobfile" --kernel "$KERNEL" --out "$work/private/out" --boot 0 --executor slurm \
		>"$work/stdout" 2>"$work/stderr"
	[ $? -eq 126 ] || failed "a directory no node sees did not end with status 126"
	stderr_has ": n1 does not see $work/private/out; choose an --out that all nodes share"
fi

# What cannot be submitted: one line
only_path=
refused() { # LINE ARGS...
	line=$1
	shift
	env ${only_path:+PATH="$only_path"} "$bench" run "$jobfile" --kernel "$KERNEL" --out "$work/refused" \
		--executor slurm "$@" >"$work/stdout" 2>"$work/stderr"
	[ $? -eq 127 ] || failed "it was taken: $*"
	[ "$(wc -l <"$work/stderr")" -eq 1 ] || failed "more or less than one line for: $*"
	stderr_has "$line"
}
refused "no array was submitted: sbatch: error: " --slurm-args --partition=none
refused "--slurm-args '--partition: not words of a shell" --slurm-args "'--partition"
SLURM_CONF=$work/no.conf
sed "s/^SlurmctldPort=.*/SlurmctldPort=$((port + 1))/" "$work/slurm.conf" >"$SLURM_CONF"
refused "Slurm's controller does not answer (slurm_load_ctl_conf error: Unable to contact slurm controller"
mkdir "$work/bin"
for tool in sh qemu-system-x86_64; do ln -s "$(command -v $tool)" "$work/bin"; done
only_path=$work/bin
refused "there is no Slurm on PATH here"
exit 0
