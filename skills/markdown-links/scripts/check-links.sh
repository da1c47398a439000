#!/bin/sh
# Prints each relative link of the Markdown files below a folder that leads nowhere: file:line: target
set -u
root=${1:-.}
if [ ! -d "$root" ]; then
  echo "There is no folder $root." >&2
  exit 2
fi
found=$(
  find "$root" -name .git -prune -o -name node_modules -prune -o -type f -name '*.md' -print | LC_ALL=C sort |
    while IFS= read -r file; do
      awk '
        /^[ \t]*(```|~~~)/ { code = !code; next }
        code { next }
        {
          line = $0
          while (match(line, /\]\([^()]*\)/)) {
            print NR ":" substr(line, RSTART + 2, RLENGTH - 3)
            line = substr(line, RSTART + RLENGTH)
          }
        }
      ' "$file" |
        while IFS= read -r link; do
          line=${link%%:*}
          target=$(printf '%s' "${link#*:}" | sed -e 's/[ \t]"[^"]*"$//' -e 's/^<\(.*\)>$/\1/' -e 's/[#?].*$//' -e 's/%20/ /g')
          case $target in
            '' | /* | [A-Za-z]*:*) continue ;;
          esac
          [ -e "$(dirname "$file")/$target" ] || printf '%s:%s: %s\n' "$file" "$line" "$target"
        done
    done
)
[ -z "$found" ] && exit 0
printf '%s\n' "$found"
exit 1
