// Completion for zsh, generated from the verbs.
import type { CompletedVerb } from './completion.js'

/** A function of zsh, to be evaluated, or to be kept as `_meridian` in a folder of `fpath`. */
export const zshCompletion = (verbs: readonly CompletedVerb[]): string => `#compdef meridian
# Completion of meridian for zsh. In ~/.zshrc, after compinit: eval "$(meridian completion zsh)"
_meridian_names() {
  local -a names
  names=(\${(f)"$("$words[1]" completion names "$1" 2>/dev/null)"})
  compadd -a names
}
_meridian() {
  local -a verbs actions options
  local names='' paths='' value=''
  local -A values
  verbs=(
${verbs.map(({ name, summary }) => `    ${described(name, summary)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  case "$words[2]" in
${verbs.map(ofVerb).join('\n')}
  *) return ;;
  esac
  value="\${values[$words[CURRENT-1]]}"
  case "$value" in
  path) _files; return ;;
  text) return ;;
  ?*) _meridian_names "$value"; return ;;
  esac
  if [[ "$words[CURRENT]" == -* ]]; then
    _describe option options
    return
  fi
  if (( CURRENT == 3 && $#actions > 0 )); then
    _describe action actions
    return
  fi
  [[ -n "$paths" ]] && _files
  case "$names" in
  action) _meridian_names "$words[3]" ;;
  ?*) _meridian_names "$names" ;;
  esac
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _meridian "$@"
elif (( $+functions[compdef] )); then
  compdef _meridian meridian
fi`

function ofVerb({ name, actions, options, names, paths }: CompletedVerb): string {
  const values = options.flatMap(({ name, value }) => (value === undefined ? [] : `--${name} ${value}`)).join(' ')
  return `  ${name})
    actions=(${actions.join(' ')})
    options=(
${options.map(({ name, help }) => `      ${described(`--${name}`, help)}`).join('\n')}
    )
    values=(${values})
    names='${names ?? ''}' paths='${paths ? 'yes' : ''}'
    ;;`
}

/** A colon parts a word from what is said of it. */
const described = (word: string, said: string): string =>
  `'${`${word}:${said.replaceAll(':', '\\:')}`.replaceAll("'", "'\\''")}'`
