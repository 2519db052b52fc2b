/**
 * Work on a host: a job that is started once, belongs to no connection, and judges itself
 * by dpkg's database. All that it changes by itself stands below `/var/lib/patchring` and in
 * `/etc/apt/preferences.d/patchring.pref`; the rest is done by apt and dpkg.
 */
import type { PackageVersion } from "./names.ts";
import { assignments } from "./shell-text.ts";

/** What a job does with one version of a package. */
export type JobStep =
  | { readonly kind: "approve"; readonly patch: PackageVersion }
  | { readonly kind: "uninstall"; readonly patch: PackageVersion; readonly to: string }
  /** Forget what we wanted of it; nothing is installed or removed. */
  | { readonly kind: "release"; readonly patch: PackageVersion };

export interface Job {
  /** Letters, digits and dashes; the same work of the same run has the same id. */
  readonly id: string;
  readonly steps: readonly JobStep[];
  /** Our pin file as it has to be, empty for none; null when it does not change. */
  readonly pins: string | null;
  readonly lockSeconds: number;
}

/** The job itself. Its variables stand in the file before it. */
const JOB = String.raw`
export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical NEEDRESTART_SUSPEND=1 LC_ALL=C.UTF-8
tab=$(printf '\t')
# The reserve is given up where the disk is full: what became of the work must be written down.
event() { write_event "$@" 2>/dev/null || { rm -f "$S/reserve"; write_event "$@"; }; }
write_event() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$(date +%s)" "$ID" "$1" "$2" "$3" "$4" "$5" >>"$S/journal"; }
run_dpkg() {
  if [ -n "$R" ]; then
    dpkg --root="$R" --log="$R/var/log/dpkg.log" --force-not-root --force-script-chrootless --force-confdef --force-confold "$@"
  else
    dpkg --force-confdef --force-confold "$@"
  fi
}
run_apt() {
  apt-get -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 \
    -o "DPkg::Lock::Timeout=$LOCK" "$@"
}
state_of() { dpkg-query -W -f "$STATE" "$1" 2>/dev/null; }
is_at() { [ "$(state_of "$1")" = "installed ok $2" ]; }
is_locked() {
  for f in "$R/var/lib/dpkg/lock-frontend" "$R/var/lib/dpkg/lock"; do
    i=$(stat -c %i "$f" 2>/dev/null) && grep -q ":$i " /proc/locks 2>/dev/null && return 0
  done
  return 1
}
wait_for_lock() {
  n=0
  while is_locked && [ "$n" -lt "$LOCK" ]; do sleep 1; n=$((n + 1)); done
}
is_unfinished() {
  for f in "$R"/var/lib/dpkg/updates/[0-9]*; do [ ! -e "$f" ] || return 0; done
  dpkg-query -W -f "$STATES" 2>/dev/null | grep -qvE '^(installed|not-installed|config-files) ok$'
}
configure() {
  wait_for_lock
  echo "+ dpkg --configure -a"
  run_dpkg --configure -a
}
# Kept in memory: on a full disk half a simulation would look like a harmless one.
simulate() {
  simulation=$(apt-get -s -q -o Debug::NoLocking=true "$@" 2>&1)
}
# What the simulated transaction would do beyond the steps of this job; empty when it stays within them.
beyond() {
  printf '%s\n' "$simulation" | awk -v allowed="$ALLOWED" '
    BEGIN { n = split(allowed, a, " "); for (i = 1; i <= n; i++) ok[a[i]] = 1 }
    $1 == "Remv" { print "removes " $2 }
    $1 == "Inst" {
      v = $3; old = 0
      if (v ~ /^\[/) { v = $4; old = 1 }
      sub(/^\(/, "", v)
      if (!(($2 "=" v) in ok)) print (old ? "upgrades " : "installs ") $2 " to " v
    }' | sort -u | head -n 8 | tr '\n' ',' | sed 's/,$//; s/,/, /g'
}
# What apt and dpkg said went wrong, in one line.
why() {
  if [ -s "$1" ]; then explain <"$1"; else printf 'apt-get left no output (is the disk full?)'; fi
}
explain() {
  grep -A1 -E '^(E:|dpkg: error|dpkg: unrecoverable)|No space left|failed to (write|open|extend)|Hash Sum mismatch' |
    grep -vE '^(--|Errors were encountered|Processing was halted|N:)' | sed 's/^ *//' | awk '!seen[$0]++' |
    head -n 6 | tr '\t' ' ' | awk '{ text = text (NR > 1 ? "; " : "") $0 } END { printf "%s", substr(text, 1, 600) }'
}
# transaction KIND PACKAGE=VERSION… : apt-get, when it would stay within the job; sets $said
transaction() {
  kind=$1; shift
  options="--no-remove"
  if [ "$kind" = uninstall ]; then options="$options --allow-downgrades"; else options="$options --only-upgrade"; fi
  for i in "$@"; do
    [ "$(state_of "${"$"}{i%%=*}" | cut -d' ' -f2)" = ok ] || options="--no-remove --reinstall --allow-downgrades"
  done
  said=
  if ! simulate $options install "$@"; then said=$(printf '%s\n' "$simulation" | explain); return 1; fi
  more=$(beyond)
  if [ -n "$more" ]; then said="not approved here, but needed: $more"; return 1; fi
  echo "+ apt-get $options install $*"
  run_apt $options install "$@" >"$J/output" 2>&1
  result=$?
  cat "$J/output"
  [ "$result" = 0 ] || said=$(why "$J/output")
  [ "$result" = 0 ]
}
# each KIND FUNCTION : calls FUNCTION PACKAGE VERSION TARGET for the steps of a kind
each() {
  while IFS=$tab read -r k p v t; do
    [ "$k" != "$1" ] || "$2" "$p" "$v" "$t" </dev/null
  done <"$J/steps"
}
begin_approve() { event begin approve "$1" "$2" ""; }
begin_uninstall() { event begin uninstall "$1" "$2" ""; }
collect() { is_at "$1" "$3" || todo="$todo $1=$3"; }
fail_now() {
  ! is_at "$1" "$3" || return 0
  transaction "$work" "$1=$3" || heal "$1" "$3"
  is_at "$1" "$3" || event failed "$work" "$1" "$2" "$(reason "$1")"
}
reason() {
  state=$(state_of "$1" | cut -d' ' -f1,2)
  case "$state" in 'installed ok') ;; *) said="dpkg left it $state; $said" ;; esac
  [ -n "$said" ] || said="apt-get ended without an error, but dpkg does not have that version"
  printf '%s' "$said"
}
# Rungs of the ladder after a failure, each within what is approved.
heal() {
  is_unfinished || return 0
  first=$said
  configure >"$J/output" 2>&1; cat "$J/output"
  is_at "$1" "$2" && return 0
  [ -n "$first" ] || first=$(why "$J/output")
  if is_unfinished && simulate --fix-broken --no-remove install && [ -z "$(beyond)" ]; then
    run_apt --fix-broken --no-remove install
  fi
  said=$first
}
settle() { if is_at "$1" "$3"; then event done "$work" "$1" "$2" "$boot"; fi; }
work_off() {
  work=$1; todo=
  each "$work" collect
  if [ -n "$todo" ]; then
    transaction "$work" $todo || { ! is_unfinished || configure; }
    each "$work" fail_now
  fi
  each "$work" settle
}
boot=; [ ! -r /proc/sys/kernel/random/boot_id ] || read -r boot </proc/sys/kernel/random/boot_id
each approve begin_approve
each uninstall begin_uninstall
names=$(cut -f2 "$J/steps" | sort -u)
# Installing an exact version makes apt think that a person asked for it.
apt-mark showauto $names >>"$S/auto" 2>/dev/null
! is_unfinished || configure
work_off uninstall
work_off approve
rm -f "$S/reserve"
! is_unfinished || configure
if [ -s "$S/auto" ]; then wait_for_lock; apt-mark auto $(sort -u "$S/auto") >/dev/null 2>&1; fi
rm -f "$S/auto" "$J/output"
# Old lines of the journal go, so that a scan does not grow for ever.
if [ "$(wc -l <"$S/journal")" -gt 4000 ]; then
  tail -n 3000 "$S/journal" >"$S/journal.new" && mv "$S/journal.new" "$S/journal" || rm -f "$S/journal.new"
fi
echo 0 >"$J/rc.new" && mv "$J/rc.new" "$J/rc"
`;

/** Sets the job up and starts it; says `@@job` and how it stands. */
const START = String.raw`
say() { printf '\n@@job\n%s\n\n@@end\n' "$1"; exit 0; }
alive() { pid=; [ ! -r "$J/pid" ] || read -r pid <"$J/pid"; [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }
set_pins() {
  pref="$R/etc/apt/preferences.d/patchring.pref"
  [ "$SET_PINS" = 1 ] || return 0
  if [ -z "$PINS" ]; then rm -f "$pref"; return; fi
  printf '%s' "$PINS" >"$pref.new~" && mv "$pref.new~" "$pref" || { rm -f "$pref.new~"; return 1; }
}
main() {
  exec </dev/null
  umask 022
  S="$R/var/lib/patchring"; J="$S/jobs/$ID"
  if [ -n "$R" ]; then
    dir=; eval "$(apt-config shell dir Dir)"
    [ "$dir" = "$R/" ] || say "refused apt.conf of $R says Dir \"$dir\", so apt would work elsewhere"
  fi
  mkdir -p "$S/jobs" 2>/dev/null || say "refused cannot write $S (is the disk full?)"
  if ! mkdir "$J" 2>/dev/null; then
    [ -d "$J" ] || say "refused cannot write $S (is the disk full?)"
    [ ! -e "$J/rc" ] || say done
    ! alive || say running
  fi
  find "$S/jobs" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} + 2>/dev/null
  # Room for the last lines of the journal, should the disk run full meanwhile.
  { printf '%s' "$STEPS" >"$J/steps" && printf '%s\n' "$SCRIPT" >"$J/job" && dd if=/dev/zero of="$S/reserve" bs=4096 count=16 2>/dev/null &&
    set_pins; } 2>/dev/null || { rm -rf "$J" "$S/reserve"; say "refused cannot write $S or the pin file (is the disk full?)"; }
  tab=$(printf '\t'); now=$(date +%s); steps=0
  while IFS=$tab read -r k p v t; do
    if [ "$k" = release ]; then printf '%s\t%s\tcleared\trelease\t%s\t%s\t\n' "$now" "$ID" "$p" "$v" >>"$S/journal"; else steps=1; fi
  done <"$J/steps"
  [ "$steps" = 1 ] || { echo 0 >"$J/rc"; rm -f "$S/reserve"; say done; }
  setsid sh -c 'echo $$ >"$1/pid"; exec sh "$1/job"' job "$J" >"$J/log" 2>&1 </dev/null &
  say running
}
main
`;

/** Tells how a job stands, after waiting a little for its end. */
const POLL = String.raw`
alive() { pid=; [ ! -r "$J/pid" ] || read -r pid <"$J/pid"; [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }
main() {
  exec </dev/null
  S="$R/var/lib/patchring"; J="$S/jobs/$ID"
  n=0
  while [ -d "$J" ] && [ ! -e "$J/rc" ] && [ "$n" -lt "$TICKS" ] && { [ "$n" -lt 10 ] || alive; }; do sleep 0.1; n=$((n + 1)); done
  printf '\n@@job\n'
  if [ ! -d "$J" ]; then echo unknown; elif [ -e "$J/rc" ]; then echo done; elif alive; then echo running; else echo lost; fi
  printf '\n@@journal\n'; [ ! -r "$S/journal" ] || grep -F "$(printf '\t%s\t' "$ID")" "$S/journal"
  printf '\n@@states\n'; [ ! -r "$J/steps" ] || cut -f2 "$J/steps" | sort -u | xargs dpkg-query -W -f "$STATES" 2>/dev/null
  printf '\n@@end\n'
}
main
`;

/** What dpkg has of a package: state, flag and version. */
const STATE = "${db:Status-Status} ${db:Status-Eflag} ${Version}";
const STATES = "${db:Status-Status} ${db:Status-Eflag}\\n";
const POLL_STATES = "${binary:Package}\\t${db:Status-Status}\\t${db:Status-Eflag}\\t${Version}\\n";

function stepLine(step: JobStep): string {
  const { package: name, version } = step.patch;
  const target = step.kind === "uninstall" ? step.to : version;
  return `${step.kind}\t${name}\t${version}\t${target}\n`;
}

function allowed(step: JobStep): string {
  return `${step.patch.package}=${step.kind === "uninstall" ? step.to : step.patch.version}`;
}

/** The script that starts a job, or finds that it was started before. `head` is the layout's. */
export function startScript(job: Job, head: string): string {
  const acting = job.steps.filter(({ kind }) => kind !== "release");
  const variables = assignments({
    ID: job.id,
    LOCK: String(job.lockSeconds),
    ALLOWED: acting.map(allowed).join(" "),
    STATE,
    STATES,
  });
  const script = `${head}${variables}S="$R/var/lib/patchring"; J="$S/jobs/$ID"\n${JOB}`;
  return `${assignments({
    ID: job.id,
    STEPS: job.steps.map(stepLine).join(""),
    SCRIPT: script,
    SET_PINS: job.pins === null ? "0" : "1",
    PINS: job.pins ?? "",
  })}${START}`;
}

export function pollScript(id: string, waitSeconds: number): string {
  return `${assignments({ ID: id, TICKS: String(Math.round(waitSeconds * 10)), STATES: POLL_STATES })}${POLL}`;
}
