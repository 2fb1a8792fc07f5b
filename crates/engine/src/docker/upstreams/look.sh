# What is to be seen inside a container that runs nginx. $1 marks each part of the answer, so that
# no file's own words can be taken for it; the other arguments are names to look up. It only reads.
mark=$1
shift
read -r up rest </proc/uptime && echo "$mark uptime $up"
for process in /proc/[0-9]*; do
  read -r stat <"$process/stat" || continue
  command=
  read -r command <"$process/cmdline"
  echo "$mark process $stat $command"
done 2>/dev/null
if command -v nslookup >/dev/null 2>&1; then
  for name in "$@"; do
    echo "$mark name $name"
    nslookup -type=a "$name" 127.0.0.11 2>/dev/null
  done
elif command -v getent >/dev/null 2>&1; then
  for name in "$@"; do
    echo "$mark name $name"
    getent ahostsv4 "$name"
  done
fi
echo "$mark connections"
awk '$4 == "0A" { split($2, at, ":"); listens[at[2]] = 1; next }
  { split($2, at, ":"); if (!(at[2] in listens)) print $3, $4 }' \
  /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u
cd /etc/nginx || exit 0
for file in nginx.conf conf.d/*.conf http.d/*.conf modules-enabled/*.conf sites-enabled/*; do
  [ -f "$file" ] || continue
  echo "$mark file $(stat -L -c %Y "$file" 2>/dev/null || echo 0) /etc/nginx/$file"
  cat "$file"
  echo
done
