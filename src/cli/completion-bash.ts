// Completion for bash, generated from the verbs.
import type { CompletedVerb } from './completion.js'

/** Functions of bash; texts of a server reach it as plain words only. */
export function bashCompletion(verbs: readonly CompletedVerb[]): string {
  const names = [...verbs.map(({ name }) => name), 'help', 'version'].join(' ')
  return `# Completion of meridian for bash. In ~/.bashrc: eval "$(meridian completion bash)"
_meridian_names() { "\${COMP_WORDS[0]}" completion names "$1" 2>/dev/null; }
_meridian() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" verb="\${COMP_WORDS[1]}"
  local actions='' options='' values='' paths='' names='' known=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${names}' -- "$word"))
    return
  fi
  case "$verb" in
${verbs.map(ofVerb).join('\n')}
  *) return ;;
  esac
  case " $values " in
  *" $before:path "*)
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$word"))
    return
    ;;
  *" $before:text "*) return ;;
  *" $before:regions "*) known=$(_meridian_names regions) ;;
  *" $before:zones "*) known=$(_meridian_names zones) ;;
  *" $before:contexts "*) known=$(_meridian_names contexts) ;;
  *)
    case "$word" in -*) COMPREPLY=($(compgen -W "$options" -- "$word")); return ;; esac
    if [ "$COMP_CWORD" -eq 2 ] && [ -n "$actions" ]; then
      known="$actions"
    elif [ "$names" = action ]; then
      known=$(_meridian_names "\${COMP_WORDS[2]}")
    elif [ -n "$names" ]; then
      known=$(_meridian_names "$names")
    fi
    if [ -n "$paths" ] && { [ "$COMP_CWORD" -gt 2 ] || [ -z "$actions" ]; }; then
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$word"))
    fi
    ;;
  esac
  COMPREPLY+=($(compgen -W "$known" -- "$word"))
}
complete -F _meridian meridian`
}

function ofVerb({ name, actions, options, names, paths }: CompletedVerb): string {
  const flags = options.map(({ name }) => `--${name}`).join(' ')
  const values = options.flatMap(({ name, value }) => (value === undefined ? [] : `--${name}:${value}`)).join(' ')
  return `  ${name})
    actions='${actions.join(' ')}' names='${names ?? ''}' paths='${paths ? 'yes' : ''}'
    options='${flags}'
    values='${values}'
    ;;`
}
