/** The name of the shell function through which every git of a printed script is started. */
export const GIT_GUARD = '__holdfast_git';

/**
 * A repository is input, and its own configuration can name programs: filters run when files are compared. Their names
 * are free, so a fixed setting cannot switch them off: this looks up which there are, and overrides each.
 * Its first argument is the number of options that stand before the subcommand.
 */
export const GIT_GUARD_DEFINITION = `${GIT_GUARD}() (
  n=$1 count=\${GIT_CONFIG_COUNT:-0}
  shift
  override() {
    export "GIT_CONFIG_KEY_$count=$1" "GIT_CONFIG_VALUE_$count=$2"
    count=$((count + 1))
  }
  while IFS= read -r -d '' key; do
    case $key in
      filter.*.clean | filter.*.smudge | filter.*.process) override "$key" '' ;;
      filter.*.required) override "$key" false ;;
    esac
  done < <(command git "\${@:1:n}" config -z --name-only --list 2>/dev/null </dev/null)
  export GIT_CONFIG_COUNT=$count
  command git "$@"
)`;
