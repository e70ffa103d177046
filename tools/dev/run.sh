# ./dev run [--once] [--listen HOST:PORT] [--data DIR]
server_pid=

stop_server() {
  [ -n "$server_pid" ] || return 0
  local pid=$server_pid status=0
  server_pid=
  kill -TERM "$pid" 2>/dev/null || true
  wait "$pid" || status=$?
  return "$status"
}

port_is_free() { python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind((sys.argv[1], int(sys.argv[2])))' "$1" "$2" 2>/dev/null; }
any_free_port() { python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

wait_until_ready() {
  local url=$1 log=$2 attempt
  for attempt in $(seq 300); do
    if ! kill -0 "$server_pid" 2>/dev/null; then
      cat "$log" >&2
      die "the server ended before it was ready (its log is above)"
    fi
    curl -fsS -o /dev/null --max-time 2 "$url/readyz" 2>/dev/null && return 0
    sleep 0.1
  done
  tail -20 "$log" >&2
  die "the server did not answer $url/readyz within 30 s (the end of its log is above)"
}

# A path as the caller meant it: ./dev itself works in the repository's root.
absolute() { case "$1" in /*) echo "$1" ;; *) echo "$caller_dir/$1" ;; esac; }

cmd_run() {
  local once=0 listen= data=build/demo-data
  while [ $# -gt 0 ]; do
    case "$1" in
      --once) once=1 ;;
      --listen) listen=${2:?--listen wants HOST:PORT}; shift ;;
      --data) data=$(absolute "${2:?--data wants a folder}"); shift ;;
      *) die "run: unknown option $1 (--once, --listen HOST:PORT, --data DIR)" ;;
    esac
    shift
  done
  install_packages
  build_preset release holdfast || die "the release build failed (the compiler's message is above)"
  local holdfast=build/release/holdfast
  [ -x "$holdfast" ] || die "the build made no $holdfast"

  if [ -z "$listen" ]; then
    listen=127.0.0.1:8787
    if ! port_is_free 127.0.0.1 8787; then
      listen=127.0.0.1:$(any_free_port)
      say "port 8787 is taken: using $listen"
    fi
  fi
  local host=${listen%:*} port=${listen##*:}
  [[ "$listen" == *:* && "$port" =~ ^[0-9]+$ ]] || die "--listen wants HOST:PORT, not '$listen'"
  case "$host" in 0.0.0.0) host=127.0.0.1 ;; "[::]") host="[::1]" ;; esac
  local url=http://$host:$port log=build/demo-server.log
  mkdir -p "$data"

  say "starting the server on $url, data in $data, log in $log"
  "$holdfast" serve --listen "$listen" --data "$data" >"$log" 2>&1 &
  server_pid=$!
  trap 'stop_server || true' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  wait_until_ready "$url" "$log"
  local token_file=$data/admin.token
  [ -r "$token_file" ] || die "the server is ready but there is no $token_file"

  say "playing the demo through the REST API"
  local status=0 stopped=0
  "$holdfast" demo --url "$url" --token "$(cat "$token_file")" --data-dir tests/demo || status=$?
  [ "$status" = 0 ] || echo "dev: the demo failed with status $status; the server's log is $log" >&2

  if [ "$once" = 1 ]; then
    say "stopping the server"
    stop_server || stopped=$?
    [ "$stopped" = 0 ] || { tail -20 "$log" >&2; die "the server stopped with status $stopped instead of 0"; }
    exit "$status"
  fi

  cat <<TEXT

Holdfast runs on $url until Ctrl-C. The administrator's token is in $token_file (readable by you only).

  export HOLDFAST_URL=$url HOLDFAST_TOKEN=\$(cat $token_file)
  $holdfast list -n demo -p project
  $holdfast recall -n demo -p project "What package manager does the user prefer?"
  curl -s -H "Authorization: Bearer \$HOLDFAST_TOKEN" $url/client/v4/accounts/local/agent-memory/namespaces

The calls are described in docs/api.md.
TEXT
  wait "$server_pid" || status=$?
  server_pid=
  exit "$status"
}
